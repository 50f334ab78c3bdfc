"""What an appointment of the draft is for, held against the case's of that day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.check.appointments import (
    BLOOD_TEST,
    OWN,
    VISITED,
    Appointment,
    appointments,
    appointments_of,
    departments,
    purposes,
)
from assistant.check.attribution import same_day
from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.judges.telling import SHOWS
from assistant.check.mentions import Mention
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.units import in_days
from assistant.check.vocabulary import vocabulary

_SHARE = 0.09
"""Three months are twelve weeks, or thirteen."""
_NEAR = 60
"""Characters from a day to what may be told of it."""
_SITE_REACH = 25
"""Characters from an image to the organs that it is of."""


def misbooked(draft: Reading, case: Source) -> Iterator[Finding]:
    """What the draft has on a day, or in so many weeks, for which the case has other appointments.

    Nothing is said of a time that the case has no appointment for: that is the time's own judge's.
    """
    every = appointments_of(case.text, case.reading.passages.language)
    booked = [a for a in every if a.ahead]
    anywhere = {m.name for a in booked for m in a.purposes}
    for mine in appointments(draft):
        if not mine.ahead:
            continue
        there = [a for a in booked if _share_time(mine, a)]
        its = [p for a in every for p in a.purposes if there and _share_time(mine, a)]
        yield from _at_another_hour(mine, there, draft)
        if not there:
            yield from _on_another_day(mine, booked, case)
        for purpose in filter(_is_told_apart, mine.purposes) if its else ():
            if not _is_one_of(purpose, its, anywhere, draft, case):
                yield _finding(purpose, its, draft, case)


def _at_another_hour(
    mine: Appointment, there: Sequence[Appointment], draft: Reading
) -> Iterator[Finding]:
    clocks = [clock for a in there for clock in a.clocks]
    for clock in mine.clocks:
        if clocks and clock.name not in {other.name for other in clocks}:
            text = draft.text[clock.start : clock.end]
            fact = Fact(FactKind.NUMBER, clock.name, frozenset(), clock.start, clock.end, text)
            other = clocks[0]
            yield Finding(
                fact, Status.CHANGED, f"In the case it is at {other.name}.", other.start, other.end
            )


def _on_another_day(
    mine: Appointment, booked: Sequence[Appointment], case: Source
) -> Iterator[Finding]:
    """With a department that the case has an appointment with, on a day that it has for others."""
    names = {m.name for m in mine.purposes} & departments() - {OWN}
    there = [a for a in booked if names & {m.name for m in a.purposes}]
    for day in (t for t in mine.times if t.kind is FactKind.DATE and there):
        known = case.equal(day)
        near = {
            m.name for m in purposes(case.reading) for o in known
            if max(m.start - o.end, o.start - m.end) <= _NEAR
        }  # fmt: skip
        if known and not names & near:
            other = there[0].times[0]
            message = f"In the case that appointment is on {other.text}."
            yield Finding(day, Status.CHANGED, message, other.start, other.end)


def _is_told_apart(purpose: Mention) -> bool:
    """Whether it is with somebody or shows something; an operation has many names."""
    concept = vocabulary().concepts.get(purpose.name)
    if concept is None or purpose.name in departments():
        return True
    return concept.kind != "procedure" or bool(concept.implies & SHOWS)


def _finding(mine: Mention, its: Sequence[Mention], draft: Reading, case: Source) -> Finding:
    shown = next((m for m in its if m.name != VISITED), its[0])
    text = draft.text[mine.start : mine.end]
    fact = Fact(FactKind.PROCEDURE, mine.name, frozenset(), mine.start, mine.end, text)
    message = f"The appointment at that time is another: {case.text[shown.start : shown.end]}."
    return Finding(fact, Status.CHANGED, message, shown.start, shown.end)


def _share_time(one: Appointment, other: Appointment) -> bool:
    return any(_same_time(mine, its) for mine in one.times for its in other.times)


def _same_time(one: Fact, other: Fact) -> bool:
    if one.kind is not other.kind:
        return False
    if one.kind is FactKind.DATE:
        return same_day(one, other) and len(one.value) <= max(len(other.value), len("--05-03"))
    mine, its = in_days(one.value), in_days(other.value)
    units = {one.value.partition(" ")[2], other.value.partition(" ")[2]}
    return abs(mine - its) <= (_SHARE * its if units == {"weeks", "months"} else 0)


def _is_one_of(
    mine: Mention, its: Sequence[Mention], anywhere: set[str], draft: Reading, case: Source
) -> bool:
    names = {m.name for m in its}
    if mine.name == VISITED or (mine.name in names and mine.name in departments()):
        return True
    others = names & departments()
    if mine.name == OWN:
        return VISITED in names and not others
    if mine.name in departments():
        # A mere "check-up" may be anyone's whom the case speaks of.
        return names == {VISITED} and mine.name in anywhere
    return any(_same_purpose(mine, m, draft, case) for m in its)


def _same_purpose(mine: Mention, other: Mention, draft: Reading, case: Source) -> bool:
    known = vocabulary()
    if other.name in departments() or other.name == VISITED:
        return bool(known.concepts[mine.name].generic) if mine.name in known.concepts else False
    if BLOOD_TEST in (mine.name, other.name):
        return _is_of_blood(mine.name) and _is_of_blood(other.name)
    if mine.name in known.family(other.name):
        return True
    if related(frozenset({mine.name}), frozenset({other.name})):
        return _same_sites(mine, (other,), draft, case)
    image = known.family(mine.name) & known.family(other.name) - _GENERAL
    whole = not known.site(mine.name) and not _sites(mine, draft)
    sited = known.site(other.name) or _sites(other, case.reading)
    return bool(image) and (whole or bool(sited and _same_sites(mine, (other,), draft, case)))


_GENERAL = {"examination", "imaging", "endoscopy", "surgery", "therapy", "resection"}


def _is_of_blood(name: str) -> bool:
    concept = vocabulary().concepts.get(name)
    return concept is None or concept.kind in ("analyte", "marker") or name == BLOOD_TEST


def _same_sites(mine: Mention, its: Sequence[Mention], draft: Reading, case: Source) -> bool:
    """Whether the organs of an image are among the case's, where that names any."""
    known = vocabulary()
    wanted = _sites(mine, draft) | ({known.site(mine.name)} - {""})
    theirs: set[str] = set()
    for other in its:
        for site in (*_sites(other, case.reading), known.site(other.name)):
            theirs |= known.family(site) if site else set()
    return not theirs or all(known.family(site) & theirs for site in wanted)


def _sites(purpose: Mention, reading: Reading) -> set[str]:
    return {
        f.value
        for f in reading.by_sentence[reading.sentence_at(purpose.start)]
        if f.kind is FactKind.SITE and -_SITE_REACH <= f.start - purpose.end <= _SITE_REACH
    }
