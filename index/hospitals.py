"""Hospitals, practices and homes in a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from index.data_files import either, phrases, table, words
from index.letter import Language
from index.name_patterns import UPPER
from index.name_words import is_no_name
from index.places import CAP, listed_towns
from index.spans import Label, Span


def find_hospitals(text: str, language: Language) -> Iterator[Span]:
    """Hospitals, practices and homes by the kind of house, by a known name, or by "treated at"."""
    patterns = _hospital_patterns()
    for match in patterns.known.finditer(text):
        if not is_cited(text, match.start()):
            yield Span(*match.span(), Label.HOSPITAL)
    if language == "de":
        for match in patterns.german.finditer(text):
            yield Span(*match.span(), Label.HOSPITAL)
        return
    for match in patterns.english.finditer(text):
        start = _without_opening(text, *match.span())
        if start < match.end() and not is_cited(text, start):
            yield Span(start, match.end(), Label.HOSPITAL)
    for match in patterns.treated_at.finditer(text):
        start, end = match.span("name")
        start = _without_opening(text, start, end)
        if start < end and _is_house(text[start:end]):
            yield Span(start, end, Label.HOSPITAL)


def is_cited(text: str, start: int) -> bool:
    """Whether a hospital's name stands for what is known there, not for a place of treatment."""
    return _CITED.search(text, max(0, start - 40), start) is not None


_CITED = re.compile(
    r"\b(?:guidelines?|recommendations?|criteria|study|trial|data|research|protocol)"
    r"[ ](?:from|by|of|at)[ ](?:the[ ])?$",
    re.IGNORECASE,
)


def _without_opening(text: str, start: int, end: int) -> int:
    """Where a hospital's name begins once words that only open the sentence are left out."""
    part_of_names = words(table("places")["hospitals"]["openings"])
    for match in re.finditer(CAP, text[start:end]):
        word = match[0].removesuffix("'s").removesuffix("’s")
        if not is_no_name(word) or word in part_of_names:
            return start + match.start()
    return end


def _is_house(name: str) -> bool:
    """Whether one may be treated at `name`: initials may be a hospital's or one of its units'."""
    if name.isupper() and " " not in name:
        return len(name) > 2 and name not in words(table("places")["hospitals"]["units"])
    return not is_no_name(name.split()[0])


@dataclass(frozen=True)
class _HospitalPatterns:
    known: re.Pattern[str]
    german: re.Pattern[str]
    english: re.Pattern[str]
    treated_at: re.Pattern[str]


@cache
def _hospital_patterns() -> _HospitalPatterns:
    hospitals = table("places")["hospitals"]
    small = either(phrases(hospitals["small"]))
    kind = either(phrases(hospitals["en"]))
    known = either(phrases(hospitals["known"]))
    some = rf"{CAP}(?:[ ]{CAP})?"
    return _HospitalPatterns(
        known=re.compile(
            rf"(?<![\w-])(?:{known})(?![\w-])(?:['’]s)?(?:[ ](?:{small})\b)?"
            rf"|(?<![\w-])(?:{either(listed_towns())})(?:[ ]downtown|[ ]area)?[ ](?:{small})\b"
        ),
        german=_german_hospital(),
        english=re.compile(
            rf"(?<![\w-])(?:(?:(?:St|Mt|Dr|Mr|Ms)\.?[ ])?(?:{CAP}(?:['’]s)?[ ]){{1,4}}(?:{kind})"
            rf"(?:[ ](?:{kind}))?(?![\w-])(?:[ ](?:of|at|in)[ ]{some})?"
            rf"|St\.[ ]{CAP}(?:['’]s)?(?![ ]wort)"
            rf"|(?:(?<=our )|(?<=the )|(?<=at )){CAP}[ ](?:{small}|campus|facility)\b)"
        ),
        treated_at=re.compile(
            rf"\b(?:{either(words(hospitals['visits']))})[ ](?:\w+[ ]){{0,3}}?(?:at|to|from|in)[ ]"
            rf"(?:the[ ])?(?P<name>(?:(?:St|Mt)\.[ ])?{CAP}(?:[ ]{CAP}){{0,3}})"
        ),
    )


def _german_hospital() -> re.Pattern[str]:
    """A kind of house with the words that name it: behind it, or before it at a line's start."""
    kinds = phrases(table("places")["hospitals"]["de"])
    compound = either(kind.lower() for kind in kinds if " " not in kind)
    capitals = either((*(kind.upper() for kind in kinds), "KLINIK"))
    kind = (
        rf"(?:[{UPPER}][\w-]*?(?:{compound})|(?:[{UPPER}][\w-]*-)?(?:{either(kinds)})"
        rf"|(?:[{UPPER}]+-)?(?:{capitals}))"
    )
    no_name = either(words(table("terms")["not_names"]))
    part = rf"(?!(?:{no_name})\b)(?:St\.|Sankt|barmherzigen|heiligen|{CAP})"
    link = r"(?:(?:der|des|am|im|an der|zu|zum|zur|vom|von|den|dem)[ ])?"
    before = rf"^(?:{CAP}[ -]){{1,2}}(?:{either(kinds)})(?:[ ](?:für[ ]\w+[ ]\w+|{part}))?(?![\w-])"
    return re.compile(
        rf"{before}|(?<![\w-]){kind}[ ]{link}{part}(?:[ ]{link}{part}){{0,5}}(?![\w-])",
        re.MULTILINE,
    )
