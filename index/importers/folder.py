"""A folder as one patient's record: tables, bundles, messages and documents together."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.document import MAX_FILE_BYTES, read_document
from index.errors import CaseError
from index.importers.assemble import assemble
from index.importers.csv_tables import Table
from index.importers.imported import (
    Entry,
    Imported,
    Kind,
    NotUnderstood,
    Reading,
    Value,
    entry,
)
from index.importers.languages import language_of
from index.importers.patients import NoSuchPatient, choose
from index.importers.source import (
    MAX_TEXT_BYTES,
    READ,
    as_table,
    check_size,
    checked,
    import_source,
    json_text,
    kind_of,
)

_MOST_FILES = 1000
_MOST_BYTES = 5 * MAX_FILE_BYTES
_ABOUT_THE_FOLDER = ("readme", "license", "licence", "changelog", "notice", "synthetic_data")


def import_path(path: Path, patient: str = "") -> Imported:
    """The case in a file or a folder.

    Args:
        patient: the id of the patient, where the source is about several.

    Raises:
        CaseError: it can't be read, or not as one patient's record.
    """
    try:
        if path.is_dir():
            return import_folder(path, patient)
        check_size(path.stat().st_size)
        return import_source(path.read_bytes(), path.name, patient)
    except OSError as error:
        raise CaseError(
            f"The case file {path} can't be read: {error.strerror}.", "Give a file, or - ."
        ) from None


@dataclass
class _Found:
    """What the files of a folder are."""

    tables: list[Table] = field(default_factory=list[Table])
    resources: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    messages: dict[str, bytes] = field(default_factory=dict[str, bytes])
    documents: list[Entry] = field(default_factory=list[Entry])
    notes: list[NotUnderstood] = field(default_factory=list[NotUnderstood])


def import_folder(folder: Path, patient: str = "") -> Imported:
    """All that the files of a folder, and of the folders in it, say of one patient.

    A file that can't be read is listed, and takes nothing from the others.

    Raises:
        CaseError: nothing in it can be read, or it is about several patients.
    """
    found = _Found()
    total = 0
    for name in _files(folder):
        path = folder / name
        total += path.stat().st_size
        if total > _MOST_BYTES:
            raise CaseError(
                f"The folder has more than {_MOST_BYTES // 2**20} MB.",
                "Give the folder of one patient.",
            )
        try:
            _sort(found, path, name)
        except CaseError as error:
            found.notes.append(NotUnderstood(name, "file", str(error)))
    readings = list(_readings(found, patient))
    if not any(reading.entries for reading in readings):
        raise CaseError("Nothing in the folder can be read as a record.", f"Give {READ}.")
    most = max(readings, key=lambda reading: len(reading.entries))
    entries = tuple(each for reading in readings for each in reading.entries)
    notes = tuple(note for reading in readings for note in reading.not_understood)
    return checked(assemble(Reading(entries, (*notes, *found.notes), most.language)))


def _files(folder: Path) -> list[str]:
    """Paths of all files, sorted. Links are not followed: they may lead out of the folder."""
    names: list[str] = []
    for parent, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        for name in files:
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink():
                names.append(path.relative_to(folder).as_posix())
        if len(names) > _MOST_FILES:
            raise CaseError(
                f"The folder holds more than {_MOST_FILES} files.",
                "Give the folder of one patient.",
            )
    return sorted(names)


def _sort(found: _Found, path: Path, name: str) -> None:
    base = path.name.casefold()
    if base.startswith((".", "~$", *_ABOUT_THE_FOLDER)):
        found.notes.append(NotUnderstood(name, "file", "it is about the folder, not the patient"))
        return
    check_size(path.stat().st_size)
    data = path.read_bytes()
    kind = kind_of(data, name)
    if kind == "table":
        found.tables.append(as_table(data, name))
    elif kind == "fhir":
        from index.importers.fhir_bundle import read_resources

        found.resources += read_resources(json_text(data))
    elif kind == "xml":
        from index.importers.obds import patient_ids

        patient_ids(data)
        found.messages[name] = data
    elif kind == "details":
        why = "it is a case of its own; give it alone"
        found.notes.append(NotUnderstood(name, "file", why))
    else:
        found.documents.append(_document(data, name, kind))


def _document(data: bytes, name: str, kind: str) -> Entry:
    if kind == "pdf":
        text = import_source(data, name).case.text
    else:
        text = read_document(data, name, limit=MAX_TEXT_BYTES)
    title = name.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("_", " ")
    where = f"{name} characters 0-{len(text)}"
    return entry(Kind.REPORT, title=Value(title, name), text=Value(text, where))


def _readings(found: _Found, patient: str) -> Iterator[Reading]:
    """What each kind of source says; one that is of another patient is listed."""
    sources: tuple[tuple[str, Iterable[Reading]], ...] = (
        ("tables", _of_tables(found, patient)),
        ("FHIR", _of_resources(found, patient)),
        ("messages", _of_messages(found, patient)),
    )
    missing: NoSuchPatient | None = None
    read = 0
    for name, readings in sources:
        try:
            for reading in readings:
                read += 1
                yield reading
        except NoSuchPatient as error:
            missing = error
            found.notes.append(NotUnderstood(name, "files", "they are of another patient"))
    if missing and not read:
        raise missing
    if found.documents:
        text = "\n".join(each.get("text") for each in found.documents)
        yield Reading(tuple(found.documents), (), language_of(text))


def _of_tables(found: _Found, patient: str) -> Iterator[Reading]:
    if found.tables:
        from index.importers.tables import read_tables

        yield read_tables(found.tables, patient)


def _of_resources(found: _Found, patient: str) -> Iterator[Reading]:
    if found.resources:
        from index.importers.fhir import read_all

        yield read_all(found.resources, patient)


def _of_messages(found: _Found, patient: str) -> Iterator[Reading]:
    if not found.messages:
        return
    from index.importers.obds import patient_ids, read_obds

    ids = {name: patient_ids(data) for name, data in found.messages.items()}
    chosen = choose((each for known in ids.values() for each in known), patient)
    for name, data in found.messages.items():
        if chosen not in ids[name]:
            found.notes.append(NotUnderstood(name, "file", "it is of another patient"))
        else:
            reading = read_obds(data, chosen)
            entries = tuple(_in_file(each, name) for each in reading.entries)
            yield Reading(entries, reading.not_understood, reading.language)


def _in_file(each: Entry, name: str) -> Entry:
    fields = tuple((f, Value(v.text, f"{name} {v.where}")) for f, v in each.fields)
    return Entry(each.kind, fields, each.about)
