"""A comparison to read: what the differences say and don't say, tables in Markdown, and a plot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from finetune.compare import Question
from finetune.compare_run import CellResult, Result
from finetune.evaluation import ALL
from finetune.evaluation_report import plot_rows, report
from finetune.evaluation_tables import TOLD, cell, signed, table
from finetune.scorecard import Difference, Scores

_SAID = ("facts_right", "invented", "rouge1")
_IN_MATRIX = ("facts_right", "rouge1")
_DOES_NOT_SAY = {
    Question.LORA_VS_QLORA: "The base was quantised while training alone, and served as its folder"
    " has it: this tells what training in that precision costs, not serving in it.",
    Question.DATA: "All have the same number of steps: fewer examples are seen more often, and more"
    " examples would bear more steps.",
    Question.INSTITUTIONS: "All have the same number of steps: the adapter of all institutions saw"
    " fewer letters of each than that one's own adapter did.",
}
_DOES_NOT_SAY[Question.BITS] = _DOES_NOT_SAY[Question.LORA_VS_QLORA]


def comparison_report(result: Result) -> str:
    """Everything in Markdown, what it says first."""
    lines = [*says(result), _DOES_NOT_SAY[result.question], _ONE_RUN]
    if failed := sum(row.failed for row in result.evaluation.rows):
        again = "started again, this asks anew where that may help"
        lines.insert(0, f"{failed} prompts got no whole answer and count as they stand: {again}.")
    parts = ["\n".join(f"- {line}" for line in lines) + "\n", cells_table(result.cells)]
    if result.question is Question.INSTITUTIONS:
        parts += [matrix_table(result, name) for name in _IN_MATRIX]
    return "\n".join([*parts, report(result.evaluation)])


_ONE_RUN = (
    "Every adapter is one training run: how much another seed would change is not known from this."
)


def write_comparison(result: Result, folder: Path) -> None:
    """Writes JSON, Markdown and the plot, named after the question, into a folder."""
    path = folder / result.question
    path.with_suffix(".json").write_text(f"{result.model_dump_json(indent=2)}\n", encoding="utf-8")
    path.with_suffix(".md").write_text(comparison_report(result), encoding="utf-8")
    _plot(result, path)


def says(result: Result) -> list[str]:
    """A sentence a difference: how large it is, and whether its interval shows one at all."""
    evaluation, labels = result.evaluation, {c.name: c.label for c in result.cells}
    differences = evaluation.overall_differences
    if result.question is Question.INSTITUTIONS or not differences:
        differences = evaluation.differences
    return [
        f"{labels[each.first]} − {labels[each.second]}{_where(each)}, {each.trials} cases:"
        f" {_told(each)}."
        for each in differences
    ]


def cells_table(cells: Sequence[CellResult]) -> str:
    """What was trained, and what was not and why."""
    lines = [
        [each.name, each.label, each.left_out or "yes", "", "", "", ""]
        if each.left_out
        else [
            each.name,
            each.label,
            "yes",
            f"{each.steps:,}",
            f"{each.tokens:,}",
            f"{each.seconds / 60:.1f}",
            "" if each.dev_loss is None else f"{each.dev_loss:.4f}",
        ]
        for each in cells
    ]
    return table(["adapter", "is", "trained", "steps", "tokens", "minutes", "dev loss"], lines)


def matrix_table(result: Result, name: str) -> str:
    """Trained on, from above; tested on, from left."""
    rows = result.evaluation.rows
    columns = list(dict.fromkeys(_place(row) for row in rows))
    by_place = {(row.model, _place(row)): row for row in rows}
    lines = [
        [
            each.label,
            *(cell(row, name) if (row := by_place.get((each.name, c))) else "" for c in columns),
        ]
        for each in _trained(result)
    ]
    return table([f"{TOLD[name][0]}: trained on, tested on", *columns], lines)


def _told(each: Difference) -> str:
    if not each.measures:
        return "too few patients to tell"
    return "; ".join(
        f"{TOLD[name][0]} {signed(each, name)}, {_verdict(*each.measures[name][1:])}"
        for name in _SAID
        if name in each.measures
    )


def _verdict(low: float, high: float) -> str:
    if low > 0:
        return "higher"
    return "lower" if high < 0 else "no difference shown"


def _where(each: Difference) -> str:
    return "" if each.language == ALL else f" on {_place(each)}"


def _place(row: Scores | Difference) -> str:
    """What was asked for."""
    if row.language == ALL:
        return ALL
    return " ".join(filter(None, [row.institution, row.language]))


def _trained(result: Result) -> list[CellResult]:
    return [each for each in result.cells if not each.left_out]


def _plot(result: Result, path: Path) -> None:
    evaluation = result.evaluation
    match result.question:
        case Question.DATA:
            _plot_curve(result, path)
        case Question.INSTITUTIONS:
            for name in _IN_MATRIX:
                _plot_matrix(result, name, path.with_name(f"{path.name}-{name.replace('_', '-')}"))
        case _:
            plot_rows([*evaluation.rows, *evaluation.overall], path)


def _plot_curve(result: Result, path: Path) -> None:
    from finetune.plots import Curve, plot_curves

    places = {each.name: each.x for each in result.cells}
    rows = [*result.evaluation.rows, *result.evaluation.overall]
    curves: list[Curve] = []
    for place in dict.fromkeys(_place(row) for row in rows):
        own = sorted(
            (row for row in rows if _place(row) == place and row.facts_right is not None),
            key=lambda row: places[row.model],
        )
        bands = [row.intervals.get("facts_right") for row in own]
        known = [band for band in bands if band is not None]
        curves.append(
            Curve(
                place,
                [places[row.model] for row in own],
                [row.facts_right or 0.0 for row in own],
                known if len(known) == len(own) else None,
            )
        )
    title = "Facts right by examples learned from"
    plot_curves(path, title, "examples", "facts right", curves, log_x=True)


def _plot_matrix(result: Result, name: str, path: Path) -> None:
    from finetune.plots import plot_matrix

    rows = result.evaluation.rows
    columns = list(dict.fromkeys(_place(row) for row in rows))
    values = {(row.model, _place(row)): getattr(row, name) for row in rows}
    trained = _trained(result)
    plot_matrix(
        path,
        f"{TOLD[name][0]}: trained on (left), tested on (below)",
        [each.label for each in trained],
        columns,
        [[values.get((each.name, column)) for column in columns] for each in trained],
    )
