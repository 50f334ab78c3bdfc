"""What a text tells to be of one treatment: its side effects, its response, its technique."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from assistant.check.causal_words import REASON
from assistant.check.courses import year_of
from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.happenings import Topic
from assistant.check.nearness import distance
from assistant.check.pairing import paired
from assistant.check.reading import Reading
from assistant.check.targets import is_single
from assistant.check.techniques import DELIVERED
from assistant.check.treatments import Part, Treatment, parts, treatment
from assistant.check.vocabulary import vocabulary

_FAR = 130
"""Characters between a treatment and what is of it, in one clause."""
RESPONSES = frozenset(
    {"complete remission", "partial remission", "stable disease", "progression", "remission"}
)
_TUMOUR = frozenset({"cancer", "recurrence"})
_REASON = 50
"""Characters before a thing in which it is told as another's reason, or reckoned from."""
_RECKONED = re.compile(
    r"\b(?:after|before|since|until|nach|seit|vor|bis|ab)\s(?:\S+\s){0,3}$", re.I
)
_GRADED = 25
"""Characters; a side effect and its grade."""
_GRADE = re.compile(r"\s\(?(?:G|°)\s?[0-5]\b")
_HAPPENED = {FactKind.FINDING, FactKind.DIAGNOSIS, FactKind.TERM}
_AND = re.compile(r"\b(?:and|und|sowie|as well as|plus)\b|&|\+|/", re.IGNORECASE)
_STOP = re.compile(r"(?<=\d)\.\s+(?=\D)|\b(?:grade|Grad)\s[0-5]\.\s+|\s/\s(?=[^\W\d])")
_CONTRAST = re.compile(
    r"[,;]\s+(?=(?:whereas|while|whilst|but|however|wohingegen|während|aber|jedoch|dagegen"
    r"|hingegen)\b)",
    re.IGNORECASE,
)
_SIDE_EFFECT = re.compile(
    r"\b(?:toxicit\w+|side[- ]effects?|adverse|acute\w*|tolerat\w+|tolerance|complicat\w+|caus\w+"
    r"|led to|result\w+ in|brought|accompani\w+|develop\w+|occurr?\w*|experienc\w+|suffer\w*"
    r"|due to|follow\w*|induc\w+|during|under|with|on|after"
    r"|toxizität\w*|nebenwirkung\w*|unerwünscht\w*|akut\w*|vertr\w+|kompli\w+|führ\w+|verursach\w+"
    r"|entwick\w+|auf\w*treten|trat\w*|kam es|bestand\w*|litt\w*|folg\w+|darunter|dabei|hierunter"
    r"|unter|während|nach|einher\w*|durch|bei|UE|AE|NW)\b",
    re.IGNORECASE,
)
_TOXICITY = re.compile(
    r"\b(?:toxicit\w+|side[- ]effects?|adverse|tolerat\w+|toxizität\w*|nebenwirkung\w*"
    r"|unerwünscht\w*|vertragen|im Vordergrund|(?:the|a) (?:course|series)|(?:der|die) Serie)\b",
    re.IGNORECASE,
)
"""Words of side effects; beside these a year alone tells a treatment."""
_REFERS = re.compile(
    rf"{_TOXICITY.pattern}|\b(?:acute\w*|this|that|it|these|which|thereafter|akut\w*"
    r"|darunter|dabei|hierunter|danach|daraufhin|dies\w*|NW|AE|UE)\b"
    r"|\b(?:developed|entwickelte\w*)\b(?=.*(?:\b(?:grade|Grad|G[0-5])\b|°))",
    re.IGNORECASE,
)
"""What refers to the treatment of the sentence before."""
_ALONG = re.compile(
    r"\b(?:parallel|concurrent\w*|concomitant\w*|simultan\w*|begleit\w*|accompan\w+|together"
    r"|along with|addition\w*|zusätzlich|kombini\w+|combin\w+|zeitgleich|gleichzeitig)\b",
    re.IGNORECASE,
)
"""Of what goes along with the treatment of the sentence before."""
_LASTS = re.compile(
    r"\b(?:persist\w*|still|residual|ongoing|known|pre-?existing|remain\w*|improv\w+|resol\w+"
    r"|recover\w+|subsid\w+|regress\w+|no longer|free of|worsen\w*|history of|increas\w+"
    r"|weiterhin|fortbest\w+|bekannt\w*|anhaltend\w*|persist\w+|abgeklungen|rückläufig\w*|besser\w*"
    r"|gebessert|abgeheilt|zurückgebildet|vorbestehend\w*|noch(?! vor| während| in)|nicht mehr"
    r"|verschlecht\w+|zunehm\w+"
    r"|may|might|could|risk\w*|expected|counsel\w*|können|könnte\w*|mögliche\w*|aufgeklärt"
    r"|now|today|currently|at present|aktuell\w*|heute|jetzt|derzeit|last visit)\b",
    re.IGNORECASE,
)
"""What lasts, is gone or may come need not be of the treatment that it is told beside."""


