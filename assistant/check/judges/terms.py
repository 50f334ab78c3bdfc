"""Words that no lexicon has."""

from __future__ import annotations

import re

from assistant.check.fact import Fact
from assistant.check.judges.assertions import as_said
from assistant.check.judges.telling import NO_CLAIM, addressed
from assistant.check.judges.verdict import NOT_THERE, Verdict, cognate, supported
from assistant.check.reading import Reading
from assistant.check.source import Source

_BEFORE = re.compile(r"^(?:post|prae|prä|pre|peri)-?(?=\w{5})", re.IGNORECASE)
_SHORTEST = 3
"""Letters of a department's abbreviation."""

_CLINICS: dict[str, tuple[str, ...]] = {
    "dermat": ("haut", "skin", "derm"), "gyn": ("frauen", "gyn", "women"),
    "ophthalm": ("auge", "eye"), "pneumo": ("lunge", "pulmo", "chest"),
    "pulmo": ("lunge", "pneumo", "chest"), "nephro": ("niere", "renal", "kidney"),
    "kardio": ("herz", "card", "kard"), "cardio": ("heart", "kard", "card"),
    "neurolog": ("neuro", "stroke"), "stomato": ("zahn", "dent"), "urolog": ("uro",),
    "hämato": ("häm", "onko"), "onkolog": ("onko", "tumor", "häm"), "oncolog": ("onc", "cancer"),
    "radiolog": ("röntgen", "radiol", "xray", "ct", "mr"), "otolaryng": ("ent", "hno"),
    "patholog": ("path", "histo"), "psycholog": ("psych",), "geriat": ("ger", "alters"),
}  # fmt: skip
"""Beginnings of departments, and those by which a case may have them."""


def _is_clinic(department: str, case: Source) -> bool:
    """Of a clinic that the case has by its everyday name."""
    words = (word.text.lower() for word in case.reading.passages.words)
    everyday = next((n for d, n in _CLINICS.items() if department.startswith(d)), ())
    return bool(everyday) and any(word.startswith(everyday) for word in words)


def term(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A medical word of no lexicon: right if the case has it or its cognate."""
    if same := case.equal(fact):
        return as_said(fact, same, draft, case)
    stems = case.reading.stems
    if fact.value in stems:
        return supported(None)
    lower = fact.text.lower()
    department = lower.endswith(("ology", "ologie"))
    if department and addressed(fact, draft):
        return None
    if department and any(len(s) >= _SHORTEST and lower.startswith(s) for s in stems):
        return supported(None)  # the "Gyn" or "Derma" of a note
    if fact.assertion in NO_CLAIM and not department:
        return None
    if department and _is_clinic(lower, case):
        return supported(None)
    if any(cognate(fact.value, other) for other in stems):
        return supported(None)
    if lower in case.text.lower():
        return supported(None)
    whole = _BEFORE.sub("", fact.value)
    if whole != fact.value and any(cognate(whole, other) for other in stems):
        return supported(None)  # "postmastectomy" of "mastectomy"
    for code, meant in case.coded:
        if fact.value in meant.stems or any(cognate(fact.value, stem) for stem in meant.stems):
            return supported(code, f"{code.text} means that.")
    return NOT_THERE
