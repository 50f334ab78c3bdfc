"""The open questions of arXiv 2408.10715 as comparisons: one setting changes, the rest stays.

--lora-vs-qlora, --bits, --data, --institutions  ->  Comparison  ->  Cells, an adapter each
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from finetune.config import TrainingConfig
from index.errors import TrainingError

_QUANTISATION = {16: "none", 8: "int8", 4: "nf4"}
_CELL = {"none": "bf16", "int8": "int8", "nf4": "nf4"}
_THOUSANDS = re.compile(r"(\d+(?:\.\d+)?)(k?)", re.IGNORECASE)
_NO_NAME = re.compile(r"[^a-z0-9._-]+")


class Question(StrEnum):
    LORA_VS_QLORA = "lora-vs-qlora"
    BITS = "bits"
    DATA = "data"
    INSTITUTIONS = "institutions"


@dataclass(frozen=True)
class Cell:
    """One adapter of a comparison.

    Attributes:
        name: of its folder, and as it is served; cells of the same settings have the same name in
            every comparison, so that none is trained twice.
        label: for tables and plots.
        changes: of the config, by dotted path.
        x: where it stands on a curve's axis.
    """

    name: str
    label: str
    changes: Mapping[str, Any]
    x: float = 0.0


@dataclass(frozen=True)
class Comparison:
    """What is held against what.

    Attributes:
        question: which of the four.
        cells: the first is what the others are held against.
        tested: the demo clinics whose cases are asked for; those of the pairs where there are any.
    """

    question: Question
    cells: tuple[Cell, ...]
    tested: tuple[str, ...]


def compared(question: Question, values: str, config: TrainingConfig) -> Comparison:
    """The comparison of a question.

    Args:
        question: which one.
        values: what the command line says, joined by commas; nothing for `--lora-vs-qlora`.
        config: what all cells have in common.

    Raises:
        TrainingError: a value is none, or one alone is nothing to compare.
    """
    given = [each.strip() for each in values.split(",") if each.strip()]
    match question:
        case Question.LORA_VS_QLORA:
            quantised = config.model.quantisation
            cells = [_precision("none", "LoRA"), _precision(_or_nf4(quantised), "QLoRA")]
        case Question.BITS:
            cells = [_bits(value) for value in given]
        case Question.DATA:
            cells = [_size(count) for count in sorted(map(_count, given), reverse=True)]
        case Question.INSTITUTIONS:
            cells = _institutions(given, config)
    names = [cell.name for cell in cells]
    if len(set(names)) < max(2, len(names)):
        raise TrainingError(
            f"--{question} needs two or more different values, {values or 'none'} was given."
        )
    if question is Question.DATA:
        _must_be_seen(cells, config)
    clinics = given if question is Question.INSTITUTIONS else config.data.clinic.split("+")
    return Comparison(question, tuple(cells), tuple(clinics))


def _or_nf4(quantisation: str) -> str:
    return "nf4" if quantisation == "none" else quantisation


def _precision(quantisation: str, label: str = "") -> Cell:
    name = _CELL[quantisation]
    said = f"{label} ({name})" if label else name
    return Cell(name, said, {"model.quantisation": quantisation})


def _bits(value: str) -> Cell:
    if value not in map(str, _QUANTISATION):
        raise TrainingError(f"--bits {value!r} is none of 16, 8, 4.")
    return _precision(_QUANTISATION[int(value)])


def _count(value: str) -> int:
    found = _THOUSANDS.fullmatch(value)
    count = float(found[1]) * (1000 if found[2] else 1) if found else 0.0
    if count < 1 or count != int(count):
        raise TrainingError(f"--data {value!r} is no number of examples.", "Give e.g. 500,1k,20k.")
    return int(count)


def _size(count: int) -> Cell:
    return Cell(f"data-{count}", f"{count:,} examples", {"data.examples": count}, count)


def _must_be_seen(cells: Sequence[Cell], config: TrainingConfig) -> None:
    """
    Raises:
        TrainingError: the run ends before all examples had their turn.
    """
    run = config.run
    seen = (run.steps or 0) * run.batch * run.accumulation
    most = max((int(cell.x) for cell in cells), default=0)
    if not run.batch_tokens and most > seen:
        raise TrainingError(
            f"{run.steps} steps see {seen:,} examples, fewer than the {most:,} of --data.",
            "Give more --steps, or smaller numbers.",
        )


def _institutions(names: Sequence[str], config: TrainingConfig) -> list[Cell]:
    """All together first: every institution's own adapter is held against it."""
    own = [(f"on-{_NO_NAME.sub('-', name.lower())}", name, (name,)) for name in names]
    every = ("on-all", "all", tuple(names))
    if config.data.pairs is not None:
        return [Cell(n, label, {"data.institutions": of}) for n, label, of in (every, *own)]
    return [Cell(n, label, {"data.clinic": "+".join(of)}) for n, label, of in (every, *own)]
