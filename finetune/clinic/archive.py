"""A demo clinic's archive: letters in files, named and filed as a hospital's are.

    letters/2024/03/letter-000123.txt          what the index reads; one in ten is a .docx
    letters-cases/2024/03/letter-000123.json   the case that the letter was written from
    letters-cases/train.txt, dev.txt, test.txt which letters are whose, by patient

The same arguments give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from random import Random

from finetune.clinic.cases import draw_case
from finetune.clinic.clinics import TOWN, Clinic, clinic_named
from finetune.clinic.letters import letter_text, write_letter
from finetune.clinic_pairs import author_style, draw_style
from finetune.pairs import Split, split_of
from index.case import CaseDetails

_DOCX_EVERY = 10
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip file can hold: a letter's bytes must not depend on the clock."""


@dataclass(frozen=True)
class ArchivedLetter:
    """One letter and its case; `path` is inside the archive and has no suffix."""

    path: PurePosixPath
    text: str
    details: CaseDetails

    @property
    def split(self) -> Split:
        return split_of(self.details.patient.last_name)


def archive_letters(
    seed: int, per_language: int = 500, clinic: Clinic = TOWN
) -> Iterator[ArchivedLetter]:
    """The archive's letters, in the clinic's languages by turns."""
    languages = clinic.languages
    for number in range(per_language * len(languages)):
        rng = Random(clinic.seeded(f"{seed}/archive/{number}"))
        details = draw_case(rng, languages[number % len(languages)], clinic=clinic)
        style = author_style(details, clinic) or draw_style(rng, clinic)
        sections = write_letter(details, style, rng.randrange(2**31), clinic=clinic)
        text = letter_text(sections)
        written = _last_day(details) + dt.timedelta(days=rng.randint(1, 10))
        path = PurePosixPath(f"{written:%Y}", f"{written:%m}", f"letter-{number + 1:06d}")
        yield ArchivedLetter(path, text, details)


def write_archive(
    folder: Path, seed: int = 1, per_language: int = 500, clinic: str = TOWN.name
) -> None:
    """Writes letters into `folder`, and cases and splits into `<folder>-cases` beside it.

    Raises:
        TrainingError: no such clinic.
    """
    cases = folder.with_name(f"{folder.name}-cases")
    splits: dict[Split, list[str]] = {split: [] for split in Split}
    for number, letter in enumerate(archive_letters(seed, per_language, clinic_named(clinic))):
        if number % _DOCX_EVERY == _DOCX_EVERY - 1:
            file, content = letter.path.with_suffix(".docx"), _docx(letter.text)
        else:
            file, content = letter.path.with_suffix(".txt"), f"{letter.text}\n".encode()
        _write(folder / file, content)
        case = letter.details.model_dump_json(exclude_defaults=True, indent=2)
        _write(cases / letter.path.with_suffix(".json"), f"{case}\n".encode())
        splits[letter.split].append(str(file))
    for split, files in splits.items():
        _write(cases / f"{split}.txt", ("\n".join(files) + "\n").encode())


def _last_day(details: CaseDetails) -> dt.date:
    """The last day of treatment that the case knows."""
    days = [details.diagnosis.date, *(surgery.date for surgery in details.surgeries)]
    days += [day for course in details.radiotherapy for day in (course.start, course.end)]
    return max((day for day in days if day), default=dt.date(2024, 1, 15))


def _docx(text: str) -> bytes:
    from docx import Document

    document = Document()
    for paragraph in text.split("\n"):
        document.add_paragraph(paragraph)
    drawn = io.BytesIO()
    document.save(drawn)
    fixed = io.BytesIO()
    with zipfile.ZipFile(drawn) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_EPOCH)
            target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
