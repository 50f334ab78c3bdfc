"""Which facts belong together: the drug of a dose, the toxicity of a grade, the target of a Gray.

All by nearness in a sentence. What stands across a comma, a semicolon or an "and" is further away.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.check.fact import Fact, FactKind
from assistant.check.passages import Passages
from assistant.check.vocabulary import Mention, vocabulary
from assistant.check.wordlists import lexicon

_FAR = 90
"""Characters; what is further apart doesn't belong together."""
_BARRIERS = (
    (re.compile(r"[;:]|\. "), 40),
    (re.compile(r","), 14),
    (re.compile(r"\b(?:and|und|sowie|then|dann|followed|gefolgt|plus)\b|\+|\("), 18),
)

_VALUES = {FactKind.QUANTITY, FactKind.NUMBER, FactKind.INTERVAL}
_RADIATION = {FactKind.DOSE, FactKind.FRACTIONS}
_WORD_BEFORE = re.compile(r"([^\W\d_][\w-]{2,})[\s(,:\"]*$")


def link(passages: Passages, mentions: Sequence[Mention], facts: Sequence[Fact]) -> Iterable[Fact]:
    """The facts, each with what it is about."""
    sentences = passages.sentences
    starts = [sentence.start for sentence in sentences]

    def place(offset: int) -> int:
        return max(0, bisect_right(starts, offset) - 1)

    near: dict[int, list[Mention]] = {}
    for mention in mentions:
        near.setdefault(place(mention.start), []).append(mention)
    together: dict[int, list[Fact]] = {}
    for fact in facts:
        together.setdefault(place(fact.start), []).append(fact)
    for number, group in together.items():
        sentence = sentences[number] if sentences else None
        around = near.get(number, [])
        for fact in group:
            begin, end = (sentence.start, sentence.end) if sentence else (0, len(passages.text))
            about = _about(passages.text, begin, end, fact, group, around)
            yield replace(fact, about=fact.about | about) if about else fact


def _about(
    text: str,
    begin: int,
    end: int,
    fact: Fact,
    group: Sequence[Fact],
    around: Sequence[Mention],
) -> frozenset[str]:
    known = vocabulary()

    def kind(mention: Mention) -> str:
        concept = known.concepts.get(mention.name)
        return concept.kind if concept else "drug"

    if fact.kind in _VALUES:
        kinds = (
            ("analyte", "marker") if fact.kind is FactKind.NUMBER else ("drug", "analyte", "marker")
        )
        wanted = [m for m in around if kind(m) in kinds]
        far = 30 if fact.kind is FactKind.NUMBER else 60
        found = _nearest(text, fact, wanted, before_first=True, far=far)
        if found and fact.kind is not FactKind.INTERVAL:
            return frozenset({found.name})
        if fact.kind is FactKind.QUANTITY:
            return _word_before(text, fact)
        if fact.kind is FactKind.INTERVAL:
            events = [m for m in around if kind(m) == "drug"]
            return _names(_nearest(text, fact, events, far=40))
    elif fact.kind is FactKind.CYCLES:
        wanted = [m for m in around if kind(m) == "drug" or "chemotherapy" in known.family(m.name)]
        return _names(_nearest(text, fact, wanted))
    elif fact.kind is FactKind.GRADE:
        wanted = [m for m in around if kind(m) in ("finding", "diagnosis") and not _generic(m)]
        grades = [f for f in group if f.kind is FactKind.GRADE]
        follows = bool(wanted) and min(g.start for g in grades) > min(m.start for m in wanted)
        if text[: fact.start].endswith(("(", "(CTCAE ", "CTCAE-", "[")):
            follows = True
        # A list keeps to one order: "nausea grade 1, fatigue grade 2", or the grades first.
        sided = [m for m in wanted if (m.start < fact.start) == follows]
        found = _nearest(text, fact, sided, far=45) or _nearest(text, fact, wanted, far=45)
        return _names(found) or _word_before(text, fact)
    elif fact.kind is FactKind.SCHEDULE:
        drugs = [m for m in around if kind(m) == "drug" and m.start < fact.start]
        return _names(_nearest(text, fact, drugs, far=60))
    elif fact.kind is FactKind.SITE:
        things = [m for m in around if kind(m) in ("finding", "diagnosis") and not _generic(m)]
        return _names(_nearest(text, fact, things, far=18))
    elif fact.kind in _RADIATION:
        return _target(text, fact, group, around, begin, end)
    elif fact.kind is FactKind.LATERALITY:
        sited = [m for m in around if known.site(m.name)]
        found = _nearest(text, fact, sited, far=40)
        return frozenset({known.site(found.name)}) if found else frozenset()
    elif fact.kind is FactKind.DATE:
        return _event(text, begin, fact, around)
    elif fact.kind is FactKind.ROUTE:
        return _names(_nearest(text, fact, [m for m in around if kind(m) == "drug"], far=60))
    return frozenset()


def _generic(mention: Mention) -> bool:
    concept = vocabulary().concepts.get(mention.name)
    return bool(concept and concept.generic)


def _names(mention: Mention | None) -> frozenset[str]:
    return frozenset({mention.name}) if mention else frozenset()


