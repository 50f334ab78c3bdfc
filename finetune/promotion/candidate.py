"""What is to be promoted: an adapter's folder, its card, and the evaluation that is its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from assistant.prompt import VERSION as PROMPT_VERSION
from assistant.prompt import Kind
from assistant.settings import AssistantSettings
from finetune.answers import fingerprint
from finetune.card import Card, adapter_hash, base_hash, template_hash
from finetune.config import NAME
from finetune.evaluation import Evaluation
from finetune.promotion.verdict import Check
from finetune.scorecard import Scores
from index.errors import TrainingError

CARD = "card.json"
WEIGHTS = "adapter_model.safetensors"
ADAPTER_CONFIG = "adapter_config.json"
EVALUATION = "evaluation.json"
_TEMPLATE = "--chat-template"
_T = TypeVar("_T", bound=BaseModel)


class _AdapterConfig(BaseModel):
    """What peft has written; of it only the rank is asked for."""

    r: int


@dataclass(frozen=True)
class Candidate:
    """
    Attributes:
        weights: the hash by which evaluations know the adapter.
        rank: of its matrices.
        evaluated: the file with its evaluation.
    """

    folder: Path
    card: Card
    weights: str
    rank: int
    evaluated: Path
    evaluation: Evaluation

    def rows(self) -> list[Scores]:
        """The rows of the evaluation that are this adapter's, of whole answers to its task."""
        own = [n for n, print_ in self.evaluation.models.items() if _is_of(print_, self.weights)]
        return [
            row
            for row in self.evaluation.rows
            if row.model in own and row.task == self.card.task and not row.refined
        ]


@dataclass(frozen=True)
class Served:
    """The base as it is served now.

    Attributes:
        print: as evaluations note it.
        max_rank: of adapters; None where the server is not started here.
    """

    base_hash: str
    template_hash: str
    print: str
    max_rank: int | None


def read_candidate(folder: Path, evaluation: Path, kind: Kind) -> Candidate:
    """Reads an adapter with its evaluation.

    Args:
        folder: as `train` has written it.
        evaluation: the folder that `evaluate --out` has written.
        kind: what it is to write.

    Raises:
        TrainingError: a file is missing or none of ours, or the adapter is for something else.
    """
    for name in (WEIGHTS, ADAPTER_CONFIG, CARD):
        if not (folder / name).is_file():
            raise TrainingError(
                f"There is no {name} in {folder}.", "Name the folder that `train` has written."
            )
    evaluated = evaluation / EVALUATION
    if not evaluated.is_file():
        raise TrainingError(
            f"There is no {EVALUATION} in {evaluation}.",
            "Name with --evaluation the folder that `evaluate --out` has written.",
        )
    card = _read(folder / CARD, Card)
    if not re.fullmatch(NAME, card.name):
        raise TrainingError(
            f"{folder / CARD} has no name for an adapter.", "Use small letters, digits, - and _."
        )
    found = _read(evaluated, Evaluation)
    rank = _read(folder / ADAPTER_CONFIG, _AdapterConfig).r
    if card.task != kind.value:
        raise TrainingError(
            f"{folder} writes a {card.task}, not a {kind}.", f"Promote it with --task {card.task}."
        )
    return Candidate(folder, card, adapter_hash(folder), rank, evaluated, found)


def _read(path: Path, model: type[_T]) -> _T:
    try:
        return model.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} can't be read.", "Write it anew.") from error


def served_now(settings: AssistantSettings, base: Path, template: object) -> Served:
    """The base that the settings serve.

    Args:
        base: its folder.
        template: its tokenizer's.

    Raises:
        TrainingError: the file of a template that vLLM is given instead can't be read.
    """
    args = " ".join(settings.vllm_args).replace("=", " ").split()
    if _TEMPLATE in args[:-1]:
        file = Path(args[args.index(_TEMPLATE) + 1])
        try:
            template = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TrainingError(f"The chat template {file} can't be read.") from error
    rank = None if settings.vllm_url else settings.max_lora_rank
    return Served(base_hash(base), template_hash(template), fingerprint(base), rank)


def check_candidate(candidate: Candidate, served: Served) -> Iterator[Check]:
    """Whether it fits what is served, and the evaluation is its own and says something."""
    card = candidate.card
    yield _same("base", "the base's weights", card.base_hash, served.base_hash)
    yield _same(
        "template", "the base's chat template", card.chat_template_hash, served.template_hash
    )
    yield _same("prompt", "the prompt's version", card.prompt_version, PROMPT_VERSION)
    if served.max_rank is not None:
        yield Check(
            "rank",
            candidate.rank <= served.max_rank,
            f"rank {candidate.rank}; served up to {served.max_rank}"
            f" ({AssistantSettings.env_name('max_lora_rank')})",
            candidate.rank,
            served.max_rank,
        )
    yield _bound(candidate, served)
    if not card.data.startswith("clinic"):
        yield _held_out(candidate)


def _bound(candidate: Candidate, served: Served) -> Check:
    weights, base = candidate.weights, served.print
    of = [p for p in candidate.evaluation.models.values() if _is_of(p, weights)]
    where = candidate.evaluated.parent
    if not of:
        line = f"{where} is no evaluation of these weights; evaluate with --base and --adapter"
    elif of != [f"{base} {weights}"] * len(of):
        line = f"{where} evaluated it on another base than is served"
    elif not candidate.rows():
        line = f"{where} has no row of this adapter and a whole {candidate.card.task}"
    else:
        return Check("evaluation", True, "the evaluation is of these weights on this base")
    return Check("evaluation", False, line)


def _held_out(candidate: Candidate) -> Check:
    """Whether the cases were kept aside when it was trained: they are of the same pairs folder."""
    if candidate.evaluation.made_up:
        line = "it was evaluated on the demo clinic's cases; evaluate with your own --pairs"
    elif candidate.evaluation.pairs != [candidate.card.data_hash]:
        line = (
            "it was evaluated on other pairs than it was trained with, and a patient may stand in"
        )
        line += " both; evaluate with the same --pairs"
    else:
        return Check("cases", True, "the cases are the test set of the pairs it was trained with")
    return Check("cases", False, line)


def _is_of(print_: str, weights: str) -> bool:
    return print_.split(" ")[-1] == weights


def _same(name: str, what: str, trained: str, served: str) -> Check:
    if trained == served:
        return Check(name, True, f"{what}: trained on what is served")
    line = f"{what}: trained on {trained[:12]}, served is {served[:12]}"
    return Check(name, False, line)
