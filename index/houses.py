"""Hospitals, practices and homes in German letters, by the words that make them one of a kind.

"Klinik Laaerberg", "Dreisamklinik Freiburg", "Praxis am Marktplatz", "Herzzentrum Lünen-Süd".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, phrases, table, words
from index.letter import Language
from index.name_patterns import UPPER
from index.name_words import is_no_name
from index.spans import Label, Span


def find_german_houses(text: str, language: Language) -> Iterator[Span]:
    """Houses in a German text, with the name that follows the kind or stands in it."""
    if language != "de":
        return
    for match in _named_behind().finditer(text):
        length = _length(match["name"])
        if length:
            yield Span(match.start(), match.start("name") + length, Label.HOSPITAL)
    for match in _compound().finditer(text):
        if _is_proper_compound(match["begin"]):
            yield Span(*match.span(), Label.HOSPITAL)
    for match in _known().finditer(text):
        yield Span(*match.span(), Label.HOSPITAL)
    for match in _CAPITALS.finditer(text):
        yield Span(*match.span(), Label.HOSPITAL)
    for match in _COMPANY.finditer(text):
        yield Span(*match.span(), Label.HOSPITAL)


def _length(name: str) -> int:
    """How much of `name` is one: none of it, or all until a word that is none."""
    end = 0
    for match in _NAME_WORD.finditer(name):
        if match[0] in _LINKS or (not end and match[0].endswith(_FIELDS)):
            continue
        if not _is_proper(match[0]):
            break
        end = match.end()
    return end


_FIELDS = ("ologie", "therapie", "iatrie", "medizin", "chirurgie", "ologische", "ologisches")
_LINKS = frozenset(("Am", "An", "Im", "In", "Zum", "Zur"))
_NAME_WORD = re.compile(rf"[{UPPER}][^\s,]*")


def _is_proper(word: str) -> bool:
    """Whether a word may name a house: no common noun, and no adjective of a department."""
    bare = word.strip(".,")
    return (
        len(bare) > 2
        and not is_no_name(bare)
        and bare not in words(table("german")["no_person"])
        and not bare.endswith(
            ("ische", "ischer", "ischen", "ologie", "iatrie", "gang", "punkt", "ion")
        )
    )


def _is_proper_compound(begin: str) -> bool:
    parts = [part for part in begin.lower().split("-") if part]
    plain = words(table("german")["plain_houses"])
    return not all(
        part in plain
        or part.endswith(("ologie", "ologische", "iatrie", "logisches", "therapie", "chirurgie"))
        for part in parts
    )


_PART = rf"(?:St\.-?[ ]?|Sankt[ ])?[{UPPER}][\w'’]*(?:-[{UPPER}]?[\w'’]+)*"
_LINK = (
    r"(?:(?:am|an der|an dem|zum|zur|vom|von|bei|auf der|unter den|vor dem|ob der"
    r"|Am|An der|Im|Zum|Zur)[ ](?:[a-zäöü]{3,}en[ ])?)"
)


@cache
def _named_behind() -> re.Pattern[str]:
    german = table("german")
    kinds = either(phrases(german["houses"]))
    compound = either(words(german["house_endings"]))
    field = r"(?:für|f\.)[ ][^\W\d_][\w-]+(?:(?:,| und| u\.| &)[ ][^\W\d_][\w-]+){0,3}"
    return re.compile(
        rf"(?<![\w-])(?:(?:{kinds})|[{UPPER}][\w-]*(?:{compound}))[ ](?:{field}[ ])?"
        rf"(?P<name>(?:{_LINK})?{_PART}(?:[ ](?:{_LINK})?{_PART}){{0,3}})"
    )


@cache
def _compound() -> re.Pattern[str]:
    """A house whose name stands in the word, with the town behind it."""
    endings = [
        word
        for word in words(table("german")["house_endings"])
        if word not in ("institut", "zentrum", "heim", "ambulanz", "praxis")
    ]
    apart = either(word.capitalize() for word in endings)
    saint = r"(?:St\.[ -]?|Sankt[ -]|Maria[ ])?"
    joined = either(word for word in endings if word != "stift")
    return re.compile(
        rf"(?<![\w-])(?P<begin>{saint}[{UPPER}][\w]{{2,}}?(?:-[{UPPER}]\w+)*?)(?:-(?:{apart})|(?:{joined}))s?(?![\w-])"
        rf"(?:[ ](?:(?:in|am)[ ])?(?!"
        rf"(?:{either(words(table('terms')['not_names']))})\b)[{UPPER}][a-zäöüß]+"
        rf"(?:-[{UPPER}][a-zäöüß]+)*(?=[ ]?[,.;)\n]))?"
    )


@cache
def _known() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{either(phrases(table('german')['known_houses']))})(?![\w-])")


_CAPITALS = re.compile(
    rf"(?<![\w-])[{UPPER}][{UPPER}.-]*(?:[ -][{UPPER}][{UPPER}.-]+){{0,3}}[ -]?(?:HOSPITAL"
    rf"|KLINIK|KLINIKUM|KRANKENHAUS|SPITAL)(?:[ ][{UPPER}][{UPPER}-]+){{0,3}}(?![\w-])"
)
_COMPANY = re.compile(
    rf"(?<![\w-])(?:[{UPPER}][\w-]+[ ]){{1,3}}(?:gGmbH|GmbH|mbH|AöR|AG|e\.[ ]?V\.|KG|GbR)(?![\w-])"
)