@dataclass(frozen=True)
class Belonging:
    """A fact, and the treatments that it may be of; none where that isn't told."""

    fact: Fact
    owners: tuple[Treatment, ...]


@dataclass(frozen=True, eq=False)  # by identity: what is known of a case is kept for it
class Belongings:
    things: tuple[Belonging, ...]
    treatments: tuple[Treatment, ...]
    """All that the text tells of treatments, in its order."""


@lru_cache(maxsize=16)
def belongings_of(reading: Reading) -> Belongings:
    """A text's, kept while it stays."""
    return belongings(reading)


def belongings(reading: Reading) -> Belongings:
    """Every thing of a text that may be of one treatment, and the treatments."""
    things: list[Belonging] = []
    every: list[Treatment] = []
    block: list[Treatment] = []  # treatments told at last, of which nothing has been told yet
    closed = False
    for begin, end, group in _sentences(reading):
        if "\n" in reading.text[max(0, begin - 2) : begin]:
            block, closed = [], False
        dosed = [*_doses(reading.text, group)]
        things += dosed
        every += [owner for dose in dosed for owner in dose.owners]
        told: list[Treatment] = []
        found: list[Belonging] = []
        for low, high in _clauses(reading.text, begin, end):
            facts = [f for f in group if low <= f.start < high]
            facts += _only_in_words(reading, low, high, facts)
            words = [*parts(reading.text, low, high, facts)]
            runs, its = _paired(reading.text, low, high, words, facts)
            told += runs
            found += its
        every += told
        if any(one.topics for one in told):
            things += found
            goes_on = not closed or _ALONG.search(reading.text, begin, end)
            block = [*block, *told] if goes_on else told
            closed = bool(found)
        else:
            carried = tuple(block) if _REFERS.search(reading.text, begin, end) else ()
            things += [Belonging(b.fact, b.owners or carried) for b in found]
            closed = closed or bool(found)
    return Belongings(tuple(things), tuple(every))


def _sentences(reading: Reading) -> Iterator[tuple[int, int, list[Fact]]]:
    """From, to, and the facts; a grade's or a year's number may end one, or a stroke."""
    for sentence, group in zip(reading.passages.sentences, reading.by_sentence, strict=False):
        low = sentence.start
        stops = [m.end() for m in _STOP.finditer(reading.text, low, sentence.end)]
        for high in (*stops, sentence.end):
            yield low, high, [fact for fact in group if low <= fact.start < high]
            low = high


def _doses(text: str, group: Sequence[Fact]) -> Iterator[Belonging]:
    """Total doses, each with its year where the sentence tells it."""
    totals = [f for f in group if f.kind is FactKind.DOSE and not is_single(text, f)]
    years = [f for f in group if year_of(f)]
    owners = {
        dose.start: Treatment(frozenset({Topic.RADIOTHERAPY}), years=frozenset(map(year_of, its)))
        for its, doses in paired(text, years, totals, _FAR)
        for dose in doses
    }
    yield from (Belonging(f, tuple(filter(None, [owners.get(f.start)]))) for f in totals)


def _only_in_words(reading: Reading, begin: int, end: int, facts: Sequence[Fact]) -> Iterator[Fact]:
    """Statements of a side effect that no concept names: "hair loss"."""
    for fact in reading.statements:
        inside = begin <= fact.start < end
        if inside and not any(f.start < fact.end and fact.start < f.end for f in facts):
            yield fact


