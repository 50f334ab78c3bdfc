"""Values that have a name: a laboratory value, a score, a share of stained cells.

A draft is read strictly, so that a value is its name's without doubt; a case generously, so that
no value that may be the name's is missed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from assistant.check.fact import Fact, FactKind
from assistant.check.number_words import number_words
from assistant.check.quantities import NUMBER, number
from assistant.check.reading import Reading, read
from assistant.check.value_names import ALIKE, Named, fits, names_of
from assistant.check.wordlists import any_of

_NEAR = 60
"""Characters from a name to its value, in a draft."""
_FURTHER = 90
"""Characters between two values of a course."""
_REGION = 400
"""Characters from a name to the last of its values, in a case."""
_NAMED_BEHIND = 30
"""Characters from a value to the name behind it, in a case."""
_GOES_ON = re.compile(
    r"(?:\b(?:to|through|via|then|auf|über|bis|dann|zuletzt)|→|->)\s?"
    r"(?:(?:now|jetzt|zuletzt|aktuell|about|etwa|rund|nur|only|just)\s)?$",
    re.IGNORECASE,
)
"""Before the next value of a course: "from 847 through 89 to 18"."""
_FREE = re.compile(
    r"\s*(?:$|[.,;:)\]]"
    r"|\b(?:on|in|at|by|to|from|through|and|with|after|before|now|today|which|who|when|while|but|or"
    r"|as|of|for|is|was|were|had|has|during|since|last|then|initially|points?"
    r"|auf|am|im|bei|und|mit|nach|vor|zum|zur|bis|an|zuletzt|ab|oder|aber|über|von|für|ist|war|lag"
    r"|liegt|betrug|beträgt|wurde|gefallen|gesunken|gestiegen|angestiegen|abgefallen|abgesunken"
    r"|zurückgegangen|erhöht|Punkten?|sowie|unter|vom|heute|aktuell|während|angegeben|bestimmt)\b)",
    re.IGNORECASE,
)
"""Behind a number that counts nothing: "CA-125 of 18 in March", not "CA-125, 3 cycles"."""
_NO_LEVEL = re.compile(
    r"(?:\b(?:(?:by|um)(?: \w+)?|every|alle|norm\w*|ref\w*|cut-?off|threshold|schwelle\w*|grenz\w*"
    r"|limit|stage|stadium|week|woche|tag|day|type|typ|variant|exon|aged?|alter|cycle|zyklus|within"
    r"|innerhalb|after|nach|since|seit|grade|grad)"
    r"[\s(:<>≤≥]*(?:of|von|the|der|dem)?\s*|[/±×x*]\s?|\d\s?[-–]\s?)$",
    re.IGNORECASE,
)
"""Before a number that is no value: a difference, a limit, the second of a range."""
_RANGE = re.compile(
    r"[/+]|\s?[-–]\s?\d|\s(?:to|or|bis|oder)\s(?P<n>[^\W_][\w.,]*)(?P<unit>\s?%|\s[^\W\d]+/\w+)?",
    re.IGNORECASE,
)
"""Behind the first of a range: "six to eight weeks", but not "847 to 18"."""
_LIMIT = re.compile(
    r"(?:[≥≤<>]=?|\d\s?[-–]|norm\w*|ref\w*|cut-?off|grenz\w*)[\s(:]*$", re.IGNORECASE
)
_STOP = re.compile(r"(?<!\d)[.;]\s+(?=[A-ZÄÖÜ])|(?<=\d)\.\s+(?=[A-ZÄÖÜ])")
"""Behind the value that a name has at once, what follows is another thing's."""
_APPOSED = re.compile(r"[\s(:,/-]{1,3}")
_BEFORE = re.compile(r"(?: points?| Punkten?)? (?:to|auf)\b", re.IGNORECASE)
"""Behind a number in words that was there before, of which no case may tell: "nine to ten"."""
_CLAUSE = re.compile(r"[;\n]|\.\s|\b(?:but|whereas|aber|jedoch|wobei)\b", re.IGNORECASE)
_FIRST = re.compile(r"[\s:=(]*(?:(?:of|von|was|is|bei)\s)?[<>≤≥~]?\s?\d[\d.,]*")
"""A value at once behind a name: it is of no name behind it."""
_POINTS = re.compile(
    r"(?:\spoints?|\sPunkten?)?\s(?:on|in|im|nach|by|auf)\s(?:the\s|dem\s|der\s)?", re.IGNORECASE
)
"""Between a score's number and the score: "11 points on the", "11 Punkten im"."""


