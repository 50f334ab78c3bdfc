"""What a machine wrote into an English letter: fields of a form, messages, handles, positions.

"PT_SURNAME = DE LA HAYE", "MSG_ID = RAD|20231107|000918823", "GARZA^REFUGIO^M", "@kwabena_rn",
"51.5033, -0.1196". What a field is called tells what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.letter import Language
from index.name_patterns import UPPER
from index.spans import Label, Span


def find_english_fields(text: str, language: Language) -> Iterator[Span]:
    """Spans in an English text."""
    if language != "en":
        return
    for match in _FIELD.finditer(text):
        label = _label(match["key"])
        if label:
            yield Span(*match.span("value"), label)
    for pattern, label in _BY_FORM:
        for match in pattern.finditer(text):
            yield Span(*match.span("value"), label)


_FIELD = re.compile(
    r"^[ \t]*(?P<key>[A-Z][A-Z\d]*(?:_[A-Z\d]+)*)[ \t]*=[ \t]*"
    r"(?P<value>[^\s=](?:[^\n=]*[^\s=])?)[ \t]*$",
    re.MULTILINE,
)
_KINDS = (
    (Label.PATIENT, "SURNAME FORENAME FORENAMES GIVEN FAMILY LASTNAME FIRSTNAME NAME ALIAS NOK"),
    (Label.DOCTOR, "DOCTOR PHYSICIAN CONSULTANT SECRETARY AUTHOR REPORTER TYPIST RADIOLOGIST"),
    (Label.DATE, "DOB BIRTHDATE"),
    (Label.LOCATION, "ADDRESS STREET CITY TOWN POSTCODE ZIP COUNTY"),
    (Label.HOSPITAL, "HOSPITAL FACILITY PRACTICE SITE INSTITUTION SURGERY"),
    (Label.CONTACT, "PHONE TEL TELEPHONE FAX MOBILE EMAIL CALLBACK BLEEP PAGER"),
    (Label.ID, "ID UID MRN NHS CHI ACCESSION ACC REF VISIT ACCT ACCOUNT SSN EPISODE"),
)
_LABELS = {word: label for label, names in _KINDS for word in names.split()}


def _label(key: str) -> Label | None:
    """By the last word of a field's name that tells it: "PT_DOB", "REF_CONSULTANT_NAME"."""
    found = [_LABELS[word] for word in key.split("_") if word in _LABELS]
    persons = [label for label in found if label is Label.DOCTOR]
    return (persons or found or [None])[-1]


_BY_FORM = (
    # HL7 and DICOM join the parts of a name by carets
    (
        re.compile(
            rf"(?<![\w^])(?P<value>[{UPPER}][^\W\d_]+(?:[-'’ ][{UPPER}][^\W\d_]+)*"
            rf"(?:\^[{UPPER}][^\W\d_]*){{1,3}})(?![\w])"
        ),
        Label.PATIENT,
    ),
    # what somebody is called in a messenger
    (re.compile(r"(?<![\w@.])(?P<value>@[A-Za-z][\w.]{2,29}\w)(?![\w@])"), Label.CONTACT),
    # latitude and longitude
    (
        re.compile(
            r"(?<![\w.,])(?P<value>-?\d{1,2}\.\d{3,}°?[ ]?[NS]?,[ ]?-?\d{1,3}\.\d{3,}°?[ ]?[EW]?)"
            r"(?![\w.])"
        ),
        Label.LOCATION,
    ),
    # a British number plate
    (
        re.compile(r"(?<![\w-])(?P<value>[A-HJ-PR-Y][A-HJ-Y]\d{2}[ ][A-HJ-PR-Z]{3})(?![\w-])"),
        Label.ID,
    ),
    # a number in single figures: "7 1 2 - 0 0 4 - 3 3 1 8"
    (
        re.compile(r"(?<![\w.,/-])(?P<value>\d(?:(?:[ ]|[ ]?-[ ]?)\d){7,})(?![\w/%-]|[.,]\d)"),
        Label.ID,
    ),
    # a subscriber of an exchange: "telephoned (St. Just 433)"
    (
        re.compile(
            r"\b(?i:tele?(?:phoned?)?|phoned?|rang)[.:]?[ ]?\(?"
            rf"(?P<value>(?:St\.?[ ])?[{UPPER}][a-z]+(?:[ ][{UPPER}][a-z]+)?[ ]\d{{2,6}})"
            r"(?=[ ]?[).,;\n])"
        ),
        Label.CONTACT,
    ),
)
