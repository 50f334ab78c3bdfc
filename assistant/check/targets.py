"""Doses of radiation: which target each belongs to, and which are those of one fraction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.check.fact import Fact, FactKind
from assistant.check.mentions import Mention
from assistant.check.nearness import distance, is_generic
from assistant.check.vocabulary import vocabulary

BOOST = re.compile(r"\b\w*boost\w*|\b\w*Aufsättigung\w*|\baufgesättigt", re.IGNORECASE)
PRIMARY = re.compile(
    r"\bprimary(?: tumou?r)?\b(?! (?:care|physician|radio|chemo|surg))|\bPrimärtumor\w*",
    re.IGNORECASE,
)
_SINGLE_BEFORE = re.compile(
    r"(?:[x×*]\s?|\bà\s"
    r"|\b(?:of|je|zu je|at|with|single dose|single doses of|fraction dose|dose per fraction"
    r"|einzeldosis|einzeldosen|ed|einzeldosis von|per fraction)[\s:]*(?:von |of )?)$",
    re.IGNORECASE,
)
_SINGLE_AFTER = re.compile(
    r"^\s?(?:/\s?(?:fraction|fraktion|fx|d\b|tag)|per (?:fraction|day)|a day|daily|each"
    r"|pro fraktion|einzeldosis|je fraktion|per fx|single dose|fractions\b|ED\b)",
    re.IGNORECASE,
)


def target_of(
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
        if known.site(m.name) and (not is_generic(m) or m.name.startswith("lymph node"))
    ]
    for pattern, name in ((BOOST, "boost"), (PRIMARY, "primary tumour")):
        found = pattern.finditer(text, begin, end)
        targets += [Mention(name, m.start(), m.end()) for m in found]
    return frozenset(
        mention.name
        for mention in targets
        if not heads or min(heads, key=lambda h: distance(text, h, mention)) is head
    )


def is_single(text: str, dose: Fact) -> bool:
    """Whether a dose is that of one fraction, by the words around it."""
    return _is_single(text[max(0, dose.start - 40) : dose.start], text[dose.end : dose.end + 20])


@lru_cache(maxsize=4096)
def _is_single(before: str, after: str) -> bool:
    if _SINGLE_AFTER.match(after):
        return True
    match = _SINGLE_BEFORE.search(before[-24:])
    if not match:
        return False
    # "a total dose of 50 Gy" and "with 50 Gy in 25 fractions" are totals.
    lead = before.lower()
    total = re.search(
        r"(?:total|gesamt|cumulative|kumulativ|doses? (?:level )?of|(?<!einzel)dosis von)"
        r"\W*(?:\w+\W+){0,2}$",
        lead,
    )
    counted = re.match(r"\s?(?:in|/|\()\s?\d+", after)
    plain = match.group().strip().lower() in ("of", "at", "with", "von", "ed")
    fractions = re.search(
        r"(?:fraction\w*|fraktion\w*|fx|sitzung\w*|\d\s?[x×*])\W*"
        r"(?:of|à|at|zu|je|von|zu je|mit je)?\W*$",
        lead,
    )
    if plain:
        return bool(fractions) and not total and not counted
    return not total
