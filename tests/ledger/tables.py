"""The figures as text: the table, the most frequent false alarms, the missed examples."""

from __future__ import annotations

from collections import Counter

from .figures import Report
from .template import Span


def table(report: Report) -> str:
    """The figures as Markdown, and the most frequent false alarms."""
    lines = ["| kind | lang | n | recall | precision |", "|---|---|--:|--:|--:|"]
    lines += [
        f"| {row.kind} | {row.language} | {len(row.judged)}"
        f" | {row.recall:.2f} | {row.precision:.2f} |"
        for row in report.rows
    ]
    every = [one for row in report.rows for one in row.judged]
    right, false = sum(len(one.right) for one in every), sum(len(one.false) for one in every)
    found = sum(one.found for one in every)
    lines += [
        f"| all | | {len(every)} | {found / len(every):.3f}"
        f" | {right / max(1, right + false):.3f} |",
        "",
        "| true letters | lang | n | false alarms a letter | letters with one | omitted a letter |",
        "|---|---|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {row.name} | {row.language} | {row.letters} | {row.per_letter:.2f} | {row.alarmed}"
        f" | {row.omitted / row.letters:.2f} |"
        for row in report.true_rows
    ]
    texts: Counter[str] = sum((row.texts for row in report.true_rows), Counter[str]())
    lines += ["", "Most frequent false alarms on true letters:"]
    lines += [f"{count:5}  {text}" for text, count in texts.most_common(10)]
    texts = Counter(text for one in every for text in one.false)
    lines += ["", "Most frequent false alarms on wrong letters:"]
    lines += [f"{count:5}  {text}" for text, count in texts.most_common(10)]
    for what, below in (
        ("recall", report.missed()),
        ("precision", report.noisy()),
        ("alarms on true letters", report.alarmed()),
    ):
        lines += ["", f"Not at the goal in {what} ({len(below)}): {', '.join(below) or 'none'}"]
    return "\n".join(lines)


def shown(report: Report, kind: str, most: int = 20) -> str:
    """The missed examples of a kind, and the false alarms of its letters."""
    judged = report.joined(kind).judged
    missed = [one.wrong for one in judged if not one.found]
    lines = [f"{kind}: {len(missed)} of {len(judged)} missed"]
    for wrong in missed[:most]:
        lines += ["", f"[{wrong.language}, {wrong.form}] {wrong.was}"]
        lines += [f"  letter: {around(wrong.letter, span)}" for span in wrong.spans]
        lines += [f"  case:   {around(wrong.case, span)}" for span in wrong.missing]
    texts = Counter(text for one in judged for text in one.false)
    lines += ["", "False alarms:", *(f"{n:5}  {text}" for text, n in texts.most_common(most))]
    return "\n".join(lines)


def shown_true(report: Report, most: int = 60) -> str:
    """The alarms on letters without an error, in their sentences."""
    examples = [f"{row.name}, {text}" for row in report.true_rows for text in row.examples]
    return "\n".join([f"{len(examples)} false alarms on true letters", *examples[:most]])


def around(text: str, span: Span, reach: int = 70) -> str:
    start, end = span
    before, after = text[max(0, start - reach) : start], text[end : end + reach]
    return " ".join(f"{before}>>>{text[start:end]}<<<{after}".split())
