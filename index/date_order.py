"""Which of day and month comes first in dates such as 3/4/2021, by the other dates beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

Order = Literal["day first", "month first", "unclear"]

_ORDERED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?: .*)?", re.DOTALL)


def order_of(texts: Iterable[str]) -> Order:
    """Whether the day or the month comes first in the dates of one column or one text."""
    pairs = [(int(m[1]), int(m[2])) for text in texts if (m := _ORDERED.fullmatch(text.strip()))]
    day_first = any(first > 12 for first, _ in pairs)
    month_first = any(second > 12 for _, second in pairs)
    if day_first == month_first:
        return "unclear"
    return "day first" if day_first else "month first"
