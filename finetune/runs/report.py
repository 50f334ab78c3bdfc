"""report.html in a training's folder: written when it ends, and anew when one asks for it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from finetune.evaluation import Evaluation
from finetune.plots import Curve, plot_curves
from finetune.runs.folders import Run, read_run
from finetune.runs.history import Point, thinned
from finetune.runs.report_html import report_html
from finetune.runs.samples import mean_share, steps_of
from index.errors import TrainingError

FILE = "report.html"
_EVALUATION = "evaluation.json"
_MOST = 400
"""Points of a curve."""


def write_report(folder: Path, evaluation: Path | None = None) -> Path:
    """Reads a training's folder and writes its report there, over one that is there already.

    Args:
        folder: of the training.
        evaluation: a folder that `finetune evaluate --out` wrote; without it the training's own
            folder, or `evaluation` in it, if there is one there.

    Raises:
        TrainingError: no training, no evaluation, or the report can't be written.
    """
    run = read_run(folder)
    found = _evaluation(folder, evaluation)
    figures, plot = found or (None, None)
    html = report_html(run, _plots(run), figures, plot)
    path = folder / FILE
    part = path.with_suffix(".part")
    try:
        part.write_text(html, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise TrainingError(
            f"{path} can't be written: {error.strerror}.",
            "Make room, or make it writable; `epikrise finetune report` writes it then.",
        ) from error
    return path


def _evaluation(folder: Path, given: Path | None) -> tuple[Evaluation, bytes | None] | None:
    places = [given] if given else [folder, folder / "evaluation"]
    place = next((each for each in places if (each / _EVALUATION).is_file()), None)
    if place is None:
        if given is None:
            return None
        raise TrainingError(
            f"There is no evaluation in {given}.",
            "Name a folder that `epikrise finetune evaluate --out` has written.",
        )
    plot = place / "evaluation.svg"
    try:
        evaluation = Evaluation.model_validate_json((place / _EVALUATION).read_bytes())
        return evaluation, plot.read_bytes() if plot.is_file() else None
    except (OSError, ValidationError) as error:
        raise TrainingError(
            f"{place / _EVALUATION} can't be read.",
            "`epikrise finetune evaluate --rescore` writes it anew.",
        ) from error


def _plots(run: Run) -> dict[str, bytes]:
    history = run.history
    facts = [
        (float(step), share)
        for step in steps_of(run.samples)
        if (share := mean_share([each for each in run.samples if each.step == step])) is not None
    ]
    charts: dict[str, tuple[str, dict[str, Sequence[Point]]]] = {
        "Loss": ("nats a token", {"training": history.loss, "development": history.dev_loss}),
        "Facts right in the samples": ("share", {"samples": facts}),
        "Pace": ("tokens a second", {"training": history.pace}),
        "Learning rate": ("", {"learning rate": history.rate}),
    }
    with tempfile.TemporaryDirectory() as folder:
        return {
            title: plot_curves(Path(folder, str(number)), title, "step", unit, _curves(lines))[
                1
            ].read_bytes()
            for number, (title, (unit, lines)) in enumerate(charts.items())
            if any(lines.values())
        }


def _curves(lines: dict[str, Sequence[Point]]) -> list[Curve]:
    thin = {name: thinned(points, _MOST) for name, points in lines.items() if points}
    return [
        Curve(name, [x for x, _ in points], [y for _, y in points]) for name, points in thin.items()
    ]
