"""Which of day and month comes first in dates such as 3/4/2021, by the other dates beside them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Literal

Order = Literal["day first", "month first", "unclear"]

_ORDERED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?: .*)?", re.DOTALL)


def order_of(texts: Iterable[str], known: Collection[str] = frozenset()) -> Order:
    """Whether the day or the month comes first in the dates of one column or one text.

    Args:
        texts: the dates.
        known: ISO dates told beside them in forms that can be read one way only. Where no date
            tells by itself, that order counts in which more of the dates are among these.
    """
    found = [m for text in texts if (m := _ORDERED.fullmatch(text.strip()))]
    pairs = [(int(m[1]), int(m[2])) for m in found]
    days_first = sum(first > 12 for first, _ in pairs)
    months_first = sum(second > 12 for _, second in pairs)
    if not days_first and not months_first:
        years = [m[3] if len(m[3]) == 4 else f"20{m[3]}" for m in found]
        each = list(zip(years, pairs, strict=True))
        days_first = sum(f"{year}-{b:02d}-{a:02d}" in known for year, (a, b) in each if a != b)
        months_first = sum(f"{year}-{a:02d}-{b:02d}" in known for year, (a, b) in each if a != b)
        if days_first != months_first:
            return "day first" if days_first > months_first else "month first"
    if bool(days_first) == bool(months_first):
        return "unclear"
    return "day first" if days_first else "month first"
