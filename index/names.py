"""Names of patients, physicians and relatives: where they are introduced, and every later mention.

A name gives itself away where it is introduced: by a title, a form of address, a label, a birth
date, a signature, an address, or a known given name. Each name so found is then looked for in the
whole text, part by part, inflected and in capitals too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from index.data_files import phrases, table, words
from index.letter import Language
from index.name_patterns import PARTICLE, UPPER, WORD, name_patterns
from index.near_names import Neighbours
from index.role_patterns import role_patterns
from index.spans import Label, Span

WORD_PATTERN = re.compile(WORD)


def find_names(text: str, language: Language, further: Iterable[Span] = ()) -> tuple[Span, ...]:
    """Names in `text` with their titles, labelled PATIENT or DOCTOR; spans may overlap.

    Args:
        further: names that are known by other means; their later mentions are found as well.
    """
    introduced = [*_introduced(text), *further]
    return (*introduced, *_later_mentions(text, introduced))


def _introduced(text: str) -> Iterator[Span]:
    for finder in (
        _titled,
        _addressed,
        _labelled,
        _born,
        _saluted,
        _signed,
        _in_address,
        _credentialed,
        _given,
        _in_role,
        _related,
        _before_role,
    ):
        yield from finder(text)


# --- where a name is introduced


def _titled(text: str) -> Iterator[Span]:
    for match in name_patterns().titled.finditer(text):
        name = _trimmed(text, *match.span("name"), introduced=True)
        if not name:
            continue
        yield Span(match.start("title"), name[1], Label.DOCTOR)
        if match["title"].startswith(("Drs", "Dres")):
            further = name_patterns().joined.match(text, name[1])
            while further:
                yield Span(*further.span("name"), Label.DOCTOR)
                further = name_patterns().joined.match(text, further.end())


def _addressed(text: str) -> Iterator[Span]:
    """ "Frau Weber" is a patient; in a salutation or an address, or with a title, a physician."""
    for match in name_patterns().addressed.finditer(text):
        name = _trimmed(text, *match.span("name"), introduced=True)
        if not name:
            continue
        saluted = _SALUTED.search(text, max(0, match.start() - 40), match.start())
        to_physician = match["title"] or match["colleague"] or saluted or "\n" in match["gap"]
        start = match.start("title") if match["title"] else name[0]
        yield Span(start, name[1], Label.DOCTOR if to_physician else Label.PATIENT)


_SALUTED = re.compile(r"(?:geehrte[rn]?|verehrte[rn]?|liebe[rn]?|werte[rn]?|dear|tag)\s+$", re.I)


def _labelled(text: str) -> Iterator[Span]:
    for label, pattern in name_patterns().labelled:
        for match in pattern.finditer(text):
            name = _trimmed(text, *match.span("name"))
            if name and _is_name_like(text[slice(*name)]):
                yield Span(*name, label)


def _born(text: str) -> Iterator[Span]:
    """The name that a date of birth stands behind, and a name at birth."""
    for marker in _BORN.finditer(text):
        yield from _before(text, marker.start(), Label.PATIENT)
    for match in _AT_BIRTH.finditer(text):
        if not is_no_name(match[1]):
            yield Span(*match.span(1), Label.PATIENT)


_BORN = re.compile(
    r"\*\s?(?=\d)|\b(?:[Gg]eb|GEB|[Gg]eboren|Geburtsdatum|[Bb]orn|DOB|D\.O\.B|[Dd]ate of birth)\b"
)
_AT_BIRTH = re.compile(rf"\b(?:geb\.|geborene|née|nee)[ \t]({WORD})")


def _saluted(text: str) -> Iterator[Span]:
    for match in name_patterns().saluted.finditer(text):
        name = _trimmed(text, *match.span("name"))
        if name:
            yield Span(*name, Label.DOCTOR)


def _signed(text: str) -> Iterator[Span]:
    """Names alone in their column below a closing formula."""
    for closing in name_patterns().closing.finditer(text):
        below = _BELOW.match(text, closing.end())
        if not below:
            continue
        for piece in _COLUMN.finditer(text, below.start(), below.end()):
            if name_patterns().name_only.fullmatch(piece[0]) and _is_name_like(piece[0]):
                yield Span(*piece.span(), Label.DOCTOR)


_BELOW = re.compile(r"[^\n]*(?:\n[^\n]*){0,12}")
_COLUMN = re.compile(r"[^\s,/(][^\n\t,/(]*?(?=\s*(?:$|[\n\t,/(]| {2,}))", re.MULTILINE)


def _in_address(text: str) -> Iterator[Span]:
    """A line with a name alone, above a street or a postal code."""
    for match in name_patterns().above_street.finditer(text):
        if _is_name_like(match["name"]):
            yield Span(*match.span("name"), Label.DOCTOR)


def _credentialed(text: str) -> Iterator[Span]:
    for match in name_patterns().credential.finditer(text):
        yield from _before(text, match.start(), Label.DOCTOR)


def _in_role(text: str) -> Iterator[Span]:
    """The name behind what its bearer does, without a colon: "gez. L. Roth"."""
    for match in role_patterns().role.finditer(text):
        name = _trimmed(text, *match.span("name"), introduced=True)
        if name and _is_whole_name(text[slice(*name)]):
            yield Span(*name, Label.DOCTOR)


def _before_role(text: str) -> Iterator[Span]:
    """The name in front of what its bearer does: "Yasin Demir, Assistenzarzt"."""
    for match in role_patterns().behind.finditer(text):
        name = _trimmed(text, *match.span("name"))
        if name and _is_whole_name(text[slice(*name)]):
            yield Span(*name, Label.DOCTOR)


def _related(text: str) -> Iterator[Span]:
    """Relatives by name: "durch den Sohn Samir"; of parents only known given names count."""
    for match in role_patterns().relative.finditer(text):
        name = _trimmed(text, *match.span("name"))
        if not name:
            continue
        first = text[slice(*name)].split()[0]
        known = first in given_names() or first.split("-")[0] in given_names()
        if known or (match["near"] and first not in words(table("german")["no_person"])):
            yield Span(*name, Label.PATIENT)


def _is_whole_name(name: str) -> bool:
    """An initial or a given name with a surname, or two words that are no common ones."""
    units = name_patterns().unit.findall(name)
    plain = words(table("german")["no_person"])
    if any(unit in plain or _is_abbreviation(unit) for unit in units):
        return False
    return len(units) >= 2 or name in given_names()


def _before(text: str, position: int, label: Label) -> Iterator[Span]:
    """The name that ends at `position`, but for punctuation and a line end."""
    start = max(0, position - 80)
    before = name_patterns().name_at_end.search(text[start:position])
    name = before and _trimmed(text, start + before.start(1), start + before.end(1))
    if name and _is_name_like(text[slice(*name)]):
        yield Span(*name, label)


def _given(text: str) -> Iterator[Span]:
    """A known given name with what follows it: a surname, an initial, or nothing."""
    known, ambiguous = given_names(), _ambiguous_given_names()
    name = name_patterns().name
    for match in WORD_PATTERN.finditer(text):
        first = match[0].split("-")[0]
        if first not in known and first.capitalize() not in known and first not in ambiguous:
            continue
        if first in words(table("eponyms")["words"]) and first not in known:
            continue
        if text.startswith(phrases(table("eponyms")["phrases"]), match.start()):
            continue
        before = text[max(0, match.start() - 4) : match.start()]
        if (
            before.endswith(("St. ", "Mt. ", "-", "St.-"))
            or text[match.end() : match.end() + 1] == "-"
        ):
            continue
        whole = name.match(text, match.start())
        trimmed = whole and _trimmed(text, *whole.span())
        if not trimmed or _is_possessed(text, trimmed[1]):
            continue
        surname = _SURNAME_FIRST.search(text, max(0, trimmed[0] - 40), trimmed[0])
        if surname and _ENDS_THERE.match(text, trimmed[1]) and not is_no_name(surname[1]):
            yield Span(surname.start(1), trimmed[1], Label.PATIENT)
        alone = trimmed[1] == match.end()
        if alone and (match[0].isupper() or first not in known):
            continue
        wrapped = alone and _WRAPPED.match(text, trimmed[1])
        if wrapped and not is_no_name(wrapped[1]):
            yield Span(trimmed[0], wrapped.end(), Label.PATIENT)
        else:
            yield Span(*trimmed, Label.PATIENT)


_SURNAME_FIRST = re.compile(rf"(?<![\w.-])((?:{PARTICLE})?{WORD})(?:,[ ]?|[ ])$")
_ENDS_THERE = re.compile(
    r"[ ]?(?:,[ ](?:geb|w\b|m\b|\*|\d)|[ ]\*|[ ]geb|\(\*|\n[ ]*(?:geb|\*))|[ ]\(geb"
)
""" "Krause, Dagmar, geb." begins with the surname."""
_WRAPPED = re.compile(rf"[ \t]?\n({WORD})(?=[ ,.;:)]|$)", re.M)
"""The surname on the next line, behind a given name that ends its line."""


def _is_possessed(text: str, end: int) -> bool:
    """Whether "'s disease" or the like follows: then it is an eponym."""
    return bool(re.match(r"['’]?s?\s(?:disease|syndrome|score|sign|criteria|reflex)", text[end:]))


# --- what belongs to a name


def _trimmed(
    text: str, start: int, end: int, *, introduced: bool = False
) -> tuple[int, int] | None:
    """The span without words in front and behind that are no names; None where nothing is left.

    Args:
        introduced: a title or form of address stands in front, so that a common word that is a
            surname too counts as one.
    """
    units = [match.span() for match in name_patterns().unit.finditer(text, start, end)]
    if not (introduced and units and text[slice(*units[0])] in _surnames_too()):
        while units and is_no_name(text[slice(*units[0])]):
            units.pop(0)
    kept: list[tuple[int, int]] = []
    for unit in units:
        word = text[slice(*unit)]
        before = text[slice(*kept[-1])] if kept else ""
        is_given = before.endswith(".") or before in given_names()
        if is_no_name(word) and not (
            word in _surnames_too() and (is_given if before else introduced)
        ):
            break
        if kept and not is_given and _TOWARDS.search(text, kept[-1][1], unit[0]):
            break
        kept.append(unit)
    if not any(len(text[slice(*unit)].strip(".")) > 1 or text[unit[1] - 1] == "." for unit in kept):
        return None
    if all(_is_abbreviation(text[slice(*unit)]) for unit in kept):
        return None
    first = kept[0][0]
    particle = _PARTICLE_AT_END.search(text[start:first])
    return (start + particle.start() if particle else first), kept[-1][1]


_TOWARDS = re.compile(r"\b(?:zu[mr]?|vom)\b")
"""Behind a surname these begin what follows; behind a given name they are part of the name."""


@cache
def _surnames_too() -> frozenset[str]:
    return words(table("german")["surnames_too"])


_PARTICLE_AT_END = re.compile(rf"{PARTICLE}$")


def _is_abbreviation(word: str) -> bool:
    return 1 < len(word) <= 4 and word.isupper() and word.isalpha()


def is_no_name(word: str) -> bool:
    """Whether a capitalised word is a common one, by the list or by its ending."""
    bare = word.strip(".")
    if bare in _not_names() or bare.capitalize() in _not_names():
        return len(bare) > 1 or word == bare
    return len(bare) > 5 and bare.lower().endswith(_noun_endings())


def _is_name_like(name: str) -> bool:
    """At least two parts, or a known given name, and not eponyms alone."""
    units = name_patterns().unit.findall(name)
    real = [unit for unit in units if not is_no_name(unit)]
    return len(real) == len(units) and (len(real) >= 2 or name in given_names())


@cache
def _not_names() -> frozenset[str]:
    return words(table("terms")["not_names"]) | words(table("english")["not_names"])


@cache
def _noun_endings() -> tuple[str, ...]:
    return tuple(table("terms")["noun_endings"].split())


@cache
def given_names() -> frozenset[str]:
    """Given names that are no common words."""
    given = table("names")["given"]
    lists = (raw for group in ("de", "en", "other") for raw in given[group].values())
    return frozenset[str]().union(*(words(raw) for raw in lists)) - _ambiguous_given_names()


@cache
def _ambiguous_given_names() -> frozenset[str]:
    """Given names that are common words too: with a surname or an initial they count."""
    given = table("names")["given"]
    return frozenset[str]().union(*(words(raw) for raw in given["ambiguous"].values()))


# --- later mentions


def _later_mentions(text: str, introduced: Iterable[Span]) -> Iterator[Span]:
    """Every mention of a part of an introduced name: "Weber", "Webers", "WEBER", "Wbeer"."""
    parts: dict[str, Label] = {}
    whole: dict[str, Label] = {}
    lower = lower_words(text)
    for span in introduced:
        bare = without_title(span.of(text))
        if " " in bare:
            whole.setdefault(bare, span.label)
        for part in name_parts(bare):
            pieces = [piece for piece in part.split("-") if len(piece) >= 4]
            for each in (part, *(pieces if "-" in part else ())):
                if is_telling(each, lower) and not is_no_name(each):
                    parts.setdefault(each.casefold(), span.label)
    near = Neighbours(parts)
    for match in WORD_PATTERN.finditer(text):
        word = match[0].casefold()
        label = parts.get(word) or parts.get(word.removesuffix("s"))
        if not label and word not in lower and not is_no_name(match[0]):
            known = near.of(word)
            label = parts[known] if known and match[0] not in given_names() else None
        if label and text[match.start() - 1 : match.start()] != "-":
            yield Span(*match.span(), label)
    for match in _BROKEN.finditer(text):
        label = parts.get((match[1] + match[2]).casefold())
        if label:
            yield Span(*match.span(), label)
    for name, label in whole.items():
        start = text.find(name)
        while start >= 0:
            yield Span(start, start + len(name), label)
            start = text.find(name, start + len(name))


_BROKEN = re.compile(rf"(?<!\w)([{UPPER}][^\W\d_]+)-[ ]?\n[ \t]*([^\W\d_]+)")
"""A word that a line's end divides."""


def name_parts(name: str) -> tuple[str, ...]:
    """The words of a name that can stand for it: no titles, particles, initials."""
    found = (match[0] for match in WORD_PATTERN.finditer(without_title(name)))
    parts = (part for part in found if len(part) >= 3 and not is_no_name(part))
    return tuple(dict.fromkeys(parts))


def without_title(name: str) -> str:
    title = name_patterns().title.match(name)
    return name[title.end() :].lstrip() if title else name


def is_telling(part: str, lower: frozenset[str]) -> bool:
    """Whether a part of a name is believed wherever it stands: no common word, no eponym.

    Args:
        part: a word of a name.
        lower: the text's words in lower case; what stands among them is a common word.
    """
    plain = part.capitalize() if part.isupper() else part
    common = (words(table("terms")["common_words"]), words(table("eponyms")["words"]))
    return plain.lower() not in lower and not any(plain in each for each in common)


def lower_words(text: str) -> frozenset[str]:
    """The words of a text that it writes in lower case."""
    return frozenset(_LOWER_WORD.findall(text))


_LOWER_WORD = re.compile(r"(?<![\w-])[^\W\d_A-ZÄÖÜ][^\W\d_]*(?![\w-])")
