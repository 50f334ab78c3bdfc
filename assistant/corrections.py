"""What the case's words are, in the place of a statement that the case contradicts. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.check import FactKind, Finding, Status, check, facts_of
from assistant.sentences import sentence_of
from index.case_text import format_date

_SAID = re.compile(r"^(?:You asked for it\. )?The case says (?:born )?(?P<words>.+)\.$", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
_OTHER_SIDE = (("right", "left"), ("recht", "link"), ("Right", "Left"), ("Recht", "Link"))


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
    before, after = _around(text, start, end)
    candidates = tuple(dict.fromkeys(_written(finding.fact.kind, text[start:end], words)))
    for candidate in candidates:
        if _holds(case, before, candidate, after):
            return candidate
    # The check has more to say of the sentence; that the case says these words stands all the same.
    verbatim = _like(text[start:end], words)
    return verbatim if said and verbatim in candidates else None


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
def _holds(case: str, before: str, words: str, after: str) -> bool:
    """Cached: while a physician types, the other sentences stay as they are."""
    start, end = len(before), len(before) + len(words)
    here = [
        finding
        for finding in check(case, f"{before}{words}{after}").findings
        if finding.fact.start < end and start < finding.fact.end
    ]
    return bool(here) and all(finding.status is Status.SUPPORTED for finding in here)


def _written(kind: FactKind, said: str, words: str) -> Iterator[str]:
    """The case's words as the letter would write them, nearest first; none that changes nothing."""
    for candidate in (*_as_said(kind, said, words), _like(said, words)):
        if candidate.lower() != said.lower():
            yield candidate


def _as_said(kind: FactKind, said: str, words: str) -> Iterator[str]:
    if kind is FactKind.DATE:
        yield from _date_as_said(said, words)
        return
    mine, its = _NUMBER.findall(said), _NUMBER.findall(words)
    if len(mine) == len(its) == 1:
        yield _NUMBER.sub(its[0], said)
    for one, other in _OTHER_SIDE:
        if one in said:
            yield said.replace(one, other)
        elif other in said:
            yield said.replace(other, one)


def _date_as_said(said: str, words: str) -> Iterator[str]:
    days = [fact.value for fact in facts_of(words) if fact.kind is FactKind.DATE]
    try:
        (day,) = map(dt.date.fromisoformat, days)
    except ValueError:
        return  # no whole date, or none at all
    if _DOTTED.fullmatch(said):
        yield f"{day:%d.%m.%Y}"
    elif any(letter.isalpha() for letter in said):
        yield format_date(day, "de" if re.search(r"\d\.\s*[^\W\d]", said) else "en")
    else:
        yield day.isoformat()


def _like(said: str, words: str) -> str:
    """`words` with the first letter as large or small as that of what they replace."""
    words = " ".join(words.split())
    if said[:1].isupper() and words[:1].islower():
        return words[:1].upper() + words[1:]
    if said[:1].islower() and words[:1].isupper() and words[1:].islower():
        return words[:1].lower() + words[1:]
    return words
