"""Addresses, towns and hospitals in a letter."""

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

_CAP = rf"[{UPPER}][^\W\d_]*(?:[-'’][^\W\d_]+){{0,4}}"
_LINK = r"(?:(?:am|an der|im|in der|ob der|bei|vor der|auf der)[ ])"
_TOWN = rf"(?:(?:St\.|Sankt|Bad)[ ])?{_CAP}(?:[ ]{_LINK}?{_CAP}){{0,2}}"
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
    rf"^[ \t]*(?P<town>{_CAP}(?:[ ]{_CAP})?),[ ](?:(?:den|am)[ ])?\d{{1,2}}\.", re.MULTILINE
)
_RESIDENCE = re.compile(
    r"\b(?:wohnhaft|wohnt|Wohnort:?|residing|resident|lives)[ ](?:in|at|of)?[ ]?"
    rf"(?P<place>{_TOWN}(?:[ ]{_HOUSE})?)"
)
_LINE_BEFORE = re.compile(
    rf"(?:^|[\n,:;][ \t]*|[ \t]{{2,}})({_CAP}[^\n,:;]{{1,40}})[ \t]*[,\n][ \t]*$"
)
_LINE_AFTER = re.compile(
    rf"[ \t]*[,\n][ \t]*({_CAP}[^\n,:;\d]{{0,30}}[ ]{_HOUSE})(?=[ \t]*(?:[\n,;]|$))"
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
            rf"(?P<street>(?:{_CAP}(?:{joined})|{_CAP}[ -](?:{apart}))"
            rf"\.?(?:[ ]{_HOUSE}|(?<=traße)|(?<=gasse)))"
        ),
        english_street=re.compile(
            rf"\b\d{{1,5}}[ ](?:{_CAP}[ ]){{1,3}}(?:{english_endings})\b"
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
    known = either(_towns() - ambiguous)
    return re.compile(
        rf"(?<![\w-])(?:(?:{known})|(?P<ambiguous>{either(ambiguous)}))(?!\w|-[a-zäöü])"
    )


@cache
def _towns() -> frozenset[str]:
    return frozenset(town for raw in table("places")["towns"].values() for town in phrases(raw))


# --- hospitals


def find_hospitals(text: str, language: Language) -> Iterator[Span]:
    """Hospitals, practices and homes by the kind of house, by a known name, or by "treated at"."""
    patterns = _hospital_patterns()
    for match in patterns.known.finditer(text):
        if not is_cited(text, match.start()):
            yield Span(*match.span(), Label.HOSPITAL)
    if language == "de":
        for match in patterns.german.finditer(text):
            yield Span(*match.span(), Label.HOSPITAL)
        return
    for match in patterns.english.finditer(text):
        start = _without_opening(text, *match.span())
        if start < match.end() and not is_cited(text, start):
            yield Span(start, match.end(), Label.HOSPITAL)
    for match in patterns.treated_at.finditer(text):
        start, end = match.span("name")
        start = _without_opening(text, start, end)
        if start < end and _is_house(text[start:end]):
            yield Span(start, end, Label.HOSPITAL)


def is_cited(text: str, start: int) -> bool:
    """Whether a hospital's name stands for what is known there, not for a place of treatment."""
    return _CITED.search(text, max(0, start - 40), start) is not None


_CITED = re.compile(
    r"\b(?:guidelines?|recommendations?|criteria|study|trial|data|research|protocol)"
    r"[ ](?:from|by|of|at)[ ](?:the[ ])?$",
    re.IGNORECASE,
)


def _without_opening(text: str, start: int, end: int) -> int:
    """Where a hospital's name begins once words that only open the sentence are left out."""
    part_of_names = words(table("places")["hospitals"]["openings"])
    for match in re.finditer(_CAP, text[start:end]):
        word = match[0].removesuffix("'s").removesuffix("’s")
        if not is_no_name(word) or word in part_of_names:
            return start + match.start()
    return end


def _is_house(name: str) -> bool:
    """Whether one may be treated at `name`: initials may be a hospital's or one of its units'."""
    if name.isupper() and " " not in name:
        return len(name) > 2 and name not in words(table("places")["hospitals"]["units"])
    return not is_no_name(name.split()[0])


@dataclass(frozen=True)
class _HospitalPatterns:
    known: re.Pattern[str]
    german: re.Pattern[str]
    english: re.Pattern[str]
    treated_at: re.Pattern[str]


@cache
def _hospital_patterns() -> _HospitalPatterns:
    hospitals = table("places")["hospitals"]
    small = either(phrases(hospitals["small"]))
    kind = either(phrases(hospitals["en"]))
    known = either(phrases(hospitals["known"]))
    some = rf"{_CAP}(?:[ ]{_CAP})?"
    return _HospitalPatterns(
        known=re.compile(
            rf"(?<![\w-])(?:{known})(?![\w-])(?:['’]s)?(?:[ ](?:{small})\b)?"
            rf"|(?<![\w-])(?:{either(_towns())})(?:[ ]downtown|[ ]area)?[ ](?:{small})\b"
        ),
        german=_german_hospital(),
        english=re.compile(
            rf"(?<![\w-])(?:(?:(?:St|Mt|Dr|Mr|Ms)\.?[ ])?(?:{_CAP}(?:['’]s)?[ ]){{1,4}}(?:{kind})"
            rf"(?:[ ](?:{kind}))?(?![\w-])(?:[ ](?:of|at|in)[ ]{some})?"
            rf"|St\.[ ]{_CAP}(?:['’]s)?(?![ ]wort)"
            rf"|(?:(?<=our )|(?<=the )|(?<=at )){_CAP}[ ](?:{small}|campus|facility)\b)"
        ),
        treated_at=re.compile(
            rf"\b(?:{either(words(hospitals['visits']))})[ ](?:\w+[ ]){{0,3}}?(?:at|to|from|in)[ ]"
            rf"(?:the[ ])?(?P<name>(?:(?:St|Mt)\.[ ])?{_CAP}(?:[ ]{_CAP}){{0,3}})"
        ),
    )


def _german_hospital() -> re.Pattern[str]:
    """A kind of house with the words that name it: behind it, or before it at a line's start."""
    kinds = phrases(table("places")["hospitals"]["de"])
    compound = either(kind.lower() for kind in kinds if " " not in kind)
    capitals = either((*(kind.upper() for kind in kinds), "KLINIK"))
    kind = (
        rf"(?:[{UPPER}][\w-]*?(?:{compound})|(?:[{UPPER}][\w-]*-)?(?:{either(kinds)})"
        rf"|(?:[{UPPER}]+-)?(?:{capitals}))"
    )
    no_name = either(words(table("terms")["not_names"]))
    part = rf"(?!(?:{no_name})\b)(?:St\.|Sankt|barmherzigen|heiligen|{_CAP})"
    link = r"(?:(?:der|des|am|im|an der|zu|zum|zur|vom|von|den|dem)[ ])?"
    before = (
        rf"^(?:{_CAP}[ -]){{1,2}}(?:{either(kinds)})(?:[ ](?:für[ ]\w+[ ]\w+|{part}))?(?![\w-])"
    )
    return re.compile(
        rf"{before}|(?<![\w-]){kind}[ ]{link}{part}(?:[ ]{link}{part}){{0,5}}(?![\w-])",
        re.MULTILINE,
    )
