"""Houses of care in English letters: hospitals, practices, homes, laboratories, and their towns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from index.data_files import either, phrases, table, words
from index.english_places import CAP, FEW, FOLLOWS, may_be_place, town_behind
from index.hospitals import is_cited
from index.name_patterns import UPPER
from index.name_words import is_no_name, lower_words
from index.spans import Label, Span


def find_english_houses(text: str) -> Iterator[Span]:
    """Hospitals, practices, homes and what belongs to them, and the town behind."""
    patterns = _patterns()
    for pattern in (patterns.labelled, patterns.company):
        for match in pattern.finditer(text):
            yield Span(*match.span("house"), Label.HOSPITAL)
    for pattern in (patterns.house_of_care, patterns.denomination, patterns.celtic):
        for match in pattern.finditer(text):
            start = _opening(text, match)
            if start < match.start("kind") and not is_cited(text, start):
                yield Span(start, match.end(), Label.HOSPITAL)
                yield from town_behind(text, match.end())
    lower = lower_words(text)
    for match in patterns.at.finditer(text):
        place = "place" if match["place"] else "denomination"
        if place == "denomination" or all(
            may_be_place(word, lower) for word in re.findall(CAP, match[place])
        ):
            yield Span(*match.span(place), Label.HOSPITAL)


def _opening(text: str, match: re.Match[str]) -> int:
    """Where the name of a house begins, without words in front that are part of none."""
    start, kind = match.start("name"), match.start("kind")
    not_houses = words(table("english")["not_houses"])
    named = [
        word.start()
        for word in re.finditer(CAP, text[start:kind])
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


@dataclass(frozen=True)
class _Patterns:
    labelled: re.Pattern[str]
    company: re.Pattern[str]
    house_of_care: re.Pattern[str]
    denomination: re.Pattern[str]
    celtic: re.Pattern[str]
    at: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    english = table("english")
    care = either(phrases(english["houses_of_care"]))
    care_upper = either(kind.upper() for kind in phrases(english["houses_of_care"]))
    alone = "Deaconess|Mercy|Methodist|Presbyterian|Baptist|Adventist|Good Samaritan|Mount Sinai"
    word = rf"(?:(?:St|Mt|ST|Dr|Mount|MOUNT)\.?[ ])?{CAP}"
    return _Patterns(
        labelled=re.compile(
            r"(?<![\w-])(?i:(?:referring |treating )?hospita[l1]|facility|practice|trust"
            r"|institution)(?:[ ][Nn]ame)?[ ]?:[ ]*"
            rf"(?P<house>{CAP}(?:[ ](?:[&a-z]{{1,3}}[ ])?[{UPPER}][\w'’-]*){{1,5}})"
            r"(?=[ ]{2,}|\t|[ ]*[\n,;(]|$)"
        ),
        company=re.compile(
            rf"(?<![\w-])(?P<house>(?:{CAP}[ ](?:(?:&|and|of)[ ])?){{0,5}}{CAP},?[ ]"
            r"(?:LLC|PLLC|LLP|Inc|Ltd|PLC|plc|P\.?L\.?L\.?C|L\.L\.C)\b\.?)"
        ),
        house_of_care=re.compile(
            rf"(?<![\w-])(?P<name>(?:{word}[ ](?:(?:&|and|of|the|for)[ ](?:the[ ])?)?){{1,5}}?)"
            rf"(?P<kind>(?:{care}|{care_upper}|HOSP1TAL)(?:[ ](?:{care}|{care_upper}|NHS"
            rf"|&[ ]{CAP}[ ]Care)){{0,4}})(?![\w-])"
            rf"(?:[ ](?:of|for)[ ]{CAP}(?:[ ]{CAP})?)?"
        ),
        denomination=re.compile(
            rf"(?<![\w-])(?P<name>{word}[ ])(?P<kind>"
            rf"(?:{either(words(english['denominations']))}))(?![\w-])(?![ ]{CAP})"
        ),
        celtic=re.compile(
            rf"(?<![\w-])(?P<name>(?:{either(words(english['celtic_houses']))})(?P<kind>)"
            rf"(?:['’]r)?(?:[ ](?:yr?[ ])?{CAP}){{1,3}})"
        ),
        at=re.compile(
            rf"\b(?:at|attends|attended|attending|admitted to|transferred to|referred to)[ ]"
            rf"(?:the[ ])?"
            rf"(?P<place>{FEW}){FOLLOWS}"
            rf"|\b(?:at|to|from)[ ](?:the[ ])?(?P<denomination>{alone})(?=[ ]?[,.;)]|[ ][a-z])"
        ),
    )
