"""The tumour group of a letter or a case: by its ICD-10 code, else by its words."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from index.data_files import phrases, table, words

_CODE = re.compile(r"\b([A-Z]\d{2})(\.\d{1,2})?(?!\d|\.\d)")


def tumour_group(text: str) -> str:
    """A name from `index/data/tumour_groups.toml`, or empty where none can be told.

    An ICD-10 code outweighs any number of words; metastases outweigh nothing.
    """
    by_code, by_word = _codes(), _words()
    coded = [by_code.get(m[0]) or by_code.get(m[1]) for m in _CODE.finditer(text)]
    worded = [by_word[m[0].lower()] for m in _word_pattern().finditer(text)]
    for found in (coded, worded):
        groups = [group for group in found if group and group not in _secondary()]
        if groups:
            return _most_named(groups)
    secondary = [group for group in (*coded, *worded) if group]
    return _most_named(secondary) if secondary else ""


def _most_named(groups: list[str]) -> str:
    """Counter keeps the order of first mention, which breaks ties."""
    return Counter(groups).most_common(1)[0][0]


@cache
def _codes() -> dict[str, str]:
    groups = table("tumour_groups").items()
    return {code: name for name, group in groups for code in words(group["icd10"])}


@cache
def _words() -> dict[str, str]:
    groups = table("tumour_groups").items()
    return {word: name for name, group in groups for word in phrases(group["words"])}


@cache
def _secondary() -> frozenset[str]:
    groups = table("tumour_groups").items()
    return frozenset(name for name, group in groups if group.get("secondary"))


@cache
def _word_pattern() -> re.Pattern[str]:
    longest_first = sorted(_words(), key=lambda word: (-len(word), word))
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})", re.IGNORECASE)
