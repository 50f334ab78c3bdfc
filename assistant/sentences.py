"""Where a letter's sentences begin and end, as a reader sees them: what may be taken out whole.

The check cuts texts finer than that, which is right for telling what belongs together, and would
leave half a sentence behind here. A line break ends a sentence; a full stop behind an abbreviation,
a single letter or an ordinal does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from index.language import detect_language
from index.letter import Language

_STOP = re.compile(r"\n+|(?<=[.!?])[\"“”»)]?[ \t]+(?=[\"„“»(]?[A-ZÄÖÜ\d])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Dr|Prof|med|habil|Priv|Doz|Mr|Ms|Mrs|Fr|Hr|Herrn?|St|Nr|No|Tel|Str|geb|bzw|ca|circa|ggf|max"
    r"|min|inkl|incl|approx|resp|vs|Vit|Tbl|Tab|tgl|bds|Pat|Abb|Fig|sog|evtl|usw|etc)|\b[^\W\d_])\.$"
)
_ORDINAL = re.compile(r"(?<![\d.,/-])\d{1,2}\.$")
_BEGINS = re.compile(
    r"(?:Der|Die|Das|Den|Dem|Es|Ein|Eine|Einen|Wir|Sie|Er|Ihr|Ihre|Im|In|Am|An|Bei|Nach|Seit|Zur|Zum|Ab|Auf|Aus"
    r"|Herr|Frau|Aktuell|Zusätzlich|Zudem|Insgesamt|Unter|Aufgrund|Weiterhin|Anschließend|Danach|Dabei|Hier|Von|Vom|Mit"
    r"|Für|Vor|Über|Bisher|Derzeit|Geplant|Daraufhin|Begleitend)\b"
)
"""Words that begin a German sentence; any noun may stand behind an ordinal ("im 2. Zyklus")."""


def sentences(text: str, language: Language) -> Iterator[tuple[int, int]]:
    """From and to of each sentence in order, without the white space between them."""
    begin = 0
    for match in _STOP.finditer(text):
        if "\n" not in match.group() and not _ends(text, match, language):
            continue
        yield from _bare(text, begin, match.start())
        begin = match.end()
    yield from _bare(text, begin, len(text))


def sentence_of(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a place; of several the first's beginning and the last's end."""
    around = [(a, b) for a, b in _all_of(text) if a < end and start < b]
    return (around[0][0], around[-1][1]) if around else (start, end)


@lru_cache(maxsize=16)
def _all_of(text: str) -> tuple[tuple[int, int], ...]:
    """Cached: each finding of a letter asks for its own."""
    return tuple(sentences(text, detect_language(text)))


def _ends(text: str, match: re.Match[str], language: Language) -> bool:
    before = text[max(0, match.start() - 12) : match.start()]
    if _ABBREVIATED.search(before):
        return False
    if _ORDINAL.search(before):
        return language == "en" or bool(_BEGINS.match(text, match.end()))
    return True


def _bare(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    part = text[begin:end]
    if part.strip():
        yield begin + len(part) - len(part.lstrip()), end - (len(part) - len(part.rstrip()))
