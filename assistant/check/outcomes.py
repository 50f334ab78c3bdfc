"""How a tumour answered to treatment, in the abbreviations of the trials: CR, PR, SD, PD."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.check.fact import Fact, FactKind

_NAMES = {
    "CR": "complete response", "CMR": "complete response", "PR": "partial response",
    "PMR": "partial response", "VGPR": "partial response", "SD": "stable disease",
    "SMD": "stable disease", "PD": "progression", "PMD": "progression",
}  # fmt: skip
_ABBREVIATION = re.compile(
    r"(?<![\w/.-])(?:[crmyui]{0,2})(?P<name>VGPR|CMR|PMR|SMD|PMD|CR|PR|SD|PD)"
    r"(?=\s*(?:[.,;)(\n]|$|(?:in|since|after|by|per|at|of|on|to|for|seit|nach|im|am|der|with|mit|bei"
    r"|hepat\w+|pulmon\w+|local|lokal|overall|und|and|lasting)\b))"
)
_RECEPTORS = re.compile(
    r"\b(?:ER|HER2|Her2|Ki|oestrogen|estrogen|Östrogen\w*|%|ratio|mean|median|MW|receptor\w*|L1)\b"
)
"""Where the PR is the progesterone receptor's, or the SD a deviation."""
_ORGANS = re.compile(r",\s*(?:Lunge|Herz|Niere|Leber|Gonaden|Hypophyse|Blutbild|Zähne|Schilddr)")
"""Behind the "SD" that is the thyroid, in a list of organs."""
_NEAR = 30
_STATUS = re.compile(r"(?<![\w])(?:R0)(?![\w/-]|\()")


def find_outcomes(text: str) -> Iterator[Fact]:
    """The responses of a text by their abbreviations, and an R0: no tumour was left."""
    for match in _ABBREVIATION.finditer(text):
        if match["name"] == "SD" and _ORGANS.match(text, match.end()):
            continue
        around = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if not _RECEPTORS.search(around):
            yield _state(_NAMES[match["name"]], match)
    for match in _STATUS.finditer(text):
        yield _state("no tumour left", match)


def _state(name: str, match: re.Match[str]) -> Fact:
    start, end = match.span()
    return Fact(FactKind.STATEMENT, name, frozenset(), start, end, match.group())
