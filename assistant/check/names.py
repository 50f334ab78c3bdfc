"""People: what follows a title, a salutation, or stands before a birth date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.wordlists import lexicon

_NAME = r"[A-ZÄÖÜ](?:(?!\d)[\w'’-])+"
"""Without figures: the PD of "PD-L1" is no one's title."""


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    titles = "|".join(lexicon()["titles"]["words"])
    # "van", "von", "de" stay inside a name; a line break ends it.
    chain = rf"(?P<n>{_NAME}(?:[ ](?:(?:von|van|der|den|de|zu)[ ])*{_NAME}){{0,3}})"
    birth = r"born|date of birth|geboren|geb\.|Geburtsdatum|\*\s?\d|DOB"
    label = r"Patient(?:in)?|Name|Pat\.|Re|Betr\.|Betreff|Betrifft"
    return (
        re.compile(rf"\b(?:(?:{titles})\b\.?-?[ ]?)+{chain}"),
        re.compile(rf"{chain}(?=,?[ \t]+(?:\(?(?:{birth})))"),
        re.compile(rf"^[ \t]*(?:{label})(?:[ ]name)?\s*[:=-]\s*{chain}", re.MULTILINE),
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
