"""Addresses and towns in a letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from index.data_files import either, phrases, table, words
from index.letter import Language
from index.name_patterns import UPPER
from index.name_words import is_no_name
from index.spans import Label, Span

CAP = rf"[{UPPER}][^\W\d_]*(?:[-'’][^\W\d_]+){{0,4}}"
"""A capitalised word, perhaps joined of several."""
_LINK = r"(?:(?:am|an der|im|in der|ob der|bei|vor der|auf der)[ ])"
_TOWN = rf"(?:(?:St\.|Sankt|Bad)[ ])?{CAP}(?:[ ]{_LINK}?{CAP}){{0,2}}"
_HOUSE = r"\d{1,4}(?:[ ]?[a-z]\b)?(?:[ ]?[-–/][ ]?\d{1,4}[a-z]?\b)?"
_STREET_PREPOSITIONS = ("Am", "An", "Auf", "Im", "In", "Zum", "Zur", "Unter", "Hinter")


def find_addresses(text: str, language: Language) -> Iterator[Span]:
    """Streets with their number, postal codes, and the towns that these stand beside."""
    patterns = _address_patterns()
    for match in patterns.german_street.finditer(text):
        whole = match["adjective"] and not is_no_name(match["adjective"].strip())
        yield Span(match.start(0 if whole else "street"), match.end(), Label.LOCATION)
    if language == "en":
        for match in patterns.english_street.finditer(text):
            yield Span(*match.span(), Label.LOCATION)
        credentials = words(table("terms")["credentials"])
        for match in patterns.english_postcode.finditer(text):
            if match[0] not in credentials:
                yield Span(*match.span(), Label.LOCATION)
    towns: set[str] = set()
    for match in _POSTCODE_AND_TOWN.finditer(text):
        town = _town_alone(match["town"])
        if not town or (match["bare"] and not _ENDS.match(text, match.start("town") + len(town))):
            continue
        towns.add(town)
        end = match.start("town") + len(town)
        yield Span(*match.span("postcode"), Label.LOCATION)
        yield Span(match.start("town"), end, Label.LOCATION)
        yield from _street_beside(text, match.start("postcode"), end)
    dated = (match["town"] for match in _DATELINE.finditer(text))
    towns.update(town for town in dated if not any(map(is_no_name, town.split())))
    for match in _RESIDENCE.finditer(text):
        yield Span(*match.span("place"), Label.LOCATION)
    towns = {town for town in towns if len(town) > 2 and not is_no_name(town)}
    if towns:
        for match in re.finditer(rf"(?<![\w-])(?:{either(towns)})(?![\w-])", text):
            yield Span(*match.span(), Label.LOCATION)


_POSTCODE_AND_TOWN = re.compile(
    rf"(?:^[ \t]*|,[ ]*|\b(?:in|wohnhaft|aus)[ ]|[a-z\d][ \t]+)"
    r"(?P<postcode>(?:A|D|CH)[- ]\d{4,5}|(?<=in )\d{4,5}|(?P<bare>(?!(?:19|20)\d\d\b)\d{4,5}))"
    rf"[ \t]+(?P<town>{_TOWN})",
    re.MULTILINE,
)
_ENDS = re.compile(r"[ \t]*(?:[,;.()\n]|$)")
"""Behind "4500 Town" nothing follows; behind "4500 Leukozyten" the sentence goes on."""
_DATELINE = re.compile(
    rf"^[ \t]*(?P<town>{CAP}(?:[ ]{CAP})?),[ ](?:(?:den|am)[ ])?\d{{1,2}}\.", re.MULTILINE
)
_RESIDENCE = re.compile(
    r"\b(?:wohnhaft|wohnt|Wohnort:?|residing|resident|lives)[ ](?:in|at|of)?[ ]?"
    rf"(?P<place>{_TOWN}(?:[ ]{_HOUSE})?)"
)
_LINE_BEFORE = re.compile(
    rf"(?:^|[\n,:;][ \t]*|[ \t]{{2,}})({CAP}[^\n,:;]{{1,40}})[ \t]*[,\n][ \t]*$"
)
_LINE_AFTER = re.compile(
    rf"[ \t]*[,\n][ \t]*({CAP}[^\n,:;\d]{{0,30}}[ ]{_HOUSE})(?=[ \t]*(?:[\n,;]|$))"
)


def _street_beside(text: str, start: int, end: int) -> Iterator[Span]:
    """The line above a postal code, or the one behind its town: a street, whatever its name."""
    from_ = max(0, start - 60)
    before = _LINE_BEFORE.search(text[from_:start])
    if before and _looks_like_street(before[1]):
        yield Span(from_ + before.start(1), from_ + before.end(1), Label.LOCATION)
    after = _LINE_AFTER.match(text, end)
    if after:
        yield Span(*after.span(1), Label.LOCATION)


def _looks_like_street(line: str) -> bool:
    """A number behind one or two words, or a preposition of place: "Birkenkamp 15", "Am Hang"."""
    first = line.split()[0]
    numbered = re.search(r"[ ]\d{1,4}[ ]?[a-z]?$", line) is not None
    return first in _STREET_PREPOSITIONS or (numbered and not is_no_name(first))


def _town_alone(town: str) -> str:
    """A town without the words behind it that belong to the next sentence or column."""
    kept: list[str] = []
    for word in town.split(" "):
        if word[:1].isupper() and is_no_name(word) and word not in ("St.", "Bad"):
            break
        kept.append(word)
    while kept and not kept[-1][:1].isupper():
        kept.pop()
    return "" if len(kept) == 1 and kept[0].isupper() and len(kept[0]) <= 3 else " ".join(kept)


@dataclass(frozen=True)
class _AddressPatterns:
    german_street: re.Pattern[str]
    english_street: re.Pattern[str]
    english_postcode: re.Pattern[str]


@cache
def _address_patterns() -> _AddressPatterns:
    places = table("places")
    endings = words(places["street_endings"]["de"])
    joined = either(endings)
    apart = either(ending.capitalize() for ending in endings)
    english_endings = either(words(places["street_endings"]["en"]))
    states = either(phrases(places["states"]["short"]))
    any_state = either((*phrases(places["states"]["short"]), *phrases(places["states"]["full"])))
    return _AddressPatterns(
        german_street=re.compile(
            rf"(?<![\w-])(?P<adjective>[{UPPER}][^\W\d_]+(?:er|e|en)[ ])?"
            rf"(?P<street>(?:{CAP}(?:{joined})|{CAP}[ -](?:{apart}))"
            rf"\.?(?:[ ]{_HOUSE}|(?<=traße)|(?<=gasse)))"
        ),
        english_street=re.compile(
            rf"\b\d{{1,5}}[ ](?:{CAP}[ ]){{1,3}}(?:{english_endings})\b"
            r"\.?(?:,?[ ](?:Apt|Suite|Unit|#)\.?[ ]?\w+)?"
        ),
        # A state behind a town, a code behind a state or "ZIP", a British postcode.
        english_postcode=re.compile(
            rf"(?<=[a-z], )(?:{any_state})\b(?:[ ]\d{{5}}(?:-\d{{4}})?)?"
            rf"|\b(?:{states})[ ]\d{{5}}(?:-\d{{4}})?\b"
            r"|\b[A-Z]{1,2}\d[A-Z\d]?[ ]\d[A-Z]{2}\b|(?i:\bzip(?: code)?[: ]{1,2})\d{5}\b"
        ),
    )


# --- towns


def find_towns(text: str, language: Language) -> Iterator[Span]:
    """Towns that are known by name; ambiguous ones only where somebody comes from or is there."""
    for match in _town_pattern().finditer(text):
        if _scale_pattern().match(text, match.end()):
            continue
        if match["ambiguous"] and not _WHERE.search(text, max(0, match.start() - 8), match.start()):
            continue
        yield Span(*match.span(), Label.LOCATION)


_WHERE = re.compile(r"\b(?:in|aus|nach|from|near|bei)[ ]$")


@cache
def _scale_pattern() -> re.Pattern[str]:
    """Behind a town's name these make it the name of a scale, a study or a company."""
    return re.compile(rf"[- ](?:(?i:{either(words(table('places')['scales']))})|[IVX]+[ABE]*\b)")


@cache
def _town_pattern() -> re.Pattern[str]:
    ambiguous = frozenset(phrases(table("places")["ambiguous_towns"]))
    known = either(listed_towns() - ambiguous)
    return re.compile(
        rf"(?<![\w-])(?:(?:{known})|(?P<ambiguous>{either(ambiguous)}))(?!\w|-[a-zäöü])"
    )


@cache
def listed_towns() -> frozenset[str]:
    """Towns that letters name often, ambiguous ones among them."""
    return frozenset(town for raw in table("places")["towns"].values() for town in phrases(raw))
