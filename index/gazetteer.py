"""Towns of the German-speaking countries by name, and places that only their surroundings tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, listed, phrases, table, words
from index.letter import Language
from index.name_patterns import UPPER
from index.name_words import is_no_name
from index.spans import Label, Span

_SURE = 8
"""Letters from which on a town's name is hardly a surname or a common word."""
_SHORT = 5
"""Shorter names count only where somebody comes from or is there."""
_WORD = rf"[{UPPER}][a-zäöüßéèâ]+(?:[-/][{UPPER}][a-zäöüß]+)*"
_TOWN = re.compile(
    rf"(?<![\w.-])(?:(?:Bad|Sankt|St\.|Markt|Groß|Klein|Neu|Alt|Ober|Unter)[ ])?{_WORD}(?![\w-])"
)
_WHERE = re.compile(
    r"(?:\b(?:in|aus|nach|von|bei|nahe|Raum|Standort|wohnhaft|Filiale|Kreis|Landkreis|Gemeinde"
    r"|Stadt|Ort|Wohnort|Geburtsort|geboren in|geb\. in)[ ]|\d{4,5}[ ]|[·|][ ]|[ ]{2,})$"
)
_ENDINGS = tuple(
    """
    burg dorf hausen heim stadt furt bach berg kirchen ingen lingen stetten rode hagen itz ow brück
    brücken münde hafen thal tal horst büttel kamp born brunn zell weiler kirch städt stett aue
    felden hofen reuth grün moos wil ikon see
    """.split()  # noqa: SIM905
)


def find_german_places(text: str, language: Language) -> Iterator[Span]:
    """Towns, their districts, and regions, in a German text."""
    if language != "de":
        return
    known = _towns()
    for match in _TOWN.finditer(text):
        if _is_town(text, match.start(), match.end()):
            river = _RIVER.match(text, match.end())
            yield Span(match.start(), river.end() if river else match.end(), Label.LOCATION)
    for match in _ABROAD.finditer(text):
        if match["place"] in listed("cities") and not is_no_name(match["place"]):
            yield Span(*match.span("place"), Label.LOCATION)
    for pattern in (_regions(), _DISTRICT, _VALLEY):
        for match in pattern.finditer(text):
            yield Span(*match.span("place"), Label.LOCATION)
    for match in _POSTCODE.finditer(text):
        town = match["town"]
        if not is_no_name(town) and (match["apart"] or town.split("-")[0] in known):
            yield Span(*match.span("code"), Label.LOCATION)
            yield Span(*match.span("town"), Label.LOCATION)
    for match in _POSTCODE_ALONE.finditer(text):
        yield Span(*match.span("code"), Label.LOCATION)
    for match in _TIGHT_STREET.finditer(text):
        yield Span(*match.span(), Label.LOCATION)


def _is_town(text: str, start: int, end: int) -> bool:
    """Whether a capitalised word is a town here: by its name, or by name or form and the place."""
    name = text[start:end]
    if name.startswith("Bad "):
        return not is_no_name(name[4:])
    first, *rest = name.replace("/", "-").split("-")
    if name in _no_towns() or is_no_name(first):
        return False
    placed = _WHERE.search(text, max(0, start - 12), start)
    if name in _towns() or first in _towns() or name.split(" ")[-1] in _towns():
        if rest and len(first) >= _SHORT and first in _towns() and not _is_scale(rest[-1]):
            return True
        if len(name) >= _SURE and name in _towns():
            return True
        if placed:
            return len(name) >= _SHORT or placed[0] != "bei "
        return _is_listed(text, start, end) and len(name) >= _SHORT
    return bool(placed) and placed[0] in ("in ", "aus ") and _ends_like_town(first)


def _is_scale(word: str) -> bool:
    lower = word.lower()
    return lower in words(table("places")["scales"]) or is_no_name(word)


