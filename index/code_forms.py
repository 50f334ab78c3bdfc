"""Codes in English letters by their form alone: long numbers, and figures mixed with letters.

What medicine writes with figures too is told apart: amounts, stages, variants of genes, isotopes,
trials, antigens, scales. What stands for a place within a house (a room, a chair, a gym) has its
word before it; so has what is filed, held or quoted under a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, table, words
from index.letter import Language
from index.name_patterns import UPPER
from index.spans import Label, Span

_TOKEN = re.compile(
    r"(?<![\w.,/+%°^-])#?(?=[\w/.:_-]*\d)[A-Za-z\d]+(?:[-/._:][A-Za-z\d]+)*(?![\w%°^+]|[.,]\d)"
)
UNIT_BEHIND = re.compile(
    r"[ ]?-?(?:mg|mcg|µg|ug|g|kg|ml|mL|l|L|dl|IU|iu|U|IE|units?|mmol|nmol|pmol|mol|cGy|Gy|MBq|GBq"
    r"|mSv|kV|MV|MeV|MU|cells?|copies|steps|kcal|cal|hours?|hrs?|h|min|mins|days|weeks|years|yrs"
    r"|m2|cm|mm|ng|pg|x|×|/)\b|[ ]?[×*x]10"
)
_MEDICAL = re.compile(
    r"[A-Z]?\d{1,4}[A-Z]|(?:[A-Z][a-z]?|\d{2,3})-?\d{2,3}m?"
    r"|[cpyrmuaTNMGRLV]+[\dabcx]+(?:[TNMGRLV]\w*)*"
    r"|M-?[89]\d{3,4}(?:/\d)?|T-?\d{5}|[A-Z]\d{2}(?:\.\d{1,3})?|[cpgmn]\.\S+|rs\d+"
    r"|v?\d+(?:\.\d+)*|\d+[./:]\d+|\d+(?:st|nd|rd|th)"
    r"|\d{1,2}:\d\d(?:[-–]\d{1,2}:\d\d)?(?:am|pm)?|\d{4}(?:h|hrs)"
    r"|\d+[-/]\d+(?:[-/]\d{1,2})?|(?:19|20)\d\d[-/.]\d\d[-/.]\d\d(?:T[\d:]+)?"
    r"|\d{1,2}[-/.]\w{3}[-/.]\d{2,4}"
)
"""Variants, isotopes, stages, codes of tissues and diagnoses, amounts, times, shares, dates."""


def find_code_forms(text: str, language: Language) -> Iterator[Span]:
    """Spans labelled ID, in an English text."""
    if language != "en":
        return
    for match in _TOKEN.finditer(text):
        if _is_code(text, match):
            label = _LABEL.match(match[0])
            start = match.start() + (label.end() if label else 0)
            yield Span(start, _with_groups(text, match.end()), Label.ID)
    for pattern in (_placed(), _vaguely_placed()):
        for match in pattern.finditer(text):
            yield Span(*match.span("code"), Label.ID)


_LABEL = re.compile(r"[A-Z][a-z]+[.:]+(?:no[.:]+)?(?=\w)")
"""What a number is called, joined to it: "Tel:01632", "Hosp.no.QE119"."""


def _is_code(text: str, match: re.Match[str]) -> bool:
    code = match[0]
    if _GLUED.match(code):
        return False
    digits = sum(map(str.isdigit, code))
    if digits < 4 and not (code[0] == "#" and digits >= 2):
        return False
    if code.isdigit():
        plain = digits < 6 or code.endswith("000")
    else:
        plain = code[0] != "#" and (_MEDICAL.fullmatch(code) or not _is_mixed(code, digits))
    return not plain and not UNIT_BEHIND.match(text, match.end())


_GLUED = re.compile(r"[A-Za-z]?[a-z]{2,}\d|[A-Z]{3}\d+/\d|[A-Za-z]+:\d+/|D0B")
"""A word that lost the space behind it: "Clinic22/08/23"."""


def _is_mixed(code: str, digits: int) -> bool:
    """Five figures with other signs, or four behind letters that name no trial."""
    letters = re.match(r"[A-Za-z]*", code)
    group = letters[0] if letters else ""
    if group.upper() in words(table("english")["trial_groups"]) or len(group) > 4 > digits - 1:
        return False
    if group.islower() and len(group) > 2:
        return False
    return digits >= 5 or bool(re.fullmatch(r"[A-Z]{1,3}[-/]?\d{4}[A-Z]?", code))


def _with_groups(text: str, end: int) -> int:
    """Where a code ends that goes on in groups of figures: "XQT-8810 2245 01"."""
    more = _GROUPS.match(text, end)
    return more.end() if more else end


_GROUPS = re.compile(r"(?:[ ]\d{2,4}){1,4}(?![\w/.,:%-]|[ ](?:mg|ml|Gy|cm|mm|units))")


_NO_AMOUNT = r"(?![\w%]|[.,:]\d|[ ]?(?:mg|ml|h|hrs|Gy|cm|mm|weeks|days)\b)"


@cache
def _placed() -> re.Pattern[str]:
    """What a place within a house is numbered or called, behind its word: "Room: Ohia 317"."""
    places = either(words(table("english")["numbered_places"]))
    return re.compile(
        rf"(?<![\w-])(?i:{places})(?:[ ]?(?:no|number|nr)\.?)?[ :#]{{1,3}}(?P<code>"
        rf"(?:[{UPPER}][a-z]{{2,}}[ ])?[A-Z]{{0,4}}[-/]?\d{{1,4}}[A-Z]?(?:[-/.][A-Z\d]{{1,4}})*)"
        rf"{_NO_AMOUNT}"
    )


@cache
def _vaguely_placed() -> re.Pattern[str]:
    """The same behind words that other numbers follow too: a letter or three figures tell it."""
    places = either(words(table("english")["numbered_places_vague"]))
    return re.compile(
        rf"(?<![\w-])(?i:{places})[ :#]{{1,3}}(?P<code>[A-Z]{{1,4}}[-/]?\d{{1,4}}[A-Z]?"
        rf"(?:[-/][A-Z\d]{{1,4}})*|\d{{1,3}}[A-Z]|\d{{3,4}}){_NO_AMOUNT}"
    )
