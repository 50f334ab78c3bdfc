"""Addresses, towns and houses of care in English letters, by what stands around them.

No list of towns is complete. A postal code, a state, a street or a hospital in front, a label, or
"lives in" tell that a capitalised word is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from index.data_files import either, phrases, table, words
from index.hospitals import is_cited
from index.name_patterns import UPPER
from index.name_words import is_no_name, lower_words
from index.spans import Label, Span

_CAP = rf"[{UPPER}][^\W\d_]*(?:[-'’][^\W\d_]+){{0,4}}"
_FEW = (
    rf"(?:(?:St|Mt|Ft|SE|NE|SW|NW|N|S|E|W)\.?[ ])?{_CAP}(?:[ -](?:(?:upon|on|le|in|by|of|the"
    rf"|y)[ -](?:the[ -])?)?{_CAP}){{0,2}}"
)


def find_english_addresses(text: str) -> Iterator[Span]:
    """Streets, houses, postal codes, and the towns beside these."""
    patterns = _patterns()
    streets = [m.span() for m in patterns.street.finditer(text) if _is_street(m)]
    yield from (Span(*span, Label.LOCATION) for span in streets)
    for match in patterns.labelled.finditer(text):
        yield Span(*match.span("place"), Label.LOCATION)
    for match in patterns.in_state.finditer(text):
        if not is_no_name(match["town"].split()[0]) and not _is_credential(match):
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
        yield from _town_behind(text, end)


def _is_credential(match: re.Match[str]) -> bool:
    """Whether "Day, MD" may be a physician: letters that a state has too, without a postal code."""
    return match[0].split()[-1] in words(table("english")["credentials"])


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
    own = [word for word in re.findall(_CAP, part) if word not in _address_words()]
    titled = any(word in words(table("english")["titles"]) for word in own[:1])
    return titled or (bool(own) and all(is_no_name(word) for word in own))


@cache
def _address_words() -> frozenset[str]:
    english = table("english")
    keys = ("street_endings", "street_endings_short", "houses", "parts_of_houses")
    return frozenset[str]().union(*(words(english[key]) for key in keys), {"The", "Old", "New"})


def _town_behind(text: str, end: int) -> Iterator[Span]:
    """The town behind a street or a hospital and a comma, or alone on the next line."""
    match = _patterns().town_behind.match(text, end)
    if match and not any(is_no_name(word) for word in match["town"].split()):
        yield Span(*match.span("town"), Label.LOCATION)


def find_english_towns(text: str) -> Iterator[Span]:
    """Capitalised words behind "in", "from" and the like, which no list knows as something else."""
    lower = lower_words(text)
    for match in _patterns().where.finditer(text):
        if all(_may_be_place(word, lower) for word in re.findall(_CAP, match["place"])):
            yield Span(*match.span("place"), Label.LOCATION)
    for match in _DISTRICT.finditer(text):
        if not is_no_name(match[0].split()[-2]):
            yield Span(*match.span(), Label.LOCATION)


_DISTRICT = re.compile(
    rf"(?<![\w-])(?:St\.?[ ])?{_CAP}[ ](?:[Cc]ounty|[Pp]arish|[Tt]ownship|[Bb]orough|village)\b"
)


def _may_be_place(word: str, lower: Iterable[str]) -> bool:
    english, plain = table("english"), word.removesuffix("'s").removesuffix("’s")
    if (word.isupper() and len(word) > 1) or plain.lower() in lower or is_no_name(plain):
        return False
    return plain not in words(english["capitalised"]) and plain not in words(
        table("eponyms")["words"]
    )


def find_english_houses(text: str) -> Iterator[Span]:
    """Hospitals, practices, homes and what belongs to them, and the town behind."""
    patterns = _patterns()
    for pattern in (patterns.house_of_care, patterns.denomination, patterns.celtic):
        for match in pattern.finditer(text):
            start = _opening(text, match)
            if start < match.start("kind") and not is_cited(text, start):
                yield Span(start, match.end(), Label.HOSPITAL)
                yield from _town_behind(text, match.end())
    lower = lower_words(text)
    for match in patterns.at.finditer(text):
        if all(_may_be_place(word, lower) for word in re.findall(_CAP, match["place"])):
            yield Span(*match.span("place"), Label.HOSPITAL)


def _opening(text: str, match: re.Match[str]) -> int:
    """Where the name of a house begins, without words in front that are part of none."""
    start, kind = match.start("name"), match.start("kind")
    not_houses = words(table("english")["not_houses"])
    named = [
        word.start()
        for word in re.finditer(_CAP, text[start:kind])
        if not {word[0], word[0].capitalize()} & not_houses and not _is_plain(word[0])
    ]
    if not named:
        return kind
    before = text[start : start + named[0]]
    return start if before in ("The ", "THE ", "Royal ") else start + named[0]


def _is_plain(word: str) -> bool:
    """Whether a word is none of a name, unless it is one that houses of care have."""
    openings = words(table("places")["hospitals"]["openings"])
    return word.capitalize() not in openings and is_no_name(word)


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
    house_of_care: re.Pattern[str]
    denomination: re.Pattern[str]
    celtic: re.Pattern[str]
    at: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    english, states = table("english"), table("places")["states"]
    short = either(phrases(states["short"]))
    full = either(phrases(states["full"]))
    endings = either(words(english["street_endings"]))
    numbered = either((*words(english["street_endings"]), *words(english["street_endings_short"])))
    part = rf"(?:{either(words(english['parts_of_houses']))})\.?[ ]?#?\d*[A-Za-z]?\b"
    number = r"\d{1,5}[A-Za-z]?(?:[-/]\d{1,4}[A-Za-z]?)?"
    house = rf"(?:The[ ])?(?:{_CAP}[ ]){{1,2}}(?:{either(words(english['houses']))})"
    care = either(phrases(english["houses_of_care"]))
    care_upper = either(kind.upper() for kind in phrases(english["houses_of_care"]))
    word = rf"(?:(?:St|Mt|ST|Dr)\.?[ ])?{_CAP}"
    follows = (
        r"(?=[ \t]*(?:[,.;:()\n]|$|[ ]{2,})|[ ](?:who|and|on|with|where|since|for|as|to|was"
        r"|is|has|had|will|after|before|by|until|but|about|when|because|every|at|or|in|via"
        r"|this|last|next|today|yesterday|\d)\b)"
    )
    return _Patterns(
        street=re.compile(
            rf"(?<![\w-])(?P<part>{part}[ ]?,?[ ])?(?:(?P<number>{number})[ ]?,?[ ])?"
            rf"(?P<name>(?:(?:N|S|E|W|NE|NW|SE|SW|St)\.?[ ])?(?:{_CAP}[ ]){{1,3}}?)"
            rf"(?P<ending>(?:{endings})|(?(number)(?:{numbered})\b\.?|(?!)))(?![\w-])"
            rf"(?:[ ](?:N|S|E|W|NE|NW|SE|SW)\b)?(?:,?[ ](?:{part}|#[ ]?\w+))?"
        ),
        house_before=re.compile(rf"(?P<house>{house}|{_CAP}(?:-[^\W\d_]+){{2}})[ ]?,[ ]?\n?$"),
        labelled=re.compile(
            rf"(?<![\w-])(?i:{either(phrases(english['address_labels']))})[ ]?:[ \t]*"
            rf"(?P<place>(?=[\d{UPPER}])[^\n\t;:()]{{3,80}}?)(?=\s{{2,}}|[\n\t;:()]|$|\.(?:\s|$))"
        ),
        in_state=re.compile(
            rf"(?<![\w-])(?P<town>{_FEW})(?:[ ]?,[ ](?:{full}|{short})|[ ](?:{short})"
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
            rf"|{_CAP}[ ,.-]{{0,2}}){{1,5}}"
        ),
        address_part=re.compile(
            rf"(?:{part}[ ]?,?[ ]?|{number}[ ]?)*(?:(?:The|of|the|on|upon|le|in|by|y)[ ]"
            rf"|{_CAP}[ .-]{{0,2}}){{0,5}}"
        ),
        town_behind=re.compile(
            rf"[ ]?(?:,[ ]?|\n[ \t]*)(?P<town>{_FEW})(?=[ \t]*(?:[,.;(\n]|$|[ ]{{2,}}"
            rf"|[ ]\d{{5}}\b|[ ][A-Z]{{1,2}}\d))"
        ),
        where=re.compile(
            rf"(?:\b(?:{either(phrases(english['where']))})|[a-z] home,)[ ](?:the[ ](?=\w+[ ]"
            rf"(?:area|region)))?(?P<place>{_FEW}){follows}"
        ),
        house_of_care=re.compile(
            rf"(?<![\w-])(?P<name>(?:{word}[ ](?:(?:&|and|of|the|for)[ ](?:the[ ])?)?){{1,5}}?)"
            rf"(?P<kind>(?:{care}|{care_upper}|HOSP1TAL)(?:[ ](?:{care}|{care_upper}|NHS"
            rf"|&[ ]{_CAP}[ ]Care)){{0,4}})(?![\w-])"
            rf"(?:[ ](?:of|for)[ ]{_CAP}(?:[ ]{_CAP})?)?"
        ),
        denomination=re.compile(
            rf"(?<![\w-])(?P<name>{word}[ ])(?P<kind>"
            rf"(?:{either(words(english['denominations']))}))(?![\w-])(?![ ]{_CAP})"
        ),
        celtic=re.compile(
            rf"(?<![\w-])(?P<name>(?:{either(words(english['celtic_houses']))})(?P<kind>)"
            rf"(?:['’]r)?(?:[ ](?:yr?[ ])?{_CAP}){{1,3}})"
        ),
        at=re.compile(
            rf"\b(?:at|attends|attended|attending|admitted to|transferred to|referred to)[ ]"
            rf"(?:the[ ])?"
            rf"(?P<place>{_FEW}){follows}"
        ),
    )
