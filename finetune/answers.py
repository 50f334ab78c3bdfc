"""What models answered, kept line by line: an evaluation that is cut off goes on where it was, and
ratings or another scoring need no model any more.

    FOLDER/answers.jsonl    a row an answer, with all that it is held against
    FOLDER/models.json      what the models were, by served name
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, computed_field

from assistant.prompt import Message
from finetune.trials import Target
from index.errors import TrainingError

ANSWERS = "answers.jsonl"
_MODELS = "models.json"
_SAMPLE = 1 << 20
Key = tuple[str, int, str]
"""Served name, example letters asked for, prompt."""


@dataclass(frozen=True)
class Answer:
    """What a model wrote; `stopped` is False where it ran out of room or went round in circles.

    `failure` says why there is no answer, or only a part of one; it is empty where there is one.
    """

    text: str
    stopped: bool
    tokens: int
    seconds: float
    failure: str = ""
    again: bool = False
    """Whether the failure may pass: the next run asks once more."""


class Row(BaseModel):
    """One model's answer to one prompt."""

    model_config = ConfigDict(frozen=True)

    prompt: str
    """See `prompt_id`."""
    served: str
    """The served model's name."""
    exemplars: int
    """Example letters that were asked for; a pair of a hospital may have fewer in its prompt."""
    pairs: str = ""
    """The hash of the pairs folder that the case is from, as in a card; empty for the demo's."""
    target: Target
    answer: Answer
    scores: dict[str, float | None] | None = None
    """See `finetune.case_scores`; None before they are counted."""

    @computed_field
    @property
    def model(self) -> str:
        """What the answer is a sample of: the model, and the example letters it was shown."""
        return arm(self.served, self.exemplars)

    @computed_field
    @property
    def case_id(self) -> str:
        return self.target.case_id

    @computed_field
    @property
    def case(self) -> str:
        return self.target.source

    @computed_field
    @property
    def draft(self) -> str:
        return self.answer.text


def arm(model: str, exemplars: int) -> str:
    """What a model with so many example letters is called: `letters + 2 examples`."""
    return f"{model} + {exemplars} example{'s' * (exemplars > 1)}" if exemplars else model


def prompt_id(messages: Sequence[Message], room: int) -> str:
    """The digest of all that an answer depends on, beside the model.

    Args:
        messages: the prompt.
        room: tokens that the answer may have.
    """
    asked = json.dumps([list(messages), room], ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(asked.encode(), digest_size=12).hexdigest()


class AnswerFile:
    """The answers in a folder.

    Args:
        folder: made if need be.

    Raises:
        TrainingError: what is there is no file of answers, or the folder can't be used.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / ANSWERS
        self._models = folder / _MODELS
        self.rows: dict[Key, Row] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TrainingError(f"{folder} can't be made.", "Name another folder.") from error
        if self._path.exists():
            rows = read_answers(folder)
            self.rows = {_key(row): row for row in rows}
            self.write(rows)  # without the line that a killed run left half written

    @property
    def models(self) -> dict[str, str]:
        """Fingerprints by served name, as `must_be_of` noted them."""
        if not self._models.exists():
            return {}
        return json.loads(self._models.read_text(encoding="utf-8"))

    def must_be_of(self, models: Mapping[str, str]) -> None:
        """Notes what the models are, and refuses others under the same names.

        Args:
            models: fingerprints by served name, empty where it is not known what is served.

        Raises:
            TrainingError: an answer here is of another model of that name.
        """
        known = self.models
        for name, print_ in models.items():
            if known.get(name, print_) != print_:
                raise TrainingError(
                    f"The answers in {self._path.parent} are of another model {name}.",
                    "Give another --out.",
                )
        text = json.dumps(known | dict(models), indent=2, sort_keys=True)
        _replace(self._models, [text, "\n"])

    def found(self, key: Key) -> Row | None:
        """The answer that is there already, unless asking again may bring a better one."""
        row = self.rows.get(key)
        return None if row is None or row.answer.again else row

    def add(self, row: Row) -> None:
        """Appends a row, in the file before this returns."""
        self.rows[_key(row)] = row
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(row))

    def write(self, rows: Iterable[Row]) -> None:
        """Puts these rows first, in their order; others stay. The file is whole at any time."""
        given = {_key(row): row for row in rows}
        self.rows = given | {key: row for key, row in self.rows.items() if key not in given}
        _replace(self._path, map(_line, self.rows.values()))


def read_answers(folder: Path) -> list[Row]:
    """The answers of an evaluation, without a last line that a killed run left half written.

    Args:
        folder: what `--out` named.

    Raises:
        TrainingError: there are none, or a line is no answer; its number is named.
    """
    path = folder / ANSWERS
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(
            f"There are no answers in {folder}.", "Name a folder that --out has written."
        ) from error
    rows: list[Row] = []
    for number, line in enumerate(text.split("\n")[:-1], 1):
        try:
            rows.append(Row.model_validate_json(line))
        except ValidationError as error:
            raise TrainingError(f"{path}, line {number} is no answer.") from error
    return rows


def fingerprint(folder: Path) -> str:
    """Tells a model's folder from another: names, sizes, and both ends of every weight file.

    A base has gigabytes; two trainings differ in their first and last MiB.
    """
    digest = hashlib.sha256()
    for path in sorted([*folder.glob("*.safetensors"), *folder.glob("*config.json")]):
        size = path.stat().st_size
        digest.update(f"{path.name} {size}".encode())
        with path.open("rb") as file:
            digest.update(file.read(_SAMPLE))
            file.seek(max(0, size - _SAMPLE))
            digest.update(file.read(_SAMPLE))
    return digest.hexdigest()


def _replace(path: Path, lines: Iterable[str]) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        file.writelines(lines)
    os.replace(part, path)


def _key(row: Row) -> Key:
    return row.served, row.exemplars, row.prompt


def _line(row: Row) -> str:
    return row.model_dump_json() + "\n"
