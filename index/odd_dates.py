"""Dates in English letters that no other form has: "19-Sep-23", "5.xi.1958", "'06", "2019/20".

Also what only English capitals tell, the name of a month within a sentence ("October to
December"), a day and a month in figures that nothing near makes a fraction or a score, and days of
the year that bear a name no list has ("St Magnus Day 2024", "Pioneer Day").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, table, words
from index.dates import ROMAN, DateMention, month_forms, month_number, reads_day_first
from index.name_patterns import UPPER
from index.name_words import is_no_name

_VERBS = frozenset(("may", "march", "mar"))
"""Months that open a sentence as verbs too."""


def find_odd_dates(text: str) -> Iterator[DateMention]:
    """Dates in these forms; they may overlap others."""
    for finder in (_joined_by_name, _roman, _short_years, _spans_of_years, _month_alone, _days):
        yield from finder(text)
    yield from _in_figures(text)
    yield from _named_days(text)


def _mention(match: re.Match[str], kinds: str, month: int | None) -> DateMention:
    parts = sorted((*match.span(kind), kind) for kind in kinds if match[kind])
    day = int(match["d"]) if "d" in kinds and match["d"] else None
    year = int(match["y"]) if "y" in kinds and match["y"] else -1
    return DateMention(*match.span(), tuple(parts), day, month, year)


def _joined_by_name(text: str) -> Iterator[DateMention]:
    """ "19-Sep-23", "3/May/61", "29FEB2024", "Sept/23", "Jan 4 '23" joined to the word before."""
    for match in _patterns()["joined"].finditer(text):
        yield _mention(match, "dby", month_number(match["b"], "en"))
    for match in _patterns()["glued"].finditer(text):
        yield _mention(match, "dby", month_number(match["b"], "en"))
    for match in _patterns()["day_month"].finditer(text):
        yield _mention(match, "db", month_number(match["b"], "en"))
    for match in _patterns()["small"].finditer(text):
        yield _mention(match, "bdo", month_number(match["b"], "en"))
    for match in _patterns()["month_year"].finditer(text):
        yield _mention(match, "by", month_number(match["b"], "en"))


def _roman(text: str) -> Iterator[DateMention]:
    """ "5.xi.1958", "14 / IV / 22": a month in Roman figures, written as one in words."""
    for match in _ROMAN_DATE.finditer(text):
        month = ROMAN.index(match["b"].lower()) + 1
        parts = ((*match.span("d"), "d"), (*match.span("b"), "b"), (*match.span("y"), "y"))
        yield DateMention(*match.span(), parts, int(match["d"]), month, int(match["y"]))


_ROMAN_DATE = re.compile(
    r"(?<![\w.,/-])(?P<d>[0-3]?\d)(?P<sep>[ ]?[./-][ ]?)(?P<b>(?:i{1,3}|i?v|vi{1,3}|ix|xi{0,2}"
    r"|I{1,3}|I?V|VI{1,3}|IX|XI{0,2}))(?P=sep)(?P<y>(?:19|20)\d\d|\d\d)(?![\w/-]|[.,]\d)"
)


def _short_years(text: str) -> Iterator[DateMention]:
    """ "CABG '06", "since '98"."""
    for match in _SHORT_YEAR.finditer(text):
        yield _mention(match, "y", None)


_SHORT_YEAR = re.compile(r"(?<![\d'’])['’](?P<y>\d\d)(?![\w'’\"”/]|[.,]\d)")


def _spans_of_years(text: str) -> Iterator[DateMention]:
    """Both years of "1998-2003" and "2019/20"."""
    for match in _YEARS.finditer(text):
        first, second = match["y"], match["z"]
        if len(second) == 4 or int(second) == int(first[2:]) + 1:
            yield DateMention(*match.span("y"), ((*match.span("y"), "y"),), None, None, int(first))
            year = int(second) if len(second) == 4 else int(first[:2] + second)
            yield DateMention(*match.span("z"), ((*match.span("z"), "y"),), None, None, year)


_YEARS = re.compile(
    r"(?<![\w.,/+-])(?P<y>19[3-9]\d|20[0-4]\d)[ ]?[-–/][ ]?"
    r"(?P<z>(?:19|20)\d\d|\d\d)(?![\w/-]|[.,]\d)"
)


def _month_alone(text: str) -> Iterator[DateMention]:
    """The name of a month anywhere but where it may be a verb: at the start of a sentence."""
    for match in _patterns()["month"].finditer(text):
        opens = _OPENS.search(text, max(0, match.start() - 8), match.start())
        if match["b"].isupper() and (len(match["b"]) == 3 or match["b"].lower() in _VERBS):
            continue
        if match["b"].lower() in _VERBS and opens:
            continue
        yield _mention(match, "b", month_number(match["b"].rstrip("."), "en"))


_OPENS = re.compile(r"(?:^|[.!?:\n•*]|[-–—(\"“][ ]?)\s*$")


def _days(text: str) -> Iterator[DateMention]:
    """Days whose month stands elsewhere: "the 4th or 5th of December", "on 14th,"."""
    for match in _patterns()["days"].finditer(text):
        yield _mention(match, "do", None)


def _in_figures(text: str) -> Iterator[DateMention]:
    """ "(2/22)", "RTC 3/28": a day and a month, unless it is a part of something."""
    day_first = reads_day_first(text, "en")
    for match in _FIGURES.finditer(text):
        first, second = int(match["p"]), int(match["q"])
        day, month = (first, second) if day_first else (second, first)
        if month > 12 >= day:
            day, month = month, day
        if not (0 < month <= 12 and 0 < day <= 31) or _is_part(text, match):
            continue
        kinds = "dm" if (day, month) == (first, second) else "md"
        parts = ((*match.span("p"), kinds[0]), (*match.span("q"), kinds[1]))
        yield DateMention(*match.span(), parts, day, month, -1)


_FIGURES = re.compile(
    r"(?<![\w.,/:+<>=-])(?<!\d )(?P<p>\d{1,2})/(?P<q>\d{1,2})(?![\w%/°]|[.,:-]\d|[ ]?[x×+=<>])"
)
_WHOLES = frozenset((4, 5, 6, 7, 8, 10, 12, 20, 30))
"""What scores, spans of time ("3/7", "2/12") and fractions are out of."""


def _is_part(text: str, match: re.Match[str]) -> bool:
    """Whether "3/5" may be a share, a score, a strength, a lapse of time or a visual acuity."""
    first, second = int(match["p"]), int(match["q"])
    words_before = re.findall(r"[^\W\d_]+", text[max(0, match.start() - 30) : match.start()])
    behind = re.match(r"[ -]?\(?([^\W\d_]+)", text[match.end() : match.end() + 16])
    english = words(table("english")["counted"])
    if any(word.lower() in english for word in words_before[-3:]):
        return True
    if first > second:
        return False
    if behind and behind[1].lower() in english:
        return True
    if _ENTRY.match(text, match.end()) and text[: match.start()].endswith("\n"):
        return False
    if _NODAL.search(text, max(0, match.start() - 8), match.start()):
        return True
    return second in _WHOLES or second == 1 or (first == 6 and second in _METRES)


_ENTRY = re.compile(r"[ ]?[-–:][ ]")
"""Behind the date that opens an entry of a log: "2/4 - Call from ..."."""
_METRES = frozenset((5, 6, 9, 12, 18, 24))
"""Visual acuity is told at six metres."""
_NODAL = re.compile(r"N[0-3][a-c]?(?:mi)?\s?\(?$")


def _named_days(text: str) -> Iterator[DateMention]:
    """ "St Magnus Day 2024", "on Pioneer Day"."""
    for match in _NAMED_DAY.finditer(text):
        first = match["name"].split()[0]
        if is_no_name(first) and not first.startswith(("St", "All", "New")):
            continue
        parts = ((*match.span("h"), "h"),)
        if match["y"]:
            parts = (*parts, (*match.span("y"), "y"))
        yield DateMention(*match.span(), parts, 15, 7, int(match["y"] or -1))


_NAMED_DAY = re.compile(
    rf"(?<![.!?\n] )(?<![\w\n-])(?P<h>(?P<name>(?:(?:St\.?|Saint|All)[ ])?[{UPPER}][^\W\d_]+"
    r"(?:['’]s?)?[ ])(?:Day|Eve|Night|Sunday|Monday|Weekend|Tide|Feast))"
    r"(?![\w-]|[ ](?:Unit|Surgery|Case|Care|Hospital|Centre|Center|Ward|Shift|Staff|Nurse|Clinic"
    r"|\d{1,3}\b))(?:,?[ ](?P<y>(?:19|20)\d\d)(?!\d))?"
)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    names = {form for forms in month_forms("en") for form in forms} | {"sept"}
    month = (
        rf"(?=[JFMASOND])(?P<b>(?:{either({*map(str.capitalize, names), *map(str.upper, names)})}))"
    )
    year = r"(?P<y>(?:19|20)\d\d|\d\d)"
    return {
        "joined": re.compile(
            rf"(?<![\w.,/])(?P<d>0?[1-9]|[12]\d|3[01])(?P<sep>[-/. ]?){month}\.?(?P=sep)"
            rf"['’]?{year}(?![\w/-]|[.,:]\d)"
        ),
        "glued": re.compile(
            rf"(?<=[a-z,.;:]){month}\.?[ ]?(?P<d>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
            rf"(?:,?[ ]['’]?(?P<y>(?:19|20)\d\d|(?<=['’])\d\d))?(?![\w/-])"
        ),
        "day_month": re.compile(rf"(?<![\w.,/-])(?P<d>0?[1-9]|[12]\d|3[01])[-/]{month}(?![\w/-])"),
        "small": re.compile(
            rf"(?=[jfmasond])(?<![\w-])(?P<b>(?:{either(names)}))\.?[ ](?P<d>0?[1-9]|[12]\d|3[01])"
            rf"(?P<o>st|nd|rd|th)?(?![\w/%-]|[.,:]\d|[ ](?:mg|Gy|ml|cm|mm|weeks|days)\b)"
        ),
        "month_year": re.compile(rf"(?<![\w-]){month}[-/.]['’]?{year}(?![\w/-]|[.,:]\d)"),
        "month": re.compile(rf"(?=[JFMASOND])(?<![\w.@/-]){month}(?![\w@-]|['’][a-z])\.?(?<!\.)"),
        "days": re.compile(
            r"(?<![\w/.-])(?P<d>[12]\d|3[01]|0?[1-9])(?P<o>st|nd|rd|th)(?=[ ]?(?:or|and|to|&|-|–|/)"
            r"[ ]?(?:the[ ])?\d{1,2}(?:st|nd|rd|th)\b)"
        ),
    }
