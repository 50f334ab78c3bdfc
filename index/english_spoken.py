"""Dates and numbers that English letters leave in words, as a recogniser of speech types them.

"april second nineteen fifty two", "the fourteenth of May twenty twenty one", "since two thousand
fifteen", "in june", "labor day"; "two oh seven five five five oh one six four". A written date has
capitals and figures and is `index.dates`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, phrases, table
from index.dates import month_forms
from index.letter import Language
from index.spans import Label, Span


def _numbered(names: str, numbers: range) -> dict[str, int]:
    return dict(zip(names.split(), numbers, strict=True))


_ONES = _numbered("one two three four five six seven eight nine", range(1, 10))
_TEENS = _numbered(
    "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    range(10, 20),
)
_TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10))
_ORDINALS = {
    **_numbered("first second third fourth fifth sixth seventh eighth ninth tenth", range(1, 11)),
    "eleventh": 11,
    "twelfth": 12,
    "twentieth": 20,
    "thirtieth": 30,
    **{f"{word}th": number for word, number in _TEENS.items() if number > 12},
}
_CARDINALS = {**_ONES, **_TEENS, **_TENS, "oh": 0}
_DIGITS = {"oh": "0", "nought": "0", "zero": "0", **{w: str(n) for w, n in _ONES.items()}}


def find_english_spoken(text: str, language: Language) -> Iterator[Span]:
    """Spans of dates and of numbers in words, in an English text."""
    if language != "en":
        return
    patterns = _patterns()
    for name in ("dates", "years", "months", "days"):
        for match in patterns[name].finditer(text):
            yield Span(*match.span("date"), Label.DATE)
    for match in patterns["numbers"].finditer(text):
        yield Span(*match.span("number"), Label.ID)


def written_date(spoken: str) -> str:
    """A date in words as one in figures, "April 2, 1952"; "" where it has no month or has figures.

    What it lacks stays away: a day, a year.
    """
    words = [] if re.search(r"\d", spoken) else re.findall(r"[a-z]+", spoken.lower())
    months = [(i, w.capitalize()) for i, w in enumerate(words) if w in _months()]
    if not months:
        return ""
    place, month = months[0]
    day, behind = _day(words)
    year = _year(words[max(place + 1, behind) :])
    return f"{month} {day}, {year}" if day and year else f"{month} {day or year or ''}".rstrip()


def is_spoken_number(written: str) -> bool:
    return bool(_patterns()["numbers"].fullmatch(written))


def spoken_digits(written: str) -> str:
    """A number in words as one in figures: "five oh one B" is "501B"."""
    return "".join(_DIGITS.get(word.lower(), word) for word in written.split())


def as_spoken(digits: str) -> str:
    """The other way round."""
    names = {digit: word for word, digit in _DIGITS.items()}
    return " ".join(names.get(sign, sign) for sign in digits)


def _day(words: list[str]) -> tuple[int, int]:
    """The day of a month and the number of the word behind it, or zeros."""
    for i, word in enumerate(words):
        if word in _ORDINALS:
            return _ORDINALS[word] + (_TENS.get(words[i - 1], 0) if i else 0), i + 1
    return 0, 0


def _year(words: list[str]) -> int:
    """Of "nineteen fifty two", "twenty oh five", "two thousand fifteen"; 0 where none is."""
    numbers = [_CARDINALS[word] for word in words if word in _CARDINALS]
    if "thousand" in words:
        return 2000 + sum(numbers[1:])
    return numbers[0] * 100 + sum(numbers[1:]) if numbers else 0


@cache
def _months() -> frozenset[str]:
    return frozenset(forms[0] for forms in month_forms("en"))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    month = rf"(?:{either(_months())})"
    one = either(_ONES)
    below_hundred = (
        rf"(?:(?:{either(_TENS)})(?:[ -](?:{one}))?|(?:oh|o)[ -](?:{one})|{either(_TEENS)})"
    )
    thousands = rf"two thousand(?:(?: and)?[ ](?:{below_hundred}|{one}))?"
    century = rf"(?:nineteen|twenty)[ -](?:{below_hundred}|hundred)"
    year = rf"(?:{thousands}|{century})"
    day = rf"(?:(?:twenty|thirty)[ -])?(?:{either(_ORDINALS)})"
    comma = r"(?:,|[ ]comma)?[ ]"
    time = r"(?:in|since|about|around|of|from|until|till|before|after|by|year|early|late|mid)"
    holidays = either(_holidays())
    digit = rf"(?:{either(_DIGITS)})"
    joined = r"[ ](?:dash[ ]|hyphen[ ]|slash[ ]|dot[ ]|point[ ])?"
    number = rf"{digit}(?:{joined}{digit}){{3,}}(?:[ ][A-Z](?![\w'’]))?"
    return {
        "dates": re.compile(
            rf"\b(?P<date>{month}[ ](?:the[ ])?{day}(?:{comma}(?:of[ ])?(?:{year}))?"
            rf"|(?:the[ ])?{day}(?:[ ]day)?[ ](?:of[ ])?{month}(?:{comma}(?:{year}))?"
            rf"|{month}{comma}(?:of[ ])?(?:{year}))\b",
            re.IGNORECASE,
        ),
        "years": re.compile(
            rf"\b{time}[ ](?P<date>{year})\b(?![ -](?:units?|mg|milligrams?|cells?|ml|copies|steps"
            rf"|calories|percent|per|hundred|patients|dollars|pounds|times|years))",
            re.IGNORECASE,
        ),
        "months": re.compile(
            rf"\b(?:{time}|last|next|this|during)[ ](?P<date>{month})\b(?![ ](?:be|have|not)\b)"
        ),
        "days": re.compile(rf"(?<![\w'’-])(?P<date>{holidays})(?![\w'’-])"),
        "numbers": re.compile(rf"(?<![\w-])(?P<number>{number})(?![\w-])", re.IGNORECASE),
    }


def _holidays() -> tuple[str, ...]:
    """In small letters, those that are nothing else."""
    names = (name.lower() for name in phrases(table("english")["holidays"]))
    return tuple(name for name in names if name.endswith((" day", " eve")) or name in _UNMISTAKEN)


_UNMISTAKEN = ("christmas", "thanksgiving", "halloween", "easter", "hanukkah", "xmas", "juneteenth")