def _is_listed(text: str, start: int, end: int) -> bool:
    """Whether it stands between commas behind a physician or a house: "Dr. Haddad, Kirchzarten"."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return (
        line.endswith(", ")
        and bool(_RECIPIENT.search(line[-90:]))
        and bool(_CLOSED.match(text, end))
    )


_RECIPIENT = re.compile(
    r"\b(?:Dr|Prof|Dres|Herrn?|Frau|Praxis|Klinik|Klinikum|MVZ|Hausarzt|Hausärztin|HA)\b|[a-z]klinik|praxis|spital|krankenhaus"
)
_CLOSED = re.compile(r"[ ]?(?:[,.;:)\n(]|$)")
_RIVER = re.compile(
    r"[ ](?:an der|am|ob der|a\.[ ]?d\.|a\.)[ ](?:Main|Rhein|Neckar|Donau|Oder|Aare|Inn|Elbe"
    r"|Weser|Lech"
    r"|Isar|Mosel|Ruhr|Saale|Spree|Harz|See|Bodensee|Lahn|Aller|Leine|Fils|Enz|Kocher|Traun|Mur|Drau"
    r"|Ybbs|Leitha|Müritz|Albis|Zürichsee|Attersee|Wörthersee|Ammersee|Chiemsee)\b"
    r"|[ ]\((?:Oder|Saale|Müritz|Spree"
    r"|Westf\.|Westfalen)\)|[ ]a\.[ ]?d\.[ ]?[A-Z][a-z]*\.?"
    r"|[ ]b\.[ ]?[A-Z][a-zäöüß]+|[ ]OT[ ][A-Z][a-zäöüß]+"
)
_DISTRICT = re.compile(
    r"(?<![\w.])(?P<place>\d{1,2}\.[ ](?:Wiener[ ])?(?:Gemeindebezirk|Bezirk|Stadtbezirk))"
)
_VALLEY = re.compile(
    rf"\b(?:im|ins|aus dem|vom)[ ](?P<place>(?!Hospital|Spital|Total|Kapital|Digital"
    rf"|Intervall)[{UPPER}][a-zäöüß]{{2,}}(?:tal|gau|land|wald))(?![\w-])"
)
_ABROAD = re.compile(
    rf"\b(?:in|aus|nach|über|geboren in|geb\. in)[ ]"
    rf"(?P<place>{_WORD}(?:[ ]{_WORD})?(?=[ ]?[^\w ])|{_WORD})"
    r"(?![\w-])"
)
_POSTCODE = re.compile(
    rf"(?:(?P<apart>^[ \t]*|[·|•–][ ]?|[ ]{{2,}}|,[ ]|\t)|(?<=[ (]))(?P<code>(?:D|A"
    rf"|CH)?-?\d{{4,5}})[ ]?(?P<town>(?:Bad[ ])?{_WORD})(?=[ ]*(?:[,;.()·|\n\t]|[ ]{{2,}}|$))",
    re.MULTILINE,
)
_POSTCODE_ALONE = re.compile(r"(?<=\d, )(?P<code>\d{5})(?=[.,;)\n]|$)")
_TIGHT_STREET = re.compile(
    rf"(?<![\w-])[{UPPER}][\w-]*(?:str\.|straße|strasse|weg|allee|platz|gasse|ring"
    rf"|damm)[ ]?\d{{1,4}}[ ]?[a-z]?(?!\w)"
)


def _ends_like_town(name: str) -> bool:
    first = name.split("-")[0]
    return (
        len(first) >= 6
        and name not in _no_towns()
        and not is_no_name(first)
        and first.endswith(_ENDINGS)
    )


@cache
def _no_towns() -> frozenset[str]:
    return words(table("german")["no_towns"])


@cache
def _regions() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w-])(?P<place>{either(phrases(table('german')['regions']))})s?(?![\w-])"
    )


@cache
def _towns() -> frozenset[str]:
    return listed("towns") | frozenset(phrases(table("places")["towns"]["de"]))
