"""One letter of an archive on its way to pairs: read, de-identified, with the case beside it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path, PurePath
from random import Random
from typing import TYPE_CHECKING

from assistant.prompt import defuse
from finetune.clinic.summaries import write_summary
from finetune.pairing.body import Body, body_of
from finetune.pairing.derive import derive_case, with_quotes
from finetune.pairing.people import patient_of_letter
from finetune.pairing.support import Held, held_against, share, unsupported_units
from finetune.pairing.units import Unit, days_in, units_of
from index.archive import read_letter
from index.case import Case, CaseDetails
from index.case_text import render_case
from index.case_text_more import course_lines, tumour_lines
from index.deidentify import Deidentifier
from index.errors import CaseError, LetterFileError
from index.importers.source import import_source
from index.letter import DeidentifiedLetter, Letter, SectionKind
from index.letter_metadata import letter_date
from index.spans import Span
from index.surrogates import Surrogates, fold

if TYPE_CHECKING:
    from index.decisions import Decision

_LEAST_WORDS = 40
"""A letter with fewer is a cover note, or was cut off."""


class Origin(StrEnum):
    """Where a pair's case comes from."""

    BESIDE = "beside the letter"
    RULES = "derived by rules"
    MODEL = "derived by the model"


class LeftOut(StrEnum):
    """Why a letter gives no pair."""

    UNREADABLE = "can't be read"
    IN_REVIEW = "in review: an identifier may be left"
    COPY = "the same as another file"
    SHORT = "too short"
    NO_CLOSING = "no closing: it may be cut off"
    OTHER_LANGUAGE = "its case is in another language"
    UNSUPPORTED = "too many facts that its case lacks"


@dataclass(frozen=True)
class Draft:
    """A letter without identities, with its case.

    Attributes:
        letter: whole, as the index holds it.
        body: what of it is to be written.
        units: of the letter; empty where the case is not derived.
        written: where surrogates stand in it.
        case: the case's text; empty until there is one.
        details: the case's fields, where it has some.
        summary: made from the fields; empty where it can't be.
        facts: of the body, held against the case.
        by_fields: the share supported before sentences of the letter were put into the case.
        origin: where the case comes from.
        quoted: how many sentences of the letter stand in the case.
        keys: keyed codes; letters that share one are of one patient.
        day: when it was written. A real date: never written down.
        bad_case: whether a case lay beside it that couldn't be read.
        institution: whose letter it is; empty where that is not told.
    """

    letter: DeidentifiedLetter
    body: Body
    units: tuple[Unit, ...]
    written: tuple[Span, ...]
    keys: tuple[str, ...]
    day: dt.date | None
    case: str = ""
    details: CaseDetails | None = None
    summary: str = ""
    facts: tuple[Held, ...] = ()
    by_fields: float = 0.0
    origin: Origin = Origin.RULES
    quoted: int = 0
    bad_case: bool = False
    institution: str = ""

    @property
    def support(self) -> float:
        return share(self.facts)


