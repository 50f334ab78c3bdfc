"""Dates in every form that letters write them in. A date may lack its day, month or year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from index.data_files import either, table, words
from index.letter import Language

ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
"""Months in Roman figures, January first."""


@dataclass(frozen=True)
class DateMention:
    """A date as it stands in a text.

    Attributes:
        start, end: where it stands.
        parts: (start, end, kind) of what is written of it, in order; kinds are "d", "m" (a month's
            number), "b" (its name), "h" (a holiday's), "y", and "o" (an ordinal's "th").
        day, month, year: the date; a day or month that is not known is None, a year that is not
            written is that of the dates around.
    """

    start: int
    end: int
    parts: tuple[tuple[int, int, str], ...]
    day: int | None
    month: int | None
    year: int

    @property
    def is_full(self) -> bool:
        return self.day is not None and "y" in {kind for _, _, kind in self.parts}


@lru_cache(maxsize=2)
def find_dates(text: str, language: Language) -> tuple[DateMention, ...]:
    """All dates in `text`, sorted, without overlaps.

    Bare years count only where the text has a full date too: alone they single nobody out.
    """
    taken = bytearray(len(text))
    found: list[DateMention] = []
    day_first = reads_day_first(text, language)
    figures = [match.start() for match in _figures().finditer(text)]
    months = [match.start() for match in _month_pattern().finditer(text)]
    for form in _forms():
        # Trying a form where it may begin takes a third of the time of searching for it.
        for position in months if form.by_name else figures:
            match = form.pattern.match(text, position)
            if not match or any(taken[match.start() : match.end()]):
                continue
            if form.vague and not _in_time(text, position):
                continue
            mention = _mention(match, day_first)
            if mention:
                found.append(mention)
                taken[match.start() : match.end()] = b"\1" * len(match[0])
    if any(mention.is_full for mention in found):
        for match in _YEAR.finditer(text):
            if not any(taken[match.start() : match.end()]) and _is_year(text, match):
                part = (match.start(), match.end(), "y")
                found.append(DateMention(*match.span(), (part,), None, None, int(match[0])))
    return completed(sorted(found, key=lambda mention: mention.start))


@dataclass(frozen=True)
class _Form:
    """A way to write a date.

    Attributes:
        by_name: it begins with the name of a month, not with a number.
        vague: it counts only where the word before it speaks of time.
    """

    pattern: re.Pattern[str]
    by_name: bool
    vague: bool


@cache
def _forms() -> tuple[_Form, ...]:
    """From the surest form to the vaguest; a later form takes only what is left over."""
    name = rf"(?P<b>(?:{either(_month_names())})\b\.?)"
    day, month = r"(?P<d>0?[1-9]|[12]\d|3[01])", r"(?P<m>0?[1-9]|1[0-2])"
    day2, month2 = r"(?P<d>0[1-9]|[12]\d|3[01])", r"(?P<m>0[1-9]|1[0-2])"
    full, short = r"(?P<y>(?:19|20)\d\d)", r"(?P<y>\d\d)"
    year = r"(?P<y>(?:19|20)\d\d|\d\d)"
    after_name = r"(?P<y>(?:19|20)\d\d|(?<=['’])\d\d)"
    free, end = r"(?<![\w.,/-])(?<!\d )", r"(?!\w|[.,/:]\d)"
    ordinal = r"(?P<o>st|nd|rd|th)"
    until = r"\s?(?:-|–|bis(?: zum)?|/|und|u\.)\s?"
    sure = (
        # 2024-03-12, 2024/03/12
        rf"{free}{full}[-/.]{month2}[-/.]{day2}(?!\d)",
        # 12.03.2024, 12. 3. 24, 12.03 2024
        rf"(?<![\w,/]){day}\.\s?{month}[. ]\s?{year}{end}",
        # 12/3/24, 12-03-2024, 3/12/24: which is the month is told by the rest of the text
        rf"(?<![\w.,/-])(?P<p>[0-3]?\d)(?P<sep>[/-])(?P<q>[0-3]?\d)(?P=sep){year}{end}",
        # 12. März 2024, 12th of March 2024, 12 Mar '24, 12. März
        rf"(?<![\w./-])(?<!\d,){day}(?:\.|{ordinal})?(?:\s+of)?\s?{name}"
        rf"(?:,?\s?['’]?{after_name})?{end}",
        # March 12th, 2024; Mar 12 '24; March 12
        rf"{name}\s?{day}{ordinal}?(?:,?\s?['’]?{after_name})?{end}",
        # March 2024, März '24
        rf"{name},?\s?(?:of\s)?['’]?{after_name}{end}",
        # 03/2024, 3.2024
        rf"(?<![\w.,/]){month}[/.]{full}{end}",
        # the first month of "02-04/2021"
        rf"(?<![\w.,/-]){month}(?=\s?[-–]\s?(?:0?[1-9]|1[0-2])/(?:19|20)\d\d)",
        # the first date of "8.3. - 22.3.2025" and of "13. - 24.10.2023"
        rf"(?<![\w,/-]){day}\.\s?{month}\.?(?={until}\d{{1,2}}\.\s?\d{{1,2}}\.)",
        # … of "23. und 26.04." and of "2. bis 14. September"
        rf"(?<![\w.,/-]){day}\.(?={until}\d{{1,2}}\.\s?(?:\d{{1,2}}\.|(?:{either(_month_names())})\b))",
        # 05/11: both in two digits and opening a range or a line; 5/11 at a line's end
        rf"(?:^|(?<=[(\s])){month2}/{short}(?=\s*(?:[:)–-]|bis\b))",
        rf"^{month2}/{short}(?=\s)",
        rf"(?<=[\s(]){month}/{short}(?=\)?\s*$)",
    )
    vague = (
        rf"(?<![\w.,/-]){day}\.\s?{month}\.(?![\d])",
        rf"(?<![\w.,/-]){month}/{short}{end}",
        rf"{name}(?![\w-])",
    )
    return tuple(
        _Form(
            re.compile(source, re.IGNORECASE | re.MULTILINE),
            by_name=source.startswith(name),
            vague=source in vague,
        )
        for source in (*sure, *vague)
    )


@cache
def _month_pattern() -> re.Pattern[str]:
    """Where the name of a month begins, with a capital: "may" is a verb."""
    names = {*map(str.capitalize, _month_names()), *map(str.upper, _month_names())}
    return re.compile(rf"\b(?:{either(names)})\b")


@cache
def _figures() -> re.Pattern[str]:
    """Where a date in figures may begin: by what follows them, which tells most numbers apart."""
    initials = "".join(sorted({name[0] for name in _month_names()}))
    return re.compile(
        rf"(?<!\w)\d{{1,4}}(?:[./]|\s?[-–]|(?:st|nd|rd|th)?(?:\s+of)?\s?[{initials}])",
        re.IGNORECASE,
    )


def _month_names() -> set[str]:
    return {*month_numbers("en"), *month_numbers("de")}


_YEAR = re.compile(r"(?<![\w.,/+-])(?:19[3-9]\d|20[0-6]\d)(?![\w/+]|[.,-]\d)")
_WORD_BEFORE = re.compile(r"(\w+)[.:]?[ \t(]*$")
_WORD_AFTER = re.compile(r"[ -]*([^\W\d_]+)")


def _mention(match: re.Match[str], day_first: bool) -> DateMention | None:
    groups = match.re.groupindex
    kinds = {kind: kind for kind in "dmbyo" if kind in groups and match[kind]}
    if "p" in groups:
        kinds |= {"d": "p", "m": "q"} if day_first else {"d": "q", "m": "p"}
    number = {kind: match[group] for kind, group in kinds.items()}
    if "b" in kinds and not number["b"][0].isupper():
        return None
    name = number.get("b", "").rstrip(".").lower()
    month = month_numbers("en").get(name) or month_numbers("de").get(name)
    month = month or int(number.get("m", 0))
    day = int(number.get("d", 0))
    if month > 12 or day > 31 or ("p" in groups and not (month and day)):
        return None
    parts = sorted((*match.span(group), kind) for kind, group in kinds.items())
    year = int(number.get("y", -1))
    return DateMention(*match.span(), tuple(parts), day or None, month or None, year)


def completed(found: Sequence[DateMention]) -> tuple[DateMention, ...]:
    """Sorted dates with the century of two-digit years, and what ranges leave to their second."""
    written = [mention.year for mention in found if mention.year >= 1900]
    latest = max(written, default=2025)
    later: DateMention | None = None
    whole: list[DateMention] = []
    for mention in reversed(found):
        year, month = mention.year, mention.month
        if 0 <= year < 100:
            year += latest // 100 * 100
            year -= 100 if year > latest + 1 else 0
        near = later if later and later.start - mention.end <= 12 else None
        if year < 0:
            year = near.year if near else latest
        if month is None and mention.day is not None:
            month = near.month if near else 1
        later = replace(mention, year=year, month=month)
        whole.append(later)
    return tuple(reversed(whole))


def reads_day_first(text: str, language: Language) -> bool:
    """Whether "3/4/24" is the third of April here: by a date that can be read one way only."""
    for first, second in re.findall(r"(?<!\d)(\d\d?)[/-](\d\d?)[/-](?:19|20)?\d\d(?!\d)", text):
        if (int(first) > 12) != (int(second) > 12):
            return int(first) > 12
    return language == "de"


def _in_time(text: str, position: int) -> bool:
    """Whether the word before `position` speaks of time."""
    before = text[max(0, position - 20) : position]
    word = _WORD_BEFORE.search(before)
    return bool(word) and word[1].lower() in words(table("dates")["before"])


def _is_year(text: str, match: re.Match[str]) -> bool:
    before = _WORD_BEFORE.search(text[max(0, match.start() - 24) : match.start()])
    if before and before[1].lower() in words(table("dates")["no_year_after"]):
        return False
    after = _WORD_AFTER.match(text, match.end())
    return not (after and after[1].lower() in words(table("dates")["no_year_before"]))


@cache
def month_forms(language: Language) -> tuple[tuple[str, ...], ...]:
    """For each month its full name, its short name, and others."""
    lines = table("dates")["months"][language].split("\n")
    return tuple(tuple(line.split()) for line in lines if line)


def month_number(name: str, language: Language) -> int | None:
    """1 to 12 for the name of a month, in whatever case."""
    return month_numbers(language).get(name.rstrip(".").lower())


@cache
def month_numbers(language: Language) -> dict[str, int]:
    forms = enumerate(month_forms(language), start=1)
    return {form: number for number, names in forms for form in names}
