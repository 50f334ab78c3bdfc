"""What German letters write of dates in words, and dates that a scan has spoilt.

"Anfang Juni", "Montag, 7. Oktober", "Pfingsten 2022", "KW 9/2024", "14.O2.1944"; and days such as
"8.11." that nothing but their form tells. `index.loose_dates` reads what of it has a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from index.data_files import either, phrases, table, words
from index.letter import Language
from index.loose_dates import find_all_dates
from index.spans import Label, Span

_MIS_SCANNED = str.maketrans("OoIl|,", "00111.")
"""Letters and marks that scans write for digits and full stops; one for one."""


def as_meant(date: str) -> str:
    """A date with the digits that a scan took for letters; as long as before."""
    return date.translate(_MIS_SCANNED)


def find_date_words(text: str, language: Language) -> Iterator[Span]:
    """Spans of dates in words, and of dates with the words that belong to them."""
    patterns = _patterns()
    for match in _SPOILT.finditer(text):
        if not match[0].isdigit() and re.search(r"\d", match[0]):
            yield Span(*match.span(), Label.DATE)
    for match in _JOINED.finditer(text):
        yield Span(*match.span(), Label.DATE)
    if language != "de":
        return
    for match in patterns.holiday.finditer(text):
        yield Span(*match.span(), Label.DATE)
    for match in patterns.season.finditer(text):
        yield Span(*match.span("season"), Label.DATE)
    for match in _WEEK_OR_QUARTER.finditer(text):
        yield Span(*match.span(), Label.DATE)
    dates = [(mention.start, mention.end) for mention in find_all_dates(text, language)]
    days = [match.span() for match in _BARE_DAY.finditer(text)]
    numbered = [match.span() for match in _NUMBERING.finditer(text)]
    days = [day for day in days if not _is_value(text, *day)]
    days = [day for day in days if not any(a <= day[0] < b for a, b in numbered)]
    for start, end in (*dates, *days):
        before = patterns.before.search(text, max(0, start - 24), start)
        behind = _THIS_YEAR.match(text, end)
        begun = before.start("word") if before else start
        yield Span(begun, behind.end() if behind else end, Label.DATE)


def _is_value(text: str, start: int, end: int) -> bool:
    """Whether "12.4." is a laboratory value that ends its sentence: "PSA 12.4. Weiter"."""
    before = max(0, start - 12)
    if _TWO_DIGITS.match(text, start) or _WEEKDAY.search(text, before, start):
        return bool(_LABORATORY.search(text, before, start))
    if _SENTENCE.match(text, end):
        return bool(_MEASURED.search(text, before, start))
    return bool(_LABORATORY.search(text, before, start))


_TWO_DIGITS = re.compile(r"\d\d\.0\d\.")
_WEEKDAY = re.compile(r"(?<!\w)(?:Mo|Di|Mi|Do|Fr|Sa|So)[.,]{0,2}[ ]$")
_SENTENCE = re.compile(r"[ ]+[A-ZÄÖÜ]")
_MEASURED = re.compile(
    r"(?<![\w-])(?:[A-ZÄÖÜ][A-Za-z]{0,2}|[A-Z\d-]{2,6}|[<>=:]|[a-z]+wert|von)[ ]?$"
)
_LABORATORY = re.compile(
    r"(?<![\w-])(?:PSA|NSE|CRP|Hb|TSH|CEA|LDH|AFP|HbA1c|Kreatinin|Leukos?|INR|BMI)[ ]$"
)
_SPOILT = re.compile(
    r"(?<![\w.,/-])(?:[0-3OoIl]?[\dOIl])[.,/][ ]?(?:[0-3OoIl]?[\dOIl])[.,/][ ]?"
    r"(?:[12Il][90][\dOoIl]{2}|\d\d)"
    r"(?![\d]|[.,:]\d)"
)
_JOINED = re.compile(
    r"(?<![\w.,/-])(?:0?[1-9]|[12]\d|3[01])\.\s?(?:0?[1-9]|1[0-2])\.\s?"
    r"(?:(?:19|20)\d\d(?=[A-Za-zäöü]|/\d\d:)|\d\d(?=/\d\d:|[a-zäöü]))"
    r"|(?<=[a-zäöü])(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:(?:19|20)\d\d|\d\d)(?!\d)"
    r"|(?<=[A-Za-zäöü]\.)(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])\.(?:(?:19|20)\d\d|\d\d)(?!\d)"
)
"""Dates that lack a space before or behind them."""
_WEEK_OR_QUARTER = re.compile(
    r"(?<![\w-])(?:(?:KW|Kalenderwoche)[ ]?\d{1,2}(?:[ ]?[/.][ ]?\d{2,4})?"
    r"|\d{1,2}\.[ ]?(?:KW|Kalenderwoche)(?:[ ]?[/.]?[ ]?(?:20)?\d\d)?"
    r"|Q[1-4][ ]?[/ .-][ ]?(?:20)?\d\d|(?:[1-4]\.|I{1,3}V?\.?)[ ]?Quartal(?:[ ](?:19|20)\d\d)?"
    r"|(?:I{1,3}|IV|[1-4])\.?/(?:19|20)\d\d)(?![\w%])"
)
_BARE_DAY = re.compile(
    r"(?<![\w.,/+-])(?:(?<!\d )|(?<=\d:\d\d ))(?:0?[1-9]|[12]\d|3[01])\.[ ]?(?:0?[1-9]|1[0-2])\."
    r"(?![\w]|[.,/]?\d)"
)
_NUMBERING = re.compile(r"^[ \t]*\d\.\d\.[ \t]", re.MULTILINE)
""" "2.3. " at a line's start numbers a section."""
_THIS_YEAR = re.compile(
    r"[ ](?:d\.[ ]?J\.|dieses Jahres|ds\.[ ]?J\.|vorigen Jahres|v\.[ ]?J\.|h\.[ ]?a\.)"
)


