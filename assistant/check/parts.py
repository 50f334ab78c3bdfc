"""Places that exclude one another: an organ's lobes, thirds and quadrants, the sides of a tumour.

They stand in `lexicon/parts.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from assistant.check.fact import Fact, FactKind
from assistant.check.starts import words

_Tables = dict[str, dict[str, dict[str, list[str]]]]


def find_parts(text: str, language: str) -> Iterator[Fact]:
    """Every part by its organ and its place in it, in the words of both languages.

    Of these a case that names one alone has no other.
    """
    yield from _found(text, ("parts", f"parts_{language}"))


def find_contrasts(text: str, language: str) -> Iterator[Fact]:
    """The parts, and what else excludes another as the place of one and the same thing."""
    yield from _found(text, ("parts", f"parts_{language}", "contrasts"))


def _found(text: str, tables: tuple[str, ...]) -> Iterator[Fact]:
    by_letter, names = _patterns(tables)
    end = 0
    for start in words(text):
        pattern = by_letter.get(text[start].lower(), by_letter[""])
        if start < end or not (match := pattern.match(text, start)):
            continue
        end = match.end()
        organ, part = names[match.lastgroup or ""]
        yield Fact(FactKind.SITE, f"{organ} {part}", frozenset({organ}), start, end, match.group())


@cache
def _patterns(
    tables: tuple[str, ...],
) -> tuple[dict[str, re.Pattern[str]], dict[str, tuple[str, str]]]:
    """By the letter that a word begins with, what it may be; "" is for the other letters."""
    lexicon = _lexicon()
    told = [
        (organ, part, form)
        for table in tables
        for organ, parts in lexicon[table].items()
        for part, forms in parts.items()
        for form in forms
    ]
    names = {f"g{number}": (organ, part) for number, (organ, part, _) in enumerate(told)}
    forms = [
        (group, form, _initials(form)) for group, (_, _, form) in zip(names, told, strict=True)
    ]
    letters = {"", *(letter for _, _, initials in forms for letter in initials)}
    by_letter: dict[str, re.Pattern[str]] = {}
    for letter in letters:
        its = (f"(?P<{g}>{form})" for g, form, first in forms if not first or letter in first)
        by_letter[letter] = re.compile(rf"(?:{'|'.join(its)})(?!\w)", re.IGNORECASE)
    return by_letter, names


_ONE_OF = re.compile(r"\(\?:([^()]+)\)(?!\?)|\[(\w+)\]|(\w)(?![?*{])")


def _initials(form: str) -> frozenset[str]:
    """The letters that a form can begin with, in small ones; empty where any can."""
    match = _ONE_OF.match(form)
    groups, letters, letter = match.groups() if match else ("", "", "")
    first = {word[0] for word in groups.split("|")} if groups else {*(letters or letter or "")}
    return frozenset(one.lower() for one in first)


def _lexicon() -> _Tables:
    source = resources.files("assistant.check") / "lexicon" / "parts.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
