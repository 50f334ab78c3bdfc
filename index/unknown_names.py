"""Proper names in English letters that nothing introduces: capitalised words no vocabulary has.

English writes with a capital only what opens a sentence and what is a name. A capitalised word
that is none of the language, of medicine or of the letter's own small print is taken for a name,
with the capitalised words beside it: "Grand Marais", "Pa Houa Moua", "Billy Akana".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, phrases, table, words
from index.english_words import is_english_word
from index.letter import Language
from index.name_patterns import UPPER
from index.name_words import given_names, is_no_name, lower_words
from index.spans import Label, Span

_CAPITAL = rf"[{UPPER}][^\W\d_]*(?:['’][{UPPER}][^\W\d_]+)?"
_WORD = re.compile(rf"(?<![\w.@/’'])(?:{_CAPITAL})(?:-{_CAPITAL})*(?![\w@]|-[a-z\d])")
_NAME_FORM = re.compile(
    rf"[{UPPER}][^\W\d_A-Z]{{2,}}|(?:Mc|Mac|De|Di|La|Le|Van|Fitz|O['’]|D['’]|M['’])[{UPPER}]"
    rf"[^\W\d_A-Z]+"
)
_SHORTEST = 5
"""A shorter word in capitals is an abbreviation."""
_AS_PHRASE = re.compile(r"\bAnn[ ]$")
"""The first half of "Ann Arbor"."""
_ENDEMIC = re.compile(
    r"\b(?:travel history|endemic|epidemic|outbreaks?|prevalen\w+)[ ](?:to|in|of)[ ](?:the[ ])?$"
)
"""Where a disease is caught, not where somebody lives."""
_STRUCTURE = re.compile(
    r"\b(?:pouch|space|foramen|canal|circle|triangle|angle|ligament|zone|bundle|duct|ampulla"
    r"|sphincter|islets|fascia|valves?|crypts?|tetralogy|sign|loop)[ ]of[ ]$"
)
"""What anatomy has called after somebody: "the pouch of Douglas"."""
_DOSED = re.compile(r"[ ]\(?\d[\d.,]*[ ]?(?:mg|mcg|µg|g|ml|mL|IU|units?|%|mmol|tabs?|puffs?)\b")
_LABEL_END = re.compile(r"[ ]?:|[ \t]*=|[ ](?:date|time|type|no)[ ]?:")
_BREAK = re.compile(r"(?:^|[.!?:;]|[-–—•*·|\n])[ \t\d.)(\"“]*$")
_PLACED = re.compile(r"\b(?:in|at|from|to|near|of|outside|around|for)[ ](?:the[ ])?$")


def find_unknown_names(text: str, language: Language) -> Iterator[Span]:
    """Spans of names, LOCATION behind "in" or "from" and PATIENT elsewhere."""
    if language != "en":
        return
    lower = lower_words(text)
    capitals = _lines_in_capitals(text)
    found = list(_WORD.finditer(text))
    reached = 0
    for number, match in enumerate(found):
        if match.start() < reached:
            continue
        if not _is_unknown(
            match, lower, any(a <= match.start() < b for a, b in capitals)
        ) or _stands_for_thing(text, match):
            continue
        start = _reach(text, found, number, -1)
        end = _reach(text, found, number, 1)
        reached = end
        placed = _PLACED.search(text, max(0, start - 16), start)
        yield Span(start, end, Label.LOCATION if placed else Label.PATIENT)


def _is_unknown(match: re.Match[str], lower: frozenset[str], capitals: bool) -> bool:
    """Whether a part of the word is in no list, and the letter doesn't write it small."""
    for part in match[0].split("-"):
        if part.isupper():
            if not capitals or len(part) < _SHORTEST:
                continue
        elif not _NAME_FORM.fullmatch(part):
            continue
        plain = part.capitalize() if part.isupper() else part
        if plain.lower() not in lower and not _is_known(plain):
            return True
    return False


def _is_known(word: str) -> bool:
    eponyms = words(table("eponyms")["words"])
    return (
        is_english_word(word)
        or is_no_name(word)
        or word in eponyms
        or word.removesuffix("s") in eponyms
        or word in words(table("english")["titles"])
        or word.removesuffix("s") in words(table("english")["weekdays"])
    )


def _stands_for_thing(text: str, match: re.Match[str]) -> bool:
    """Whether what follows shows a drug, an eponym or a label of the form."""
    if text.startswith(phrases(table("eponyms")["phrases"]), match.start()) or _AS_PHRASE.search(
        text, max(0, match.start() - 4), match.start()
    ):
        return True
    if _DOSED.match(text, match.end()) or _named_after().match(text, match.end()):
        return True
    before = max(0, match.start() - 24)
    if _STRUCTURE.search(text, before, match.start()):
        return True
    if _ENDEMIC.search(text, max(0, match.start() - 40), match.start()):
        return True
    line = max(text.rfind("\n", 0, match.start()), text.rfind("   ", 0, match.start()) + 2) + 1
    opens = not text[line : match.start()].strip(" \t*-•.)(0123456789")
    return opens and bool(_LABEL_END.match(text, match.end()))


@cache
def _named_after() -> re.Pattern[str]:
    things = either(words(table("medical")["named_after"]))
    return re.compile(rf"(?:['’]s)?(?:[ ](?:and|&)[ ]{_CAPITAL})?[ -](?:\w+[ -])?(?:{things})\b")


def _reach(text: str, found: list[re.Match[str]], number: int, step: int) -> int:
    """Where the name that holds a word begins (`step` -1) or ends (1)."""
    edge = found[number]
    while 0 <= number + step < len(found):
        other = found[number + step]
        between = text[other.end() : edge.start()] if step < 0 else text[edge.end() : other.start()]
        if between not in (" ", "-") or not _may_belong(text, other):
            break
        number, edge = number + step, other
    return edge.start() if step < 0 else edge.end()


def _may_belong(text: str, match: re.Match[str]) -> bool:
    """Whether a capitalised word beside a name may be of it: it opens no sentence, is no title."""
    word = match[0]
    if word in given_names() or word in _BEFORE_NAMES:
        return True
    if word.isupper() and len(word) > 1:
        return not is_no_name(word) and not is_english_word(word) and len(word) >= _SHORTEST
    if not _BESIDE.fullmatch(word):
        return False
    if is_no_name(word) or word in words(table("english")["capitalised"]):
        return False
    return not _BREAK.search(text, max(0, match.start() - 8), match.start())


_BEFORE_NAMES = ("St", "Saint", "Mount", "Mt", "Port", "Fort", "Lake", "San", "Santa", "Los", "Las")
_BESIDE = re.compile(rf"[{UPPER}][^\W\d_A-Z]*(?:['’-][{UPPER}]?[^\W\d_A-Z]+)*")


def _lines_in_capitals(text: str) -> list[tuple[int, int]]:
    """The columns of lines that are written in capitals throughout, as letterheads are."""
    return [match.span() for match in _COLUMN.finditer(text) if match[0].isupper()]


_COLUMN = re.compile(r"[^\n\t]+?(?=[ ]{3,}|[\n\t]|$)")
