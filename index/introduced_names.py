"""Where a name gives itself away.

By a title, a form of address, a label, a birth date, a signature, an address, a role, a relative,
or a known given name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.data_files import listed, phrases, table, words
from index.german_words import is_german_word
from index.name_patterns import PARTICLE, WORD, name_patterns
from index.name_words import (
    WORD_PATTERN,
    ambiguous_given_names,
    given_names,
    is_abbreviation,
    is_name_like,
    is_no_name,
    trimmed,
)
from index.role_patterns import role_patterns
from index.spans import Label, Span


def introduced_names(text: str) -> Iterator[Span]:
    """Every name that is introduced, labelled PATIENT or DOCTOR; spans may overlap."""
    for finder in (
        _titled,
        _addressed,
        _labelled,
        _born,
        _saluted,
        _signed,
        _in_address,
        _credentialed,
        _given,
        _in_role,
        _related,
        _before_role,
    ):
        yield from finder(text)


def _titled(text: str) -> Iterator[Span]:
    for match in name_patterns().titled.finditer(text):
        name = trimmed(text, *match.span("name"), introduced=True)
        if not name:
            continue
        yield Span(match.start("title"), name[1], Label.DOCTOR)
        if match["title"].startswith(("Drs", "Dres")):
            further = name_patterns().joined.match(text, name[1])
            while further:
                yield Span(*further.span("name"), Label.DOCTOR)
                further = name_patterns().joined.match(text, further.end())


def _addressed(text: str) -> Iterator[Span]:
    """ "Frau Weber" is a patient; in a salutation or an address, or with a title, a physician."""
    for match in name_patterns().addressed.finditer(text):
        name = trimmed(text, *match.span("name"), introduced=True)
        if not name:
            continue
        saluted = _SALUTED.search(text, max(0, match.start() - 40), match.start())
        to_physician = match["title"] or match["colleague"] or saluted or "\n" in match["gap"]
        start = match.start("title") if match["title"] else name[0]
        yield Span(start, name[1], Label.DOCTOR if to_physician else Label.PATIENT)


_SALUTED = re.compile(r"(?:geehrte[rn]?|verehrte[rn]?|liebe[rn]?|werte[rn]?|dear|tag)\s+$", re.I)


def _labelled(text: str) -> Iterator[Span]:
    for label, pattern in name_patterns().labelled:
        for match in pattern.finditer(text):
            name = trimmed(text, *match.span("name"))
            if name and is_name_like(text[slice(*name)]):
                yield Span(*name, label)


def _born(text: str) -> Iterator[Span]:
    """The name that a date of birth stands behind, and a name at birth."""
    for marker in _BORN.finditer(text):
        yield from _before(text, marker.start(), Label.PATIENT)
    for match in _AT_BIRTH.finditer(text):
        if not is_no_name(match[1]):
            yield Span(*match.span(1), Label.PATIENT)


_BORN = re.compile(
    r"\*\s?(?=\d)|\b(?:[Gg]eb|GEB|[Gg]eboren|Geburtsdatum|[Bb]orn|DOB|D\.O\.B|[Dd]ate of birth)\b"
)
_AT_BIRTH = re.compile(rf"\b(?:geb\.|geborene|née|nee)[ \t]({WORD})")


def _saluted(text: str) -> Iterator[Span]:
    for match in name_patterns().saluted.finditer(text):
        name = trimmed(text, *match.span("name"))
        if name:
            yield Span(*name, Label.DOCTOR)


def _signed(text: str) -> Iterator[Span]:
    """Names alone in their column below a closing formula."""
    for closing in name_patterns().closing.finditer(text):
        below = _BELOW.match(text, closing.end())
        if not below:
            continue
        for piece in _COLUMN.finditer(text, below.start(), below.end()):
            if name_patterns().name_only.fullmatch(piece[0]) and is_name_like(piece[0]):
                yield Span(*piece.span(), Label.DOCTOR)


_BELOW = re.compile(r"[^\n]*(?:\n[^\n]*){0,12}")
_COLUMN = re.compile(r"[^\s,/(][^\n\t,/(]*?(?=\s*(?:$|[\n\t,/(]| {2,}))", re.MULTILINE)


def _in_address(text: str) -> Iterator[Span]:
    """A line with a name alone, above a street or a postal code."""
    for match in name_patterns().above_street.finditer(text):
        if is_name_like(match["name"]):
            yield Span(*match.span("name"), Label.DOCTOR)


def _credentialed(text: str) -> Iterator[Span]:
    for match in name_patterns().credential.finditer(text):
        yield from _before(text, match.start(), Label.DOCTOR)


def _in_role(text: str) -> Iterator[Span]:
    """The name behind what its bearer does, without a colon: "gez. L. Roth"."""
    for match in role_patterns().role.finditer(text):
        name = trimmed(text, *match.span("name"), introduced=True)
        if name and _is_whole_name(text[slice(*name)]):
            yield Span(*name, Label.DOCTOR)


def _before_role(text: str) -> Iterator[Span]:
    """The name in front of what its bearer does: "Yasin Demir, Assistenzarzt"."""
    for match in role_patterns().behind.finditer(text):
        name = trimmed(text, *match.span("name"))
        if name and _is_whole_name(text[slice(*name)]):
            yield Span(*name, Label.DOCTOR)


def _related(text: str) -> Iterator[Span]:
    """Relatives by name: "durch den Sohn Samir"; of parents only given or unknown ones."""
    for match in role_patterns().relative.finditer(text):
        name = trimmed(text, *match.span("name"))
        if not name:
            continue
        first = text[slice(*name)].split()[0]
        known = any(
            each in given_names() or (each in listed("given_names") and not is_no_name(each))
            for each in (first, first.split("-")[0])
        )
        alone = first not in words(table("german")["no_person"])
        if known or (alone and (match["near"] or _can_only_be_name(first))):
            yield Span(*name, Label.PATIENT)


def _can_only_be_name(word: str) -> bool:
    """Whether no dictionary has a word behind a relative whose illnesses are told too."""
    return word.isalpha() and not (word.isupper() or is_german_word(word) or is_no_name(word))


def _is_whole_name(name: str) -> bool:
    """An initial or a given name with a surname, or two words that are no common ones."""
    units = name_patterns().unit.findall(name)
    plain = words(table("german")["no_person"])
    if any(unit in plain or is_abbreviation(unit) for unit in units):
        return False
    return len(units) >= 2 or name in given_names()


def _before(text: str, position: int, label: Label) -> Iterator[Span]:
    """The name that ends at `position`, but for punctuation and a line end."""
    start = max(0, position - 80)
    before = name_patterns().name_at_end.search(text[start:position])
    name = before and trimmed(text, start + before.start(1), start + before.end(1))
    if name and is_name_like(text[slice(*name)]):
        yield Span(*name, label)


def _given(text: str) -> Iterator[Span]:
    """A known given name with what follows it: a surname, an initial, or nothing."""
    known, ambiguous = given_names(), ambiguous_given_names()
    name = name_patterns().name
    for match in WORD_PATTERN.finditer(text):
        first = match[0].split("-")[0]
        if first not in known and first.capitalize() not in known and first not in ambiguous:
            continue
        if first in words(table("eponyms")["words"]) and first not in known:
            continue
        if text.startswith(phrases(table("eponyms")["phrases"]), match.start()):
            continue
        before = text[max(0, match.start() - 4) : match.start()]
        if (
            before.endswith(("St. ", "Mt. ", "-", "St.-"))
            or text[match.end() : match.end() + 1] == "-"
        ):
            continue
        whole = name.match(text, match.start())
        cut = whole and trimmed(text, *whole.span())
        if not cut or _is_possessed(text, cut[1]):
            continue
        surname = _SURNAME_FIRST.search(text, max(0, cut[0] - 40), cut[0])
        if surname and _ENDS_THERE.match(text, cut[1]) and not is_no_name(surname[1]):
            yield Span(surname.start(1), cut[1], Label.PATIENT)
        alone = cut[1] == match.end()
        if alone and (match[0].isupper() or first not in known):
            continue
        wrapped = alone and _WRAPPED.match(text, cut[1])
        if wrapped and not is_no_name(wrapped[1]):
            yield Span(cut[0], wrapped.end(), Label.PATIENT)
        else:
            yield Span(*cut, Label.PATIENT)


_SURNAME_FIRST = re.compile(rf"(?<![\w.-])((?:{PARTICLE})?{WORD})(?:,[ ]?|[ ])$")
_ENDS_THERE = re.compile(
    r"[ ]?(?:,[ ](?:geb|w\b|m\b|\*|\d)|[ ]\*|[ ]geb|\(\*|\n[ ]*(?:geb|\*))|[ ]\(geb"
)
""" "Krause, Dagmar, geb." begins with the surname."""
_WRAPPED = re.compile(rf"[ \t]?\n({WORD})(?=[ ,.;:)]|$)", re.M)
"""The surname on the next line, behind a given name that ends its line."""


def _is_possessed(text: str, end: int) -> bool:
    """Whether "'s disease" or the like follows: then it is an eponym."""
    return bool(re.match(r"['’]?s?\s(?:disease|syndrome|score|sign|criteria|reflex)", text[end:]))
