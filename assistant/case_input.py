"""What a physician gives as a case, in whatever form, as a Case.

Text that begins with "{" is JSON, of a case in fields or of a FHIR bundle; text that begins as XML
is a message to a cancer registry; all other text is taken as it is. Files and folders are read by
`index.importers`.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from assistant.check.contradictory import contradictory
from index.case import Case
from index.errors import CaseError
from index.importers.folder import import_path
from index.importers.imported import Contradiction, Imported, Value
from index.importers.languages import language_of
from index.importers.source import import_source

MAX_BYTES = 200_000
"""Of a case's text, as UTF-8: some 80 pages, far more than a model's context holds."""

_XML_STARTS = ("<?xml", "<ADT_GEKID", "<oBDS")


def read_case(text: str) -> Case:
    """The case that `text` is.

    Raises:
        CaseError: it is empty, too big, or JSON or XML that is broken or not of a case. The message
            names the field or the position, and repeats nothing of what stands there.
    """
    return _of_text(text).case


def import_case_file(data: bytes, filename: str) -> Imported:
    """The case in an uploaded file, what was not understood, and what contradicts itself.

    Raises:
        CaseError: as `read_case`; or the file is of a kind that no importer reads, or is not what
            its name says.
    """
    return _with_contradictions(import_source(data, filename))


def read_case_argument(argument: str, patient: str = "") -> Case:
    """The case that a command is given: the path of a file or a folder, or "-" for standard input.

    Args:
        patient: the id of the patient, where the source is about several.

    Raises:
        CaseError: as `import_case_file`; or it can't be read.
    """
    return _of_argument(argument, patient).case


def import_argument(argument: str, patient: str = "") -> Imported:
    """As `read_case_argument`, with all places, what was not understood and contradictions."""
    return _with_contradictions(_of_argument(argument, patient))


def _of_argument(argument: str, patient: str) -> Imported:
    if argument == "-":
        return _of_text(sys.stdin.read(), patient)
    return import_path(Path(argument), patient)


def import_pasted(text: str) -> Imported:
    """As `read_case`, with all places, what was not understood and contradictions."""
    return _with_contradictions(_of_text(text))


def _of_text(text: str, patient: str = "") -> Imported:
    if record := pasted_record(text):
        return import_source(*record, patient)
    text = _clean(text)
    refuse_long(text)
    if not text:
        raise CaseError("The case is empty.", "Type, paste or upload what the letter is about.")
    return Imported(Case(text, language_of(text)))


def pasted_record(text: str) -> tuple[bytes, str] | None:
    """The file, with a name of its kind, that a pasted text is; None where it is only a text.

    Raises:
        CaseError: it is JSON of a case, and too big.
    """
    text = _clean(text)
    if text.startswith(_XML_STARTS):
        return text.encode(), "case.xml"
    if '"resourceType"' in text[:10_000]:
        return text.encode(), "case.xml" if text.startswith("<") else "case.json"
    if text.startswith("{"):
        refuse_long(text)
        return text.encode(), "case.json"
    return None


def _clean(text: str) -> str:
    # NUL and lone surrogates come out of broken uploads; neither database nor tokenizer takes them.
    return text.encode("utf-8", errors="replace").decode().replace("\0", "").strip("\ufeff \t\r\n")


def refuse_long(text: str) -> None:
    """
    Raises:
        CaseError: the text has more than `MAX_BYTES`.
    """
    size = len(text.encode())
    if size > MAX_BYTES:
        raise CaseError(
            f"The case has {size:,} bytes of text; {MAX_BYTES:,} are the most.",
            "Give the parts that the letter is about.",
        )


def _with_contradictions(imported: Imported) -> Imported:
    """With what the case's text says against itself, but for what its fields showed already."""
    shown = [{value.text for value in each.values} for each in imported.contradictions]
    text = imported.case.text
    found = tuple(
        Contradiction(each.what, tuple(Value(f.text, _line(text, f.start)) for f in each.facts))
        for each in contradictory(text)
        if not any({f.text for f in each.facts} <= values for values in shown)
    )
    return replace(imported, contradictions=(*imported.contradictions, *found))


def _line(text: str, offset: int) -> str:
    return f"line {text.count(chr(10), 0, offset) + 1} of the case"
