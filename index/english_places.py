"""Addresses and towns in English letters, by what stands around them.

No list of towns is complete. A postal code, a state, a street or a hospital in front, a label, or
"lives in" tell that a capitalised word is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from index.data_files import either, phrases, table, words
from index.name_patterns import UPPER
from index.name_words import is_no_name, lower_words
from index.spans import Label, Span

CAP = rf"[{UPPER}][^\W\d_]*(?:[-'’][^\W\d_]+){{0,4}}"
FEW = (
    rf"(?:(?:St|Mt|Ft|ST|MT|SE|NE|SW|NW|N|S|E|W|Mount|Saint|Port|Lake)\.?[ ])?{CAP}"
    rf"(?:[ -](?:(?:upon|on|le|in|by|of|the"
    rf"|y)[ -](?:the[ -])?)?{CAP}){{0,2}}"
)

FOLLOWS = (
    r"(?=[ \t]*(?:[,.;:()\n]|$|[ ]{2,})|[ ](?:who|and|on|with|where|since|for|as|to|was"
    r"|is|has|had|will|after|before|by|until|but|about|when|because|every|at|or|in|via"
    r"|this|last|next|today|yesterday|\d)\b)"
)
"""What goes on behind a place's name in a sentence."""


def find_english_addresses(text: str) -> Iterator[Span]:
    """Streets, houses, postal codes, and the towns beside these."""
    patterns = _patterns()
    streets = [m.span() for m in patterns.street.finditer(text) if _is_street(m)]
    yield from (Span(*span, Label.LOCATION) for span in streets)
    for match in patterns.labelled.finditer(text):
        yield Span(*match.span("place"), Label.LOCATION)
    for match in patterns.in_state.finditer(text):
        if is_no_name(match["town"].split()[0]) or _is_credential(match):
            continue
        if not _is_scan(text, match) and not _is_stage(match):
            yield Span(*match.span(), Label.LOCATION)
    codes = [match.span() for match in patterns.postcode.finditer(text)]
    yield from (Span(*span, Label.LOCATION) for span in codes)
    for start, _ in codes:
        yield from _before_code(text, start)
    for start, _ in streets:
        house = patterns.house_before.search(text, max(0, start - 50), start)
        if house:
            yield Span(*house.span("house"), Label.LOCATION)
    for _, end in streets:
        yield from town_behind(text, end)


def _is_credential(match: re.Match[str]) -> bool:
    """Whether "Day, MD" may be a physician: letters that a state has too, without a postal code."""
    return match[0].split()[-1] in words(table("english")["credentials"])


def _is_scan(text: str, match: re.Match[str]) -> bool:
    """Whether "chest clear, CT thorax" tells a scan and no state."""
    return match[0].endswith("CT") and bool(_BODY.match(text, match.end()))


def _is_stage(match: re.Match[str]) -> bool:
    """Whether "FIGO IA" tells a stage and no town in Iowa."""
    *system, state = match[0].split()
    return state == "IA" and system[-1] in words(table("english")["staging"])


_BODY = re.compile(r"[ ](?!(?:with|and|who|for|since|in|on|to|by|where|but|is|was|has)\b)[a-z]")


def _is_street(match: re.Match[str]) -> bool:
    if match["number"] or match["part"]:
        return True
    if match["ending"] in words(table("english")["street_endings_vague"]):
        return False
    first = match["name"].split()[0]
    return first == "The" or not is_no_name(first) or first in ("High", "Old", "New", "Church")


def _before_code(text: str, code: int) -> Iterator[Span]:
    """The parts of an address on the line of its postal code, and up to three lines above."""
    start = text.rfind("\n", 0, code) + 1
    column = max(text.rfind("   ", start, code - 3), text.rfind("\t", start, code))
    yield from _address_parts(text, max(start, column + 1), code)
    for _ in range(3):
        if start == 0:
            return
        end, start = start - 1, text.rfind("\n", 0, start - 1) + 1
        line = text[start:end].strip(" ,")
        if not _patterns().address_line.fullmatch(line) or _has_no_place(line):
            return
        at = text.index(line, start)
        yield Span(at, at + len(line), Label.LOCATION)


def _address_parts(text: str, start: int, end: int) -> Iterator[Span]:
    """Whole parts between commas, from the last one on for as long as they may be of an address."""
    position = end
    for part in reversed(text[start:end].split(",")):
        begin = position - len(part)
        bare = part.strip()
        if bare:
            if not _patterns().address_part.fullmatch(bare) or _has_no_place(bare):
                return
            at = text.index(bare, begin)
            yield Span(at, at + len(bare), Label.LOCATION)
        position = begin - 1


def _has_no_place(part: str) -> bool:
    """Whether a line or a part of one names a person, a house of care or something else."""
    own = [word for word in re.findall(CAP, part) if word not in _address_words()]
    titled = any(word in words(table("english")["titles"]) for word in own[:1])
    documents = words(table("english")["documents"])
    return (
        titled
        or any(word.lower() in documents for word in own[-1:])
        or (bool(own) and all(is_no_name(word) for word in own))
    )


@cache
def _address_words() -> frozenset[str]:
    english = table("english")
    keys = ("street_endings", "street_endings_short", "houses", "parts_of_houses")
    return frozenset[str]().union(*(words(english[key]) for key in keys), {"The", "Old", "New"})


def town_behind(text: str, end: int) -> Iterator[Span]:
    """The town behind a street or a hospital and a comma, or alone on the next line."""
    match = _patterns().town_behind.match(text, end)
    if match and not any(is_no_name(word) for word in match["town"].split()):
        yield Span(*match.span("town"), Label.LOCATION)