def distance(text: str, one: Fact | Mention, other: Fact | Mention) -> int:
    """Characters between the two, more where something parts them."""
    first, second = (one, other) if one.start <= other.start else (other, one)
    gap = text[first.end : second.start]
    return len(gap) + sum(cost * len(barrier.findall(gap)) for barrier, cost in _BARRIERS)


def _nearest(
    text: str,
    fact: Fact,
    mentions: Sequence[Mention],
    *,
    before_first: bool = False,
    far: int = _FAR,
) -> Mention | None:
    """The nearest; with `before_first`, one behind counts as 12 characters further away."""
    best: tuple[int, Mention] | None = None
    for mention in mentions:
        if mention.start < fact.end and fact.start < mention.end:
            continue
        away = distance(text, fact, mention)
        if before_first and mention.start > fact.start:
            gap = text[fact.end : mention.start]
            if len(gap) > 14 or any(barrier.search(gap) for barrier, _ in _BARRIERS):
                continue
            away += 12
        if away <= far and (best is None or away < best[0]):
            best = away, mention
    return best[1] if best else None


def _word_before(text: str, fact: Fact) -> frozenset[str]:
    before = text[max(0, fact.start - 40) : fact.start]
    skip = lexicon()["not_things"]
    while match := _WORD_BEFORE.search(before):
        word = match.group(1).lower()
        if word not in skip:
            return frozenset({word})
        before = before[: match.start()]
    return frozenset()


BOOST = re.compile(r"\b\w*boost\w*|\bAufsättigung\w*", re.IGNORECASE)


_PRIMARY = re.compile(
    r"\bprimary(?: tumou?r)?\b(?! (?:care|physician|radio|chemo|surg))|\bPrimärtumor\w*",
    re.IGNORECASE,
)


def _target(
    text: str,
    fact: Fact,
    group: Sequence[Fact],
    around: Sequence[Mention],
    begin: int,
    end: int,
) -> frozenset[str]:
    """The sites that are nearer to this dose than to any other of the sentence."""
    known = vocabulary()
    heads = [f for f in group if f.kind is FactKind.DOSE and not is_single(text, f)]
    head = min(heads, key=lambda h: distance(text, h, fact)) if heads else fact
    targets = [
        Mention(known.site(m.name), m.start, m.end)
        for m in around
        if known.site(m.name) and (not _generic(m) or m.name.startswith("lymph node"))
    ]
    for pattern, name in ((BOOST, "boost"), (_PRIMARY, "primary tumour")):
        found = pattern.finditer(text, begin, end)
        targets += [Mention(name, m.start(), m.end()) for m in found]
    return frozenset(
        mention.name
        for mention in targets
        if not heads or min(heads, key=lambda h: distance(text, h, mention)) is head
    )


_SINGLE_BEFORE = re.compile(
    r"(?:[x×*]\s?|\bà\s|\b(?:of|je|zu je|at|with|single dose|single doses of|fraction dose|dose per fraction|einzeldosis|einzeldosen|ed|einzeldosis von|per fraction)[\s:]*(?:von |of )?)$",  # noqa: E501
    re.IGNORECASE,
)
_SINGLE_AFTER = re.compile(
    r"^\s?(?:/\s?(?:fraction|fraktion|fx|d\b|tag)|per (?:fraction|day)|a day|daily|each|pro fraktion|einzeldosis|je fraktion|per fx|single dose|fractions\b|ED\b)",
    re.IGNORECASE,
)


def is_single(text: str, dose: Fact) -> bool:
    """Whether a dose is that of one fraction, by the words around it."""
    before = text[max(0, dose.start - 24) : dose.start]
    after = text[dose.end : dose.end + 20]
    if _SINGLE_AFTER.match(after):
        return True
    match = _SINGLE_BEFORE.search(before)
    if not match:
        return False
    # "a total dose of 50 Gy" and "with 50 Gy in 25 fractions" are totals.
    lead = text[max(0, dose.start - 40) : dose.start].lower()
    total = re.search(
        r"(?:total|gesamt|cumulative|kumulativ|doses? (?:level )?of|dosis von)\W*(?:\w+\W+){0,2}$",
        lead,
    )
    counted = re.match(r"\s?(?:in|/|\()\s?\d+", after)
    plain = match.group().strip().lower() in ("of", "at", "with", "von", "ed")
    fractions = re.search(
        r"(?:fraction\w*|fraktion\w*|fx|sitzung\w*|\d\s?[x×*])\W*(?:of|à|at|zu|je|von|zu je|mit je)?\W*$",
        lead,
    )
    if plain:
        return bool(fractions) and not total and not counted
    return not total


def _event(text: str, begin: int, fact: Fact, around: Sequence[Mention]) -> frozenset[str]:
    """The event that a date belongs to: the nearest cue before it, and the nearest procedure."""
    before = text[max(begin, fact.start - 160) : fact.start].lower()
    found: set[str] = set()
    for word in reversed(re.findall(r"[\w-]+", before)):
        event = next((e for e, words in lexicon()["cues"].items() if word in words), "")
        if event:
            found.add(event)
            break
    concepts = vocabulary().concepts
    procedures = [
        m for m in around if (c := concepts.get(m.name)) and c.kind == "procedure" and not c.generic
    ]
    return frozenset(found) | _names(_nearest(text, fact, procedures, far=50))
