"""Names of persons, against those of the case."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.judges.verdict import NOT_THERE, Verdict, changed, supported
from assistant.check.patient import any_among
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.wordlists import lexicon


def name(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """Every part of a name has to stand in the case, a genitive's without its s."""
    if fact.about:
        return _of_kin(fact, draft, case)
    last: re.Match[str] | None = None
    for part in fact.value.split():
        exact = re.search(rf"\b{re.escape(part)}\b", case.text, re.IGNORECASE)
        genitive = part.endswith("s") and re.search(
            rf"\b{re.escape(part[:-1].rstrip(chr(39) + chr(8217)))}\b", case.text, re.IGNORECASE
        )
        last = exact or genitive or None
        if last is None:
            if rival := _similar_name(fact, case):
                return changed(rival)
            told = (is_addressed(fact, draft) and not _names_one(_recipient(), case)) or (
                _signs(fact, draft) and not _names_one(_SENDER, case)
            )
            return None if told else NOT_THERE  # whom a letter is for, or by, a case rarely tells
        if not exact:
            # "Frau Bergers Therapie": the genitive ends the name, a noun follows.
            break
    place = (
        Fact(FactKind.NAME, fact.value, frozenset(), *last.span(), last.group()) if last else None
    )
    return supported(place)


_SALUTATION = re.compile(r"(?:\bDear\b|\bSehr geehrte|\bLiebe)[^\n]{0,40}$")


def is_addressed(fact: Fact, draft: Reading) -> bool:
    """Whether it stands in the salutation."""
    line = draft.text.rfind("\n", 0, fact.start) + 1
    return bool(_SALUTATION.search(draft.text[line : fact.start]))


_CLOSING = re.compile(
    r"\n[^\n]{0,20}\b(?:Sincerely|regards|Yours|Best wishes|Respectfully|Cordially"
    r"|Gr(?:ü|ue)(?:ß|ss)\w*|Hochachtungsvoll|Gezeichnet|gez\.|Signed|Dictated by|Diktiert)",
    re.IGNORECASE,
)
_SENDER = re.compile(
    r"\b(?:sender|sent by|signed|signatory|author|letter by|written by|absender|verfasser\w*|gez\."
    r"|unterzeichne\w*|unterschrift|diktiert|from:)",
    re.IGNORECASE,
)
_NAMED_WITHIN = 40


def _signs(fact: Fact, draft: Reading) -> bool:
    """Whether a name stands behind the letter's closing."""
    return bool(_CLOSING.search(draft.text, 0, fact.start))


def _names_one(label: re.Pattern[str], case: Source) -> bool:
    """Whether a name stands behind such a word in the case."""
    places = [match.start() for match in label.finditer(case.text)]
    return any(
        place < f.start <= place + _NAMED_WITHIN and not _STOP.search(case.text, place, f.start)
        for f in case.of(FactKind.NAME)
        for place in places
    )


_STOP = re.compile(r"[^\W\d_]{5,}\.|[;\n]")


def _of_kin(fact: Fact, draft: Reading, case: Source) -> Verdict | None:
    """A relative's name against that in the case; in German any noun may stand there."""
    others = [o for o in case.of(FactKind.NAME) if o.about & fact.about]
    if any(any_among([fact.value], frozenset({o.value})) for o in others):
        return supported(others[0])
    german = draft.passages.language == "de"
    rivals = [o for o in others if not german or _alike(o.value, fact.value)]
    return changed(rivals[0]) if rivals else None


@cache
def _recipient() -> re.Pattern[str]:
    words = "|".join(lexicon()["recipients"])
    return re.compile(rf"(?<!\w)(?:{words})", re.IGNORECASE)


_ALIKE = 0.8
_BEGINS_ALIKE = 0.65
_SHORTEST = 4


def _similar_name(fact: Fact, case: Source) -> Fact | None:
    """A name of the case that shares a part or is spelt much alike."""
    parts = fact.value.split()
    for other in case.of(FactKind.NAME):
        theirs = other.value.split()
        if set(parts) & set(theirs) or any(_alike(a, b) for a in parts for b in theirs):
            return other
    return None


def _alike(one: str, other: str) -> bool:
    """Adeyinka and Adeyemi, Castillo and Castellanos; not Huber and Hubmann."""
    if one[:1] != other[:1] or min(len(one), len(other)) < _SHORTEST:
        return False
    begins = one[:_SHORTEST] == other[:_SHORTEST]
    return SequenceMatcher(None, one, other).ratio() >= (_BEGINS_ALIKE if begins else _ALIKE)
