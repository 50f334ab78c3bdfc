"""What an interval is of, where its words tell: a stay, a pause, symptoms before a diagnosis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.check.fact import Fact, FactKind
from assistant.check.judges.verdict import Verdict, changed, hedged, supported
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.units import in_days
from assistant.check.vocabulary import vocabulary

_SHARE = 0.09
"""Three months are twelve weeks, or thirteen."""
_ROUGH = 0.2
"""Of an interval, how far "about" so long may be from it."""
_REACH = 70
_STOP = re.compile(r"(?:;|(?<!\bWo)(?<!\b[a-z])\.)\s|\n|\"|\s/\s|, (?:and|und) ")
_ROLES = (
    (
        "stay",
        r"\binpatient|\badmi(?:tted|ssion)|\bhospitali[sz]|\bhospital stay|\bstationär"
        r"|krankenhausaufenthalt|\bliegedauer",
    ),
    (
        "pause",
        r"\b(?:treatment|therapy|radiation)[- ](?:break|pause|gap)|\binterrupt|\bpaus(?:e|ed)\b"
        r"|unterbr[eo]ch|\w*pause\b|\bausgesetzt",
    ),
    (
        "symptoms",
        r"\b(?:symptom|complain|beschwerde)\w*.{0,60}(?:\bbefore\b|\bprior\b|\bvor\b)"
        r"|(?:\bmonat|\bmonths?|\bwee?k|\bwoche)\w* (?:\w+ )?(?:symptom|complain|beschwerde)"
        r".{0,30}(?:before|prior|vor)|vor (?:der )?(?:diagnose|ED)\b.{0,30}symptom",
    ),
    (
        "check-ups",
        r"(?:check-?ups?|controls?|follow-?up|\bFU|see (?:him|her)|nachsorge\w*|\bNS|kontroll\w*"
        r"|stellen sie \w+)\b.{0,40}(?:\bevery\b|\binterval|\balle\b|intervall)"
        r"|(?:every|alle|interval\w*)\b.{0,40}(?:check-?up|control|nachsorge|kontrolle)"
        r"|monatliche (?:kontroll|nachsorge)|(?:NS|nachsorge)-?intervall",
    ),
)
_PATTERNS = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _ROLES)
_AFTER_COURSE = re.compile(
    r"^\W*(?:after|post|following|nach)\b.{0,24}?(?:\bRT\b|radiotherap|irradiat|radiation|fraction"
    r"|bestrahl|radiatio|strahlentherap|fraktion)",
    re.IGNORECASE,
)
_EXAMINES = {"imaging", "endoscopy", "laboratory test", "examination"}
_BLOOD = re.compile(r"\b(?:blood (?:tests?|counts?)|lab(?:s|or\w*|oratory)?|blutbild\w*)\b", re.I)
_ANTIBIOTIC = re.compile(
    r"antibioti|\b\w+(?:cillin|floxacin|thromycin|penem|cyclin|zyklin)\b", re.I
)
_CEPHALOSPORIN = re.compile(r"\b(?:ce|ze)f\w+\b", re.I)


def of_role(fact: Fact, days: float, draft: Reading, case: Source) -> Verdict | None:
    """Against the case's intervals of the same role; None where it has none or no role is told."""
    mine = _roles(fact, draft)
    there = [other for other, roles in _roles_of(case) if mine & roles]
    if not mine or not there:
        return None
    for other in there:
        unit = other.value.partition(" ")[2]
        length = in_days(other.value)
        converted = {unit, fact.value.partition(" ")[2]} == {"weeks", "months"}
        slack = _ROUGH if hedged(fact, draft) else _SHARE if converted else 0
        if abs(length - days) <= max(slack * length, 0.5):
            return supported(other)
    return changed(there[0])


@lru_cache(maxsize=16)
def _roles_of(case: Source) -> tuple[tuple[Fact, frozenset[str]], ...]:
    return tuple((o, _roles(o, case.reading)) for o in case.of(FactKind.INTERVAL))


def _roles(fact: Fact, reading: Reading) -> frozenset[str]:
    return frozenset(_named(fact, reading))


def _named(fact: Fact, reading: Reading) -> Iterator[str]:
    begin, end = _around(fact, reading)
    around = reading.text[begin:end]
    for name, pattern in _PATTERNS:
        if pattern.search(around):
            yield name
            return
    if _ANTIBIOTIC.search(around) or _CEPHALOSPORIN.search(around):
        yield "antibiotic"
    if not _AFTER_COURSE.match(reading.text[fact.end : fact.end + 50]):
        return
    if _BLOOD.search(around):
        yield "blood test after radiotherapy"
    for mention in reading.mentions_between(begin, end):
        if vocabulary().family(mention.name) & _EXAMINES:
            yield f"{mention.name} after radiotherapy"


def _around(fact: Fact, reading: Reading) -> tuple[int, int]:
    """Its clause, or its item of a note."""
    text = reading.text
    sentence = reading.passages.sentences[reading.sentence_at(fact.start)]
    begin, end = max(sentence.start, fact.start - _REACH), min(sentence.end, fact.end + _REACH)
    begin = max((m.end() for m in _STOP.finditer(text, begin, fact.start)), default=begin)
    stop = _STOP.search(text, fact.end, end)
    return begin, stop.start() if stop else end
