"""Where and how: sites, techniques, routes, and the intents that go with them."""

from __future__ import annotations

import re

from assistant.check.fact import Assertion, Fact, FactKind
from assistant.check.judges.verdict import NOT_THERE, Verdict, changed
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.targets import BOOST
from assistant.check.techniques import DELIVERED, STEREOTACTIC
from assistant.check.vocabulary import vocabulary

PLACES = {FactKind.SITE, FactKind.TECHNIQUE, FactKind.ROUTE}
"""Kinds that are not denied or planned by themselves."""
_THROUGHOUT = frozenset(
    {"bronchus", "lung hilum", "whole breast", "whole brain", "tumour bed", "resection cavity",
     "liver hilum", "liver segment", "nipple"}
)  # fmt: skip
"""Sites that are no rivals of their organ's other parts: they overlap any of them."""
_TELLING = 5
"""Letters of a word's end that tell it: the "clavi" of "infraclavicular"."""
_INTENTS = frozenset(
    {"adjuvant", "neoadjuvant", "palliative", "curative", "definitive", "primary intent", "salvage",
     "prophylactic", "concurrent", "sequential", "consolidative", "first-line", "second-line",
     "third-line", "dose escalation", "dose reduction", "supine position", "prone position",
     "hypofractionated", "normofractionated", "accelerated", "linear accelerator", "photons"}
)  # fmt: skip


def other_place(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A site, technique or route is worth an alarm where the case has another of the same kind."""
    said = {f.value for f in draft.facts}
    family = vocabulary().family(fact.value)
    general = family - {fact.value}
    if fact.value in _INTENTS:
        return _other_intent(fact, case)
    if fact.value.endswith("boost") and BOOST.search(case.text):
        return None
    if fact.kind is FactKind.TECHNIQUE and fact.value not in DELIVERED:
        return None
    if fact.kind is FactKind.SITE and (elided(fact.text, case.text) or _operated_on(fact, case)):
        return None
    region = general - {"lymph nodes"} if "lymph nodes" in general else frozenset[str]()
    if region & case.by_concept.keys():
        return None  # "inguinal nodes", of "LK inguinal"
    for other in case.of(fact.kind) if fact.value not in _THROUGHOUT else ():
        if (
            other.value in said
            or other.value in _THROUGHOUT
            or other.value in general
            or other.value in _INTENTS
        ):
            continue
        if fact.kind is FactKind.TECHNIQUE and (
            other.value not in DELIVERED or {fact.value, other.value} <= STEREOTACTIC
        ):
            continue
        if fact.kind is FactKind.ROUTE and not (fact.about and related(fact.about, other.about)):
            continue
        if fact.kind is not FactKind.SITE or general & vocabulary().family(other.value):
            return changed(other)
    if fact.kind is FactKind.SITE and any(name in case.by_concept for name in general):
        return None
    if fact.value == "tumour bed" and BOOST.search(case.text):
        return None
    if fact.kind is FactKind.ROUTE:
        return None
    if fact.value.startswith("lymph node"):
        return None
    if fact.kind is FactKind.SITE and _elsewhere(fact, case):
        return NOT_THERE
    return None if fact.kind is FactKind.SITE else NOT_THERE


def _operated_on(fact: Fact, case: Source) -> bool:
    """ "The sentinel nodes", of a "sentinel lymph node biopsy": the case's operation names it."""
    return any(o.value.startswith(fact.value) for o in case.of(FactKind.PROCEDURE))


_ELIDED = re.compile(
    r"\b([^\W\d_]{2,})-\s?(?:/|und|and|or|oder|bzw\.|sowie|to|bis)\s?([^\W\d_]{4,})"
)


def elided(word: str, text: str) -> bool:
    """Whether `text` has it without its end: "supra-/infraclavicular", "Brust- und Lende"."""
    lower = word.lower()
    for match in _ELIDED.finditer(text):
        begin, other = match[1].lower(), match[2].lower()
        end = lower.removeprefix(begin)[:_TELLING]
        if lower.startswith(begin) and len(end) == _TELLING and end in other:
            return True
    return False


def other_route(fact: Fact, case: Source) -> Fact | None:
    """Where the case gives the drug by another route, and not by this one."""
    routes = [o for o in case.of(FactKind.ROUTE) if fact.about and related(o.about, fact.about)]
    known = vocabulary()
    same = (
        o.value in known.family(fact.value) or fact.value in known.family(o.value) for o in routes
    )
    return None if not routes or any(same) else routes[0]


def _elsewhere(fact: Fact, case: Source) -> bool:
    """ "A fracture of the pelvis", where the case has a fracture of another bone."""
    if fact.assertion is not Assertion.AFFIRMED:
        return False
    concepts = vocabulary().concepts
    around = [case.around(p) for name in fact.about for p in case.by_concept.get(name, ())]
    named = {
        name
        for names in around
        for name in names
        if name in concepts and concepts[name].kind == "site" and not concepts[name].generic
    }
    return bool(named) and len(around) == 1


def _other_intent(fact: Fact, case: Source) -> Verdict | None:
    """To palliate and to cure exclude each other; the other words go together."""
    to_cure = {"adjuvant", "neoadjuvant", "curative", "definitive", "primary intent"}
    against = to_cure if fact.value == "palliative" else {"palliative"}
    others = [o for o in case.of(FactKind.TECHNIQUE) if o.value in against]
    if others and (fact.value == "palliative" or fact.value in to_cure):
        return changed(others[0])
    return None
