"""Appointments of a text: what is to come, with whom, and when."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from assistant.check.cues import cues_of
from assistant.check.fact import Assertion, Fact, FactKind, Stress
from assistant.check.happenings import NEXT_CLAUSE, REFERENCE, VISIT
from assistant.check.mentions import Mention
from assistant.check.pairing import paired
from assistant.check.plain_words import Table, said, wordings
from assistant.check.reading import Reading, read
from assistant.check.vocabulary import vocabulary

OWN = "radiation oncology"
"""The department that writes the letters."""
BOARD = "tumour board"
VISITED = "visit"
"""An appointment of which no more is said than that there is one."""
BLOOD_COUNT, BLOOD_TEST = "blood count", "blood test"
_FAR, _FAR_IN_JSON = 60, 160
"""Characters between an appointment and its day."""
_LINES = 8
"""Of a list, from an item up to its heading."""
_ANALYTES = {"analyte", "marker"}
_NOT_APPOINTMENTS = {
    *("therapy", "surgery", "resection", "examination", "follow-up care", "histopathology"),
    *("radiotherapy", "chemotherapy", "systemic therapy", "clinical examination"),
    *("physical examination", "medical history", "tumour board"),
}
_TREATS = {"radiotherapy", "systemic therapy", "chemotherapy"}
_BLOOD_COUNT = re.compile(r"blood count|blutbild|full blood|differential", re.IGNORECASE)
_THYROID = re.compile(r"\bthyroid function\b|\bSchilddrüsen(?:funktion|wert)\w*", re.IGNORECASE)
_AHEAD = re.compile(
    r"(?:\b(?:in|after|nach|at|within|innerhalb von|binnen)\s(?:(?:about|approximately|around|etwa"
    r"|ca\.|circa|rund|ungefähr|den nächsten)\s)?|[(:,–-]\s?)$",
    re.IGNORECASE,
)
_SINCE_EVENT = re.compile(
    r"^\W*(?:after|following|post|before|prior|nach|vor|later|später|ago|of|for|über|lang)\b",
    re.IGNORECASE,
)
"""Behind an interval that is reckoned from something else, or is a length."""
_ITEM = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s")
_CLOCK = re.compile(r"[\s,(]{0,3}(?:(?:um|at|ab|from)\s)?([01]?\d|2[0-3])[:.]([0-5]\d)\b(?![.:]\d)")
_LABEL = re.compile(r"^[^\S\n]*(?:[:=\t]| - )")
_LABEL_BEFORE = re.compile(r"(?:^|[\n.;!?]\s?|[\])]\s|\d\s?[-–:]?\s)[-*•]?\s?$")
_MANY = re.compile(r"(?:termine|appointments|visits|kontrollen)$", re.IGNORECASE)
"""They head a list."""
_OF_PLANS = re.compile(
    r"\"what\"\s*:|\b(?:kontrollen|FU|next|nächstes|planned|scheduled|geplant)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Appointment:
    """`purposes` are named by what is examined or by the department; `times` are dates, intervals.

    `ahead` is whether its sentence, heading or words tell that it is one to come.
    """

    purposes: tuple[Mention, ...]
    times: tuple[Fact, ...]
    ahead: bool
    clocks: tuple[Mention, ...]
    """The hours of the day told right behind a day, as `9:00`."""


def appointments(reading: Reading) -> tuple[Appointment, ...]:
    """What has a day or "in six weeks" and somebody to see or something to have done."""
    found: list[Appointment] = []
    goes_on = False
    marks: dict[int, list[Mention]] = {}
    for mention in purposes(reading):
        marks.setdefault(reading.sentence_at(mention.start), []).append(mention)
    text = re.sub("[:(]", " ", reading.text)  # "12.3.2024: CT (with ...)" is as near as "CT 12.3."
    for number, (sentence, group) in enumerate(
        zip(reading.passages.sentences, reading.by_sentence, strict=False)
    ):
        lead = reading.text[max(0, sentence.start - 2) : sentence.start]
        planned = (goes_on and ";" in lead) or _is_planned(reading, number)
        goes_on = planned
        times = [fact for fact in group if _is_time(reading.text, fact)]
        if not times or not marks.get(number):
            continue
        past = any(c.said is Stress.DONE for c in cues_of(reading.passages, sentence))
        json = '"what"' in text[sentence.start : sentence.end]
        for run, at in paired(text, marks[number], times, _FAR_IN_JSON if json else _FAR):
            told = tuple(mark for mark in run if _is_beside(text, mark, at))
            visit = not past and any(m.name in departments() | {VISITED} - {BOARD} for m in told)
            soon = any(fact.kind is FactKind.INTERVAL for fact in at)
            if told:
                clocks = tuple(_clocks(reading.text, at))
                found.append(Appointment(told, at, planned or visit or soon, clocks))
                goes_on = found[-1].ahead
    return tuple(found)


@lru_cache(maxsize=16)
def appointments_of(text: str, language: str) -> tuple[Appointment, ...]:
    """A case's, kept while it stays."""
    return appointments(read(text, language))


