"""Names of values: laboratory values, scores, stained cells; and which units theirs can have."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.check.fact import FactKind
from assistant.check.passages import Word, stem
from assistant.check.reading import Reading
from assistant.check.vocabulary import vocabulary

_WITH_NUMBERS = frozenset({"gene expression test"})
"""Procedures of which the result is a number."""
_JUDGED_ELSEWHERE = frozenset(
    {"CTCAE grade", "Gleason score", "ISUP grade group", "blood pressure", "resection margin",
     "number of lymph nodes", "positive biopsy cores", "lymph node ratio"}
)  # fmt: skip
_OF_MANY = frozenset({"tumour size", "tumour volume", "fluid intake", "urine output"})
"""A letter may have several of these, of several things."""
_LENGTHS = frozenset({"tumour thickness", "depth of invasion"})
_SCORED = frozenset(
    {"HRD", "tumour mutational burden", "estrogen receptor", "progesterone receptor"}
)
"""Markers that have numbers without a unit; the others have percentages only."""
_NOT_OF_NAMES = frozenset({"auc", "mg/m²", "mg", "mg/kg", "h", "mm", "mbq", "py", "µg"})
"""Units of drugs, lengths and times."""


@dataclass(frozen=True)
class Named:
    """Where a text names what has values."""

    name: str
    start: int
    end: int


def names_of(reading: Reading) -> list[Named]:
    """In the order of the text. A marker that has a state is a fact and no mention any more."""
    concepts = vocabulary().concepts
    found = {
        (m.start, m.end): m.name
        for m in reading.mentions
        if (c := concepts.get(m.name)) and (c.kind == "analyte" or m.name in _WITH_NUMBERS)
    }
    for fact in reading.facts:
        if fact.kind is FactKind.MARKER and "variant" not in fact.about:
            found.setdefault((fact.start, fact.end), next(iter(fact.about), ""))
    for word in reading.passages.words if reading.passages.language == "de" else ():
        if name := _in_compound(word):
            found.setdefault((word.start, word.end), name)
    return [Named(name, start, end) for (start, end), name in sorted(found.items()) if name]


_COURSE = re.compile(
    r"(?P<head>\w{5,}?)s?(?:an|ab)?(?:stieg|fall|wert|spiegel|verlauf|nadir|zahl|kontrolle|nahme"
    r"|konzentration|erhöhung|senkung|bestimmung)e?s?",
    re.IGNORECASE,
)
"""German words of an analyte's course: "Kreatininanstieg"."""


def _in_compound(word: Word) -> str:
    match = _COURSE.fullmatch(word.text)
    node = vocabulary().roots["de"].following.get(stem(match["head"], "de")) if match else None
    concept = vocabulary().concepts.get(node.concept) if node and node.concept else None
    return concept.name if concept and concept.kind == "analyte" else ""


def judged_here(name: str) -> bool:
    """Whether a name has values that are only its own."""
    return name not in _JUDGED_ELSEWHERE and name not in _OF_MANY


def fits(name: str, unit: str) -> bool:
    """Whether values of that name can have the unit."""
    if name in _LENGTHS:
        return unit in ("", "mm")
    concept = vocabulary().concepts.get(name)
    if concept and concept.kind == "marker" and name not in _SCORED:
        return unit == "%"
    return unit not in _NOT_OF_NAMES and (unit not in ("kg", "lb") or name == "weight")
