"""People: what follows a title, a salutation, or stands before a birth date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.wordlists import lexicon

_NAME = r"[A-ZÄÖÜ](?:(?!\d)[\w'’-])+"
"""Without figures: the PD of "PD-L1" is no one's title."""

_DEGREES = (
    r"M\.?D\.?|D\.?O\.?|Ph\.?D\.?|MB\w*|FRC[RPS]\w*|MRC[RPS]\w*|FACR|FASTRO|FFRRCSI|FRANZCR"
    r"|RN|NP|PA-C|MSc|Fachärztin|Facharzt|Oberärztin|Oberarzt|Chefärztin|Chefarzt|Assistenzärztin"
    r"|Assistenzarzt|Consultant|Registrar|Specialist"
)
"""What stands behind a colleague's name."""


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    titles = "|".join(lexicon()["titles"]["words"])
    # "van", "von", "de" stay inside a name; a line break ends it.
    chain = rf"(?P<n>{_NAME}(?:[ ](?:(?:von|van|der|den|de|zu)[ ])*{_NAME}){{0,3}})"
    birth = r"born|date of birth|geboren|geb\.|Geburtsdatum|\*\s?\d|DOB"
    label = r"Patient(?:in)?|Name|Pat\.|Re|Betr\.|Betreff|Betrifft"
    return (
        re.compile(rf"\b(?:(?:{titles})\b\.?-?[ ]?)+(?:[A-ZÄÖÜ]\.[ ]?){{0,3}}{chain}"),
        re.compile(rf"{chain}(?=,?[ \t]+(?:[mwfMWF][,;][ \t]+)?(?:\(?(?:{birth})))"),
        re.compile(rf"^[ \t]*(?:{label})(?:[ ]name)?\s*[:=-]\s*{chain}", re.MULTILINE),
        re.compile(rf"{chain}(?=,[ ](?:{_DEGREES})(?![\w-]))"),
        re.compile(rf"\"(?:last_name|first_name)\":\s*\"{chain}"),
    )


def find_names(text: str) -> Iterator[Fact]:
    """Every name that can be told; its value is its parts in lower case, titles left out."""
    skip = {
        word.lower() for word in lexicon()["titles"]["not_names"] + lexicon()["titles"]["words"]
    }
    for pattern in _patterns():
        for match in pattern.finditer(text):
            start, end = match.span("n")
            parts = [
                part
                for part in re.findall(r"[\w'’-]+", match.group("n"))
                if part.lower() not in skip
            ]
            if parts:
                yield Fact(
                    FactKind.NAME, " ".join(parts).lower(), frozenset(), start, end, text[start:end]
                )


def find_names_of_relatives(text: str) -> Iterator[Fact]:
    """The Karin of "his daughter Karin", about the relation. In German it may be any noun."""
    words = {**lexicon()["relatives"], **_PARTNERS}
    kin = "|".join(sorted(words, key=len, reverse=True))
    for match in re.finditer(rf"\b(?P<k>(?i:{kin})),?[ ](?P<n>{_NAME})", text):
        start, end = match.span("n")
        about = frozenset({words[match["k"].lower()]})
        yield Fact(FactKind.NAME, match["n"].lower(), about, start, end, match["n"])


_PARTNERS = {
    "wife": "wife", "ehefrau": "wife", "gattin": "wife", "husband": "husband",
    "ehemann": "husband", "gatte": "husband", "gatten": "husband", "partner": "partner",
    "partnerin": "partner", "lebensgefährte": "partner", "lebensgefährten": "partner",
    "lebensgefährtin": "partner", "niece": "niece", "nichte": "niece", "nephew": "nephew",
    "neffe": "nephew", "neffen": "nephew", "granddaughter": "granddaughter",
    "enkelin": "granddaughter", "grandson": "grandson", "enkel": "grandson",
    "friend": "friend", "freund": "friend", "freundin": "friend", "carer": "carer",
    "caregiver": "carer", "stepson": "stepson", "stepdaughter": "stepdaughter",
}  # fmt: skip
