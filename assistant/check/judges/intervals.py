"""Intervals: how long something took, lies before or after something, or is planned ahead."""

from __future__ import annotations

import re

from assistant.check.contexts import context, contexts_of
from assistant.check.fact import Fact, FactKind, Status
from assistant.check.judges.ages import age
from assistant.check.judges.ahead import AHEAD, is_ahead, to_appointment
from assistant.check.judges.direction import direction, other_way
from assistant.check.judges.durations import TREATMENT, between_dates, of_period, treatment_days
from assistant.check.judges.manner import plans
from assistant.check.judges.reckoning import reckoned
from assistant.check.judges.roles import of_role
from assistant.check.judges.verdict import (
    NOT_THERE,
    Verdict,
    changed,
    hedged,
    supported,
)
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.units import in_days

_LASTS = re.compile(
    r"\b(?:after|before|later|earlier|prior|since|over|within|for|during|lasting|took"
    r"|nach|vor|später|zuvor|seit|über|lang|während|innerhalb|dauer\w*)\b",
    re.IGNORECASE,
)
_GROWN = 15
_EVERY = re.compile(
    r"\b(?:every|alle|jede\w*|q\d+\w*)\b|\bq\s?\d|(?:ly|lich\w*)$|interval", re.IGNORECASE
)
_PLAIN = 110
"""Characters of a sentence that says little else."""
_SCALE = 8
"""More than weeks for days; of what is further apart, the two are of something else."""
_SHARE = 0.5
"""Of what the case says around an interval, the part that the draft has too."""


