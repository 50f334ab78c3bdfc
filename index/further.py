"""Detectors beside the rules, by setting: known patients, a tagger in a folder, a served model.

Each has a version, which goes into the de-identifier's: with another list or another model all
letters are de-identified anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from index.data_files import phrases, table, words
from index.letter import Language
from index.name_words import is_no_name, without_title
from index.settings import IndexSettings
from index.spans import Label, Span


class FurtherDetector(Protocol):
    """Proposes spans in a text, in any order; they may overlap each other and those of the rules.

    What can't be asked now raises an EpikriseError: a letter that was not looked through by a
    detector that is set must not pass for one that was.
    """

    @property
    def version(self) -> str:
        """Changes when what is found changes."""
        ...

    def __call__(self, text: str, language: Language) -> Iterable[Span]: ...


def further_detectors(
    settings: IndexSettings, given: Sequence[FurtherDetector] = ()
) -> tuple[tuple[FurtherDetector, ...], tuple[str, ...]]:
    """The detectors of the settings with those `given`, and what there is to say of them: a line
    for each row of the list of patients that could not be used.

    Raises:
        SettingsError: the list or the folder can't be used.
    """
    detectors: list[FurtherDetector] = []
    remarks: list[str] = []
    if settings.known_patients is not None:
        from index.known_patients import KnownPatients
        from index.patient_list import read_patients

        known = read_patients(settings.known_patients)
        detectors.append(KnownPatients(known))
        remarks += [f"known patients: {problem}" for problem in known.problems]
    if settings.ner_model is not None:
        from index.ner import ner_model

        detectors.append(ner_model(settings.ner_model.absolute()))
    return (*detectors, *given), tuple(remarks)


def believed(text: str, spans: Iterable[Span]) -> Iterator[Span]:
    """Of a model's proposals those that identify somebody.

    Models take eponyms, drugs and headings for names, a duration for a date and any age for one
    that tells who it is.
    """
    yield from (span for span in spans if _identifies(span.of(text), span.label))


def _identifies(written: str, label: Label) -> bool:
    match label:
        case Label.DATE:
            return bool(_DAY_OR_YEAR.search(written))
        case Label.AGE:
            return bool(_OVER_89.search(written))
        case Label.PATIENT | Label.DOCTOR | Label.LOCATION | Label.HOSPITAL:
            names = _WORD.findall(without_title(written))
            no_name = all(is_no_name(name) or is_eponym(name) for name in names)
            return bool(_DIGIT.search(written)) or not no_name
        case _:
            return True


_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_DAY_OR_YEAR = re.compile(r"(?:19|20)\d\d|\d\s?[./-]\s?\d|\d{1,2}(?:\.|st|nd|rd|th)?\s[^\W\d_]{3,}")
_OVER_89 = re.compile(r"(?<!\d)(?:9\d|1[01]\d)(?!\d)")


def is_eponym(name: str) -> bool:
    """Whether a word is known as the name of a disease, a score, a sign."""
    eponyms = table("eponyms")
    plain = name.capitalize() if name.isupper() else name
    return plain in words(eponyms["words"]) or plain in phrases(eponyms["phrases"])
