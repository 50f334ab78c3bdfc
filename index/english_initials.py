"""Initials in English letters: of whom the letter names, and of who dictated and typed it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.data_files import table, words
from index.name_patterns import UPPER, WORD
from index.spans import Label, Span

_UNIT = re.compile(rf"[{UPPER}]\.|[{UPPER}]{{1,2}}(?=[ ][{UPPER}][^\W\d_])|{WORD}")


def find_initials(text: str, introduced: Iterable[Span]) -> Iterator[Span]:
    """Spans labelled ID.

    Args:
        introduced: the names that the letter introduces.
    """
    for pattern in (_DICTATION, _CALLED):
        for match in pattern.finditer(text):
            yield Span(*match.span("name"), Label.ID)
    known = {
        "".join(word[0] for word in _UNIT.findall(span.of(text)))
        for span in introduced
        if span.label is Label.DOCTOR or span.label is Label.PATIENT
    }
    known -= words(table("english")["no_initials"])
    for match in _INITIALS.finditer(text):
        letters = re.sub(r"[.-]", "", match["name"])
        if letters in known or any(
            len(each) > 2 and letters == each[0] + each[-1] for each in known
        ):
            yield Span(*match.span("name"), Label.ID)


_DICTATION = re.compile(
    r"(?:(?i:(?<=ref:)|(?<=ref)|(?<=ref\.))[ ]?|^|[ \t])(?P<name>(?!(?:mg|ml|km|mL)/)(?:"
    r"[A-Z]{1,2}[a-z]?c?[A-Z]{1,3}/[a-z]{2,3}(?=[\s,;)]|$)|[a-z]{2,3}(?=/[A-Z]{2,4}-?\d)|"
    r"(?<=\()[a-z]{2}/[a-z]{2}(?=\)))|[A-Z]{2,4}"
    r"(?:/(?:[a-z]{2,3}|[A-Z]{2,3}(?=/))|:[a-z]{2,3}|(?=/dragon)))(?=[/\d\s]|$)",
    re.MULTILINE,
)
"""Of author and typist, as in "KM/jb"."""
_CALLED = re.compile(
    r"\b(?:[Ii]nitials?|[Mm]ins|[Mm]inutes|[Ss]ecretary|[Tt]yp(?:ed|ist)|[Tt]ranscri(?:bed|ber)"
    r"|[Dd]ictated|[Ss]cribe)(?:[ ]by)?[ ]?(?:[:=][ ]{0,3}|[ ])"
    r"(?P<name>[A-Z](?:[.-]?[A-Z]){1,2}|(?<=[:=][ ])[a-z]{2,3})(?=[\s,;)/]|\.?$)",
    re.MULTILINE,
)
"""Behind a word that only initials follow, whether the letter names their bearer or not."""
_INITIALS = re.compile(
    r"(?:\(|[-–][ ]|\b(?:[Bb]y|[Pp]er|[Cc]ut-up|(?:[Cc]ounter)?[Ss]igned:?"
    r"|[Aa]ttested:?|[Cc]hecked:?)[ ]{1,3}|(?<=\s)[-–~](?=[A-Z]{2,3}[ \t]*$))"
    r"(?P<name>[A-Z](?:[.-]?[A-Z]){1,2}\.?)"
    r"(?=[).,;]|[ ]\d|\s*$)",
    re.MULTILINE,
)
"""Where a person may stand: these count if they are somebody's."""