@dataclass(frozen=True)
class Value:
    """A value with its name.

    Attributes:
        name: the concept's.
        amount: the number.
        unit: as in the facts of quantities; empty where the text gives none.
        start: offset of its first character in the text.
        end: offset after its last character.
        date: the day that the text gives it, as in the facts of dates; empty where it gives none.
    """

    name: str
    amount: Decimal
    unit: str
    start: int
    end: int
    date: str = ""


def told(reading: Reading) -> Iterator[Value]:
    """The values of a draft that are their name's without doubt, without their dates."""
    numbers = _numbers(reading)
    starts = [value.start for value in numbers]
    names = names_of(reading)
    for place, name in enumerate(names):
        sentence = reading.passages.sentences[reading.sentence_at(name.start)]
        following = names[place + 1].start if place + 1 < len(names) else len(reading.text)
        first = bisect_left(starts, name.start)
        for value in numbers[max(0, first - 1) : first]:
            if _before_name(reading.text, name, value):
                yield replace(value, name=name.name)
        ours = numbers[first : bisect_left(starts, min(following, sentence.end))]
        behind = names[place + 1] if place + 1 < len(names) else None
        if behind and ours and _before_name(reading.text, behind, ours[-1]):
            ours = ours[:-1]
        yield from _course(reading.text, name, ours)


def _before_name(text: str, name: Named, value: Value) -> bool:
    """ "241 /nl platelets", "11 points on the WHO score"."""
    if not fits(name.name, value.unit):
        return False
    points = _POINTS.fullmatch(text, value.end, name.start)
    return bool(points) or (bool(value.unit) and text[value.end : name.start] == " ")


def _course(text: str, name: Named, numbers: Sequence[Value]) -> Iterator[Value]:
    """The first value behind a name, and those that go on from there."""
    last = 0
    for value in numbers:
        gap = text[last or name.end : value.start]
        if last and not _GOES_ON.search(gap):
            return
        far = _FURTHER if last else _NEAR
        if len(gap) > far or _CLAUSE.search(gap) or not _is_level(text, name, value):
            return
        last = value.end
        if text[value.start].isalpha() and _BEFORE.match(text, value.end):
            continue
        yield replace(value, name=name.name)


def _is_level(text: str, name: Named, value: Value) -> bool:
    before = text[max(0, value.start - 24) : value.start]
    if not fits(name.name, value.unit) or _NO_LEVEL.search(before):
        return False
    if (two := _RANGE.match(text, value.end)) and not _is_second(text, two):
        return False
    return bool(value.unit) or bool(_FREE.match(text, value.end))


def _is_second(text: str, match: re.Match[str]) -> bool:
    """Whether what a value goes on to is a value too, and no count of weeks or doses."""
    word = (match["n"] or "").rstrip(".,").lower()
    counts = word[:1].isdigit() or word in number_words()
    return bool(word) and (not counts or bool(match["unit"] or _FREE.match(text, match.end("n"))))


