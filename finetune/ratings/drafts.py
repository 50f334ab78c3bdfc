"""The drafts that are to be rated, read from files of models' answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import TrainingError

_FORM = '{"case_id", "model", "case", "draft"}'


class Answer(BaseModel):
    """A line of a file of answers; what else stands in it is not looked at.

    Attributes:
        case_id: the same for the same case in all files.
        model: who wrote the draft; hidden from raters.
        case: what the draft was written from, as raters see it beside the draft.
        draft: may be empty: a model that writes nothing is rated too.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    case_id: str = Field(min_length=1, max_length=200)
    model: str = Field(min_length=1, max_length=200)
    case: str = Field(min_length=1)
    draft: str


@dataclass(frozen=True)
class Answers:
    """All answers of some files.

    Attributes:
        sha256: of the files' content, one after the other.
    """

    rows: tuple[Answer, ...]
    sha256: str

    @property
    def cases_by_model(self) -> dict[str, set[str]]:
        cases: dict[str, set[str]] = {}
        for row in self.rows:
            cases.setdefault(row.model, set()).add(row.case_id)
        return cases


def read_answers(files: Sequence[Path]) -> Answers:
    """Reads files of one JSON object a line.

    Raises:
        TrainingError: a file can't be read, a line is no answer, a model answered a case twice, or
            a case differs between two lines; the message has the file and the line, and no text.
    """
    rows: list[Answer] = []
    digest = hashlib.sha256()
    seen: set[tuple[str, str]] = set()
    cases: dict[str, str] = {}
    for file in files:
        try:
            data = file.read_bytes()
            text = data.decode("utf-8")
        except OSError as error:
            raise TrainingError(f"{file} can't be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise TrainingError(f"{file} is not UTF-8.", "Save it as UTF-8.") from None
        digest.update(data)
        for where, answer in _answers(file, text):
            key = (answer.case_id, answer.model)
            if key in seen:
                raise TrainingError(
                    f"{where}: {answer.model} answered the case {answer.case_id} before.",
                    "Give one answer for each case and model.",
                )
            if cases.setdefault(answer.case_id, answer.case) != answer.case:
                raise TrainingError(
                    f"{where}: the case {answer.case_id} is another than before.",
                    "Drafts are compared case by case: give the same case the same text.",
                )
            seen.add(key)
            rows.append(answer)
    if not rows:
        raise TrainingError("There is no answer to rate.", f"A line is {_FORM}.")
    return Answers(tuple(rows), digest.hexdigest())


def _answers(file: Path, text: str) -> Iterator[tuple[str, Answer]]:
    # Not splitlines: it also ends a line at characters that JSON leaves inside a string.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{file}, line {number}"
        try:
            yield where, Answer.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            what = ".".join(map(str, first["loc"])) or "it"
            raise TrainingError(
                f"{where} is no answer to rate: {what}: {first['msg']}.", f"A line is {_FORM}."
            ) from None