def interval(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """An interval against the case's, or the time between two of its dates.

    Rounded as people round: "six weeks" are 42 days, more or less; "about" allows more.
    """
    amount, _, unit = fact.value.partition(" ")
    if amount == "1" and fact.text[0] in "aeAE":
        return None  # "a day", "einen Tag"
    days = in_days(fact.value)
    exact = {"days": 0.5, "weeks": 1.0}.get(unit, 0.04 * days)
    slack = 0.15 * days if hedged(fact, draft) else exact
    if broken := of_period(fact, days, unit, draft, case):
        return broken
    if unit == "years" and _is_age(fact, draft):
        return age(_as_age(fact, amount), draft, case)
    if verdict := of_role(fact, days, draft, case):
        same = verdict.place if verdict.status is Status.SUPPORTED else None
        return (other_way(fact, same, draft, case) if same else None) or verdict
    mine = context(draft, fact)
    theirs = contexts_of(case.reading)
    others = sorted(case.of(FactKind.INTERVAL), key=lambda o: -len(mine & theirs[o.start]))
    same = [o for o in others if abs(in_days(o.value) - days) <= max(slack, _converted(fact, o))]
    often, way = _often(draft.text, fact), direction(draft.text, fact)
    unlike = [
        o
        for o in others
        if o not in same
        and _often(case.text, o) == often
        and direction(case.text, o) == way
        and mine & theirs[o.start]
        and (_of_one_scale(days, in_days(o.value)) or o.value.split()[0] == amount)
        and not _stated(o, theirs[o.start], draft)
    ]
    rivals = [o for o in unlike if len(mine & theirs[o.start]) >= _SHARE * len(theirs[o.start])]
    alike = same and mine & theirs[same[0].start]
    if not alike and (verdict := reckoned(fact, days, draft, case)):
        return verdict
    if not alike and (verdict := _of_whole(fact, days, draft, case)):
        return verdict
    if same:
        if rivals and theirs[same[0].start] and not mine & theirs[same[0].start]:
            return changed(rivals[0])
        return other_way(fact, same[0], draft, case) or supported(same[0])
    if (verdict := _follows(fact, unit, draft, case)) is not None:
        return verdict
    if rivals:
        return changed(rivals[0])
    # Of the past, how long something took is told in many ways; a plan has to be the case's.
    ahead = is_ahead(fact, draft)
    around = draft.text[max(0, fact.start - 24) : fact.end + 24]
    if not ahead and _LASTS.search(around) and between_dates(days, unit, case):
        return supported(None, "The time between two dates of the case.")
    if ahead and to_appointment(days, draft, case):
        return None
    misread = [o for o in unlike if o.value.split()[0] == amount]
    if misread:
        return changed(misread[0])
    return NOT_THERE if ahead else None


_TREATED = re.compile(r"\b(?:behandelt|bestrahlt|operiert|vorgestellt)\b", re.IGNORECASE)


def _is_age(fact: Fact, draft: Reading) -> bool:
    """ "Behandelt wurde sie mit 73 Jahren"."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    grown = int(fact.value.partition(" ")[0]) > _GROWN
    treated = _TREATED.search(draft.text, sentence.start, sentence.end)
    return grown and bool(treated) and draft.text[: fact.start].endswith(" mit ")


def _of_one_scale(days: float, other: float) -> bool:
    """Whether the one may have been written for the other: an injection every 28 days is no length
    of two years."""
    return max(days, other) <= _SCALE * max(min(days, other), 1)


def _converted(fact: Fact, other: Fact) -> float:
    """Three months are 12 weeks, or 13."""
    units = {fact.value.partition(" ")[2], other.value.partition(" ")[2]}
    return 0.09 * in_days(other.value) if units == {"weeks", "months"} else 0


def _often(text: str, fact: Fact) -> bool:
    """Whether it says how often something is done, and not how long or when."""
    return bool(_EVERY.search(text[max(0, fact.start - 10) : fact.end]))


def _stated(other: Fact, its: frozenset[str], draft: Reading) -> bool:
    """Whether the draft says an interval of the case, of the same thing."""
    return any(
        f.kind is FactKind.INTERVAL
        and abs(in_days(f.value) - in_days(other.value)) < 1
        and (not its or context(draft, f) & its)
        for f in draft.facts
    )


def _follows(fact: Fact, unit: str, draft: Reading, case: Source) -> Verdict | None:
    """What the case doesn't say and its numbers and its ages tell."""
    amount = fact.value.partition(" ")[0]
    if unit == "years" and int(amount) >= _GROWN:
        old = age(_as_age(fact, amount), draft, case)
        if old and old.status is Status.SUPPORTED:
            return old
    for other in case.of(FactKind.NUMBER):
        if other.value == amount and unit in ("weeks", "months", "days"):
            after = case.text[other.end : other.end + 14].lower()
            if re.match(r"\s?[-/]?\s?(?:w|d|m|wo|mo|tag|wk)", after):
                return supported(other)
    return None


def _of_whole(fact: Fact, days: float, draft: Reading, case: Source) -> Verdict | None:
    """How long a treatment took, where that is what the draft tells."""
    if not _of_treatment(fact, draft) or not (spans := treatment_days(case)):
        return None
    if any(abs(span - days) <= max(5, 0.1 * days) for span in spans):
        return supported(None, "The length of a course of the case.")
    if not any(_of_one_scale(days, span) for span in spans) or plans(fact, draft):
        return None
    return Verdict(Status.CHANGED, f"In the case the treatment took {max(spans)} days.")


def _of_treatment(fact: Fact, draft: Reading) -> bool:
    """ "The overall treatment time was seven weeks": a length, and not a time before or after."""
    number = draft.sentence_at(fact.start)
    sentence = draft.passages.sentences[number]
    text = draft.text[sentence.start : sentence.end]
    ahead = AHEAD.search(draft.text[max(0, fact.start - 16) : fact.start].lower())
    dosed = any(f.kind is FactKind.DOSE for f in draft.by_sentence[number])
    if len(text) > _PLAIN or not TREATMENT.search(text) or direction(draft.text, fact):
        return False
    if ahead and not dosed:
        return False
    return not any(f.kind in (FactKind.DATE, FactKind.DRUG) for f in draft.by_sentence[number])


def _as_age(fact: Fact, amount: str) -> Fact:
    return Fact(FactKind.AGE, amount, frozenset(), fact.start, fact.end, fact.text)
