"""The tables of an evaluation, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from finetune.answers import arm
from finetune.evaluation import ALL
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


TOLD: dict[str, tuple[str, _Writes]] = {
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


def markdown(rows: Sequence[Scores]) -> str:
    """One row a model and language, then facts by kind and by form of case, and changes made."""
    return "\n".join(filter(None, [first_table(rows), kinds_table(rows)]))


def first_table(rows: Sequence[Scores]) -> str:
    """What is looked at first, a row a model and language."""
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
            cell(r, "facts_right"),
            cell(r, "in_place"),
            cell(r, "invented") + (f", {r.leaked} leaked" if r.leaked else ""),
            *(_plain(r, name) for name in ("stopped", "sections", "exact")),
            " / ".join(_plain(r, name) for name in ("rouge1", "rouge2", "rouge_l")),
            _plain(r, "tokens"),
        ]
        for r in rows
    ]
    return table(head, lines)


def kinds_table(rows: Sequence[Scores]) -> str:
    """What was right by kind, a column a row of the first table."""
    titles = [arm(" ".join(_named(row, rows)), row.exemplars) for row in rows]
    counted = {
        "fact": [row.facts for row in rows],
        "case written as": [row.forms for row in rows],
        "change asked for": [row.changes for row in rows],
    }
    tables: list[str] = []
    for name, columns in counted.items():
        kinds = sorted({kind for column in columns for kind in column})
        cells = [[column.get(kind) for column in columns] for kind in kinds]
        lines = [
            [kind, *(f"{count[0]} of {count[1]}" if count else "" for count in row)]
            for kind, row in zip(kinds, cells, strict=True)
        ]
        tables += [table([name, *titles], lines)] * bool(lines)
    return "\n".join(tables)


def second_table(rows: Sequence[Scores]) -> str:
    """What the check says of the answers, and how sure the rest is."""
    head = [*_names(rows), "examples", *(TOLD[name][0] for name in _MORE), "length", "seconds"]
    lines = [
        [
            *_named(row, rows),
            str(row.exemplars),
            *(cell(row, name) for name in _MORE),
            _plain(row, "length"),
            _plain(row, "seconds"),
        ]
        for row in rows
    ]
    return table(head, lines)


def difference_table(differences: Sequence[Difference]) -> str:
    """How rows differ on the same cases; empty where there are too few patients to tell."""
    known = [each for each in differences if each.measures]
    if not known:
        return ""
    told = [name for name in _COMPARED if any(name in each.measures for each in known)]
    institutions = _several(each.institution for each in known)
    head = ["difference", "task", "language", *(["institution"] * institutions), "cases"]
    lines = [
        [
            f"{each.first} − {each.second}",
            *(each.task, each.language, *([each.institution] * institutions), str(each.trials)),
            *(signed(each, name) for name in told),
        ]
        for each in known
    ]
    return table([*head, *(TOLD[name][0] for name in told)], lines)


def signed(each: Difference, name: str) -> str:
    """The difference and its interval, with signs; empty where it is not known."""
    found = each.measures.get(name)
    if found is None:
        return ""
    write = TOLD[name][1]
    value, low, high = (f"{'+' * (end > 0)}{write(end)}" for end in found)
    return f"{value} ({low} to {high})"


def _names(rows: Sequence[Scores]) -> list[str]:
    several = _several(row.institution for row in rows)
    return ["model", "task", "language", *(["institution"] * several)]


def _several(institutions: Iterable[str]) -> bool:
    """Of one alone a column says nothing."""
    return len({*institutions} - {ALL}) > 1


def _named(row: Scores, rows: Sequence[Scores]) -> list[str]:
    return [row.model, row.task, row.language, *([row.institution] * (len(_names(rows)) > 3))]


def _plain(row: Scores, name: str) -> str:
    value: float | None = getattr(row, name)
    return "" if value is None else TOLD[name][1](value)


def cell(row: Scores, name: str) -> str:
    """The figure and its interval."""
    ends = row.intervals.get(name)
    if not ends or ends[0] == ends[1]:
        return _plain(row, name)
    low, high = map(TOLD[name][1], ends)
    return f"{_plain(row, name)} ({low.removesuffix('%')} to {high})"


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    rows = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *rows]) + "\n"
