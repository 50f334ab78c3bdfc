"""What is planned against what the case expressly does not plan, and the other way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.check.fact import Assertion, Fact, FactKind, Finding, Status
from assistant.check.judges.manner import THERAPY, is_shown
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary

_AHEAD = re.compile(
    r"\b(?:plann(?:ed|ing)|plans?|will|shall|to be|intend\w*|recommend\w*|advis\w+|favou?r of"
    r"|scheduled|propos\w+|is to|are to|begins|starts|next week|repeat in|every"
    r"|in \d+ (?:months?|weeks?|Monaten|Wochen)|geplant|planen"
    r"|plant|vorgesehen|wird|werden|soll\w*|empf\w+|im Anschluss|beginnt|startet|kommende\w*"
    r"|nächste\w*|indiziert|indicated|indication|Indikation)\b",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"\b(?:no|not|without|against|neither|nor|never|kein\w*|nicht|ohne|gegen|weder|verzicht\w*"
    r"|abgeraten|unnecessary|declin\w+|refus\w+|abgelehnt|lehnt\w*|reserved|rest(?:s|ed)?)\b",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"\b(?:if|could|may|might|should|case of|option\w*|falls|ggf|bei|sollte|könnte|sofern|until|bis"
    r"|only|nur|unless|wait|discuss\w*|besprochen|consider\w*|erw[oä]g\w*)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\b(?:further|another|again|second|re-?\w+|additional\w*|repeat\w*|erneut\w*|weitere\w*"
    r"|nochmal\w*|zweite\w*|zusätzlich\w*|next|kommende\w*|im Anschluss)\b",
    re.IGNORECASE,
)
_BOARD = re.compile(
    r"^[^:]{0,40}\b(?:Plan|MDT|Board|Tumou?rboard|Tumorkonferenz|Konferenz|Procedere|Prozedere"
    r"|Empfehlung\w*|Recommendation\w*|Beschluss|Proz)\b[^:]{0,20}:",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:]\s|\.\s|\s(?:but|sondern|aber|while|whereas)\s|\d\)\s|\n")
_KINDS = THERAPY | {FactKind.TECHNIQUE}
_LATE = 0.5
"""Share of a case behind which its plans are those for now."""


def otherwise_planned(draft: Reading, case: Source) -> Iterator[Finding]:
    """Therapies planned that the case rules out; examinations ruled out that it plans."""
    for fact in draft.facts:
        if fact.kind not in _KINDS:
            continue
        mine = _stand(fact, draft)
        if not mine or _PERHAPS.search(_clause(fact, draft)):
            continue
        theirs = [(o, _stand(o, case.reading)) for o in _same(fact, case)]
        stands = {stand for _, stand in theirs}
        if mine == "planned" and "ruled out" in stands and "planned" not in stands:
            given = any(o.assertion is Assertion.AFFIRMED for o, stand in theirs if not stand)
            if not given or _MORE.search(_clause(fact, draft)):
                other = next(o for o, stand in theirs if stand == "ruled out")
                yield _finding(fact, draft, other, case, "The case rules it out")
        elif mine == "ruled out" and is_shown(fact) and "ruled out" not in stands:
            late = len(case.text) * _LATE
            plans = [o for o, stand in theirs if stand == "planned" and o.start > late]
            if plans and all(_one_site(fact, o, draft, case) for o in plans):
                yield _finding(fact, draft, plans[0], case, "The case plans it")


def _same(fact: Fact, case: Source) -> list[Fact]:
    kinds = (o for kind in sorted(_KINDS) for o in case.of(kind))
    if fact.kind is FactKind.DRUG:
        return [o for o in kinds if o.value == fact.value]
    family = vocabulary().family(fact.value)
    if is_shown(fact):
        return [o for o in kinds if fact.value in vocabulary().family(o.value)]
    return [
        o
        for o in kinds
        if o.kind is not FactKind.DRUG
        and (o.value in family or fact.value in vocabulary().family(o.value))
        and related(frozenset({fact.value}), frozenset({o.value}))
    ]


def _stand(fact: Fact, reading: Reading) -> str:
    """ "planned", "ruled out", or nothing of a plan."""
    clause = _clause(fact, reading)
    sentence = reading.passages.sentences[reading.sentence_at(fact.start)]
    board = bool(_BOARD.match(reading.text[sentence.start : sentence.end]))
    if not (board or _AHEAD.search(clause)):
        return ""
    return "ruled out" if _NONE.search(clause) else "planned"


def _clause(fact: Fact, reading: Reading) -> str:
    return reading.text[slice(*_bounds(fact, reading))]


def _bounds(fact: Fact, reading: Reading) -> tuple[int, int]:
    sentence = reading.passages.sentences[reading.sentence_at(fact.start)]
    text = reading.text
    begin = max(
        (m.end() for m in _CLAUSE.finditer(text, sentence.start, fact.start)),
        default=sentence.start,
    )
    end = _CLAUSE.search(text, fact.end, sentence.end)
    return begin, end.start() if end else sentence.end


def _one_site(fact: Fact, other: Fact, draft: Reading, case: Source) -> bool:
    """Whether both are of one site, so far as they name any."""
    mine, its = _sites(fact, draft), _sites(other, case.reading)
    return bool(mine) and bool(mine & its)


def _sites(fact: Fact, reading: Reading) -> set[str]:
    known = vocabulary()
    begin, end = _bounds(fact, reading)
    names = {m.name for m in reading.mentions_between(begin, end)}
    sites = {known.site(name) or name for name in names}
    return {s for s in sites if (c := known.concepts.get(s)) and c.kind == "site"}


def _finding(fact: Fact, draft: Reading, other: Fact, case: Source, why: str) -> Finding:
    begin, end = _bounds(fact, draft)
    text = draft.text[begin:end].rstrip(" .,;")
    told = Fact(fact.kind, fact.value, frozenset(), begin, begin + len(text), text)
    said = _clause(other, case.reading).strip()
    return Finding(told, Status.CHANGED, f"{why}: {said}.", other.start, other.end)
