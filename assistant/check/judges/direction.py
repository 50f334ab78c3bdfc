"""Which way an interval is reckoned: before something or after it, from its beginning or end."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.check.fact import Fact
from assistant.check.judges.verdict import Verdict, changed
from assistant.check.reading import Reading
from assistant.check.source import Source

_AFTER = re.compile(
    r"^\W*(?:\w+\s|(?:of|with|mit)\s\w+\s)?(?:after|following|post|later|nach|später|since|seit)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"^\W*(?:\w+\s|(?:of|with|mit)\s\w+\s)?(?:before|prior|vor|zuvor|earlier|ago|preceding)\b",
    re.IGNORECASE,
)
_WAY = re.compile(r"^\W*(?:\w+\s)?\w+", re.IGNORECASE)
_ANCHOR = re.compile(
    r"\b(?:(?P<end>ends?|ended|completion|completed|last|finish\w*|Ende|Abschluss|letzten?|beendet)"
    r"|(?P<begin>begins?|began|start\w*|first|commence\w*|Beginn|Anfang|ersten?|begonnen))\b",
    re.IGNORECASE,
)
_NEAR = 45


def other_way(fact: Fact, other: Fact, draft: Reading, case: Source) -> Verdict | None:
    """Before for after, the beginning for the end."""
    way, its = direction(draft.text, fact), direction(case.text, other)
    words = _WAY.match(draft.text[fact.end :])
    end = fact.end + (words.end() if words else 0)
    why = f"The case says {_said(case.text, other)}."
    if way and its and way != its:
        return replace(changed(other, why), end=end)
    mine, theirs = _anchor(draft.text, fact), _anchor(case.text, other)
    if not mine or its != "after":
        return None
    # "After radiotherapy" is after its end.
    if bool(mine["end"]) != (theirs is None or bool(theirs["end"])) and (theirs or mine["begin"]):
        return replace(changed(other, why), end=mine.end())
    return None


def _anchor(text: str, fact: Fact) -> re.Match[str] | None:
    """Whether an interval is reckoned from an end or from a beginning; None where neither."""
    stop = text.find("\n", fact.end)
    end = min(fact.end + _NEAR, stop if stop >= 0 else len(text))
    return _ANCHOR.search(text, fact.end, end) if direction(text, fact) else None


def direction(text: str, fact: Fact) -> str:
    """Whether an interval lies before something or after it; empty where it isn't said."""
    behind = text[fact.end : fact.end + 24]
    return "after" if _AFTER.match(behind) else "before" if _BEFORE.match(behind) else ""


def _said(text: str, fact: Fact) -> str:
    return text[fact.start : fact.end + 24].partition("\n")[0].rsplit(" ", 1)[0]
