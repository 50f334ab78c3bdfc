"""Which facts belong together: the drug of a dose, the toxicity of a grade, the target of a Gray.

All by nearness in a sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.check.fact import Fact, FactKind
from assistant.check.mentions import Mention
from assistant.check.nearness import BARRIERS, is_generic, nearest
from assistant.check.pairing import paired
from assistant.check.passages import Passages
from assistant.check.targets import target_of
from assistant.check.vocabulary import vocabulary
from assistant.check.wordlists import lexicon

_VALUES = {FactKind.QUANTITY, FactKind.NUMBER, FactKind.INTERVAL}
_RADIATION = {FactKind.DOSE, FactKind.FRACTIONS}
_IN_CYCLES = frozenset(
    {"chemotherapy", "PSMA radioligand therapy", "peptide receptor radionuclide therapy"}
)
"""What is given in cycles, besides a drug that is named."""
_WORD_BEFORE = re.compile(r"([^\W\d_][\w-]{2,})[\s(,:\"]*$")
_WORD_BEHIND = re.compile(r" ((?!and\b|und\b|with\b|mit\b)[^\W\d_][\w-]{3,})")
_OPENS = re.compile(
    r"(?:[:,;]|\b(?:and|by|with|of|a|an|und|mit|von|eine[rn]?|were|was|had))\s(?:ctcae )?$",
    re.IGNORECASE,
)
"""Behind these a grade goes before what it is of: "grade 1 alopecia, grade 2 nausea"."""
_BORN = 12
"""Characters from a date of birth to the "born" behind it."""
_BESIDE = 3
"""Characters; "nausea (grade 2" has nothing between."""


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
        if fact.value.endswith(" auc"):  # no other drug is dosed so
            wanted = [m for m in wanted if m.name == "carboplatin"] or wanted
        found = nearest(text, fact, wanted, before_first=True, far=far)
        if found and fact.kind is not FactKind.INTERVAL:
            gap = text[found.end : fact.start]
            word = _word_before(text, fact) if found.end <= fact.start else frozenset[str]()
            # "Hb 12.2 g/dl, leuco 4.3 /nl": the nearer word, though no lexicon has it.
            if (
                word
                and any(b.search(gap) for b, _ in BARRIERS)
                and gap.rstrip().lower().endswith(tuple(word))
            ):
                return word
            return frozenset({found.name})
        if fact.kind is FactKind.QUANTITY:
            return _word_before(text, fact)
        if fact.kind is FactKind.INTERVAL:
            events = [m for m in around if kind(m) == "drug"]
            return _names(nearest(text, fact, events, far=40))
    elif fact.kind is FactKind.CYCLES:
        wanted = [m for m in around if kind(m) == "drug" or known.family(m.name) & _IN_CYCLES]
        counts = [f for f in group if f.kind is FactKind.CYCLES]
        ours = next((m for m, c in paired(text, wanted, counts) if fact in c), ())
        return frozenset(m.name for m in ours) or _names(nearest(text, fact, wanted))
    elif fact.kind is FactKind.GRADE:
        wanted = [m for m in around if kind(m) in ("finding", "diagnosis") and not is_generic(m)]
        grades = [f for f in group if f.kind is FactKind.GRADE]
        ours = next((m for m, g in paired(text, wanted, grades) if fact in g), ())
        return _graded(text, fact, nearest(text, fact, ours, far=45))
    elif fact.kind is FactKind.SCHEDULE:
        last = max((f.end for f in group if f.kind is fact.kind and f.end <= fact.start), default=0)
        drugs = [m for m in around if kind(m) == "drug" and last <= m.start < fact.start]
        return _names(nearest(text, fact, drugs, far=120 if "-" in fact.value else 60))
    elif fact.kind is FactKind.SITE:
        things = [m for m in around if kind(m) in ("finding", "diagnosis") and not is_generic(m)]
        return _names(nearest(text, fact, things, far=18))
    elif fact.kind in _RADIATION:
        return target_of(text, fact, group, around, begin, end)
    elif fact.kind is FactKind.LATERALITY:
        sited = [m for m in around if known.site(m.name)]
        # "Cancer of the left breast" is one mention, and its side is within it.
        within = next((m for m in sited if m.start < fact.start and fact.end <= m.end), None)
        found = within or nearest(text, fact, sited, far=40)
        return frozenset({known.site(found.name)}) if found else frozenset()
    elif fact.kind is FactKind.DATE:
        return _event(text, begin, fact, [f for f in group if f.kind is fact.kind], around)
    elif fact.kind is FactKind.ROUTE:
        return _names(nearest(text, fact, [m for m in around if kind(m) == "drug"], far=60))
    return frozenset()


def _names(mention: Mention | None) -> frozenset[str]:
    return frozenset({mention.name}) if mention else frozenset()


def _graded(text: str, fact: Fact, found: Mention | None) -> frozenset[str]:
    """What a grade is of: what no lexicon has, where it stands nearer than the finding does."""
    if found:
        before = found.end <= fact.start
        gap = text[found.end : fact.start] if before else text[fact.end : found.start]
        if len(gap) <= _BESIDE or not any(barrier.search(gap) for barrier, _ in BARRIERS):
            return _names(found)
    behind = _WORD_BEHIND.match(text, fact.end)
    if behind and _OPENS.search(text, max(0, fact.start - 12), fact.start):
        return frozenset({behind.group(1).lower()})
    return _word_before(text, fact) or _names(found)


def _word_before(text: str, fact: Fact) -> frozenset[str]:
    before = text[max(0, fact.start - 40) : fact.start]
    skip = lexicon()["not_things"]
    while match := _WORD_BEFORE.search(before):
        word = match.group(1).lower()
        if word not in skip:
            return frozenset({word})
        before = before[: match.start()]
    return frozenset()


def _event(
    text: str, begin: int, fact: Fact, dates: Sequence[Fact], around: Sequence[Mention]
) -> frozenset[str]:
    """The event that a date belongs to: the nearest cue before it, and the nearest procedure."""
    before = text[max(begin, fact.start - 160) : fact.start].lower()
    if before.endswith(("*", "* ")):
        return frozenset({"birth"})
    found: set[str] = set()
    for word in reversed(re.findall(r"[\w-]+", before)):
        event = next((e for e, words in lexicon()["cues"].items() if word in words), "")
        if event:
            # "Born on A, who attended on B": nobody is born twice.
            cue = before.rfind(word) + fact.start - len(before)
            again = event == "birth" and any(
                cue - _BORN < f.end and f.start < fact.start for f in dates
            )
            found |= set() if again else {event}
            break
    concepts = vocabulary().concepts
    procedures = [
        m for m in around if (c := concepts.get(m.name)) and c.kind == "procedure" and not c.generic
    ]
    return frozenset(found) | _names(nearest(text, fact, procedures, far=50))
