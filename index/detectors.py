"""Detectors: each proposes spans of one kind in a text. None of them changes anything.

A detector is a plain function, so that it can be tried on its own; `index.analyzer` runs them all,
side by side with Presidio's. A further one (a trained name tagger, a list of known patients, a
served model) is one more function of this form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from index.board_names import find_board_names
from index.code_forms import find_code_forms
from index.codes import find_codes
from index.data_files import either, phrases, table
from index.date_words import find_date_words
from index.dictation import find_dictation_marks
from index.english_codes import (
    find_english_codes,
    find_english_contacts,
    find_english_work,
)
from index.english_date_forms import find_english_date_forms
from index.english_fields import find_english_fields
from index.english_houses import find_english_houses
from index.english_names import introduced_in_english
from index.english_places import find_english_addresses, find_english_towns
from index.english_spoken import find_english_spoken
from index.gazetteer import find_german_places
from index.german_addresses import find_german_addresses
from index.german_initials import find_german_initials
from index.german_spoken import find_german_spoken
from index.grouped_codes import find_grouped_codes
from index.hospitals import find_hospitals
from index.houses import find_german_houses
from index.letter import Language
from index.loose_dates import find_all_dates
from index.name_edges import names_alone
from index.names import find_names, later_mentions
from index.occupations import find_occupations
from index.place_forms import find_place_forms
from index.places import find_addresses, find_towns
from index.spaced_codes import find_spaced_codes
from index.spans import Label, Span, merge
from index.tagger import find_tagged
from index.uncased_names import find_uncased_names
from index.unknown_names import find_unknown_names

Detector = Callable[[str, Language], Iterable[Span]]


def detect_names(text: str, language: Language) -> tuple[Span, ...]:
    """Names of patients, physicians and relatives; spans may overlap."""
    return find_names(text, language, introduced_in_english(text) if language == "en" else ())


def detect_tagged(text: str, language: Language) -> Iterator[Span]:
    """What the tagger finds, and the later mentions of the names among it."""
    tagged = tuple(names_alone(text, find_tagged(text, language), language))
    yield from tagged
    persons = [each for each in tagged if each.label in _PERSONS]
    yield from names_alone(text, later_mentions(text, persons), language)


_PERSONS = (Label.PATIENT, Label.DOCTOR)


def detect_dates(text: str, language: Language) -> Iterator[Span]:
    for mention in find_all_dates(text, language):
        yield Span(mention.start, mention.end, Label.DATE)


def detect_english_places(text: str, language: Language) -> Iterator[Span]:
    """What surroundings tell to be an address, a town or a house of care in an English letter."""
    if language == "en":
        for find in (find_english_addresses, find_english_towns, find_english_houses):
            yield from find(text)


def detect_english_codes(text: str, language: Language) -> Iterator[Span]:
    """Numbers, codes, contacts, great ages and work as English letters write them."""
    if language == "en":
        for find in (find_english_codes, find_english_contacts, find_english_work):
            yield from find(text)


def detect_ages(text: str, language: Language) -> Iterator[Span]:
    """Ages over 89: fewer people share them than share a birthday."""
    for match in _AGE.finditer(text):
        yield Span(*match.span("age"), Label.AGE)


_AGE = re.compile(
    r"(?<![\d.,])(?P<age>9\d|1[01]\d)"
    r"(?=[- ]?(?:jährig|jähr\.|Jahre alt|J\.|LJ|year|yr|y\.?o\.?\b|y/o)"
    r"|\.[ ](?:Geburtstag|Lebensjahr)|(?<=\bmit 9\d)[ ]Jahren|(?<=\bAlter von 9\d)[ ]Jahren)"
)


def detect_contacts(text: str, language: Language) -> Iterator[Span]:
    """Telephone and fax numbers, mail and web addresses."""
    for pattern in (_MAIL, _WEB, _PHONE, _labelled_phone()):
        for match in pattern.finditer(text):
            group = "number" if "number" in pattern.groupindex else 0
            yield Span(*match.span(group), Label.CONTACT)


_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(r"\b(?:https?://|www\.)[^\s,;)>]+[\w/]")
_PHONE = re.compile(
    r"(?<![\w.,/+-])(?:"
    r"\+\d{1,3}[ (]\(?\d[\d ()/-]{5,}\d"
    r"|\(\d{3,5}\)[ ]?\d{2,}[\d -]*\d"
    r"|\d{3}[-. ]\d{3}[-. ]\d{4}"
    r"|0\d{2,5}[ ]?[/-][ ]?\d{3,}(?:[ -]\d{1,6}){0,3}"
    r")(?!\w)"
)


@cache
def _labelled_phone() -> re.Pattern[str]:
    labels = either(phrases(table("labels")["phones"]))
    further = r"(?:-DW)?(?:[ ](?:o\.|oder|or|bis|u\.)[ ]\d{3,})?"
    digits = rf"(?=[\d ()+/.-]{{5,}})[+(]?\d(?:[\d ()/-]|\.(?=\d{{2}}))*\d{further}"
    return re.compile(
        rf"(?<![\w-])(?:{labels})\.?(?:[ ]?-?[ ]?Nr)?[.: \t]{{1,4}}(?P<number>{digits})"
    )


def detect_ids(text: str, language: Language) -> Iterator[Span]:
    """Numbers of cases, patients, insurances, specimens; codes of wards and rooms."""
    for pattern in (_labelled_id(), _BARE_ID, _ward()):
        for match in pattern.finditer(text):
            group = "code" if "code" in pattern.groupindex else 0
            yield Span(*match.span(group), Label.ID)


_BARE_ID = re.compile(
    r"(?<![\w.,/+-])(?!NCT)(?:"
    r"\d{3}-\d{2,3}-\d{3,4}|\d{3,6}-\d{3,6}(?:-\d{2,5})?|#[ ]?[A-Z\d][A-Z\d-]{3,}"
    r"|[A-Z]\d{3,6}/\d{2,4}|[A-Z]{1,6}\d?-?\d{5,}(?:-\d+)?|[A-Z]{2,6}-\d{4,}|\d{7,}|\d{4,}(?!IE|IU|ME|MG|ML)[A-Z]{1,3}(?=[\s,.;)])"
    r")(?![\w%]|[.,]\d)"
)


@cache
def _labelled_id() -> re.Pattern[str]:
    listed = phrases(table("labels")["ids"])
    labels, initials = either(listed), "".join(sorted({each[0] for each in listed}))
    # Where case is ignored each label would be tried at each word, so the first letter goes ahead.
    return re.compile(
        rf"(?=(?i:[{re.escape(initials)}]))(?<![\w-])(?i:{labels})(?![a-zäöü])[.:#]*\)?\s?"
        r"(?i:number|nr|no|is|of|is listed as)?[.:#]*[ \t]*"
        r"(?P<code>#?(?=[\w/-]*\d)[A-Z\d][A-Za-z\d]*(?:[-/][A-Za-z\d]+)*(?<=[\w/-]{4}))(?![\w.,/]\d)"
    )


@cache
def _ward() -> re.Pattern[str]:
    labels = either(phrases(table("labels")["wards"]))
    return re.compile(
        rf"(?<![\w-])(?:{labels})\.?[ \t]?:?[ \t]{{0,2}}(?P<code>[A-Z]{{0,4}}-?\d{{1,4}}[A-Za-z]?)"
        r"(?!\w|[.,]\d|[ ]?(?:mg|ml|Tage|h\b))"
    )


def detect_professions(text: str, language: Language) -> Iterator[Span]:
    for match in _profession().finditer(text):
        yield Span(*match.span("work"), Label.PROFESSION)


@cache
def _profession() -> re.Pattern[str]:
    labels = either(phrases(table("labels")["professions"]))
    return re.compile(
        rf"\b(?i:{labels})[: ][ ]?(?P<work>[^\W\d_]{{4,}}(?:[ -](?:in|im)?[ ]?(?!während|during"
        rf"|while|since|until)[^\W\d_]{{4,}})?)"
    )


RULES: dict[str, Detector] = {
    "names": detect_names,
    "dates": detect_dates,
    "ages": detect_ages,
    "addresses": find_addresses,
    "towns": find_towns,
    "hospitals": find_hospitals,
    "english places": detect_english_places,
    "english codes": detect_english_codes,
    "contacts": detect_contacts,
    "ids": detect_ids,
    "professions": detect_professions,
    "date words": find_date_words,
    "codes": find_codes,
    "dictation marks": find_dictation_marks,
    "code forms": find_code_forms,
    "unknown names": find_unknown_names,
    "spoken English": find_english_spoken,
    "English date forms": find_english_date_forms,
    "English fields": find_english_fields,
    "grouped codes": find_grouped_codes,
    "place forms": find_place_forms,
    "German places": find_german_places,
    "German houses": find_german_houses,
    "German occupations": find_occupations,
    "German addresses": find_german_addresses,
    "German initials": find_german_initials,
    "board names": find_board_names,
    "spoken German": find_german_spoken,
    "spaced codes": find_spaced_codes,
    "uncased names": find_uncased_names,
}
"""The detectors that nothing was learnt for."""
DETECTORS: dict[str, Detector] = {**RULES, "tagger": detect_tagged}


def find_spans(text: str, language: Language) -> tuple[Span, ...]:
    """What our rules find, without the tagger and Presidio's: sorted spans without overlaps."""
    return merge(span for detector in RULES.values() for span in detector(text, language))
