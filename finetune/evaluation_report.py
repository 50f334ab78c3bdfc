"""An evaluation to read: tables in Markdown with the small print, and a plot.

FOLDER/evaluation.json, evaluation.md, evaluation.png, evaluation.svg
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from finetune.answers import arm
from finetune.evaluation import Evaluation
from finetune.scorecard import Difference, Scores

_Writes = Callable[[float], str]


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _round_percent(value: float) -> str:
    return f"{value:.0%}"


def _hundredths(value: float) -> str:
    return f"{value:.2f}"


def _whole(value: float) -> str:
    return f"{value:.0f}"


_TOLD: dict[str, tuple[str, _Writes]] = {
    "facts_right": ("facts right", _percent),
    "in_place": ("in place", _percent),
    "invented": ("invented", _percent),
    "carried": ("carried", _percent),
    "wrong": ("wrong a letter", _hundredths),
    "omitted": ("omitted a letter", _hundredths),
    "stopped": ("stopped", _round_percent),
    "sections": ("all parts", _round_percent),
    "exact": ("word for word", _round_percent),
    "rouge1": ("ROUGE-1", _hundredths),
    "rouge2": ("ROUGE-2", _hundredths),
    "rouge_l": ("ROUGE-L", _hundredths),
    "chrf": ("chrF", _hundredths),
    "length": ("length", _hundredths),
    "tokens": ("tokens", _whole),
    "seconds": ("seconds", "{:.1f}".format),
}
"""What a measure is called, and how it is written."""

_MORE = ("carried", "wrong", "omitted", "stopped", "sections", "rouge1", "rouge_l", "chrf")
_COMPARED = (
    "facts_right",
    "in_place",
    "invented",
    "wrong",
    "omitted",
    "sections",
    "rouge1",
    "chrf",
)
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
        markdown(evaluation.rows),
        _second_table(evaluation.rows),
        _difference_table(evaluation.differences),
        small_print(evaluation),
    ]
    return "\n".join(part for part in parts if part)


def write_report(evaluation: Evaluation, folder: Path) -> None:
    """Writes JSON, Markdown and the plot into a folder."""
    text = evaluation.model_dump_json(indent=2)
    (folder / "evaluation.json").write_text(f"{text}\n", encoding="utf-8")
    (folder / "evaluation.md").write_text(report(evaluation), encoding="utf-8")
    _plot(evaluation.rows, folder / "evaluation")


def markdown(rows: Sequence[Scores]) -> str:
    """One row a model and language, then facts by kind and by form of case, and changes made."""
    head = [
        *_names(rows),
        *("cases", "examples", "facts right", "in place", "invented", "stopped", "all parts"),
        *("word for word", "ROUGE-1 / 2 / L", "tokens"),
    ]
    lines = [
        [
            *_named(r, rows),
            f"{r.trials} ({r.failed} failed)" if r.failed else str(r.trials),
            str(r.exemplars),
            _cell(r, "facts_right"),
            _cell(r, "in_place"),
            _cell(r, "invented") + (f", {r.leaked} leaked" if r.leaked else ""),
            _plain(r, "stopped"),
            _plain(r, "sections"),
            _plain(r, "exact"),
            f"{_plain(r, 'rouge1')} / {_plain(r, 'rouge2')} / {_plain(r, 'rouge_l')}",
            _plain(r, "tokens"),
        ]
        for r in rows
    ]
    titles = [" ".join(_named(row, rows)) + _with_examples(row) for row in rows]
    counted = {
        "fact": [row.facts for row in rows],
        "case written as": [row.forms for row in rows],
        "change asked for": [row.changes for row in rows],
    }
    tables = [_table(head, lines)]
    for name, columns in counted.items():
        kinds = sorted({kind for column in columns for kind in column})
        cells = [[column.get(kind) for column in columns] for kind in kinds]
        if kinds:
            body = [
                [kind, *(f"{c[0]} of {c[1]}" if c else "" for c in row)]
                for kind, row in zip(kinds, cells, strict=True)
            ]
            tables.append(_table([name, *titles], body))
    return "\n".join(tables)


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
        "A share of 0% or 100% gets no width this way; with n cases up to 3 / n"
        f" ({min(1.0, 3 / fewest):.0%} for {fewest}) is still likely.",
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


def _second_table(rows: Sequence[Scores]) -> str:
    head = [*_names(rows), "examples", *(_TOLD[name][0] for name in _MORE), "length", "seconds"]
    lines = [
        [
            *_named(row, rows),
            str(row.exemplars),
            *(_cell(row, name) for name in _MORE),
            _plain(row, "length"),
            _plain(row, "seconds"),
        ]
        for row in rows
    ]
    return _table(head, lines)


def _difference_table(differences: Sequence[Difference]) -> str:
    known = [each for each in differences if each.measures]
    if not known:
        return ""
    told = [name for name in _COMPARED if any(name in each.measures for each in known)]
    institutions = any(each.institution for each in known)
    head = ["difference", "task", "language", *(["institution"] * institutions), "cases"]
    lines = [
        [
            f"{each.first} − {each.second}",
            *(each.task, each.language, *([each.institution] * institutions), str(each.trials)),
            *(_signed(each, name) for name in told),
        ]
        for each in known
    ]
    return _table([*head, *(_TOLD[name][0] for name in told)], lines)


def _signed(each: Difference, name: str) -> str:
    found = each.measures.get(name)
    if found is None:
        return ""
    write = _TOLD[name][1]
    value, low, high = (f"{'+' * (end > 0)}{write(end)}" for end in found)
    return f"{value} ({low} to {high})"


def _names(rows: Sequence[Scores]) -> list[str]:
    return ["model", "task", "language", *(["institution"] * any(r.institution for r in rows))]


def _named(row: Scores, rows: Sequence[Scores]) -> list[str]:
    return [row.model, row.task, row.language, *([row.institution] * (len(_names(rows)) > 3))]


def _with_examples(row: Scores) -> str:
    return arm("", row.exemplars)


def _plain(row: Scores, name: str) -> str:
    value: float | None = getattr(row, name)
    return "" if value is None else _TOLD[name][1](value)


def _cell(row: Scores, name: str) -> str:
    """The figure and its interval."""
    ends = row.intervals.get(name)
    if not ends:
        return _plain(row, name)
    low, high = map(_TOLD[name][1], ends)
    return f"{_plain(row, name)} ({low.removesuffix('%')} to {high})"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *rows]) + "\n"


def _plot(rows: Sequence[Scores], path: Path) -> None:
    from finetune.plots import Bars, Chart, plot_bars

    labels = list(dict.fromkeys(_label(row) for row in rows))
    arms = list(dict.fromkeys(arm(row.model, row.exemplars) for row in rows))
    by_place = {(arm(row.model, row.exemplars), _label(row)): row for row in rows}

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
            Chart(_TOLD[name][0], labels, [bars(name, model) for model in arms], top)
            for name, top in told
        ],
    )


def _label(row: Scores) -> str:
    return "\n".join(filter(None, [f"{row.task}, {row.language}", row.institution]))
