"""What the tagger may not take for an identifier, whatever its weights say.

It learnt from few letters, so it is sure of a bare number or a rare word now and then: a number
that can't be a date, a phone or a code; one or two letters; words that only a dictionary has.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from index.data_files import either, listed, table, words
from index.further import is_eponym
from index.german_words import is_german_word
from index.letter import Language
from index.name_words import given_names
from index.spans import Label, Span

_DIGIT = re.compile(r"\d")
_DIAGNOSIS = re.compile(r"[A-Z]\d\d(?:\.\d{1,2})?")
_WORD = re.compile(r"[^\W\d_]+")
_BARE = re.compile(r"\d+(?:[.-]\d+)?|\d{2}/\d{2}")
_YEAR = re.compile(r"(?:19|20)\d\d|0\d{3,}|\d{6}|\d{8}")
"""A year, or a date without separators."""
_DAY_AND_MONTH = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])")
_MONTH_AND_YEAR = re.compile(r"(?:0?[1-9]|1[0-2])/\d\d")
_NUMBER_BEFORE = re.compile(r"\d(?:[ /-]{1,3}|[ ]\.[ ]?)$")
_NUMBER_BEHIND = re.compile(r"(?:[ /-]{1,3}|[ ]\.[ ]?)\d")
_SAID = re.compile(r"(?:\b(?:Fr|Hr|Dr|Frau|Herrn?|in|aus|nach|bei)\.?)[ ]$")
"""Before a common word these make a name of it: "Fr. Liebe"."""
_FEWEST = {Label.CONTACT: 4, Label.ID: 4, Label.LOCATION: 4, Label.AGE: 2}
"""Digits of a number that stands alone."""
_OLD = 90
_NAMED_ALONE = (Label.PATIENT, Label.DOCTOR, Label.LOCATION)
"""What common nouns don't name; they do hospitals and work."""
_NAMED_BY_WORDS = (Label.PATIENT, Label.DOCTOR, Label.LOCATION, Label.HOSPITAL)
_COMPOUND = re.compile(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)+(?![\w-])")
_WIDEST = 40
_ABBREVIATION = re.compile(r"[A-ZÄÖÜ]{4,5}")
_GLUED = re.compile(r"[/_-]?\w")
_GLUED_BEFORE = re.compile(r"\w[/_-]?$")
"""The rest of what a rule found: "P1r2", "44a"."""


def may_identify(text: str, span: Span, language: Language) -> bool:
    """Whether what the tagger found can be an identifier of its kind."""
    written = span.of(text)
    if span.label in _NAMED_BY_WORDS:
        compound = _compound(text, span)
        if _has_eponym(compound) or _around(_stage(), text, span):
            return False
        if span.label is not Label.HOSPITAL and _is_abbreviated(compound):
            return False
    if _GLUED.match(text, span.end) or _GLUED_BEFORE.search(
        text, max(0, span.start - 2), span.start
    ):
        return True
    if _DIGIT.search(written):
        return not _DIAGNOSIS.fullmatch(written) and (
            not _BARE.fullmatch(written) or _may_stand_alone(text, span)
        )
    found = _WORD.findall(written)
    if all(is_eponym(word) for word in found):
        return False
    if len(written) <= 2 and not (span.label is Label.DOCTOR and len(written) == 2):
        return written.istitle() and _is_listed(written)
    if _SAID.search(text, max(0, span.start - 7), span.start):
        return True
    nouns = language == "de" and span.label in _NAMED_ALONE
    return not (nouns and all(is_german_word(word) and not _is_listed(word) for word in found))


def _compound(text: str, span: Span) -> str:
    """The word with hyphens that a span is a part of, or all of it; empty where there is none."""
    return _around(_COMPOUND, text, span)


def _around(pattern: re.Pattern[str], text: str, span: Span) -> str:
    """What the pattern finds that a span lies in; empty where it finds nothing there."""
    near = pattern.finditer(text, max(0, span.start - _WIDEST), span.end + _WIDEST)
    return next((m[0] for m in near if m.start() <= span.start and span.end <= m.end()), "")


@cache
def _stage() -> re.Pattern[str]:
    """A stage: "Ann Arbor IA"."""
    return re.compile(
        rf"\b(?:{either(words(table('english')['staging']))})[ ]I{{1,3}}V?[A-C]?\d?\b"
    )


def _has_eponym(compound: str) -> bool:
    """Whether a term of medicine is in it: "B-Zell-Lymphom"."""
    return any(is_eponym("-".join(pair)) for pair in pairwise(compound.split("-")))


def _is_abbreviated(compound: str) -> bool:
    """Whether it is a term in short, like "EBUS-TBNA"; hospitals are called so, too."""
    parts = compound.split("-")
    short = all(_ABBREVIATION.fullmatch(part) for part in parts)
    return short and not any(map(_is_listed, parts))


def _may_stand_alone(text: str, span: Span) -> bool:
    """Whether a number without letters may be a date, a part of one or of a phone, or a code."""
    number = span.of(text)
    before = _NUMBER_BEFORE.search(text, max(0, span.start - 4), span.start)
    if before or _NUMBER_BEHIND.match(text, span.end):
        return True
    if span.label is Label.DATE:
        forms = (_YEAR, _DAY_AND_MONTH, _MONTH_AND_YEAR)
        return any(form.fullmatch(number) for form in forms)
    if span.label is Label.AGE:
        return number.isdigit() and int(number) >= _OLD
    return sum(map(str.isdigit, number)) >= _FEWEST.get(span.label, 1)


def _is_listed(word: str) -> bool:
    name = word.capitalize() if word.isupper() else word
    lists = ("surnames", "given_names", "towns", "cities")
    return name in given_names() or any(name in listed(each) for each in lists)
