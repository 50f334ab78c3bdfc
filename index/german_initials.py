"""Patients who are no more than an initial in a German letter: "M. wird vorgestellt"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.letter import Language
from index.spans import Label, Span


def find_german_initials(text: str, language: Language) -> Iterator[Span]:
    """A capital with a full stop that begins a sentence and does or undergoes what persons do."""
    if language == "de":
        for match in _SUBJECT.finditer(text):
            yield Span(*match.span("name"), Label.PATIENT)


_SUBJECT = re.compile(
    r"(?:^|(?<=[.!?:]\s))(?P<name>[A-ZÄÖÜ]\.)(?=[ ](?:wird|wurde|stellte?|kommt|kam|befindet|befand"
    r"|berichtet|gibt|gab|klagt|leidet|lebt|erhält|erhielt|bekommt|bekam|möchte|wünscht|trägt"
    r"|spricht|raucht|arbeitet|wohnt|nimmt|nahm)\b)",
    re.MULTILINE,
)
