"""Which language a letter is written in, by its function words."""

from __future__ import annotations

import re
from typing import cast

from index.data_files import table, words
from index.letter import Language

_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000
"""Characters that are looked at; a letter shows its language long before."""


def detect_language(text: str) -> Language:
    """The language with more of its function words in `text`; English where neither has any."""
    known = {language: words(raw) for language, raw in table("function_words").items()}
    found = [word.lower() for word in _WORD.findall(text[:_SAMPLE])]
    counts = {language: sum(word in own for word in found) for language, own in known.items()}
    best = max(counts, key=lambda language: counts[language])
    return cast("Language", best) if counts[best] > counts["en"] else "en"
