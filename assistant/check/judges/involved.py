"""Which nodes are involved, by the counts of a case: "pelvic 0/12, para-aortic 1/8"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.judges.relocated import exclusive
from assistant.check.located import SITE, Place, places_of
from assistant.check.nearness import distance
from assistant.check.passages import Sentence
from assistant.check.reading import Reading
from assistant.check.source import Source, related
from assistant.check.vocabulary import vocabulary

_COUNT = re.compile(r"(?<![\d/.,])(?P<some>\d{1,2})\s?/\s?(?P<all>\d{1,2})(?![\d/.,]*\d)")
_NODES = re.compile(r"\bnod(?:e|al)|\w*[Ll]ymphknoten|\bLK\b|\bLN\b|\b[cpyra]{0,3}N[0-3]")
_INVOLVED = re.compile(
    r"\b(?:involve\w*|positive|affected|diseased|bore|bearing|contain\w*|harbou?r\w*|metasta\w*"
    r"|deposits?|spread|befallen\w*|positiv\w*|Befall|tumou?rtragend\w*|Absiedl\w*|metastatisch\w*)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:no|not|none|without|free|clear|negative|kein\w*|nicht|ohne|frei|tumou?rfrei\w*|negativ\w*"
    r"|unauffällig\w*)\b",
    re.IGNORECASE,
)
_REGIONS = {
    "pelvis": "pelvic lymph nodes",
    "axilla": "axillary lymph nodes",
    "groin": "inguinal lymph nodes",
    "neck": "cervical lymph nodes",
    "mediastinum": "mediastinal lymph nodes",
    "retroperitoneum": "retroperitoneal lymph nodes",
}
"""Where nodes are spoken of, the region is that of its nodes."""
_NEAR = 40
"""Characters from a count to the nodes that it is of."""
_BEHIND = 12
"""Characters that nodes behind their count are further off: they mostly go before it."""


@dataclass(frozen=True)
class _Counted:
    """Nodes of a station, and whether any of those removed was involved."""

    station: str
    involved: bool
    start: int
    end: int


def misplaced_nodes(draft: Reading, case: Source) -> Iterator[Finding]:
    """Nodes told as involved where the case counts none of theirs, or only others' as involved."""
    counted = _counts_of(case.reading)
    for place, station in _claims(draft) if counted else ():
        own = [c for c in counted if related(frozenset({c.station}), frozenset({station}))]
        ill = [c for c in counted if c.involved]
        rival = next((c for c in ill if exclusive(c.station, station)), None)
        elsewhere = not own and rival and all(exclusive(c.station, station) for c in ill)
        if (own and not any(c.involved for c in own)) or elsewhere:
            shown = rival or own[0]
            text = draft.text[place.start : place.end]
            fact = Fact(FactKind.SITE, station, frozenset(), place.start, place.end, text)
            message = f"The case says {case.text[shown.start : shown.end]}."
            yield Finding(fact, Status.CHANGED, message, shown.start, shown.end)


def _claims(reading: Reading) -> Iterator[tuple[Place, str]]:
    """Of each sentence on involved nodes that names one station alone, that."""
    for sentence, places in _sentences(reading):
        text = reading.text[sentence.start : sentence.end]
        stations = [(place, s) for place in places if (s := _station(place))]
        if len(stations) == 1 and _INVOLVED.search(text) and not _NOT.search(text):
            yield stations[0]


@lru_cache(maxsize=16)
def _counts_of(case: Reading) -> tuple[_Counted, ...]:
    return tuple(_counts(case))


def _counts(reading: Reading) -> Iterator[_Counted]:
    """ "Left pelvic 0/10", "1/30 nodes (para-aortic)": each count with the nearest station."""
    for sentence, places in _sentences(reading):
        stations = [(place, s) for place in places if (s := _station(place))]
        for match in _COUNT.finditer(reading.text, sentence.start, sentence.end):
            if int(match["some"]) > int(match["all"]) or not stations:
                continue
            here = Fact(FactKind.NUMBER, "", frozenset(), *match.span(), match.group())
            apart = {
                place: distance(reading.text, place, here) + _BEHIND * (place.start > here.start)
                for place, _ in stations
            }
            place, station = min(stations, key=lambda s: apart[s[0]])
            if apart[place] <= _NEAR:
                start, end = min(place.start, here.start), max(place.end, here.end)
                yield _Counted(station, int(match["some"]) > 0, start, end)


def _sentences(reading: Reading) -> Iterator[tuple[Sentence, tuple[Place, ...]]]:
    for sentence, places in zip(reading.passages.sentences, places_of(reading), strict=False):
        if _NODES.search(reading.text, sentence.start, sentence.end):
            yield sentence, places


def _station(place: Place) -> str:
    """The group of nodes that a place is; empty where it is none."""
    known = vocabulary()
    for site in sorted(place.values(SITE)):
        if "lymph nodes" in known.family(site) - {site} and site != "sentinel lymph node":
            return site
    return next((_REGIONS[site] for site in sorted(place.values(SITE)) if site in _REGIONS), "")
