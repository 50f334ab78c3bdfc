"""Codes and stages: ICD-10, the components of a TNM, FIGO and UICC."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.check.fact import Fact, FactKind

_ICD = re.compile(r"\b[A-TV-Z]\d{2}(?:\.\d{1,2})?\b")
_TNM_PREFIX = r"(?P<p>y?(?:[cpr]{0,2}|u|mr))"
_TNM = re.compile(
    rf"(?<![\w]){_TNM_PREFIX}"
    r"(?P<c>T(?:is|[0-4X])[a-d]?(?:\(\w+\))?"
    r"|N(?:[0-3X])[a-c]?(?:mi)?(?:\([^)]*\))?"
    r"|M(?:[01X])[a-c]?)(?=\s|[,;.)/\"]|$|[cpryu]{0,2}[TNMLVR])"
)
_RESIDUAL = re.compile(r"(?<!PD-)\b(?P<c>(?:L|V|Pn)[01X]|R[012X])\b")
_STAGE = re.compile(
    r"\b(?:(?P<s>FIGO|UICC|AJCC|Ann[ -]Arbor|Clark|Masaoka|Stage Group|Clark-Level|ENSAT|Rai|ISS"
    r"|R-ISS|Durie|Lugano|Cotswolds?|Murphy|Royal Marsden|IRSG?|INSS|Enneking|MSTS)"
    r"(?:[\s-]*(?:stage|stadium|tumorstadium|level|beträgt|ist|is|of"
    r"|\d\. Aufl\w*|20\d\d|\(\d\w*(?: ed\w*)?\)|[:=(]))*\s*"
    r"|(?P<g>stage|stadium|tumorstadium|stad\.|std\.?)(?: group| grp)?[:\s]\s*)"
    r"(?P<c>(?-i:[IV]{1,3})[A-CE]?\d?[XSE]{0,2})(?![\w])",
    re.IGNORECASE,
)
# After a TNM, a comma or the tumour's name; after a side effect it is a CTCAE grade.
_DIFFERENTIATION = re.compile(
    r"(?:(?<=[\dX)] )|(?<=\d[a-d] )|(?<=[,;:(] )|(?<=oma )|(?<=om )|(?<=cer )|^)G[1-4]\b"
)
_GRADED = re.compile(
    r"\b(?P<s>FNCLCC|Fuhrman|Nottingham|NHG|Elston(?:[ -]Ellis)?|Edmondson(?:[ -]Steiner)?)"
    r"(?:[\s:(-]*(?:score|grading|grade|grad|G))?[\s:(-]*(?:(?P<n>[1-4])|(?P<r>I{1,3}|IV))\b",
    re.IGNORECASE,
)
"""Grades by the name of their system."""
_GLEASON = re.compile(
    r"\bGleason(?:[\s-]*(?:score|grade|summe|grad|wert|pattern|sum))?"
    r"(?:\s*(?:of|von|was|is|ist|war|:|=|betrug|lag bei|beträgt|mit))*\s*\(?"
    r"(?P<c>\d{1,2}[ab]?\s*\(?\s*\d\s*\+\s*\d\)?|\d\s*\+\s*\d(?:\s*=\s*\d{1,2})?|\d{1,2})",
    re.IGNORECASE,
)
_GRADING = re.compile(
    r"\b(?:Grading|Differenzierungsgrad|tumou?r grade|nuclear grade)\s*[:=]?\s*G?(?P<g>[1-4])\b",
    re.IGNORECASE,
)
_ISUP = re.compile(
    r"\bISUP(?:[\s-]*(?:grade group|grade|group|gradgruppe|grad|gruppe|GG))?"
    r"(?:\s*(?:of|von|:|=))*\s*(?P<c>[1-5])\b"
    r"|\b(?:grade group|gradgruppe|GG)\s(?P<g>[1-5])\b",
    re.IGNORECASE,
)


_ANTIBODIES = {"P16", "P40", "P53", "P63"}
"""They look like codes of a newborn's diseases."""


def find_codes(text: str) -> Iterator[Fact]:
    """Every code and stage of `text`; they may overlap, the more definite first."""
    for match in _ICD.finditer(text):
        if match.group() not in _ANTIBODIES:
            yield _fact(FactKind.CODE, match.group().upper(), "icd-10", match)
    for match in _TNM.finditer(text):
        # The prefix is part of the value: pT2 and cT2 are different findings.
        yield _fact(
            FactKind.STAGE, match.group("p").lower() + match.group("c"), match.group("c")[0], match
        )
    for match in _RESIDUAL.finditer(text):
        yield _fact(FactKind.STAGE, match.group("c"), match.group("c")[0], match)
    for match in _STAGE.finditer(text):
        system = re.sub(r"\W", " ", match.group("s") or "stage").lower()
        yield _fact(FactKind.STAGE, match.group("c").upper(), f"stage {system}", match)
    for match in _ISUP.finditer(text):
        yield _fact(FactKind.STAGE, match.group("c") or match.group("g"), "isup", match)
    for match in _DIFFERENTIATION.finditer(text):
        yield _fact(FactKind.STAGE, match.group(), "differentiation", match)
    for match in _GRADING.finditer(text):
        yield _fact(FactKind.STAGE, f"G{match.group('g')}", "differentiation", match)
    for match in _GRADED.finditer(text):
        value = match["n"] or str(("I", "II", "III", "IV").index(match["r"].upper()) + 1)
        yield _fact(FactKind.GRADE, value, match["s"].lower(), match)
    for match in _GLEASON.finditer(text):
        yield _fact(FactKind.STAGE, _gleason(match.group("c")), "gleason", match)


def _gleason(text: str) -> str:
    """`3+4`, or the sum alone where the text gives no more."""
    pattern = re.search(r"\d\s*\+\s*\d", text)
    return re.sub(r"\s", "", pattern.group() if pattern else text)


def _fact(kind: FactKind, value: str, about: str, match: re.Match[str]) -> Fact:
    return Fact(kind, value, frozenset({about}), match.start(), match.end(), match.group())
