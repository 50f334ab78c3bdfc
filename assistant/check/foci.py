"""Targets of radiation that are told by what lies there: "the bone deposit", "Lungenherd", "T9"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.check.levels import find_levels
from assistant.check.mentions import Mention

_ENGLISH = {
    "bone": "bon[ey]|osseous|skeletal",
    "lymph nodes": "nodal|lymph node|lymphatic",
    "lung": "lung|pulmonary",
    "liver": "liver|hepatic",
    "brain": "brain|cerebral|intracranial",
    "adrenal gland": "adrenal",
    "kidney": "kidney|renal",
    "pancreas": "pancreas|pancreatic",
    "cervical spine": "cervical(?= (?:spin|vertebra))",
    "thoracic spine": "thoracic",
    "lumbar spine": "lumbar",
    "sacrum": "sacral",
    "iliac bone": "ili(?:ac|um)",
    "rib": "ribs?|costal",
    "sternum": "sternal|sternum",
    "femur": "femoral|femur",
    "humerus": "humeral|humerus",
    "skull": "skull|calvarial",
}
_GERMAN = {
    "bone": "Knochen|Skelett",
    "lymph nodes": "Lymphknoten|LK-?|Lymph",
    "lung": "Lungen",
    "liver": "Leber",
    "brain": "Hirn",
    "adrenal gland": "Nebennieren",
    "kidney": "Nieren",
    "pancreas": "Pankreas",
    "spine": "Wirbel(?:körper)?|Wirbelsäulen",
    "cervical spine": "HW[SK]-?",
    "thoracic spine": "BW[SK]-?",
    "lumbar spine": "LW[SK]-?",
    "sacrum": "Kreuzbein|Sakrum",
    "iliac bone": "Becken(?:kamm|schaufel)",
    "rib": "Rippen",
    "sternum": "Sternum|Brustbein",
    "femur": "Femur|Oberschenkelknochen",
    "humerus": "Humerus",
    "skull": "Schädel",
}
_LATIN = {"bone": "oss[äa]r", "lymph nodes": "(?:lympho)?nodal", "lung": "pulmonal",
          "liver": "hepatisch", "brain": "zerebral", "adrenal gland": "adrenal",
          "thoracic spine": "thorakal", "lumbar spine": "lumbal", "sacrum": "sakral",
          "rib": "kostal"}  # fmt: skip
_FOCUS_EN = (
    r"(?:lesions?|metastas[ie]s|deposits?|foc(?:us|i)|disease|ones?|recurrences?|nodules?"
    r"|tumou?rs?)\b"
)
_FOCUS_DE = (
    r"(?:herde?[ns]?|metastasen?|läsion(?:en)?|absiedlung(?:en)?|filiae?|befall\w*|rezidiv\w*)\b"
)


@cache
def _pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    names: dict[str, str] = {}
    forms: list[str] = []
    for table, behind in (
        (_ENGLISH, rf"(?:[ -]\w+)?[ -]{_FOCUS_EN}"),
        (_GERMAN, rf"-?{_FOCUS_DE}"),
        (_LATIN, rf"\w{{0,3}} {_FOCUS_DE}"),
    ):
        for name, words in table.items():
            group = f"g{len(names)}"
            names[group] = name
            forms.append(rf"(?P<{group}>\b(?:{words}){behind})")
    return re.compile("|".join(forms), re.IGNORECASE), names


def find_foci(text: str, begin: int, end: int) -> Iterator[Mention]:
    """Every focus in a part of a text, and every vertebra, as the site that it is of."""
    pattern, names = _pattern()
    for match in pattern.finditer(text, begin, end):
        yield Mention(names[match.lastgroup or ""], *match.span())
    for levels in find_levels(text[begin:end]):
        for region in sorted(levels.regions):
            yield Mention(region, begin + levels.start, begin + levels.end)