@dataclass(frozen=True)
class _Patterns:
    before: re.Pattern[str]
    holiday: re.Pattern[str]
    season: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    german = table("german")
    weekdays, parts = _cased(words(german["weekdays"])), _cased(words(german["parts_of_year"]))
    holidays = _cased(phrases(german["holidays"]))
    ordinal = r"(?:[1-4]\.|ersten?|zweiten?|dritten?|vierten?)[ ]"
    year = r"(?:,?[ ](?:(?:19|20)\d\d|['’]\d\d)(?![\w/]|[.,]\d))"
    beside = rf"(?:(?:{weekdays}|Tag|Woche|Wochenende|Abend|Nacht)[ ](?:nach|vor|um)[ ])?"
    later = r"(?:[ ](?:plus|minus)[ ](?:eine|einen|zwei|drei)[ ](?:Tage?|Wochen?))?"
    return _Patterns(
        before=re.compile(
            rf"(?<![\w-])(?P<word>(?:{weekdays})\.?,?[ ](?:(?i:de[nmr]|am)[ ])?"
            rf"|(?:{parts})[ ](?:(?:des|der)[ ])?(?:Jahr(?:es)?[ ])?(?:des[ ])?)$"
        ),
        holiday=re.compile(
            rf"(?<![\w-]){beside}(?:{ordinal})?(?:{holidays})e?s?(?![\w-]){later}{year}?"
            rf"|(?<![\w-])(?:{parts})[ ](?:des[ ]Jahres[ ])?(?:19|20)\d\d(?:/(?:20)?\d\d)?"
            r"|(?<![\w-])[A-ZÄÖÜ][a-zäöüß]{3,}(?:tag|abend|woche|fest|ferien|kirmes|kirchweih)[ ]"
            r"(?:19|20)\d\d(?![\w/]|[.,]\d)"
        ),
        season=re.compile(
            r"\b(?:[Ii]m|[Ss]eit dem|bis zum|zum|ab dem"
            r"|(?:letzte|vergangene|kommende|nächste|vorige|diese)[nrms]?)[ ]"
            r"(?P<season>(?:Früh|Spät|Hoch)?(?:[Ss]ommer|[Hh]erbst|[Ww]inter)|Frühling|Frühjahr)\b"
        ),
    )


def _cased(names: Iterable[str]) -> str:
    """A pattern for each name, and for the long ones in capitals."""
    known = tuple(names)
    return either({*known, *(each.upper() for each in known if len(each) > 2)})
