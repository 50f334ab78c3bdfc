"""Which section a heading opens: by a table, by the words it's put together from, or nearly.

Headings are compared by their letters alone, with those that a scanner takes for one another made
one, so that "D I A G N O S E N", "Diaqnose(n)" and "Diagnosen" are the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache

from index.data_files import phrases, table, words
from index.edit_distance import edit_distance
from index.letter import Language, SectionKind

CONTENT = (
    SectionKind.DIAGNOSES,
    SectionKind.HISTORY,
    SectionKind.FINDINGS,
    SectionKind.TREATMENT,
    SectionKind.ASSESSMENT,
    SectionKind.RECOMMENDATIONS,
    SectionKind.MEDICATION,
    SectionKind.SCHEDULE,
)
"""The sections that have headings."""

_LANGUAGES: tuple[Language, ...] = ("en", "de")
_WORD = re.compile(r"[^\W_]+")
_SIGNIFICANT = re.compile(r"[^\W_]+|;")
_SPACED = re.compile(r"(?:\S {1,3}){3,}\S*")
"""A label in spaced letters; between its words are more spaces."""
_DAY = r"(?:\d{1,2}\.? ?[^\W\d_]{3,9}\.? ?\d{2,4}|\d{1,4}[./-]\d{1,2}[./-]\d{0,4})"
_ASIDE = re.compile(
    rf"[({{\[][^)}}\]]{{0,40}}[)}}\]]?|[ ](?:(?:vom|v\.|am|of|from|dated|on)[ ])?{_DAY}[ ]*$"
)
"""What may follow a heading: "(n)", "(ICD-10)", "vom 3.5.2024"."""
_DATED = re.compile(rf"{_DAY}[ ]*$")
_AFTER_DASH = re.compile(r"[ ][-–—][ ].*$")
_JOINING = re.compile(r"\s*(?:[,/&+;]|\b(?:und|and|sowie|u\.|u)(?=\s|-|$))\s*-?\s*")
_ALIKE = str.maketrans({"0": "o", "1": "l", "|": "l", "i": "l", "5": "s", "q": "g"})
"""What a scanner takes for one another."""


@lru_cache(maxsize=8192)
def heading_kind(label: str, language: Language, *, colon: bool, apart: bool) -> SectionKind | None:
    """The section that a line opens with `label`; nothing where it's no heading.

    Args:
        label: the line up to its colon or cell border, or all of it.
        colon: whether a colon or the border of a cell follows.
        apart: whether an empty line, or none, stands before it. A label without a colon may be any
            line of the text: what is only like a heading then counts only where it stands apart.
    """
    kind = _kind(label, language, colon=colon, apart=apart)
    if kind is SectionKind.TREATMENT and _DATED.search(label):
        return None  # one of several: "Surgery on 2 May 2024:"
    return kind


def _kind(label: str, language: Language, *, colon: bool, apart: bool) -> SectionKind | None:
    label = _unspaced(label)
    joined = _joined(_AFTER_DASH.sub("", label) if colon else label)
    key = _key(joined)
    known = _table()
    if key in known:
        kind, languages = known[key]
        return kind if colon or language in languages else None
    if not (colon or apart) or any(letter.isdigit() for letter in key):
        return None
    return _composed(joined, colon=colon) or _nearest(key, None if colon else language)


def spelling(text: str) -> str:
    """The letters of a text, as headings are compared by."""
    return _key(_joined(text))


def _unspaced(label: str) -> str:
    return re.sub(r"(\S) (?=\S)", r"\1", label) if _SPACED.fullmatch(label) else label


def _joined(label: str) -> str:
    """A label in small letters without accents and asides; joined parts separated by ";"."""
    return _folded(_JOINING.sub(";", _ASIDE.sub("", label.casefold()).strip()))


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return bare.replace("ae", "a").replace("oe", "o").replace("ue", "u").translate(_ALIKE)


def _key(joined: str) -> str:
    """Without spaces and signs; "rn" and "m" look alike too, so both are one."""
    return "".join(_SIGNIFICANT.findall(joined)).strip(";").replace("rn", "m")


@cache
def _table() -> dict[str, tuple[SectionKind | None, frozenset[Language]]]:
    """Every heading by its spelling: the section, and the languages that have it."""
    found: dict[str, tuple[SectionKind | None, frozenset[Language]]] = {}
    for kind in (*CONTENT, None):
        lists = table("headings")[kind.value if kind else "none"]
        for language in _LANGUAGES:
            for heading in phrases(lists[language]):
                key = spelling(heading)
                _, others = found.get(key, (kind, frozenset[Language]()))
                found[key] = kind, others | frozenset[Language]((language,))
        for heading in phrases(lists.get("short", "")):
            found.setdefault(spelling(heading), (kind, frozenset[Language]()))
    return found


_ARTICLE = re.compile(r"(?:the|a|an|d(?:er|le|as|en|em|es)|elne?)\b")


def _composed(joined: str, *, colon: bool) -> SectionKind | None:
    """The section of a heading whose words are known, by the first of its joined parts.

    With a colon, one word of each part need not be known: "Suchtmittel Anamnese:".
    """
    first: SectionKind | None = None
    if _ARTICLE.match(joined):
        return None  # "The plan: wait"
    for part in filter(None, joined.split(";")):
        spoken = _WORD.findall(part)
        named = [_table().get(_key(part), (None, ()))[0], *map(_named, reversed(spoken))]
        # The last word is what the ones before it tell more of.
        kind = next(filter(None, named), None)
        strange = [word for word in spoken if not _named(word) and not _beside(word)]
        allowed = colon and len(spoken) > 1 and spoken[-1] not in strange
        if not named[0] and (len(strange) > allowed or _never() & set(strange)):
            return None
        first = first or kind
    return first


@cache
def _never() -> frozenset[str]:
    return _plain(table("headings")["beside"]["never"])


@lru_cache(maxsize=8192)
def _named(word: str) -> SectionKind | None:
    whole, endings = _composed_words()
    if word in whole:
        return whole[word]
    return next(
        (kind for end, kind in endings if len(word) > len(end) and word.endswith(end)), None
    )


_WHOLE = 4
"""Letters of a word that others may end in by chance: "ct"."""


@cache
def _composed_words() -> tuple[dict[str, SectionKind], tuple[tuple[str, SectionKind], ...]]:
    """Whole words, and the endings of German ones, the longest first."""
    whole: dict[str, SectionKind] = {}
    endings: dict[str, SectionKind] = {}
    for kind in CONTENT:
        lists = table("headings")["composed"]
        german = dict.fromkeys(_plain(lists["de"][kind.value]), kind)
        whole |= german | dict.fromkeys(_plain(lists["en"][kind.value]), kind)
        endings |= {word: kind for word in german if len(word) > _WHOLE}
    return whole, tuple(sorted(endings.items(), key=lambda item: (-len(item[0]), item[0])))


_ADJECTIVE = re.compile(r"(?:e|er|es|en|em)$")


@lru_cache(maxsize=8192)
def _beside(word: str) -> bool:
    known = table("headings")["beside"]
    stem = _ADJECTIVE.sub("", word)
    if stem != word and (stem.endswith(_folded("isch")) or stem in _plain(known["stems"])):
        return True
    return word in _plain(known["words"])


@cache
def _plain(raw: str) -> frozenset[str]:
    return frozenset(_folded(word) for word in words(raw))


def _nearest(key: str, language: Language | None) -> SectionKind | None:
    """The section of the heading that is `key` but for a typing error, or two in a long one."""
    best, nearest = None, _errors(key) + 1
    for other in _like(key):
        kind, languages = _table()[other]
        if language and language not in languages:
            continue
        limit = min(_errors(key), _errors(other))
        if key[0] != other[0]:
            limit = min(limit, 1)  # "Indications" are no medications
        errors = edit_distance(key, other, limit)
        if errors <= limit and errors < nearest:
            best, nearest = kind, errors
    return best


def _errors(key: str) -> int:
    """How many typing errors a heading of this length may have and still be told."""
    return 2 if len(key) >= _LONG else 1 if len(key) >= _SHORT else 0


_LONG, _SHORT = 11, 6


def _like(key: str) -> Iterator[str]:
    """Headings that begin or end as `key` does: one of the two is mostly spared."""
    starts, ends = _by_ends()
    yield from dict.fromkeys((*starts.get(key[:3], ()), *ends.get(key[-4:], ())))


@cache
def _by_ends() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    starts: defaultdict[str, list[str]] = defaultdict(list)
    ends: defaultdict[str, list[str]] = defaultdict(list)
    for key in _table():
        starts[key[:3]].append(key)
        ends[key[-4:]].append(key)
    return dict(starts), dict(ends)
