"""What a text says of an organ: that it is clear of disease, affected or unclear."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources

from assistant.check.fact import FactKind
from assistant.check.mentions import Mention
from assistant.check.reading import Reading
from assistant.check.vocabulary import vocabulary


class Condition(StrEnum):
    CLEAR = "clear"
    AFFECTED = "affected"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Told:
    """An organ's condition. `side` is empty where none is told; offsets are of its words."""

    organ: str
    side: str
    condition: Condition
    start: int
    end: int


_CLAUSE = re.compile(
    r"[.;!?\n]|\s[-–/|]\s|,?\s(?:but|while|whereas|although|aber|während|jedoch|hingegen|sondern)\s"
    r"|,\s(?:and|und|the|der|die|das|an?|eine?|which|with|mit|apart|bis auf|showing|in|im)\s"
)
"""Where another thing begins, though not for a list of organs."""
_LIST = re.compile(
    r"\s*(?:(?P<comma>,)|/|&|,?\s*(?:and|or|nor|und|oder|sowie|as well as|noch))?\s*"
    r"(?:(?:the|die|der|das|den|des|both|beide[rn]?|left|right|linken?|rechten?|pelvic|left-sided)\s+)*\s*",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\s*(?:(?:of|in|into|to|at|within|on|around|through|from|affecting|by|des|der|die|das|den|dem|im|ins|in|am|an"
    r"|vom|von|durch|the|a|an|any|all|both|left|right|also|upper|lower|regional|linken?|rechten?"
    r"|beide[rn]?|early|adjacent)\s+)*",
    re.IGNORECASE,
)
_OF_RESPONSE = re.compile(
    r"\s*[,:(]?\s*(?:(?:of|in|at|im|der|des|the|primary|primarius|tumou?r|and|und)[\s,]*)*", re.I
)
_BEFORE = re.compile(r"[\s\"]*(?::\s*)?(?:[^\W_]+\s+){0,5}", re.IGNORECASE)
_COORDINATED = re.compile(r"\s*(?:(?:and|or|und|oder|/)\s*[^\W\d_]+\s+)?", re.IGNORECASE)
_NEXT_TO = re.compile(r"\s+(?:(?:in|at|im|am)\s+)?(?:\w+e[rsnm]?\s+)?")
_FAR = 60
_AFTER = 40
"""Characters behind in which it may be denied."""
_NODES = "lymph nodes"


@cache
def _patterns() -> dict[tuple[Condition, str], re.Pattern[str]]:
    table = _table()
    return {
        (condition, kind): _pattern(table[condition][kind])
        for condition in Condition
        for kind in ("state", "noun")
        if table[condition][kind]
    }


@cache
def _saying(name: str) -> re.Pattern[str]:
    return _pattern(_table()["says"][name])


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    source = resources.files("assistant.check") / "lexicon" / "organs.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    forms = (re.escape(w).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for w in words)
    return re.compile(
        rf"(?<![\w-])(?:{'|'.join(sorted(forms, key=len, reverse=True))})(?![\w-])", re.I
    )


@lru_cache(maxsize=16)
def conditions(reading: Reading) -> tuple[Told, ...]:
    """Every organ whose condition is told, in the order of the text; kept while a case stays."""
    text = reading.text
    found: list[Told] = []
    for begin, end in _clauses(reading):
        named = [(m, o) for m in reading.mentions_between(begin, end) if (o := _organ(m))]
        words = [
            (m, condition, kind)
            for (condition, kind), pattern in _patterns().items()
            for m in pattern.finditer(text, begin, end)
        ]
        words.sort(key=lambda each: (each[0].start(), -each[0].end()))
        last = begin
        for match, condition, kind in words:
            if match.start() < last and last != begin:
                continue
            organs = _organs_of(match, kind, condition, named, text, (max(begin, last), end))
            said = _said(condition, text, begin, max(last, begin), match, end)
            last = match.end()
            if said is None:
                continue
            found += [_told(reading, m, organ, said, match.span()) for m, organ in organs]
        found += _spread(reading, begin, end)
    return tuple(sorted(found, key=lambda told: told.start))


def _clauses(reading: Reading) -> Iterator[tuple[int, int]]:
    for sentence in reading.passages.sentences:
        begin = sentence.start
        for match in _CLAUSE.finditer(reading.text, sentence.start, sentence.end):
            yield begin, match.start()
            begin = match.end()
        yield begin, sentence.end


def _organ(mention: Mention) -> str:
    concept = vocabulary().concepts.get(mention.name)
    return mention.name if concept and concept.kind == "site" and not concept.generic else ""


def _organs_of(
    match: re.Match[str],
    kind: str,
    condition: Condition,
    named: Sequence[tuple[Mention, str]],
    text: str,
    within: tuple[int, int],
) -> list[tuple[Mention, str]]:
    """Of a word, the organs of which it tells."""
    behind = [each for each in named if each[0].start >= match.end()]
    before = [each for each in named if each[0].end <= match.start() and each[0].start >= within[0]]
    link = _OF_RESPONSE if kind == "noun" and condition is Condition.CLEAR else _BEHIND
    if kind == "state":
        link = _NEXT_TO
    if behind and link.fullmatch(text, match.end(), behind[0][0].start):
        return _listed(behind, text)
    if before and match.start() - before[-1][0].end <= _FAR:
        gap = text[before[-1][0].end : match.start()]
        at_once = kind == "state" or ":" in gap or _COORDINATED.fullmatch(gap) or _VERB.search(gap)
        if _BEFORE.fullmatch(gap) and at_once:
            return _listed(before[::-1], text)
    return []


_VERB = re.compile(
    r"\b(?:contain\w*|show\w*|ha[ds]|zeigt\w*|enthielt\w*|wies|weist|harbou?r\w*|held)\b", re.I
)


def _listed(named: Sequence[tuple[Mention, str]], text: str) -> list[tuple[Mention, str]]:
    """The first, and those in one list with it: commas alone part things of a telegram."""
    kept, listed = [named[0]], 1
    for each in named[1:]:
        one, other = sorted((kept[-1][0], each[0]), key=lambda mention: mention.start)
        link = _LIST.fullmatch(text, one.end, other.start)
        if not link:
            break
        kept.append(each)
        listed = listed if link["comma"] else len(kept)
        if each[0].start < named[0][0].start and link["comma"] and listed == 1:
            break
    before = kept[-1][0].start < kept[0][0].start
    return kept[: max(listed, len(kept) if before and listed > 1 else 0)]


def _said(
    condition: Condition, text: str, begin: int, last: int, match: re.Match[str], end: int
) -> Condition | None:
    """Its condition, turned round by a denial; None where it is only supposed or lies back."""
    denial, doubt = _saying("denial"), _saying("doubt")
    if doubt.search(text, begin, end):
        return None
    comma = text.find(",", match.end(), end)
    behind = min(end if comma < 0 else comma, match.end() + _AFTER)
    inner = [m.group().lower() for m in denial.finditer(text, last, match.start())]
    denied = bool(inner) or bool(_DENIED_BEHIND.search(text, match.end(), behind))
    if condition is Condition.UNCLEAR or not denied:
        return condition
    return Condition.CLEAR if condition is Condition.AFFECTED else Condition.AFFECTED


_DENIED_BEHIND = re.compile(
    r"\b(?:(?:was|were|is|are|be) (?:not|excluded|ruled out|absent)"
    r"|not (?:seen|found|detected|present)|excluded|ruled out|absent|nicht|ausgeschlossen"
    r"|fehl\w+)\b",
    re.IGNORECASE,
)


def _spread(reading: Reading, begin: int, end: int) -> Iterator[Told]:
    """Organs that a diagnosis names with it: liver metastases, enlarged nodes."""
    known = vocabulary()
    for fact in reading.between(begin, end):
        if fact.kind not in _DISEASES:
            continue
        family = known.family(fact.value)
        organ = _NODES if fact.value == "lymphadenopathy" else known.site(fact.value)
        if not organ or not family & {"metastases", "lymphadenopathy"}:
            continue
        if fact.assertion in _TOLD:
            condition = Condition.CLEAR if fact.assertion == "negated" else Condition.AFFECTED
            mention = Mention(organ, fact.start, fact.end)
            yield _told(reading, mention, organ, condition, (fact.start, fact.end))


_DISEASES = {FactKind.DIAGNOSIS, FactKind.FINDING}
_TOLD = {"affirmed", "negated"}


def _told(
    reading: Reading, mention: Mention, organ: str, condition: Condition, place: tuple[int, int]
) -> Told:
    start, end = min(mention.start, place[0]), max(mention.end, place[1])
    before = reading.between(mention.start - _WORD, mention.start + 1)
    sides = [f for f in before if f.kind is FactKind.LATERALITY]
    beside = sides and 0 <= mention.start - sides[-1].end <= 2
    return Told(organ, sides[-1].value if beside else "", condition, start, end)


_WORD = 24
"""Characters in which a word for a side begins before what it is the side of."""
