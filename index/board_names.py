"""Surnames alone in German minutes, lists and forms, where their place tells that they are names.

"Pape (Patho)", "Leitung: Frommhold", "Aufklärung al-Jabri"; what a dictionary has is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, listed, phrases, table
from index.german_words import is_german_word
from index.letter import Language
from index.name_patterns import PARTICLE, UPPER, name_patterns
from index.name_words import is_abbreviation, is_no_name
from index.spans import Label, Span

_SURNAME = rf"(?:{PARTICLE})?[{UPPER}][^\W\d_]+(?:-[{UPPER}][^\W\d_]+)*"


def find_board_names(text: str, language: Language) -> Iterator[Span]:
    """Spans labelled DOCTOR, in a German text."""
    if language != "de":
        return
    for match in _ARABIC.finditer(text):
        yield Span(*match.span(), Label.DOCTOR)
    for pattern in (_with_field(), _labelled()):
        for match in pattern.finditer(text):
            if _is_surname(match["name"]):
                yield Span(*match.span("name"), Label.DOCTOR)


_ARABIC = re.compile(
    rf"(?<![\w-])(?:[Aa][lrsdnt]|[Ee]l)-[{UPPER}][a-zäöü]{{2,}}(?:-[{UPPER}][a-z]+)*"
)
"""An article that is part of the name, and stays small within a sentence."""


def _is_surname(name: str) -> bool:
    word = name.rsplit(" ", 1)[-1]
    if is_abbreviation(word) or is_no_name(word):
        return False
    return any(part in listed("surnames") or not is_german_word(part) for part in word.split("-"))


@cache
def _with_field() -> re.Pattern[str]:
    fields = either(phrases(table("german")["fields"]))
    return re.compile(
        rf"(?<![\w.-])(?P<name>{_SURNAME})[ ]\((?:{fields})\.?(?:[ ,/]+(?:{fields})\.?)?\)"
    )


@cache
def _labelled() -> re.Pattern[str]:
    labels = either(phrases(table("german")["name_labels"]))
    return re.compile(
        rf"(?<![\w-])(?:{labels})[ ]?:[ \t]*(?:{name_patterns().title.pattern})?"
        rf"(?P<name>{_SURNAME})(?=[ ]?[,;(\n|/]|\.?$)",
        re.MULTILINE,
    )
