"""A file, whatever it is, as a case: what it is is told by its content, then by its name.

FHIR and CaseDetails are JSON, a message to a cancer registry is XML, a table has columns; all else
is a text that a physician wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from index.case import Case
from index.document import MAX_FILE_BYTES, SUFFIXES, read_document
from index.errors import CaseError
from index.importers.assemble import assemble
from index.importers.csv_tables import SUFFIXES as TABLE_SUFFIXES
from index.importers.csv_tables import Table, read_table
from index.importers.details_json import facts_of, read_details
from index.importers.imported import Fact, Imported, Reading
from index.importers.languages import language_of

MAX_TEXT_BYTES = 200_000
"""Of a document's text, as UTF-8: some 80 pages, far more than a model's context holds."""

READ = ".json (FHIR or a case), .xml, .csv, .txt, .docx, .doc, .rtf or .pdf"

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_OTHER_KINDS = {
    ".xlsx": "Save each of its sheets as .csv.",
    ".xls": "Save each of its sheets as .csv.",
    ".zip": "Unpack it, and give the folder.",
}


def import_source(data: bytes, filename: str, patient: str = "") -> Imported:
    """The case in one file.

    Args:
        patient: the id of the patient, where the file is about several.

    Raises:
        CaseError: what it is can't be told or read; the message says what to do, and repeats
            nothing of what stands in it.
    """
    check_size(len(data))
    if not data.strip(b" \t\r\n\0" + b"".join(_BOMS)):
        raise CaseError("The file is empty.", "Give a file with a patient's record.")
    kind = kind_of(data, filename)
    if kind == "details":
        case = read_details(json_text(data))
        if not case.text:
            raise CaseError("The case is empty.", "Give its fields.")
        return Imported(case, facts_of(case.details) if case.details else ())
    if kind == "text":
        return text_case(read_document(data, filename, limit=MAX_TEXT_BYTES))
    return checked(assemble(reading_of(data, filename, kind, patient)))


def reading_of(data: bytes, filename: str, kind: str, patient: str) -> Reading:
    """What a file of structured data says. Readers are imported where one is needed."""
    if kind == "fhir":
        from index.importers.fhir import read_fhir

        return read_fhir(json_text(data), patient)
    if kind == "xml":
        from index.importers.obds import read_obds

        return read_obds(data, patient)
    from index.importers.tables import read_tables

    return read_tables([as_table(data, PurePath(filename).name)], patient)


def as_table(data: bytes, name: str) -> Table:
    from index.importers.tables import empty_values

    return read_table(data, name, empty_values())


def kind_of(data: bytes, filename: str) -> str:
    """`xml`, `fhir`, `details`, `table` or `text`.

    Raises:
        CaseError: it is of a kind that can't be read.
    """
    suffix = PurePath(filename).suffix.lower()
    start = data[:10_000].replace(b"\0", b"").lstrip(b" \t\r\n" + b"".join(_BOMS))
    if start.startswith((b"%PDF", rb"{\rtf")) or b"<ClinicalDocument" in start:
        return "text"
    if suffix == ".xml" or start.startswith((b"<?xml", b"<ADT_GEKID", b"<oBDS")):
        return "xml"
    if suffix in TABLE_SUFFIXES:
        return "table"
    if suffix in (".json", ".ndjson") or (start.startswith(b"{") and suffix != ".docx"):
        if not start.startswith(b"{"):
            raise CaseError("The file is not a JSON object.", "Give one case, as {…}.")
        return "fhir" if b'"resourceType"' in data else "details"
    if suffix not in SUFFIXES:
        do = _OTHER_KINDS.get(suffix, f"Give {READ}.")
        raise CaseError("This kind of file can't be read.", do)
    return "text"


def json_text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError as error:
        raise CaseError(
            f"The file is not JSON: byte {error.start:,} is not UTF-8.", "Save it as UTF-8."
        ) from None


def check_size(size: int) -> None:
    """Refuses what is too large before anything is made of it."""
    if size > MAX_FILE_BYTES:
        raise CaseError(
            f"The file has {size / 2**20:,.0f} MB; {MAX_FILE_BYTES // 2**20} MB are the most.",
            "Export the one patient's record.",
        )


def text_case(text: str) -> Imported:
    """A text as a case, taken as it is; its facts are its lines, with their offsets."""
    text = text.replace("\0", "").strip("\ufeff \t\r\n")
    if not text:
        raise CaseError("The case is empty.", "Give a file with a patient's record.")
    return Imported(Case(text, language_of(text)), tuple(_lines(text)))


def checked(imported: Imported) -> Imported:
    """Refuses a record that says nothing, or more than any model can take.

    Raises:
        CaseError: it does.
    """
    if not imported.case.text:
        raise CaseError("The record says nothing of the patient.", "Export it with their data.")
    _limited(imported.case.text)
    return imported


def _limited(text: str) -> str:
    size = len(text.encode())
    if size > MAX_TEXT_BYTES:
        raise CaseError(
            f"The record holds {size:,} bytes of text; a case may have {MAX_TEXT_BYTES:,}.",
            "Give the parts that the letter is about.",
        )
    return text


def _lines(text: str) -> Iterator[Fact]:
    start = 0
    for line in text.splitlines(keepends=True):
        shown = line.strip()
        if shown:
            first = start + line.index(shown)
            yield Fact("text", shown, f"characters {first}-{first + len(shown)}")
        start += len(line)
