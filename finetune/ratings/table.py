"""A round's figures as tables for people, and its ratings as a table for statistics programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from finetune.ratings.agreement import Agreement, Interval
from finetune.ratings.instrument import DIMENSIONS, Item
from finetune.ratings.records import Rating, Round
from finetune.ratings.report import OVERALL, ModelRow, Report, codes_of
from finetune.ratings.statistics import Estimate

_NONE = "–"
_NOTES = (
    "In brackets: 95% intervals, by bootstrap over cases. Differences: the same raters on the same"
    " cases. ICC(2,1): how far one rater can be relied on; ICC(2,k): the mean of all; ICC(3,1):"
    " without regard to strictness."
)


def markdown(report: Report, items: Sequence[Item]) -> str:
    """Models by dimensions, their differences, how far raters agree, and who rated how much."""
    parts = [
        f"Round {report.round}: {report.drafts} drafts of {len(report.models)} models,"
        f" {report.cases} cases.",
        _means(report, DIMENSIONS, {OVERALL: "Mean of the four"}),
    ]
    if more := [item for item in items if item not in DIMENSIONS]:
        parts.append(_means(report, more, {}))
    if report.differences:
        parts.append(_differences(report, items))
    if len(report.raters) > 1:
        parts.append(_agreement(report.agreement, items))
    parts += [_raters(report), _NOTES]
    return "\n\n".join(parts)


def csv_text(round_: Round, ratings: Sequence[Rating]) -> str:
    """A row for each draft that a rater began; raters by code, `NA` for "does not apply"."""
    names = [item.name for item in round_.items]
    codes = codes_of(ratings)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["round", "rater", "case_id", "model", *names, "comment", "at"])
    for each in ratings:
        scores = ["NA" if (s := each.scores.get(name, "")) is None else s for name in names]
        writer.writerow(
            [
                *(round_.name, codes[each.rater], each.case_id, each.model),
                *(*scores, each.comment, each.at),
            ]
        )
    return text.getvalue()


def _means(report: Report, items: Sequence[Item], more: dict[str, str]) -> str:
    titles = {item.name: item.title for item in items} | more

    def row(each: ModelRow) -> list[str]:
        return [each.model, str(each.cases), *(_told(each.means[name]) for name in titles)]

    return _table(["Model", "Cases rated", *titles.values()], map(row, report.models))


def _differences(report: Report, items: Sequence[Item]) -> str:
    titles = {item.name: item.title for item in items} | {OVERALL: "Mean of the four"}
    rows: dict[str, dict[str, str]] = {}
    for each in report.differences:
        # A minus would be read into names such as `letters + 2 examples`.
        row = rows.setdefault(f"{each.model} against {each.other}", {})
        row[each.item] = _told(each.estimate, "+.2f")
    return _table(
        ["Difference", *titles.values()],
        ([name, *(row.get(item, _NONE) for item in titles)] for name, row in rows.items()),
    )


def _agreement(agreements: Sequence[Agreement], items: Sequence[Item]) -> str:
    def row(each: Agreement, item: Item) -> list[str]:
        alpha = _NONE if each.alpha is None else f"{each.alpha:.2f}"
        if each.icc is None:
            return [item.title, alpha, _NONE, _NONE, _NONE, _NONE]
        of = f"{each.icc.raters} raters, {each.icc.drafts} drafts"
        told = (_interval(each.icc.single), _interval(each.icc.average))
        return [item.title, alpha, *told, f"{each.icc.consistency:.2f}", of]

    head = ["Agreement", "Krippendorff's alpha", "ICC(2,1)", "ICC(2,k)", "ICC(3,1)", "ICC from"]
    return _table(head, map(row, agreements, items))


def _raters(report: Report) -> str:
    if not report.raters:
        return "Nobody has rated yet."
    lines = [
        f"- {each.code} {each.name}: {each.complete} of {report.drafts} drafts rated"
        + (f", {each.begun - each.complete} begun" if each.begun > each.complete else "")
        for each in report.raters
    ]
    by = [
        f"{drafts} by {raters} {'rater' if raters == 1 else 'raters'}"
        for raters, drafts in report.rated_by.items()
    ]
    left = report.drafts - sum(report.rated_by.values())
    lines.append(f"- Drafts rated: {', '.join([*by, *[f'{left} by nobody'] * bool(left)])}")
    return "\n".join(lines)


def _told(estimate: Estimate | None, form: str = ".2f") -> str:
    if estimate is None:
        return _NONE
    mean = f"{estimate.mean:{form}}"
    if estimate.low is None or estimate.high is None:
        return mean
    return f"{mean} [{estimate.low:{form}}, {estimate.high:{form}}]"


def _interval(interval: Interval) -> str:
    return f"{interval.value:.2f} [{interval.low:.2f}, {interval.high:.2f}]"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (head, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in cells]
    return "\n".join([lines[0], "|---" * len(head) + "|", *lines[1:]])
