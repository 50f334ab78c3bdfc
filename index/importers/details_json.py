"""The JSON of a case in fields (`CaseDetails`), and the place of each of its facts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from index.case import Case, CaseDetails
from index.case_text import render_case
from index.errors import CaseError
from index.importers.imported import Fact

_FIELDS_SHOWN = 3


def read_details(text: str) -> Case:
    """The case in fields that `text` is.

    Raises:
        CaseError: it is broken JSON or not of CaseDetails. The message names the field or the
            position, and repeats nothing of what stands there.
    """
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


def facts_of(details: CaseDetails) -> tuple[Fact, ...]:
    """Every value of a case in fields; where it stands is its path in the JSON."""
    return tuple(_leaves(details.model_dump(mode="json", exclude_defaults=True), ""))


def _leaves(value: object, path: str) -> Iterator[Fact]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{number}]")
    elif value is not None:
        field = "".join(c for c in path if not c.isdigit()).replace("[]", "")
        yield Fact(field, str(value), path, path.partition(".")[0])


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
