"""What the draft has as certain or known, and the case as doubtful or pending."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeVar

from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.passages import Word
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary
from assistant.check.wordlists import lexicon

_CERTAIN = re.compile(
    r"\b(?:proven|proved to be|confirmed|definite(?:ly)?|certainly|undoubtedly|unequivocal(?:ly)?"
    r"|turned out to be|beyond doubt|without doubt|is established|was established|gesichert\w*"
    r"|bestätigt\w*|zweifelsfrei\w*|zweifellos|eindeutig\w*|definitiv|erwies\w* sich als|steht fest"
    r"|sicher (?:\w+ )?(?:befallen|maligne|metasta\w+|positiv|vital|ein\w*)|belegte?n?|bewies\w*"
    r"|unquestionabl[ey]|conclusive(?:ly)?|proves|proved|ohne (?:jeden )?Zweifel"
    r"|bewiesen|nachgewiesenermaßen|(?:zu werten|anzusehen)(?: ist)?|mit Sicherheit)\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:possibl[ey]|probabl[ey]|likely|suspected|suspicio\w+|presum\w+|indeterminate|equivocal"
    r"|uncertain|unclear|non-?specific|too small|below \w+ resolution|questionable|query|DD|cannot"
    r"|could|not (?:excluded|proven|confirmed)|may|might|V\. ?a|Verdacht\w*|vermut\w+|möglich\w*"
    r"|wahrscheinl\w*|am ehesten|eher|fraglich\w*|unklar\w*|unspezifisch\w*|suspekt\w*|ungeklärt\w*"
    r"|nicht (?:sicher|ausgeschlossen|gesichert|beurteilbar)|a\. ?e)\b|\w\?",
    re.IGNORECASE,
)
_PENDING = re.compile(
    r"\b(?:pending|awaited|awaiting|outstanding|not yet (?:available|back|known|reported|in)"
    r"|ausstehend\w*|ste(?:ht|hen) (?:noch )?aus|noch offen|lieg(?:t|en) (?:noch )?nicht vor"
    r"|noch nicht (?:vor|da|bekannt)|in Bearbeitung|aussteht|ausstehen)\b",
    re.IGNORECASE,
)
_RESULT = re.compile(
    r"\b(?:came back|returned|was|were|show\w+|reveal\w+|found|negative|positive|unremarkable"
    r"|normal|detected|carr(?:y|ies)|ergab\w*|zeigte\w*|erbrachte\w*|war|waren|positiv\w*|negativ\w*"
    r"|unauffällig\w*|nachgewiesen|mutat\w+|mutiert|wild type|Wildtyp|no|kein\w*)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:if|should|will|planned|requested|recommend\w*|falls|sollte|soll|wird|geplant|angefordert"
    r"|empfohlen|veranlasst|arranged|offered|ordered|sent)\b",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"\b(?:results?|reports?|status|testing|test|\w*Befund\w*|Ergebnis\w*|\w*Testung|outcome)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;]\s|\s(?:and|but|while|und|aber|während)\s|[.!?]\s|\n")
_VAGUE = (
    *("test", "result", "report", "status", "ergebnis", "befund", "untersuch", "panel", "analys"),
    *("patient", "brother", "mother", "family", "histolog", "patholog", "genet", "confirm"),
    *("proven", "certain", "definit", "likely", "still", "await", "liegt", "positiv"),
    *("negativ", "fand", "show", "found", "await", "outstand", "pend", "aussteh", "complet"),
)  # fmt: skip
_T = TypeVar("_T", Fact, Word)
_ENOUGH = 2
"""Things that two sentences speak of both, where they speak of the same."""


@dataclass(frozen=True)
class _Clause:
    start: int
    end: int
    text: str
    things: frozenset[str]


def overstated(draft: Reading, case: Source) -> Iterator[Finding]:
    """Sentences that call certain what the case doubts; what is known against what is pending."""
    theirs = _sentences(case.reading)
    for sentence in _sentences(draft):
        sure = _CERTAIN.search(sentence.text)
        if not sure or _DOUBT.search(sentence.text):
            continue
        begin, stop = sentence.start + sure.start(), sentence.start + sure.end()
        end = _stop(draft.text, stop, min(stop + _AT_ONCE, len(draft.text)))
        first = _begin(draft.text, max(sentence.start, begin - _AT_ONCE), begin)
        other = (
            _only_doubted(draft, stop, end, case)
            or _only_doubted(draft, first, begin, case)
            or _nearest(sentence, theirs)
        )
        if other and _DOUBT.search(other.text) and not _CERTAIN.search(other.text):
            end = min(_stop(draft.text, stop, sentence.end), begin + _LONG)
            yield _finding(draft.text, begin, end, other, "The case isn't certain of it")
    yield from _pending(draft, case)


_AT_ONCE = 40
"""Characters beside a word of certainty in which stands what it is said of."""


def _begin(text: str, start: int, end: int) -> int:
    """Where the clause begins that goes on to `end`."""
    return max((m.end() for m in _CLAUSE.finditer(text, start, end)), default=start)


def _only_doubted(draft: Reading, begin: int, end: int, case: Source) -> _Clause | None:
    """Where the case has what is called certain right here, and only doubts it."""
    concepts = vocabulary().concepts
    named = {
        thing
        for thing in _clause(draft, begin, end).things
        if thing not in concepts or concepts[thing].kind != "site"
    }
    clauses = _clauses(case.reading)
    for thing in sorted(named):
        told = [c for c in clauses if thing in c.things]
        if told and all(_DOUBT.search(c.text) for c in told):
            return told[0]
    return None


_LONG = 80
"""Characters that are marked at most."""


def _pending(draft: Reading, case: Source) -> Iterator[Finding]:
    theirs = _clauses(case.reading)
    open_things = _open_things(case.reading)
    for clause in _clauses(draft):
        if _PENDING.search(clause.text):
            yield from _known_there(clause, theirs, draft.text)
            continue
        mine = [thing for thing in clause.things if thing in open_things]
        if not mine or not _RESULT.search(clause.text):
            continue
        if not (_NOT_YET.search(clause.text) or _DOUBT.search(clause.text)):
            other = open_things[mine[0]]
            end = min(clause.end, clause.start + _LONG)
            yield _finding(draft.text, clause.start, end, other, "The case says it is pending")


@lru_cache(maxsize=16)
def _open_things(reading: Reading) -> dict[str, _Clause]:
    """What is only spoken of as pending, and where."""
    clauses = _clauses(reading)
    known = {thing for c in clauses if not _PENDING.search(c.text) for thing in c.things}
    told = ((thing, c) for c in clauses if _PENDING.search(c.text) for thing in c.things)
    return {thing: c for thing, c in told if thing not in known}


def _known_there(clause: _Clause, theirs: Sequence[_Clause], text: str) -> Iterator[Finding]:
    """ "The result is awaited", where the case has it."""
    if not _REPORT.search(clause.text):
        return
    told = [c for c in theirs if c.things & clause.things]
    if told and not any(_PENDING.search(c.text) or _NOT_YET.search(c.text) for c in told):
        known = [c for c in told if _RESULT.search(c.text) or ":" in c.text]
        if known:
            yield _finding(text, clause.start, clause.end, known[0], "The case has the result")


def _finding(text: str, start: int, end: int, other: _Clause, why: str) -> Finding:
    said = text[start:end].rstrip(" .,;")
    fact = Fact(FactKind.STATEMENT, why, frozenset(), start, start + len(said), said)
    message = f"{why}: {other.text.strip()}"
    return Finding(fact, Status.CHANGED, message, other.start, other.end)


def _nearest(one: _Clause, others: Sequence[_Clause]) -> _Clause | None:
    """The one that speaks of most of its things; None where two do alike, or none does."""
    counts = sorted(((len(one.things & o.things), -o.start, o) for o in others), reverse=True)
    counts = [(n, o) for n, _, o in counts if n >= _ENOUGH]
    if not counts or (len(counts) > 1 and counts[0][0] == counts[1][0]):
        return None
    return counts[0][1]


def _stop(text: str, begin: int, end: int) -> int:
    match = _CLAUSE.search(text, begin, end)
    return match.start() if match else end


@lru_cache(maxsize=16)
def _sentences(reading: Reading) -> tuple[_Clause, ...]:
    return tuple(_clause(reading, s.start, s.end) for s in reading.passages.sentences)


@lru_cache(maxsize=16)
def _clauses(reading: Reading) -> tuple[_Clause, ...]:
    found: list[_Clause] = []
    for sentence in reading.passages.sentences:
        begin = sentence.start
        while begin < sentence.end:
            match = _CLAUSE.search(reading.text, begin, sentence.end)
            end = match.start() if match else sentence.end
            found.append(_clause(reading, begin, end))
            begin = match.end() if match else sentence.end
    return tuple(found)


def _clause(reading: Reading, start: int, end: int) -> _Clause:
    known = vocabulary()
    things: set[str] = set()
    for mention in reading.mentions_between(start, end):
        concept = known.concepts.get(mention.name)
        if not (concept and concept.generic):
            things |= {mention.name, *([concept.site] if concept and concept.site else ())}
    taken = [(m.start, m.end) for m in reading.mentions_between(start, end)]
    for fact in _between(reading.facts, start, end):
        if fact.kind is FactKind.QUANTITY:
            things.add(fact.value)
        elif fact.kind is FactKind.MARKER:
            things |= fact.about
            taken.append((fact.start, fact.end))
    for word in _between(reading.passages.words, start, end):
        if not any(s <= word.start < e for s, e in taken):
            things |= {word.stem} if _is_telling(word.text, word.stem) else set()
    return _Clause(start, end, reading.text[start:end], frozenset(things))


def _between(things: tuple[_T, ...], start: int, end: int) -> tuple[_T, ...]:
    """Those that begin there; they are in the order of their text."""
    first = bisect_left(things, start, key=lambda each: each.start)
    return things[first : bisect_left(things, end, key=lambda each: each.start)]


@cache
def _plain() -> frozenset[str]:
    return frozenset(lexicon()["plain_words"])


def _is_telling(text: str, stem: str) -> bool:
    short = text.isupper() and len(text) > 1
    vague = stem.startswith(_VAGUE)
    words = text[0].isalpha() and stem not in _plain() and text.lower() not in _plain()
    return not vague and words and (short or len(text) > 3)
