"""What a text says a drug has done: side effects, each with the drugs that it is laid to.

The words of a sentence are read as a row of drugs and effects with what stands between them, and
the wordings of both languages are looked for in that row: "E, which we ascribe to D",
"D-induced E", "unter D kam es zu E". A comma before a mere "under" begins another statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.check.causal_words import DRUG, EFFECT, REASON, TREATED, WORDINGS
from assistant.check.everyday import families
from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.reading import Reading
from assistant.check.vocabulary import vocabulary

_LATTER = re.compile(r"\b(?:the latter|letztere[smnr]?)\b", re.IGNORECASE)
_DISEASE = re.compile(r"(?:itis|pathy|pathie|penia|penie|toxicity|toxizität|algi[ae]|osis|ose)$")
"""The ending of a medical word that is in no lexicon and may be an effect."""
_TUMOUR = frozenset({"cancer", "recurrence", "metastases", "progression"})


@dataclass(frozen=True)
class Blame:
    """An effect and the drugs that a text lays it to.

    Attributes:
        effect: what happened; its `about` has every name that it may go by.
        drugs: one or more.
        strong: whether it is said in so many words, not by a mere "under".
        cause: offsets of the words that name the drugs.
    """

    effect: Fact
    drugs: frozenset[str]
    strong: bool
    cause: tuple[int, int]


@lru_cache(maxsize=64)
def effects(reading: Reading) -> tuple[tuple[Fact, frozenset[str]], ...]:
    """Side effects and symptoms that a text doesn't deny, in its order, each with its names."""
    found: dict[tuple[int, int], tuple[Fact, set[str]]] = {}
    for fact in (*reading.facts, *reading.statements):
        if fact.assertion is Assertion.NEGATED or not _is_effect(fact):
            continue
        key = next((k for k in found if k[0] < fact.end and fact.start < k[1]), None)
        if key:
            found[key][1].add(fact.value)
        else:
            found[fact.start, fact.end] = fact, {fact.value}
    return tuple((fact, frozenset(names)) for fact, names in sorted(found.values(), key=_begin))


def _begin(effect: tuple[Fact, set[str]]) -> int:
    return effect[0].start


def _is_effect(fact: Fact) -> bool:
    if fact.kind is FactKind.STATEMENT:
        family = families().get(fact.value)
        return family is not None and family.kind == "symptom"
    if fact.kind is FactKind.TERM:
        return bool(_DISEASE.search(fact.text))
    if fact.kind not in (FactKind.FINDING, FactKind.DIAGNOSIS):
        return False
    concept = vocabulary().concepts.get(fact.value)
    return concept is not None and not concept.generic and not (
        vocabulary().family(fact.value) & _TUMOUR
    )  # fmt: skip


def blames(reading: Reading) -> tuple[Blame, ...]:
    """Every effect that is laid to drugs, in the order of the text."""
    return tuple(sorted(_blames(reading), key=lambda blame: blame.effect.start))


@lru_cache(maxsize=16)
def blames_of(case: Reading) -> tuple[Blame, ...]:
    """A case's, kept while it stays."""
    return blames(case)


def _blames(reading: Reading) -> Iterator[Blame]:
    every = effects(reading)
    for sentence, group in zip(reading.passages.sentences, reading.by_sentence, strict=False):
        begin, end = sentence.start, sentence.end
        told = [(f.start, f.end, frozenset({f.value})) for f in group if f.kind is FactKind.DRUG]
        told += [
            (m.start(), m.end(), max(before, key=lambda d: d[1])[2])
            for m in _LATTER.finditer(reading.text, begin, end)
            if (before := [d for d in told if d[1] <= m.start()])
        ]
        its = [(fact, names) for fact, names in every if begin <= fact.start < end]
        its = [e for e in its if not any(s < e[0].end and e[0].start < t for s, t, _ in told)]
        if told and its:
            yield from _in_sentence(reading.text, begin, end, sorted(told), its)


def _in_sentence(
    text: str,
    begin: int,
    end: int,
    drugs: Sequence[tuple[int, int, frozenset[str]]],
    its: Sequence[tuple[Fact, frozenset[str]]],
) -> Iterator[Blame]:
    spans = sorted(
        [(s, e, DRUG, place) for place, (s, e, _) in enumerate(drugs)]
        + [(f.start, f.end, EFFECT, place) for place, (f, _) in enumerate(its)]
    )
    row, places, position = "", dict[int, int](), begin
    for start, stop, sign, place in spans:
        row += text[position:start].replace("\n", " ")
        places[len(row)] = place
        row += sign
        position = stop
    row += text[position:end]
    used: set[int] = set()
    for strong, pattern in WORDINGS:
        for match in pattern.finditer(row):
            between = row[
                min(match.end("e"), match.end("d")) : max(match.span("e"), match.span("d"))[0]
            ]
            weak = not strong and (TREATED.search(between) or _is_reason(row, match))
            if weak or _is_successor(row, match) or used & set(range(*match.span("e"))):
                continue
            ones = [drugs[places[i]] for i in range(*match.span("d")) if row[i] == DRUG]
            for i in (i for i in range(*match.span("e")) if row[i] == EFFECT):
                fact, names = its[places[i]]
                names_of = frozenset[str]().union(*(n for _, _, n in ones))
                used.add(i)
                effect = Fact(fact.kind, fact.value, names, fact.start, fact.end, fact.text)
                yield Blame(effect, names_of, strong, (ones[0][0], ones[-1][1]))


def _is_successor(row: str, match: re.Match[str]) -> bool:
    """ "Changed to D because of the neuropathy": it is of the drug before."""
    behind = match.start("e") > match.start("d")
    return behind and bool(_EXCHANGED.search(row, 0, match.start("d")))


_EXCHANGED = re.compile(
    r"\b(?:chang\w+|switch\w+|replac\w+|convert\w+|umgestellt|umgesetzt|gewechselt|ersetzt"
    r"|umstell\w+|wechsel\w*|ersatz)\b[^.;]{0,24}\b(?:to|by|with|auf|durch|zu)\s(?:\w+\s)?$",
    re.IGNORECASE,
)


def _is_reason(row: str, match: re.Match[str]) -> bool:
    """ "Despite the neuropathy he goes on with D"."""
    behind = match.start("d") > match.start("e")
    return behind and bool(REASON.search(row, max(0, match.start("e") - 50), match.start("e")))
