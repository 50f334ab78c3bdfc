"""Medical words that no lexicon has, told by how medicine builds its words."""

from __future__ import annotations

import re
from functools import cache

from assistant.check.passages import Word
from assistant.check.wordlists import lexicon


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The endings that tell a medical word, and the words that have one all the same."""
    words = lexicon()["medical_words"]
    endings, everyday = "|".join(words["endings"]), "|".join(words["everyday"])
    return re.compile(rf"(?:{endings})$"), re.compile(rf"(?:{everyday})$")


def is_medical(word: Word) -> bool:
    """Whether its ending is one of medicine's."""
    return is_medical_word(word.text)


def is_medical_word(word: str) -> bool:
    """Whether the ending of `word` is one of medicine's."""
    lower = word.lower()
    endings, everyday = _patterns()
    return len(lower) >= 6 and bool(endings.search(lower)) and not everyday.search(lower)
