"""What the case's words are, in the place of a statement that the case contradicts. Pure."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from assistant.check import FactKind, Finding, Status, check, facts_of
from assistant.sentences import sentence_of
from index.language import detect_language
from index.letter import Language

_SAID = re.compile(r"^(?:You asked for it\. )?The case says (?:born )?(?P<words>.+)\.$", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
_STRUCTURE = re.compile(r'["{}\[\]]')
"""What a case in JSON has around its words."""


def correction(case: str, text: str, finding: Finding) -> str | None:
    """The words that make a changed statement right, or None where no words alone would do it.

    They keep the letter's way of writing where the check agrees ("28 fractions" takes the case's
    number only); else they are the case's own words.
    """
    if finding.status is not Status.CHANGED:
        return None
    said = _SAID.match(finding.message)
    if finding.case_start is not None and finding.case_end is not None:
        words = case[finding.case_start : finding.case_end]
    elif said:
        words = said["words"]
    else:
        return None
    start, end = finding.fact.start, finding.fact.end
    kinds = {fact.kind for fact in facts_of(words)}
    if finding.fact.kind is FactKind.AGE and FactKind.AGE not in kinds:
        return None  # a date of birth; how old that makes the patient depends on the day
    language = detect_language(text)
    before, after = _around(text, start, end)
    candidates = tuple(_written(finding.fact.kind, text[start:end], words, language))
    for candidate in candidates:
        if _holds(case, before, candidate, after, finding.fact.kind is FactKind.SEX):
            return candidate
    # The check has more to say of the sentence; that the case says these words stands all the same.
    if not said or not candidates or finding.fact.kind is FactKind.SEX:
        return None
    return candidates[0] if finding.fact.kind is FactKind.DATE else candidates[-1]


def replaced(text: str, places: tuple[tuple[int, int], ...], words: str) -> str:
    """`text` with `words` at each of the places, which don't overlap."""
    for start, end in sorted(places, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind the place in its own sentence: enough to check it, fast."""
    first, last = sentence_of(text, start, end)
    return text[min(first, start) : start], text[end : max(last, end)]


@lru_cache(maxsize=512)
def _holds(case: str, before: str, words: str, after: str, or_nothing: bool) -> bool:
    """Whether the check finds the words supported, or finds nothing there where that is enough.

    Cached: while a physician types, the other sentences stay as they are.
    """
    start, end = len(before), len(before) + len(words)
    here = [
        finding
        for finding in check(case, f"{before}{words}{after}").findings
        if finding.fact.start < end and start < finding.fact.end
    ]
    return (or_nothing or bool(here)) and all(
        finding.status is Status.SUPPORTED for finding in here
    )


def _written(kind: FactKind, said: str, words: str, language: Language) -> Iterator[str]:
    """The case's words as the letter would write them, nearest first, its own words last.

    None that would change nothing.
    """
    candidates = [*_as_said(kind, said, words, language)]
    if kind is not FactKind.SEX and not _STRUCTURE.search(words):
        candidates.append(_like(said, words, language))
    for candidate in dict.fromkeys(candidates):
        if candidate.lower() != said.lower():
            yield candidate


def _as_said(kind: FactKind, said: str, words: str, language: Language) -> Iterator[str]:
    if kind is FactKind.DATE:
        yield from _date_as_said(said, words, language)
        return
    mine, its = _NUMBER.findall(said), _NUMBER.findall(words)
    if len(mine) == len(its) == 1:
        yield _NUMBER.sub(its[0], said)
    if kind is FactKind.SEX:
        for pair in _words()["sexes"]:
            for one, other in (pair, pair[::-1]):
                if said.strip(".").lower() == one.lower():
                    yield _like(said, other, language) + ("." if said.endswith(".") else "")
    for pair in _words()["sides"] if kind is FactKind.LATERALITY else ():
        for one, other in (pair, pair[::-1]):
            yield said.replace(one, other).replace(one.capitalize(), other.capitalize())


def _date_as_said(said: str, words: str, language: Language) -> Iterator[str]:
    days = [fact.value for fact in facts_of(words) if fact.kind is FactKind.DATE]
    try:
        (day,) = map(dt.date.fromisoformat, days)
    except ValueError:
        return  # no whole date, or none at all
    month = _words()["months"][language][day.month - 1]
    if _DOTTED.fullmatch(said):
        yield f"{day:%d.%m.%Y}"
    elif not any(letter.isalpha() for letter in said):
        yield day.isoformat()
    elif re.match(r"\d", said):
        yield f"{day.day}{'.' if language == 'de' else ''} {month} {day.year}"
    else:
        yield f"{month} {day.year}"


def _like(said: str, words: str, language: Language) -> str:
    """`words` with the first letter as large or small as that of what they replace.

    German nouns keep theirs.
    """
    words = " ".join(words.split())
    if said[:1].isupper() and words[:1].islower():
        return words[:1].upper() + words[1:]
    small = said[:1].islower() and words[:1].isupper() and words[1:].islower()
    if small and (language == "en" or words.lower().startswith(("link", "recht"))):
        return words[:1].lower() + words[1:]
    return words


@cache
def _words() -> dict[str, Any]:
    source = resources.files("assistant") / "counterparts.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
