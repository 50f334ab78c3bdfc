"""A comparison from start to end: what is missing is trained, then all are asked the same.

    FOLDER/cells/NAME/                   an adapter each, see `finetune.compare_cells`
    FOLDER/evaluation/                   every answer, see `finetune.answers`
    FOLDER/QUESTION.json, .md, .png …    what came of it, see `finetune.compare_report`

Comparisons in one folder share cells and answers. Started again, one does what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from finetune.card import Card
from finetune.compare import Cell, Comparison, Question
from finetune.compare_cells import Train, is_trained, prepared
from finetune.evaluation import Evaluation
from index.errors import TrainingError
from index.locks import holding

Evaluate = Callable[[Mapping[str, Path], Path], Evaluation]
"""Takes the adapters' folders by served name, the first to be held against, and where the answers
are kept."""


class CellResult(BaseModel):
    """What became of a cell.

    Attributes:
        name: as it is served.
        label: for a reader.
        x: where it stands on a curve's axis.
        left_out: why it could not be trained; empty where it was.
        steps, tokens, seconds: of its training.
        dev_loss: on its own data, nats an answer token.
    """

    name: str
    label: str
    x: float = 0.0
    left_out: str = ""
    steps: int = 0
    tokens: int = 0
    seconds: float = 0.0
    dev_loss: float | None = None


class Result(BaseModel):
    """A comparison and all of its figures."""

    question: Question
    cells: list[CellResult]
    evaluation: Evaluation


def compare(
    comparison: Comparison,
    config: str,
    shared: Mapping[str, Any],
    folder: Path,
    train: Train,
    evaluate: Evaluate,
    say: Callable[[str], None],
) -> Result:
    """Trains what is missing, and asks every adapter for the same cases.

    Args:
        comparison: what is held against what.
        config: of all cells, as `load_config` takes it.
        shared: changes of it that all cells have, by dotted path.
        folder: of the comparison.
        train: trains a cell.
        evaluate: asks the adapters.
        say: takes a line now and then.

    Raises:
        TrainingError: no cell could be trained, one was trained with other settings, or another
            comparison is writing the folder.
        ModelError: the adapters can't be served.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"{folder} can't be made: {error.strerror}.", "Give --out.") from error
    with holding(folder / "lock") as free:
        if not free:
            raise TrainingError(f"Another comparison is writing {folder}.", "Wait for it.")
        paths = {cell.name: folder / "cells" / cell.name for cell in comparison.cells}
        # All of them before the first hour is spent on one.
        files = [
            prepared(config, {**shared, **cell.changes}, paths[cell.name])
            for cell in comparison.cells
        ]
        cells: list[CellResult] = []
        for cell, file in zip(comparison.cells, files, strict=True):
            reason = "" if is_trained(file.parent) else train(file, say)
            if reason:
                say(f"{cell.name} is left out: {reason}")
            cells.append(_result(cell, file.parent, reason))
        trained = {cell.name: paths[cell.name] for cell in cells if not cell.left_out}
        if not trained:
            raise TrainingError(f"No adapter could be trained. {cells[0].left_out}")
        evaluation = evaluate(trained, folder / "evaluation")
    return Result(question=comparison.question, cells=cells, evaluation=evaluation)


def _result(cell: Cell, folder: Path, reason: str) -> CellResult:
    result = CellResult(name=cell.name, label=cell.label, x=cell.x, left_out=reason)
    if reason:
        return result
    card = Card.model_validate_json((folder / "card.json").read_text(encoding="utf-8"))
    return result.model_copy(
        update={
            "steps": card.steps,
            "tokens": card.tokens,
            "seconds": card.seconds,
            "dev_loss": card.final_dev_loss,
        }
    )
