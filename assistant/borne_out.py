"""Whether a note bears out what a model says of it. Pure.

The check finds facts that a text has nowhere, or says otherwise; a letter is read by a physician
besides. What a record is condensed to is read by nobody before the letter is written from it, so
more is asked of it: two neighbouring statements of one note have to bear it out by themselves, with
every number and most words in it, and as much affirmed or denied. A dose of one sentence
then never goes to the drug of another, and what is no language is no fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.check import Assertion, Finding, Stated, Status, check, facts_of
from assistant.check.dates import find_dates
from assistant.check.passages import cut
from assistant.check.wordlists import lexicon
from assistant.record_notes import Piece
from assistant.statements import Statement, qualifies, statements
from index.language import detect_language
from index.letter import Language

_DOUBTED = (Status.CHANGED, Status.UNSUPPORTED)
_NUMBER = re.compile(r"\w*\d(?:[.,:/]?\w)*")
"""Also what the check knows no meaning of, e.g. "R1" or "cT3"."""
_OTHER_WORDS = 1 / 3
"""Share of a statement's telling words that its note may not have."""
_LEAST = 4
"""Words; a bare "fatigue" doesn't say whether she had it or was told of it."""


@dataclass(frozen=True)
class Excerpt:
    """Notes that are condensed together, and their statements, placed in the excerpt's text."""

    notes: tuple[Piece, ...]
    text: str
    statements: tuple[tuple[int, Statement], ...]
    """Each with the number of its note."""

    @classmethod
    def of(cls, notes: Sequence[Piece], language: Language) -> Excerpt:
        found: list[tuple[int, Statement]] = []
        start = 0
        for number, note in enumerate(notes):
            told, skip = note.told.strip(), len(note.title)
            for each in statements(told[skip:], language):
                moved = start + skip
                placed = replace(each, start=each.start + moved, end=each.end + moved)
                found.append((number, placed))
            start += len(told) + 1
        text = "\n".join(note.told.strip() for note in notes)
        return cls(tuple(notes), text, tuple(found))


def borne_out(said: Statement, excerpt: Excerpt) -> tuple[int, Statement] | None:
    """`said` with the number of the note that bears it out, of several the last; None if none does.

    Its label goes where the note doesn't have that word, if it says the same without.
    """
    findings = check(excerpt.text, said.text).findings
    if any(finding.status in _DOUBTED for finding in findings):
        return None
    places = [finding.case_start for finding in findings if finding.case_start is not None]
    bare = replace(said, label="")
    for number, window in _windows(places, excerpt):
        if _says(window, said):
            return number, said
        speaks_alone = len(said.words.split()) >= _LEAST and not qualifies(said.label)
        if speaks_alone and _says(window, bare):
            return number, bare
    return None


def stands(said: str, record: str) -> bool:
    """Whether the check finds nothing against it."""
    return not any(finding.status in _DOUBTED for finding in check(record, said).findings)


def _windows(places: Sequence[int], excerpt: Excerpt) -> Iterator[tuple[int, str]]:
    """Neighbouring statements around the places, the last first, with their note's number."""
    at = {
        index
        for index, (_, statement) in enumerate(excerpt.statements)
        if any(statement.start <= place < statement.end for place in places)
    }
    firsts = {first for index in at for first in (index - 1, index) if first >= 0}
    for first in sorted(firsts, reverse=True):
        number, one = excerpt.statements[first]
        after = excerpt.statements[first + 1 : first + 2]
        two = [statement.text for other, statement in after if other == number]
        yield number, " ".join((excerpt.notes[number].title, one.text, *two)).strip()


def _says(window: str, said: Statement) -> bool:
    findings = check(window, said.text).findings
    if not findings or any(finding.status in _DOUBTED for finding in findings):
        return False
    language = detect_language(window)
    return (
        _numbers(said.text, language) <= _numbers(window, language)
        and _in_its_words(window, said, language)
        and _as_asserted(window, said.text)
        and _all_found(findings, said.text)
    )


def _all_found(findings: Sequence[Finding], said: str) -> bool:
    """Whether every figure was found; of some the check says nothing rather than raise an alarm."""
    return all(
        any(f.fact.start < fact.end and fact.start < f.fact.end for f in findings)
        for fact in facts_of(said)
        if any(map(str.isdigit, fact.text))
    )


def _as_asserted(window: str, said: str) -> bool:
    """Whether nothing denied or planned was made plain, as by "recurrence" of "no recurrence"."""
    theirs: dict[Stated, set[Assertion]] = {}
    for fact in facts_of(window):
        theirs.setdefault((fact.kind, fact.value), set()).add(fact.assertion)
    return all(
        fact.assertion in theirs.get((fact.kind, fact.value), {fact.assertion})
        for fact in facts_of(said)
    )


def _numbers(text: str, language: Language) -> set[str]:
    """Numbers as they are written, but for dates: the check reads those in any form."""
    for date in find_dates(text, language):
        text = text[: date.start] + " " * (date.end - date.start) + text[date.end :]
    return set(_NUMBER.findall(text))


def _in_its_words(window: str, said: Statement, language: Language) -> bool:
    """Every word of the label, which says what the others are, and most other words."""
    theirs = {word.stem for word in cut(window, language).words}
    words = _telling(said.words, language)
    label = _telling(said.label, language)
    return label <= theirs and len(words - theirs) <= _OTHER_WORDS * len(words)


def _telling(text: str, language: Language) -> set[str]:
    plain = lexicon()["plain_words"]
    return {
        word.stem
        for word in cut(text, language).words
        if len(word.text) > 3 and word.text.lower() not in plain and word.stem not in plain
    }
