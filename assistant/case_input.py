"""What a physician gives as a case, in whatever form, as a Case.

Text that begins with "{" is the JSON of CaseDetails; all other text is taken as it is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path, PurePath

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from index.archive import read_document
from index.case import Case, CaseDetails
from index.case_text import render_case
from index.errors import CaseError
from index.language import detect_language

MAX_BYTES = 200_000
"""Of a case's text, as UTF-8: some 80 pages, far more than a model's context holds."""

_FIELDS_SHOWN = 3


def read_case(text: str) -> Case:
    """The case that `text` is.

    Raises:
        CaseError: it is empty, too big, or JSON that is broken or not of CaseDetails. The message
            names the field or the position, and repeats nothing of what stands there.
    """
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > MAX_BYTES:
        raise CaseError(
            f"The case has {size:,} bytes of text; {MAX_BYTES:,} are the most.",
            "Give the parts that the letter is about.",
        )
    # NUL and lone surrogates come out of broken uploads; neither database nor tokenizer takes them.
    text = text.encode("utf-8", errors="replace").decode().replace("\0", "").strip("\ufeff \t\r\n")
    case = _read_json(text) if text.startswith("{") else Case(text, detect_language(text))
    if not case.text:
        raise CaseError("The case is empty.", "Type, paste or upload what the letter is about.")
    return case


def read_case_file(data: bytes, filename: str) -> Case:
    """The case in an uploaded file: .txt, .json or .docx.

    Raises:
        CaseError: as `read_case`; or the file is of another kind, or is not what its name says.
    """
    if PurePath(filename).suffix.lower() != ".json":
        return read_case(read_document(data, filename, limit=MAX_BYTES))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CaseError(
            f"The file is not JSON: byte {error.start:,} is not UTF-8.", "Save it as UTF-8."
        ) from None
    if text.strip() and not text.lstrip().startswith("{"):
        raise CaseError("The file is not a JSON object.", "Give one case, as {…}.")
    return read_case(text)


def read_case_argument(argument: str) -> Case:
    """The case that a command is given: a file's path, or "-" for standard input.

    Raises:
        CaseError: as `read_case_file`; or the file can't be read.
    """
    if argument == "-":
        return read_case(sys.stdin.read())
    path = Path(argument)
    try:
        return read_case_file(path.read_bytes(), path.name)
    except OSError as error:
        raise CaseError(
            f"The case file {path} can't be read: {error.strerror}.", "Give a file, or - ."
        ) from None


def _read_json(text: str) -> Case:
    try:
        json.loads(text, parse_int=float)  # int() refuses thousands of digits in its own way
        return render_case(CaseDetails.model_validate_json(text))
    except json.JSONDecodeError as error:
        raise CaseError(
            f"The case looks like JSON but is broken in line {error.lineno}, "
            f"column {error.colno}: {error.msg}.",
            "Correct it there.",
        ) from None
    except RecursionError:
        raise CaseError(
            "The case's JSON is nested too deep.", "Give the fields of a case."
        ) from None
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False, include_context=False)
        shown = "; ".join(f"{_path(p['loc'])}: {_expected(p)}" for p in problems[:_FIELDS_SHOWN])
        more = len(problems) - _FIELDS_SHOWN
        shown += f"; and {more} more" if more > 0 else ""
        raise CaseError(f"The case's JSON does not fit. {shown}.", "Correct it there.") from None


def _path(location: Sequence[str | int]) -> str:
    """`radiotherapy[0].total_gy`"""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    printable = "".join(c if c.isprintable() else "?" for c in path)
    return printable.removeprefix(".")[:100] or "the case"


def _expected(problem: ErrorDetails) -> str:
    if problem["type"] == "extra_forbidden":
        return "there is no such field"
    if problem["type"] == "missing":
        return "it is missing"
    message = problem["msg"]
    return message[0].lower() + message[1:]
