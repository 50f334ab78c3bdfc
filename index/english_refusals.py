"""What the tagger proposes in an English letter although its form or surroundings identify nobody.

A drug by its brand, a title without a name, the heading of a document, an age below 90, an hour, an
amount, a score, a weekday that returns each week.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from index.code_forms import UNIT_BEHIND
from index.data_files import either, listed, table, words
from index.english_words import is_english_word
from index.name_words import given_names
from index.spans import Label, Span


def identifying(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans without those that identify nobody."""
    headings = [match.span() for match in _heading().finditer(text)]
    for span in spans:
        if _DIGIT.search(span.of(text)):
            refused = _is_measure(text, span)
        else:
            within = any(a <= span.start and span.end <= b for a, b in headings)
            refused = _is_plain(span.of(text), span.label, heading=within) or (
                span.label is Label.DATE and _returns(text, span)
            )
        if not refused:
            yield span


_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_PERSONS = (Label.PATIENT, Label.DOCTOR)


# --- words


def _is_plain(written: str, label: Label, *, heading: bool) -> bool:
    """Whether all words are brands, titles, abbreviations or, in a heading, of the language."""
    if len(written) == 1 and label not in _PERSONS:
        return True
    own = _WORD.findall(written)
    if _WEEKDAYS.fullmatch(written) or (
        own
        and not _WEEKDAY.match(written)
        and all(word in _no_names() and not _is_name(word) for word in own)
    ):
        return True
    if label in (Label.ID, Label.DATE, Label.CONTACT):
        return False
    if written.isupper() and (heading or (len(own) == 1 and label is not Label.DOCTOR)):
        return all(is_english_word(word) and not _is_name(word) for word in own)
    return all(word in words(table("english")["titles"]) for word in own)


def _is_name(word: str) -> bool:
    name = word.capitalize()
    return name in given_names() or any(
        name in listed(kind) for kind in ("given_names", "surnames", "towns")
    )


@cache
def _no_names() -> frozenset[str]:
    medical = table("medical")
    devices_and_drugs = words(medical["brands"]) | words(medical["others"])
    return devices_and_drugs | words(table("english")["capitalised"])


@cache
def _heading() -> re.Pattern[str]:
    """A column in capitals that says what the document is: "PHYSICAL THERAPY EVALUATION"."""
    documents = either(word.upper() for word in words(table("english")["documents"]))
    return re.compile(
        rf"(?:^|(?<=[ ]{{2}}))[A-Z\d][A-Z\d /&'’,-]*?\b(?:{documents})S?\b"
        r"(?=[ ]*(?:[-/(\n:]|[ ]{2}|$))",
        re.MULTILINE,
    )


# --- figures


def _is_measure(text: str, span: Span) -> bool:
    written = span.of(text)
    if not written.isdigit():
        around = text[max(0, span.start - 1) : span.start] + text[span.end : span.end + 1]
        alone = not re.search(r"[\w/]", around)
        return alone and bool(_SHARE.fullmatch(written)) and not _is_day(written)
    if span.label is Label.AGE:
        return int(written) < 90
    if UNIT_BEHIND.match(text, span.end) or _OF_HOUR.match(text, span.end):
        return True
    if span.label is not Label.DATE:
        return False
    before = text[max(0, span.start - 4) : span.start]
    if _SHARE_BEFORE.search(before):
        return True
    hour = len(written) == 4 and not written.startswith(("19", "20"))
    return hour and bool(_HOUR.fullmatch(written))


_SHARE = re.compile(r"\d{1,3}[ ]?/[ ]?\d{1,3}")
_SHARE_BEFORE = re.compile(r"(?<![\d/])(?:0/|\d{3}/|[4-9]\d/)$")
"""The figure before a slash is that of a blood pressure or a score: no month, no day."""
_OF_HOUR = re.compile(r":[0-5]\d(?!\d)")
_HOUR = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")


def _is_day(share: str) -> bool:
    """Whether "7/20" may be a day and a month."""
    first, second = sorted(int(number) for number in share.split("/"))
    return 0 < first <= 12 and second <= 31


def _returns(text: str, span: Span) -> bool:
    """Whether a weekday is any such day: "each Wednesday"."""
    each = _EACH.search(text, max(0, span.start - 8), span.start)
    return bool(each) and bool(_WEEKDAY.fullmatch(span.of(text)))


_EACH = re.compile(r"\b(?:[Ee]ach|[Ee]very)[ ]$")
_WEEKDAY = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")
_WEEKDAYS = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days")