def find_english_towns(text: str) -> Iterator[Span]:
    """Capitalised words behind "in", "from" and the like, which no list knows as something else."""
    lower = lower_words(text)
    for match in _patterns().where.finditer(text):
        if all(may_be_place(word, lower) for word in re.findall(CAP, match["place"])):
            yield Span(*match.span("place"), Label.LOCATION)
    for match in _HOUSE.finditer(text):
        if not any(is_no_name(word) for word in match["name"].split()):
            yield Span(*match.span(), Label.LOCATION)
    for match in _DISTRICT.finditer(text):
        if not is_no_name(match[0].split()[-2]):
            yield Span(*match.span(), Label.LOCATION)


_DISTRICT = re.compile(
    rf"(?<![\w-])(?:St\.?[ ])?{CAP}[ ](?:[Cc]ounty|[Pp]arish|[Tt]ownship|[Bb]orough|village"
    r"|COUNTY|PARISH|TOWNSHIP|BOROUGH)\b"
)


_HOUSE = re.compile(
    rf"(?<=[a-z,(][ ])(?P<name>{CAP})[ ](?:House|Lodge|Cottage|Cottages|Manor|Villa|Farm|Grange)"
    r"(?![\w-]|[ ][A-Z])"
)
"""A house by its name within a sentence."""


def may_be_place(word: str, lower: Iterable[str]) -> bool:
    english, plain = table("english"), word.removesuffix("'s").removesuffix("’s")
    if (
        (word.removesuffix("s").isupper() and len(word) > 1)
        or plain.lower() in lower
        or is_no_name(plain)
    ):
        return False
    return plain not in words(english["capitalised"]) and plain not in words(
        table("eponyms")["words"]
    )


# --- patterns


@dataclass(frozen=True)
class _Patterns:
    street: re.Pattern[str]
    house_before: re.Pattern[str]
    labelled: re.Pattern[str]
    in_state: re.Pattern[str]
    postcode: re.Pattern[str]
    address_line: re.Pattern[str]
    address_part: re.Pattern[str]
    town_behind: re.Pattern[str]
    where: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    english, states = table("english"), table("places")["states"]
    short = either(phrases(states["short"]))
    full = either(phrases(states["full"]))
    endings = either(words(english["street_endings"]))
    numbered = either((*words(english["street_endings"]), *words(english["street_endings_short"])))
    part = rf"(?:{either(words(english['parts_of_houses']))})\.?[ ]?#?\d*[A-Za-z]?\b"
    number = r"\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?"
    house = rf"(?:The[ ])?(?:{CAP}[ ]){{1,2}}(?:{either(words(english['houses']))})"
    return _Patterns(
        street=re.compile(
            rf"(?<![\w-])(?P<part>{part}[ ]?,?[ ])?(?:(?P<number>{number})[ ]?,?[ ])?"
            rf"(?P<name>(?:(?:N|S|E|W|NE|NW|SE|SW|St)\.?[ ])?(?:{CAP}[ ]){{1,3}}?)"
            rf"(?P<ending>(?:{endings})|(?(number)(?:{numbered})\b\.?|(?!)))(?![\w-])"
            rf"(?:[ ](?:N|S|E|W|NE|NW|SE|SW)\b)?(?:,?[ ](?:{part}|#[ ]?\w+))?"
        ),
        house_before=re.compile(rf"(?P<house>{house}|{CAP}(?:-[^\W\d_]+){{2}})[ ]?,[ ]?\n?$"),
        labelled=re.compile(
            rf"(?<![\w-])(?i:{either(phrases(english['address_labels']))})[ ]?:[ \t]*"
            rf"(?P<place>(?=[\d{UPPER}])[^\n\t;:()]{{3,80}}?)(?=\s{{2,}}|[\n\t;:()]|$|\.(?:\s|$))"
        ),
        in_state=re.compile(
            rf"(?<![\w-])(?P<town>{FEW})(?:[ ]?,[ ](?:{full}|{short})|[ ](?:{short})"
            rf"(?=[ ]\d{{5}}|[ ]*(?:\n|$)))\b"
            r"(?![ ](?:General|University|Hospital|State))(?:[ ]\d{5}(?:-\d{4})?)?"
        ),
        postcode=re.compile(
            r"\b(?:[A-Z]{1,2}\d[A-Z\d]?[ ]{0,2}\d[A-Z]{2}|(?:"
            + short
            + r")\.?[ ]{1,2}\d{5}(?:-\d{4})?)\b"
            r"|(?<=[a-z],[ ])\d{5}(?:-\d{4})?\b|(?<=[a-z][ ])\d{5}(?=[ ]*(?:\n|$))"
        ),
        address_line=re.compile(
            rf"(?:{part}[ ]?,?[ ]?|{number}[ ]?,?[ ])*(?:(?:The|of|the|on|upon|le|in|by|y)[ ]"
            rf"|{CAP}[ ,.-]{{0,2}}){{1,5}}"
        ),
        address_part=re.compile(
            rf"(?:{part}[ ]?,?[ ]?|{number}[ ]?)*(?:(?:The|of|the|on|upon|le|in|by|y)[ ]"
            rf"|{CAP}[ .-]{{0,2}}){{0,5}}"
        ),
        town_behind=re.compile(
            rf"[ ]?(?:,[ ]?|\n[ \t]*)(?P<town>{FEW})(?=[ \t]*(?:[,.;(\n]|$|[ ]{{2,}}(?![=:])"
            rf"|[ ]\d{{5}}\b|[ ][A-Z]{{1,2}}\d))"
        ),
        where=re.compile(
            rf"(?:\b(?:{either(phrases(english['where']))})|[a-z] home,)[ ](?:the[ ](?=\w+[ ]"
            rf"(?:area|region)))?(?P<place>{FEW}){FOLLOWS}"
        ),
    )
