"""When a drug is taken: "1-0-1", "twice daily", "at night", "as needed", in one form.

A day's doses are `1-0-1` (morning, noon, evening); where only their number is told, `2 a day`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.check.fact import Fact, FactKind

AS_NEEDED = "as needed"
_A_DAY = r"(?:daily|a day|per day)"
_TGL = r"(?:täglich|tgl\.?|am Tag)"
_ONCE = rf"(?:once {_A_DAY},? |(?:einmal|1 ?[x×]) ?{_TGL} )?"
_WORDS = (
    (AS_NEEDED, r"as needed|as required|when required|if needed|on demand|p\.?r\.?n\.?|bei Bedarf"),
    (
        "2 a day",
        r"(?:in the )?mornings? and (?:in the |at )?(?:evening|night)|morgens und abends",
    ),
    ("1-0-0", rf"{_ONCE}(?:in the mornings?|every morning|each morning|morgens)"),
    ("0-0-1", rf"{_ONCE}(?:at night|at bedtime|nightly|in the evenings?|every evening|abends)"),
    ("0-0-1", rf"{_ONCE}(?:zur Nacht|nachts)"),
    ("2 a day", rf"twice {_A_DAY}|b\.?i\.?d\.?|(?:zweimal|2 ?[x×]) ?{_TGL}"),
    ("3 a day", rf"(?:three times|thrice) {_A_DAY}|t\.?i\.?d\.?|(?:dreimal|3 ?[x×]) ?{_TGL}"),
    ("4 a day", rf"four times {_A_DAY}|q\.?i\.?d\.?|(?:viermal|4 ?[x×]) ?{_TGL}"),
    ("1 a day", rf"once {_A_DAY}|(?:einmal|1 ?[x×]) ?{_TGL}"),
)
_PATTERNS = tuple(
    (value, re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE))
    for value, words in _WORDS
)


def find_schedules(text: str) -> Iterator[Fact]:
    """Those that are told in words."""
    for value, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            yield Fact(FactKind.SCHEDULE, value, frozenset(), start, end, match.group())


def agree(one: str, other: str) -> bool:
    """Whether two can be the same, one of them giving no more than how often a day."""
    if one == other:
        return True
    if AS_NEEDED in (one, other):
        return False
    return ("a day" in one or "a day" in other) and _times(one) == _times(other)


def _times(value: str) -> int:
    if value.endswith(" a day"):
        return int(value[0])
    return sum(part not in ("0", "") for part in value.split("-"))
