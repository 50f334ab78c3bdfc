"""Dates, telephone numbers and codes in words, as speech recognition writes them in small letters.

"am dritten vierten neunzehnhundertsechsundvierzig", "juli zweitausendzwanzig", "telefon null neun
sechs sechs eins", "station zwo b"; and the names of the recordings and files that letters cite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.data_files import either
from index.dates import month_forms
from index.letter import Language
from index.spans import Label, Span


def find_german_spoken(text: str, language: Language) -> Iterator[Span]:
    """Spans in a German text of what is written in words where others write figures."""
    if language != "de":
        return
    for match in _FILE.finditer(text):
        yield Span(*match.span(), Label.ID)
    for pattern in _DATES:
        for match in pattern.finditer(text):
            yield Span(*match.span("date"), Label.DATE)
    for match in _FIGURES.finditer(text):
        if len(_FIGURE.findall(match["code"])) >= _FEWEST:
            yield Span(*match.span("code"), Label.CONTACT if match["phone"] else Label.ID)
    for match in _WARD.finditer(text):
        yield Span(*match.span("code"), Label.ID)


_ONES = ("zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_TEENS = ("dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn")
_TENS = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_AND = rf"(?:(?:ein|{either(_ONES)})und)?"
_NUMBER = rf"(?:{_AND}(?:{either(_TENS)})|{either((*_TEENS, *_ONES, 'zehn', 'elf', 'zwölf'))})"
_ORDINAL = (
    rf"(?:(?:{either((*_TEENS, 'zehn', 'elf', 'zwölf'))}|ers|zwei|zwo|drit|vier|fünf|sechs|sieb"
    rf"|sieben|ach|neun)te[nr]?|{_AND}(?:zwanzig|dreißig)ste[nr]?)"
)
_MONTHS = either(name for names in month_forms("de") for name in (names[0], *names[2:]))
_YEAR = rf"(?:(?:neunzehnhundert|zweitausend)(?:und)?(?:{_NUMBER}|eins)|zwanzig{_NUMBER})"
_DAYS = rf"(?:{_ORDINAL}[ ](?:bis(?:[ ]zum)?|und)[ ])?{_ORDINAL}"
_END = r"(?![\w-])"
_DATES = (
    # vierter zwölfter zweitausendelf, elften bis neunzehnten Juli
    re.compile(
        rf"(?<![\w-])(?P<date>{_DAYS}[ ]"
        rf"(?:(?:{_MONTHS})(?:[ ]{_YEAR})?|{_ORDINAL}[ ]{_YEAR})){_END}",
        re.IGNORECASE,
    ),
    # am vierten zwölften
    re.compile(rf"(?<![\w-])(?:am|vom|zum|bis|de[mn])[ ](?P<date>{_DAYS}[ ]{_ORDINAL}){_END}"),
    # seit mai, oktober zweitausendneunzehn
    re.compile(
        rf"(?<![\w-])(?:(?:seit|im|bis|ab|anfang|mitte|ende|vom)[ ]|(?=\w+[ ]{_YEAR}))"
        rf"(?P<date>(?:{_MONTHS})(?:[ ]{_YEAR})?){_END}"
    ),
    # am vierten, where the dictation has its mark or ends: "am vierten tag" is none
    re.compile(
        rf"(?<![\w-])(?:am|vom|zum)[ ](?P<date>{_ORDINAL})"
        r"(?=[ ](?:punkt|komma|absatz|bis|und|durch|bei|in)\b|[.,;:)]|[ ]?\n|$)"
    ),
    re.compile(rf"(?<![\w-])(?P<date>{_YEAR}){_END}"),
)
_ONE = rf"(?:null|eins|zwo|{_NUMBER}){_END}"
_FIGURE = re.compile(rf"(?<![\w-]){_ONE}")
_FEWEST = 5
"""Figures in a row: a stage or a dose has fewer."""
_FIGURES = re.compile(
    rf"(?<![\w-])(?P<phone>(?:telefon|tel\.?|handy|mobil|fax|durchwahl)(?:nummer)?:?[ ])?"
    rf"(?P<code>(?:[a-z][ ])?{_ONE}(?:[ ](?:strich|schrägstrich|bindestrich|doppel)\b"
    rf"|[ ]{_ONE}|[ ](?:punkt|[a-z])(?=[ ]{_ONE}))*)",
    re.IGNORECASE,
)
_WARD = re.compile(
    r"(?<![\w-])(?:[Ss]tation|[Zz]immer|[Bb]ett|[Ee]bene|[Ss]aal)[ ]"
    rf"(?P<code>{_ONE}(?:[ ][a-z]{_END})?)"
)
_FILE = re.compile(
    r"(?<![\w.-])[\w-]*\d{3,}[\w-]*"
    r"\.(?:wav|mp3|m4a|dss|ds2|pdf|docx?|dcm|jpe?g|png|tiff?|txt|xml)\b"
)
