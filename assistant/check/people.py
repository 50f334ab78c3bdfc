"""The patient's sex, and the titles of persons, as a text gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.check.fact import Fact, FactKind

_FEMALE = r"female|woman|lady|girl|weiblich\w*|Patientin|Dame|Frau|Ms|Mrs|Miss|she|her|hers|herself"
_MALE = r"male|man|gentleman|boy|männlich\w*|Herrn?|Mr|he|his|him|himself"
_SEX = re.compile(rf"\b(?:(?P<f>{_FEMALE})|(?P<m>{_MALE}))\b(?!-)", re.IGNORECASE)
# "Frau Dr. Weber" and "Frau Kollegin" are no patients.
_COLLEAGUE = re.compile(
    r"^\.?\s*(?:Dr|Prof|PD|Priv|Koll|Doktor|Professor|Oberärzt|Chefärzt|Assist)"
)
_SINGULAR = (
    r"(?:wurde|ist|hat|war|erhielt|stellte|berichtete?|vertrug|tolerierte|klagte?|befand|befindet|lebt|raucht"
    r"|nimmt|konnte|kann|leidet|litt|gibt|gab|fühlt|fühlte|verneinte?|bekam|hatte|zeigte|sollte|möchte|wünscht)"
)
_GERMAN = re.compile(rf"\b(?:(?P<f>[Ss]ie)|(?P<m>[Ee]r))\s+{_SINGULAR}\b")
_PATIENT = re.compile(
    r"\b(?P<m>[DdUu](?:er|em|es|nser|nserem|nseres) Patient(?:en)?)\b(?P<f>(?!))?"
)
_LETTER = re.compile(
    r"\b(?:Sex|Gender|Geschlecht)\s*[:=]\s*(?:(?P<f>[fw])|(?P<m>m))\b", re.IGNORECASE
)
_GERMAN_AFTER = re.compile(r"\b(?:wurde|hat|ist|konnte|erhielt|war)\s+(?:(?P<f>sie)|(?P<m>er))\b")

_TITLES = re.compile(
    r"\b(?P<t>(?:(?:Prof|PD|Priv|Doz|Dr|Univ|Professor|Professorin|Privatdozentin|Privatdozent|Doktor|Doctor)\b\.?[-, ]*|med\.\s?|habil\.\s?|h\.\s?c\.\s?)+)"
    r"(?P<n>[A-ZÄÖÜ][\w'’-]+(?:[ ](?:(?:von|van|der|den|de|zu)[ ])*[A-ZÄÖÜ][\w'’-]+){0,2})"
)


def find_sex(text: str, language: str) -> Iterator[Fact]:
    """Every word that tells a person's sex, those of colleagues left out."""
    german = [_GERMAN, _GERMAN_AFTER, _PATIENT] if language == "de" else []
    patterns = [_LETTER, _SEX, *german]
    for pattern in patterns:
        for match in pattern.finditer(text):
            word = match.group("f") or match.group("m")
            if pattern is _SEX and language == "de" and word.lower() in _ENGLISH_PRONOUNS:
                continue
            if pattern is _SEX and word.isupper() and len(word) > 1:
                continue  # an abbreviation
            if _COLLEAGUE.match(text[match.end() : match.end() + 14]):
                continue
            group = "f" if match.group("f") else "m"
            start, end = match.span(group)
            value = "female" if group == "f" else "male"
            yield Fact(FactKind.SEX, value, frozenset({word.lower()}), start, end, word)


_ENGLISH_PRONOUNS = {"she", "her", "hers", "he", "his", "him", "man", "herself", "himself", "male"}


def find_titles(text: str) -> Iterator[Fact]:
    """The highest academic title of each person, about the last part of the name."""
    for match in _TITLES.finditer(text):
        title = match.group("t").lower()
        value = (
            "professor"
            if "prof" in title
            else "lecturer"
            if re.search("pd|priv", title)
            else "doctor"
        )
        start, end = match.span("t")
        surname = match.group("n").split()[-1].lower()
        yield Fact(
            FactKind.TITLE, value, frozenset({surname}), start, end, match.group("t").strip()
        )
