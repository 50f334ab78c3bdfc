"""The bars of the settings, held against the rows of an evaluation. Pure.

What must be high is judged by the lower end of its 95% interval, what must be low by the upper one:
a small sample has to show more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from finetune.answers import arm
from finetune.evaluation_tables import TOLD
from finetune.promotion.verdict import Check
from finetune.scorecard import Scores
from finetune.settings import FinetuneSettings


@dataclass(frozen=True)
class _Bar:
    """
    Attributes:
        measure: of `Scores`.
        setting: holds the bar.
        least: the figure must not be below the bar; else not above.
        each: it is counted once an answer. Where all n answers are without a fault, the bootstrap
            has no width, and the rule of three stands in for it: up to 3 / n may have one.
    """

    measure: str
    setting: str
    least: bool
    each: bool


_BARS = (
    _Bar("facts_right", "bar_facts_right", least=True, each=False),
    _Bar("sections", "bar_sections", least=True, each=True),
    _Bar("stopped", "bar_stopped", least=True, each=True),
    _Bar("wrong", "bar_wrong", least=False, each=True),
    _Bar("invented", "bar_invented", least=False, each=False),
    _Bar("leaked", "bar_leaked", least=False, each=True),
)


def check_bars(
    rows: Sequence[Scores], settings: FinetuneSettings, *, examples: bool
) -> Iterator[Check]:
    """One check a row and bar.

    Args:
        rows: the adapter's, of its task, without those of changes to a draft.
        settings: the bars.
        examples: the product shows example letters, so rows with and without them are wanted.
    """
    languages = settings.bar_languages or tuple(dict.fromkeys(row.language for row in rows))
    for language in languages:
        own = [row for row in rows if row.language == language]
        if not any(row.exemplars == 0 for row in own):
            yield Check(
                "rows", False, f"{language}: no letters without examples; evaluate with --grid"
            )
        if examples and not any(row.exemplars for row in own):
            line = f"{language}: no letters with examples, as the product sends them;"
            yield Check("rows", False, f"{line} evaluate with --grid")
        for row in own:
            yield from _row(row, settings)


def _row(row: Scores, settings: FinetuneSettings) -> Iterator[Check]:
    name = ", ".join(filter(None, [arm(row.language, row.exemplars), row.institution]))
    few = row.patients < settings.bar_patients
    line = f"{name}: {row.patients} patients; the bar is {settings.bar_patients}"
    yield Check("patients", not few, line, row.patients, settings.bar_patients)
    for bar in _BARS:
        # A letter's parts are a letter's alone, and what was not shown can't leak.
        nothing = bar.measure == "sections" and row.task != "letter"
        if nothing or (bar.measure == "leaked" and not row.exemplars):
            continue
        yield _held(name, row, bar, getattr(settings, bar.setting))


def _held(name: str, row: Scores, bar: _Bar, limit: float) -> Check:
    title, write = ("leaked a letter", "{:.2f}".format)
    if bar.measure in TOLD:
        title, write = TOLD[bar.measure]
    value = _value(row, bar.measure)
    if value is None:
        return Check(bar.measure, False, f"{name}: {title}: nothing could be counted")
    end = _end(row, bar, value)
    passed = end >= limit if bar.least else end <= limit
    side = "lower" if bar.least else "upper"
    told = f"{name}: {title} {write(value)}, at the {side} end {write(end)}; the bar is"
    return Check(bar.measure, passed, f"{told} {write(limit)}", end, limit)


def _value(row: Scores, measure: str) -> float | None:
    if measure == "leaked":
        return row.leaked / row.trials
    value: float | None = getattr(row, measure)
    return value


def _end(row: Scores, bar: _Bar, value: float) -> float:
    """The end of the interval that counts."""
    ends = row.intervals.get(bar.measure, (value, value))
    end = ends[0] if bar.least else ends[1]
    faultless = value == (1 if bar.least else 0)
    if not (bar.each and faultless and row.patients):
        return end
    rule_of_three = min(1.0, 3 / row.patients)
    return 1 - rule_of_three if bar.least else rule_of_three
