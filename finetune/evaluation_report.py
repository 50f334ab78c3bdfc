"""An evaluation to read: tables in Markdown with the small print, and a plot.

FOLDER/evaluation.json, evaluation.md, evaluation.png, evaluation.svg
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from finetune.answers import arm
from finetune.evaluation import ALL, Evaluation
from finetune.evaluation_tables import (
    TOLD,
    difference_table,
    first_table,
    kinds_table,
    second_table,
)
from finetune.scorecard import Scores

_PLOTTED = (
    ("facts_right", 1.0),
    ("in_place", 1.0),
    ("sections", 1.0),
    ("rouge1", 1.0),
    ("invented", None),
    ("omitted", None),
)


def report(evaluation: Evaluation) -> str:
    """All tables and what they don't say, in Markdown."""
    parts = [
        first_table([*evaluation.rows, *evaluation.overall]),
        second_table([*evaluation.rows, *evaluation.overall]),
        difference_table([*evaluation.differences, *evaluation.overall_differences]),
        small_print(evaluation),
        kinds_table(evaluation.rows),
    ]
    return "\n".join(part for part in parts if part)


def write_report(evaluation: Evaluation, folder: Path) -> None:
    """Writes JSON, Markdown and the plot into a folder."""
    text = evaluation.model_dump_json(indent=2)
    (folder / "evaluation.json").write_text(f"{text}\n", encoding="utf-8")
    (folder / "evaluation.md").write_text(report(evaluation), encoding="utf-8")
    plot_rows(evaluation.rows, folder / "evaluation")


def small_print(evaluation: Evaluation) -> str:
    """What the figures cover and what they don't."""
    rows = evaluation.rows
    fewest, most = min(r.trials for r in rows), max(r.trials for r in rows)
    patients = sum(r.patients for r in rows) != sum(r.trials for r in rows)
    count = str(most) if fewest == most else f"{fewest} to {most}"
    lines = [
        f"{count} cases a row"
        + (f" of {min(r.patients for r in rows)} patients or more" if patients else "")
        + ", greedy answers.",
        f"In brackets: {evaluation.level:.0%} intervals, bootstrap over patients"
        f" ({evaluation.resamples:,} resamples). They cover which patients were drawn. They don't"
        " cover another training run, another archive, other prompts, or what the check and the"
        " rules behind these figures miss.",
        "A share of 0% or 100% gets none this way: with n cases it may be off by 3 / n"
        f" ({min(1.0, 3 / fewest):.0%} with {fewest}).",
    ]
    if evaluation.differences:
        lines.append(
            "Differences are on the same cases. An interval that holds 0 shows no difference; of 20"
            " such intervals about one misses 0 by chance alone."
        )
    if evaluation.made_up:
        lines.append(
            "The demo clinic, its patients and letters are made up, by the same rules as what its"
            " model was trained on: these figures say nothing about real letters."
        )
    else:
        lines.append(
            "Facts are those that the check finds in the clinic's own letter and in the case; what"
            " a letter took from elsewhere is not asked for. Example letters that a pair does not"
            " have itself are drawn at random from train.jsonl, while the product looks for like"
            " ones."
        )
    if any(row.failed for row in rows):
        lines.append("Failed are prompts without a whole answer; they count as they stand.")
    return "\n".join(f"- {line}" for line in lines) + "\n"


def plot_rows(rows: Sequence[Scores], path: Path) -> None:
    """Bars of what is read first: a colour a model, a group of bars a language and institution."""
    from finetune.plots import Bars, Chart, plot_bars

    several = len({row.institution for row in rows} - {ALL}) > 1
    shown = [_label(row, several=several) for row in rows]
    labels = list(dict.fromkeys(shown))
    arms = list(dict.fromkeys(arm(row.model, row.exemplars) for row in rows))
    by_place = {
        (arm(row.model, row.exemplars), label): row for row, label in zip(rows, shown, strict=True)
    }

    def bars(name: str, model: str) -> Bars:
        own = [by_place.get((model, label)) for label in labels]
        return Bars(
            model,
            [None if row is None else getattr(row, name) for row in own],
            [None if row is None else row.intervals.get(name) for row in own],
        )

    told = [each for each in _PLOTTED if any(getattr(r, each[0]) is not None for r in rows)]
    plot_bars(
        path,
        [
            Chart(TOLD[name][0], labels, [bars(name, model) for model in arms], top)
            for name, top in told
        ],
    )


def _label(row: Scores, *, several: bool) -> str:
    return "\n".join([f"{row.task}, {row.language}", *([row.institution] * several)])