def _numbers(reading: Reading) -> list[Value]:
    """All that may be values, in the order of the text: figures, and words where no fact is."""
    found: list[Value] = []
    for fact in reading.facts:
        amount, _, unit = fact.value.partition(" ")
        if fact.kind in _AMOUNTS and _FIGURE.fullmatch(amount):
            found.append(Value("", Decimal(amount), unit, fact.start, fact.end))
        elif fact.kind is FactKind.MARKER:  # "HRD 58 (positive)", read as one
            for inner in _IN_MARKER.finditer(reading.text, fact.start, fact.end):
                found.append(
                    Value("", Decimal(number(inner["n"])), inner["u"] or "", *inner.span("n"))
                )
    for below in _BELOW_ZERO.finditer(reading.text):
        found.append(Value("", Decimal(number(below["n"])), "", *below.span("n")))
    ends = [fact.end for fact in reading.facts]
    for match in _words().finditer(reading.text):
        start, end = match.span()
        place = bisect_left(ends, start + 1)
        if place == len(ends) or reading.facts[place].start >= end:
            unit = "%" if re.match(r"\s(?:per\s?cent|prozent)\b", reading.text[end:], re.I) else ""
            amount = Decimal(number_words().get(match.group().lower(), 0))
            found.append(Value("", amount, unit, start, end))
    return sorted(found, key=lambda value: value.start)


_IN_MARKER = re.compile(rf"(?<![\w.,/-])(?P<n>{NUMBER})(?![\w.,/+-])\s?(?P<u>%)?")
_BELOW_ZERO = re.compile(rf"(?<=[\s(][-−–])(?P<n>{NUMBER})(?![\w/+-]|[.,]\d)")
"""A T-score's; its sign is not compared."""
_AMOUNTS = (FactKind.QUANTITY, FactKind.NUMBER)
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_NO_NUMBERS = {
    *("a", "ein", "eine", "einem", "einer", "einen"),
    *("once", "twice", "einmal", "zweimal", "dreimal"),
}


@cache
def _words() -> re.Pattern[str]:
    words = {*number_words(), "zero", "null"} - _NO_NUMBERS
    return re.compile(rf"\b{any_of(words)}\b", re.IGNORECASE)


@lru_cache(maxsize=16)
def known(text: str, language: str) -> dict[str, tuple[Value, ...]]:
    """Every value of a case by the names that it may be of. Cached: a case is asked often."""
    reading = read(text, language)
    numbers = _numbers(reading)
    dates = [f for f in reading.facts if f.kind is FactKind.DATE]
    found: dict[str, list[Value]] = defaultdict(list)
    names = names_of(reading)
    for place, name in enumerate(names):
        low, high = _region(text, names, place)
        near = [
            replace(value, name=name.name, date=_date_of(text, value, dates))
            for value in numbers
            if low <= value.start < high and fits(name.name, value.unit)
        ]
        firm = [value for value in near if not _LIMIT.search(text[: value.start][-12:])]
        found[name.name].extend(firm or near)
    return {name: tuple(values) for name, values in found.items()}


def _region(text: str, names: Sequence[Named], place: int) -> tuple[int, int]:
    """Where the values of a name may stand: to the next name, in its line or the next ones."""
    name = names[place]
    others = [n for n in names[place + 1 :] if n.name != name.name]
    if others and {name.name, others[0].name} <= ALIKE:  # "CPS (PD-L1) 56"
        others = others[_APPOSED.fullmatch(text, name.end, others[0].start) is not None :]
    stop = others[0].start if others else len(text)
    high = min(stop, name.end + _REGION)
    line = text.find("\n", name.end)
    if 0 <= line < high and re.search(r"\d", text[name.end : line]):
        high = line
    if (first := _FIRST.match(text, name.end)) and (stop := _STOP.search(text, first.end(), high)):
        high = stop.start()
    low = max(name.start - _NAMED_BEHIND, text.rfind("\n", 0, name.start) + 1)
    if place and low <= (other := names[place - 1]).end:
        its = _FIRST.match(text, other.end)
        low = its.end() if its else other.end
    return low, high


def _date_of(text: str, value: Value, dates: Sequence[Fact]) -> str:
    """The date in brackets behind a value, else the last of its line before it."""
    behind = next((d for d in dates if d.start >= value.end), None)
    if behind and re.fullmatch(r"\s?\((?:on |am |vom )?", text[value.end : behind.start]):
        return behind.value
    line = text.rfind("\n", 0, value.start) + 1
    before = [d for d in dates if line <= d.start and d.end <= value.start]
    return before[-1].value if before else ""
