"""Names in German texts where capitals tell nothing: all in small letters, or all in capitals.

Notes of a ward and raw dictations are written small, faxes and forms large. A form of address, a
title, a relative or a role in the same case tells that a name follows: one word, or two where the
first is a given name or the second can't be another word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from index.data_files import either, listed, phrases, table, words
from index.german_words import is_german_word
from index.letter import Language
from index.name_words import given_names, is_no_name
from index.spans import Label, Span


def find_uncased_names(text: str, language: Language) -> Iterator[Span]:
    """Names behind such words in a German text, and their later mentions in small letters."""
    if language != "de":
        return
    found: dict[str, Label] = {}
    for match in (each for pattern in _introduced() for each in pattern.finditer(text)):
        sure = bool(match["sure"] or match["more"])
        length = _length(match["name"], sure=sure)
        if length:
            start = match.start("name")
            span = Span(start, start + length, _label(match["word"], sure=sure))
            found |= dict.fromkeys(_parts(span.of(text)), span.label)
            yield span
    if not found:
        return
    for match in _SMALL.finditer(text):
        label = found.get(match[0])
        bracketed = text[match.start() - 1 : match.start()] == "("
        if label and (bracketed or not _is_known(match[0])):
            yield Span(*match.span(), label)


def _parts(name: str) -> Iterator[str]:
    return (part for part in name.split() if part.islower() and len(part) >= _SHORTEST)


_SHORTEST = 3
_SMALL = re.compile(r"(?<![\w@.-])[a-zäöüß]{3,}(?![\w@-])")


def _length(name: str, *, sure: bool) -> int:
    """How much of the words behind such a word is a name."""
    first, _, second = name.partition(" ")
    if not _may_be_name(first, sure=sure):
        return 0
    plain = second.capitalize()
    given = _is_given(first.capitalize())
    beside = given and (_is_surname(plain) or not _is_known(second))
    return len(name) if second and (beside or _is_given(plain)) else len(first)


def _may_be_name(word: str, *, sure: bool) -> bool:
    plain = "-".join(part.capitalize() for part in word.split("-"))
    if len(word) < _SHORTEST or is_no_name(plain):
        return False
    if sure and (_is_surname(plain) or word.isupper()):
        return not _is_function_word(word) and (_is_surname(plain) or not _is_small_word(word))
    if _is_given(plain.split("-")[0]):
        return not _is_small_word(word)
    return not _is_known(word) and (sure or len(word) > _SHORTEST)


def _is_known(word: str) -> bool:
    return is_german_word(word) or _is_small_word(word) or is_no_name(word.capitalize())


def _is_function_word(word: str) -> bool:
    return word.lower() in words(table("function_words")["de"])


def _is_small_word(word: str) -> bool:
    return _is_function_word(word) or word.lower() in words(table("german")["small_words"])


def _is_given(name: str) -> bool:
    return name in given_names() or name in listed("given_names")


def _is_surname(name: str) -> bool:
    return name in listed("surnames")


def _label(word: str, *, sure: bool) -> Label:
    if sure:
        return Label.PATIENT if _OF_ADDRESS.fullmatch(word) else Label.DOCTOR
    near = f"{table('german')['relatives']},{table('german')['parents']}"
    relative = word.capitalize() in phrases(near) or word.lower().startswith("patient")
    return Label.PATIENT if relative else Label.DOCTOR


_OF_ADDRESS = re.compile(r"(?:herrn?|hr\.|frau|fr\.|fräulein)", re.IGNORECASE)


_SURE = ("herr", "herrn", "frau", "fräulein", "fr.", "hr.", "doktor", "dr.", "prof.", "professor")
_BETWEEN = (
    *_SURE,
    "med.",
    "oberarzt",
    "oberärztin",
    "oa",
    "oä",
    "kollege",
    "kollegen",
    "kollegin",
    "patient",
    "patientin",
)


@cache
def _introduced() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """In small letters and in capitals: the word that tells of a name, and one or two words."""
    german = table("german")
    lists = (german["relatives"], german["parents"], german["uncased_roles"])
    vague = {each for raw in lists for each in phrases(raw) if each.isalpha()} - {"Kontaktperson"}

    def pattern(word: str, change: Callable[[str], str]) -> re.Pattern[str]:
        sure, unsure, more = (either(map(change, each)) for each in (_SURE, vague, _BETWEEN))
        return re.compile(
            rf"(?<![\w.-])(?P<word>(?P<sure>{sure})|{unsure})[ ](?:(?P<more>{more})[ ])*"
            rf"(?P<name>{word}(?:[ ]{word})?)(?![\w-])"
        )

    small, large = r"[a-zäöüßéèáčçñ]+", r"[A-ZÄÖÜÉÈÁČÇÑ]+"
    return (
        pattern(rf"{small}(?:-{small})*", str.lower),
        pattern(rf"{large}(?:-{large})*", str.upper),
    )