@cache
def departments() -> frozenset[str]:
    """Their names."""
    return frozenset(str(entry["name"]) for entry in _entries())


@cache
def _entries() -> tuple[dict[str, list[str] | str], ...]:
    source = resources.files("assistant.check") / "lexicon" / "departments.toml"
    return tuple(tomllib.loads(source.read_text(encoding="utf-8"))["department"])


@cache
def _table() -> Table:
    """Of both languages: a German letter has its "MDT" too."""
    return Table(
        (wording, str(entry["name"]))
        for entry in _entries()
        for language in ("en", "de")
        for wording in wordings(entry[language])
    )


def _clocks(text: str, times: Sequence[Fact]) -> Iterator[Mention]:
    for time in times:
        if match := _CLOCK.match(text, time.end):
            yield Mention(f"{int(match[1])}:{match[2]}", match.start(1), match.end(2))


def purposes(reading: Reading) -> list[Mention]:
    """In order, none overlapping another: a department's words before those of what is done."""
    text, words = reading.text, reading.passages.words
    kept: list[Mention] = []
    for group in (
        _longest(
            Mention(name, words[place.first].start, words[place.last - 1].end)
            for name, place in said(words, _table())
        ),
        _examined(reading),
        (Mention(VISITED, m.start(), m.end()) for m in VISIT.finditer(text)),
    ):
        taken = [(m.start, m.end) for m in kept]
        kept += [m for m in group if not any(s < m.end and m.start < e for s, e in taken)]
    return sorted((m for m in kept if not _is_label(text, m)), key=lambda mention: mention.start)


def _is_beside(text: str, mark: Mention, times: Sequence[Fact]) -> bool:
    """Whether no other clause begins between a purpose and its time."""
    near = min(times, key=lambda time: abs(time.start - mark.start))
    low, high = sorted((mark.start, mark.end, near.start, near.end))[1:3]
    return not NEXT_CLAUSE.search(text, low, high)


def _is_label(text: str, mark: Mention) -> bool:
    """ "Follow-up: ...", "12.3.2024 - Surgery: ...": what a line or a note begins with."""
    if not _LABEL.match(text[mark.end : mark.end + 4]):
        return mark.name == VISITED and bool(_MANY.search(text[mark.start : mark.end]))
    return mark.name == VISITED or bool(
        _LABEL_BEFORE.search(text[max(0, mark.start - 6) : mark.start])
    )


def _longest(found: Iterable[Mention]) -> Iterator[Mention]:
    end = 0
    for mention in sorted(found, key=lambda m: (m.start, -m.end)):
        if mention.start >= end:
            yield mention
            end = mention.end


def _examined(reading: Reading) -> Iterator[Mention]:
    known = vocabulary()
    for mention in reading.mentions:
        concept = known.concepts.get(mention.name)
        kind = concept.kind if concept else "drug"
        if kind not in _ANALYTES and (kind != "procedure" or _is_no_purpose(mention.name)):
            continue
        if REFERENCE.search(reading.text, max(0, mention.start - 24), mention.start):
            continue  # "follow-up after hysterectomy"
        blood = mention.name == BLOOD_TEST and _BLOOD_COUNT.search(
            reading.text, mention.start, mention.end
        )
        yield Mention(BLOOD_COUNT if blood else mention.name, mention.start, mention.end)
    for match in _THYROID.finditer(reading.text):
        yield Mention("thyroid function", match.start(), match.end())


def _is_no_purpose(name: str) -> bool:
    return name in _NOT_APPOINTMENTS or bool(vocabulary().family(name) & _TREATS)


def _is_time(text: str, fact: Fact) -> bool:
    if fact.kind is FactKind.DATE:
        return "birth" not in fact.about
    if fact.kind is not FactKind.INTERVAL:
        return False
    if fact.text.startswith('"'):
        return True  # of JSON
    before = text[max(0, fact.start - 24) : fact.start]
    return bool(_AHEAD.search(before)) and not _SINCE_EVENT.match(text[fact.end : fact.end + 20])


def _is_planned(reading: Reading, number: int) -> bool:
    """By its own words or by the heading of its list."""
    sentences = reading.passages.sentences
    own = sentences[number]
    if _OF_PLANS.search(reading.text, own.start, own.end):
        return True
    if any(cue.said is Assertion.PLANNED for cue in cues_of(reading.passages, own)):
        return True
    if not _ITEM.match(reading.text[own.start : own.start + 4]):
        return False
    for sentence in reversed(sentences[max(0, number - _LINES) : number]):
        line = reading.text[sentence.start : sentence.end].rstrip()
        if line.endswith(":"):
            cues = cues_of(reading.passages, sentence)
            return bool(VISIT.search(line)) or any(c.said is Assertion.PLANNED for c in cues)
        if not _ITEM.match(line):
            return False
    return False
