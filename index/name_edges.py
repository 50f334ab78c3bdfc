"""Proposed names without what is none at their edges: degrees, specialties, common words.

And not at all where nothing else is left: "M.D.", the letter of a list's item ("B. Prostate"), a
name that is a common word too behind an article ("der Krebs", in a letter by Prof. Krebs).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from index.data_files import listed
from index.english_words import is_english_word
from index.german_words import is_german_word, is_simple_german_word
from index.letter import Language
from index.name_words import given_names, without_title
from index.spans import Label, Span

_DEGREE = (
    r"(?:M\.?D\.?|D\.?O\.?|P\.?A\.?(?:-C)?|FRC[SPR]\w*|MRC[SPGR]\w*|MSc|BSc|MBBS|MBChB|Ph\.?D\.?|FAC[SP]|FEBU|FMH"
    r"|APRN|CNP|DNP|RN|LCSW|FY\d?|D\.?O\.?B\.?|M\.?E\.?|GMC|SV-Nr\.?)"
)
_LAST = re.compile(rf"[\s,(]+(?:{_DEGREE}|(?P<word>[A-ZÄÖÜ][^\W\d_]+))[.)]?$", re.IGNORECASE)
_DEGREES = re.compile(rf"{_DEGREE}(?:[\s,]+{_DEGREE})*\.?")
_SPECIALTY = re.compile(
    r"[a-z]+(?:ologist|[io]logy|iatrician|iatrist|a?edics?|ultant|urgeon)s?", re.IGNORECASE
)
_ITEM = re.compile(
    r"(?<![^\n])[ \t]*(?P<item>[A-Z]\.)[ ](?P<word>[A-Z][a-z]{3,})(?=[ ]?[,:;]|[ ][a-z])"
)
_ARTICLE = re.compile(
    r"\b(?:[Dd](?:er|ie|as|en|em|es)|[Ee]in(?:e[mnrs]?)?|[Kk]eine?[mnrs]?|zwei|drei|vier"
    r"|i[mn]|am|[Bb]eim|vom|zum|zur)[ ]$"
)
_PERSONS = (Label.PATIENT, Label.DOCTOR)


def names_alone(text: str, spans: Iterable[Span], language: Language) -> Iterator[Span]:
    """The spans, those of persons without what is no name; what names nobody is left out."""
    items = {
        place
        for match in _ITEM.finditer(text)
        if match["word"] not in listed("surnames")
        and (is_english_word(match["word"]) or is_simple_german_word(match["word"]))
        for place in match.span("item")[:1]
    }
    for span in spans:
        if span.label not in _PERSONS:
            yield span
        elif span.start not in items and (kept := _cut(text, span, language)):
            yield kept


def _cut(text: str, span: Span, language: Language) -> Span | None:
    while last := _LAST.search(span.of(text)):
        word = last["word"]
        if word and not _is_common(word, span.of(text)[: last.start()], language):
            break
        span = replace(span, end=span.start + last.start())
    written = span.of(text)
    if _DEGREES.fullmatch(written) or _SPECIALTY.fullmatch(written):
        return None
    behind_article = _ARTICLE.search(text, max(0, span.start - 8), span.start)
    if language == "de" and behind_article and is_german_word(written):
        return None
    return span


def _is_common(word: str, before: str, language: Language) -> bool:
    """Whether the last word of a name, behind others, is a specialty or a noun that begins anew."""
    if _SPECIALTY.fullmatch(word):
        return True
    plain = word.capitalize()
    names = [
        each for each in without_title(before).split() if each[0].isupper() and each[-1] != "."
    ]
    return (
        language == "de"
        and len(names) > 0
        and not given_names().issuperset(names[0].split("-"))
        and plain not in listed("surnames")
        and plain not in listed("given_names")
        and is_simple_german_word(word)
    )
