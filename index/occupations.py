"""Occupations and employers in German letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, table, words
from index.letter import Language
from index.name_patterns import UPPER
from index.spans import Label, Span


def find_occupations(text: str, language: Language) -> Iterator[Span]:
    """What somebody works as, and where, in a German text."""
    if language != "de":
        return
    known, none = words(table("german")["professions"]), words(table("german")["no_professions"])
    endings = tuple(table("german")["profession_endings"].split())
    for match in _WORD.finditer(text):
        word = match[0].replace("-\n", "")
        stem = word.removesuffix("en").removesuffix("in").removesuffix("s")
        forms = (
            word,
            stem,
            word.removesuffix("in"),
            word.removesuffix("s"),
            word.removesuffix("n"),
        )
        if any(form in none for form in forms) or _is_person(text, match.start()):
            continue
        listed = any(form in known for form in forms)
        made_up = any(
            len(form) > len("meister") + 2 and form.lower().endswith(endings) for form in forms
        )
        if listed or made_up:
            yield Span(*match.span(), Label.PROFESSION)
            employer = _EMPLOYER.match(text, match.end())
            if employer:
                yield Span(*employer.span("house"), Label.PROFESSION)
    for match in _employed().finditer(text):
        yield Span(*match.span("house"), Label.PROFESSION)


_WORD = re.compile(
    rf"(?<![\w-])[{UPPER}][a-zäöüß]+(?:-(?:\n[ ]*)?[A-Za-zäöüß][a-zäöüß]+)*(?![\w-])"
)
_HOUSE = rf"[{UPPER}][\w&.-]*\w(?:[ ](?:in[ ])?[{UPPER}][\w&-]+){{0,2}}"
_EMPLOYER = re.compile(
    rf"[ \n](?:\(angestellt[ ])?(?:bei der|beim|bei den|bei|auf der|im|in der|am)[ ]"
    rf"(?P<house>{_HOUSE})"
)


def _is_person(text: str, start: int) -> bool:
    """Whether a word is somebody's name here: "Frau Schneider"."""
    return bool(
        re.search(
            r"\b(?:Herrn?|Frau|Dr\.|Prof\.|Fr\.|Hr\.|med\.|[A-ZÄÖÜ]\.|Familie)[ ]$",
            text[max(0, start - 9) : start],
        )
    )


@cache
def _employed() -> re.Pattern[str]:
    verbs = either(("angestellt", "beschäftigt", "tätig", "arbeitet", "arbeitete", "gearbeitet"))
    return re.compile(
        rf"\b(?:{verbs})[ ](?:bei der|beim|bei den|bei|auf der)[ ](?P<house>{_HOUSE})"
    )