@dataclass(frozen=True)
class DraftStages:
    """Makes a draft of each file; portable, so that processes may share the work.

    Args:
        key: of the data folder.
        deidentifier: as the settings ask.
        cases: files with a case, by the path of the letter without its suffix.
        derive: whether a case is derived by rules where none lies beside the letter.
        by_folder: whether each folder right under the archive's is an institution.
    """

    key: bytes
    deidentifier: Deidentifier
    cases: Mapping[str, Path]
    derive: bool = True
    by_folder: bool = False

    def prepare(self, folder: Path, file: str, decision: Decision | None = None) -> Draft | LeftOut:
        """Nothing that is wrong with one letter is raised."""
        try:
            return self._draft(read_letter(folder, file))
        except LetterFileError:
            return LeftOut.UNREADABLE
        except (ValueError, LookupError, ArithmeticError, RuntimeError):
            # A text of an unforeseen form; the message may hold some of it.
            return LeftOut.UNREADABLE

    def _draft(self, letter: Letter) -> Draft | LeftOut:
        case, bad_case = self._case_beside(letter)
        if case is not None and case.details is None and case.language != letter.language:
            return LeftOut.OTHER_LANGUAGE
        summary = summary_of(case.details) if case and case.details else ""
        beside = [case.text, summary] if case else []
        together = self.deidentifier.review_together(letter, beside)
        reviewed = together.reviewed
        if reviewed.residue:
            return LeftOut.IN_REVIEW
        done = reviewed.letter
        body = body_of(done)
        if len(body.answer.split()) < _LEAST_WORDS:
            return LeftOut.SHORT
        if done.metadata.letter_type == "letter" and not body.of(SectionKind.CLOSING):
            return LeftOut.NO_CLOSING
        draft = Draft(
            letter=done,
            body=body,
            units=units_of(done.text, letter.language, done.sections),
            written=reviewed.replaced.written,
            keys=(together.patient, *self._further_keys(letter, reviewed.replaced.spans)),
            day=_written_on(letter),
            bad_case=bad_case,
            institution=self._institution(letter),
        )
        if case:
            text, short = together.beside
            return _with_text(replace(draft, origin=Origin.BESIDE), text, short)
        return with_details(draft, derived_by_rules(draft), Origin.RULES) if self.derive else draft

    def _institution(self, letter: Letter) -> str:
        """The first folder of its path; empty where it lies in none."""
        folders = PurePath(letter.id).parts[:-1]
        return folders[0] if self.by_folder and folders else ""

    def _case_beside(self, letter: Letter) -> tuple[Case | None, bool]:
        """The case in the letter's language, and whether there is one that can't be read."""
        path = self.cases.get(str(PurePath(letter.id).with_suffix("")))
        if path is None:
            return None, False
        try:
            case = import_source(path.read_bytes(), path.name).case
        except (CaseError, OSError):
            return None, True
        if case.details and case.language != letter.language:
            case = render_case(case.details.model_copy(update={"language": letter.language}))
        return case, False

    def _further_keys(self, letter: Letter, spans: tuple[Span, ...]) -> tuple[str, ...]:
        """Of the birth date with either name, as one of the names may be written otherwise."""
        patient = patient_of_letter(letter.text, letter.language, spans, ())
        if not patient.birth_date:
            return ()
        names = {fold(word) for word in (*patient.first_name.split(), patient.last_name) if word}
        born = f"{patient.birth_date}"
        codes = Surrogates(self.key)
        return tuple(codes.code("patient", f"{born} {name}") for name in sorted(names))


def with_details(draft: Draft, details: CaseDetails, origin: Origin) -> Draft:
    """The draft with a derived case, to which sentences are added whose facts it lacks."""
    case = render_case(details).text
    start = draft.body.start
    facts = held_against(case, draft.letter.text, start)
    by_fields = share(facts)
    missing = unsupported_units(draft.units, facts)
    if missing:
        details = with_quotes(details, missing)
        case = render_case(details).text
        facts = held_against(case, draft.letter.text, start)
    return replace(
        draft,
        case=case,
        details=details,
        summary=summary_of(details),
        facts=facts,
        by_fields=by_fields,
        origin=origin,
        quoted=len(missing),
    )


def derived_by_rules(draft: Draft) -> CaseDetails:
    """The case's fields as rules find them in the letter."""
    language = draft.letter.metadata.language
    return derive_case(draft.letter.text, language, draft.units, draft.written)


def _with_text(draft: Draft, case: str, summary: str) -> Draft:
    facts = held_against(case, draft.letter.text, draft.body.start)
    return replace(draft, case=case, summary=summary, facts=facts, by_fields=share(facts))


def summary_of(details: CaseDetails) -> str:
    """A summary by rules, in the clinic's wording, then the lines that it has no words for; empty
    where the clinic can't word a group of facts."""
    seed = Random(details.model_dump_json()).randrange(2**31)
    with suppress(LookupError):
        lines = [write_summary(details, seed)]
        lines += [f"{label}: {value}" for label, value in tumour_lines(details)]
        lines += [f"{label}: {value}" for label, value in course_lines(details)]
        return defuse("\n".join(filter(None, lines)))
    return ""


_MONTH_FOLDER = re.compile(r"(?:^|/)((?:19|20)\d\d)/(0[1-9]|1[0-2])/")


def _written_on(letter: Letter) -> dt.date | None:
    """By its head, else by the folders of its path, else the last date above its schedule."""
    if found := letter_date(letter.text, letter.language):
        return found
    if folder := _MONTH_FOLDER.search(letter.id):
        return dt.date(int(folder[1]), int(folder[2]), 1)
    days = [day.date for day in days_in(letter.text, letter.language)]
    return max(days, default=None) if len(days) > 1 else None