def _clauses(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    low = begin
    for match in _CONTRAST.finditer(text, begin, end):
        yield low, match.end()
        low = match.end()
    yield low, end


def _paired(
    text: str, begin: int, end: int, words: Sequence[Part], facts: Sequence[Fact]
) -> tuple[list[Treatment], list[Belonging]]:
    """The treatments of a clause, each with what the clause's own order gives it."""
    things = [f for f in facts if _is_thing(text, begin, end, f, facts)]
    things = [f for f in things if not any(p.start < f.end and f.start < p.end for p in words)]
    if not words:
        return [], [Belonging(f, ()) for f in things]
    pairs = paired(_without_brackets(text, begin, end, words, things), words, things, _FAR)
    if not any(p.topic for p in words) and not _TOXICITY.search(text, begin, end):
        return [], [Belonging(f, ()) for f in things]
    topics = frozenset(p.topic for p in words if p.topic)
    if any(not any(part in run for run, _ in pairs) for part in words):
        whole = _named(treatment(words), topics)  # none of them can be told apart
        return [whole], [Belonging(f, (whole,)) for f in things]
    told = [(_named(treatment(run), topics), run, its) for run, its in pairs]
    owners = {
        f.start: one
        for one, run, its in told
        for f in (its if run[0].start < its[0].start else _up_to_list(text, its))
        if not (f.kind is FactKind.TECHNIQUE and _is_beside(text, begin, f, one))
    }
    found = (Belonging(f, (owners[f.start],) if f.start in owners else ()) for f in things)
    return [one for one, _, _ in told], list(found)


def _is_beside(text: str, begin: int, technique: Fact, told: Treatment) -> bool:
    """ "After X rays a response in 2024": what another thing is reckoned from."""
    no_radiation = bool(told.topics) and Topic.RADIOTHERAPY not in told.topics
    lead = text[max(begin, technique.start - _REASON) : technique.start]
    return no_radiation or bool(_RECKONED.search(lead))


def _without_brackets(
    text: str, begin: int, end: int, words: Sequence[Part], things: Sequence[Fact]
) -> str:
    """ "A (progression), B": what stands alone in brackets is of what goes before."""
    for match in re.finditer(r"\(([^()]*)\)", text[begin:end]):
        low, high = begin + match.start(), begin + match.end()
        alone = not any(low < part.start < high for part in words)
        if alone and any(low < thing.start < high for thing in things):
            text = f"{text[:low]} {text[low + 1 : high - 1]};{text[high:]}"
    return text


def _up_to_list(text: str, things: Sequence[Fact]) -> Sequence[Fact]:
    """ "Fatigue, dysphagia, hair loss after chemotherapy": of a list, the last; of a pair, both."""
    gaps = (text[a.end : b.start] for a, b in pairwise(things))
    return things if all(_AND.search(gap) for gap in gaps) else things[-1:]


def _named(told: Treatment, topics: frozenset[Topic]) -> Treatment:
    """ "That of the pelvis in 2021": the topic is the clause's, where it has one only."""
    if told.topics or len(topics) != 1:
        return told
    return replace(told, topics=topics)


def _is_thing(text: str, begin: int, end: int, fact: Fact, facts: Sequence[Fact]) -> bool:
    if fact.assertion not in (Assertion.AFFIRMED, Assertion.SUSPECTED):
        return False
    if fact.kind is FactKind.TECHNIQUE:
        return fact.value in DELIVERED
    graded = any(f.kind is FactKind.GRADE and distance(text, f, fact) < _GRADED for f in facts)
    if fact.kind is FactKind.STATEMENT:
        return graded or bool(_GRADE.match(text, fact.end))
    if fact.kind not in _HAPPENED or _LASTS.search(text, begin, end):
        return False
    if REASON.search(text, max(begin, fact.start - _REASON), fact.start):
        return False
    concept = vocabulary().concepts.get(fact.value)
    if concept and (concept.generic or concept.name in _TUMOUR or concept.implies & _TUMOUR):
        return False
    return graded or fact.value in RESPONSES or bool(_SIDE_EFFECT.search(text, begin, end))
