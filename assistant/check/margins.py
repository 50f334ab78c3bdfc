"""The residual status as told of the margins: "was not free", "Schnittrand befallen"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.check.fact import Fact, FactKind

_FREE = (
    r"(?:tumou?r[- ]?)?(?:free|clear(?:ed)?|negative)|uninvolved|unaffected|disease[- ]free"
    r"|(?:tumor|karzinom|krebs)?frei\w{0,2}|negativ\w{0,2}|unbeteiligt\w{0,2}|im Gesunden"
)
_REACHED = (
    r"involved|positive|contained tumou?r|contains tumou?r|infiltrated|invaded"
    r"|reached by|affected|contaminated|compromised|breached"
    r"|tumou?r[- ]bearing|befallen\w{0,2}|positiv\w{0,2}|infiltriert\w{0,2}|erreicht|beteiligt"
    r"|tumortragend\w{0,2}|randbildend\w{0,2}"
)
_MARGIN = (
    r"(?:(?:resection|excision|surgical|section)[- ])?(?:margins?|edges?)"
    r"(?: of (?:resection|excision|the (?:specimen|resection|excision|resectate)))?"
    r"|resection lines?|cut surfaces?"
    r"|(?:Schnitt|Abtragungs|Abtrags|Resektions|Resektat|Absetzungs|Präparate|Exzisions|Absetz"
    r"|Tumorabsetzungs)"
    r"(?:rand|randes|ränder\w?|fläche\w?)|Ränder\w?"
)
_NOT = r"not|no longer|none|nicht|kein\w*|never"
_GAP = r"(?:[:=(]?\s*[^\W\d_]+){0,4}?[:=(]?\s*"
"""Up to four words between a margin and its state."""
_BEHIND = re.compile(
    rf"\b(?:(?P<none>no|none of the|neither|kein\w*|keiner der)\s+(?:\w+\s+){{0,2}})?"
    rf"(?:{_MARGIN})\b(?P<gap>{_GAP})(?:(?P<free>{_FREE})|(?P<reached>{_REACHED}))\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"\b(?:(?P<none>no|not|without|kein\w*|ohne|nicht)\s+)?"
    rf"(?:(?P<free>{_FREE})|(?P<reached>{_REACHED}))\s+(?:[^\W\d_]+\s+){{0,2}}?(?:{_MARGIN})\b",
    re.IGNORECASE,
)
_TUMOUR_AT = re.compile(
    rf"\b(?:(?P<none>no|without|kein\w*|ohne)\s+)?(?:residual\s+|noch\s+)?"
    rf"(?:tumou?r|carcinoma|tumorzellen|tumorausläufer|karzinom\w*|cancer(?: cells)?|disease)\s+"
    rf"(?:was |were |is |cells? )?(?:found |seen |present |extend\w+ |reach\w+ |reicht\w* )?"
    rf"(?:at|on|to|up to|in|am|im|an|bis an)\s+"
    rf"(?:\w+\s+){{0,3}}?(?:{_MARGIN})\b",
    re.IGNORECASE,
)
_DENIED = re.compile(rf"\b(?:{_NOT})\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:MRF|mesorect|mesorekt|PTV|CTV|safety|Sicherheit|threatened|bedroht|close|knapp)",
    re.IGNORECASE,
)
"""Margins of another kind, or told as near."""
_AHEAD = re.compile(
    r"\b(?:if|should|falls|sollte|bei|in case of|for|wenn)\s+(?:\w+\s+){0,2}$", re.I
)
_LOOK_BACK = 24


def find_margins(text: str) -> Iterator[Fact]:
    """What is said of the margins, as R0 or R1; not what is only supposed of them."""
    for pattern in (_BEHIND, _BEFORE, _TUMOUR_AT):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            if _OTHER.search(match.group()) or ". " in match.group():
                continue
            if _AHEAD.search(text, max(0, match.start() - _LOOK_BACK), match.start()):
                continue
            denied = bool(groups.get("none")) != bool(_DENIED.search(groups.get("gap") or ""))
            free = bool(groups.get("free")) != denied
            yield Fact(
                FactKind.STAGE, "R0" if free else "R1", frozenset({"R", "said"}),
                match.start(), match.end(), match.group(),
            )  # fmt: skip
