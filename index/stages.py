"""What a letter goes through before it is embedded: read, de-identified, scanned again, cut up.

Each letter for itself and without any state but the key, so that many processes may share the work.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.archive import read_letter
from index.deidentify import Deidentifier
from index.entries import State
from index.errors import LetterFileError
from index.key import load_key
from index.letter import Passage
from index.passages import to_passages

if TYPE_CHECKING:
    from index.spans import Span

PARSER_VERSION = "2"
"""To be raised when letters are read or split into sections in another way."""
DEIDENTIFIER_VERSION = "3"
"""To be raised when letters are de-identified in another way."""


@dataclass(frozen=True)
class Prepared:
    """A letter's passages, ready to be embedded; or none, and why."""

    state: State
    reason: str = ""
    passages: tuple[Passage, ...] = ()
    retry: bool = False
    """Whether the file may be read another time as it is, e.g. once a program is installed."""

    @property
    def code(self) -> str:
        """What stands for the letter's path in its passages; empty where there are none."""
        return self.passages[0].letter_id if self.passages else ""


class Stages(Protocol):
    """`parser` and `deidentifier` are versions: a letter that went through another is redone."""

    @property
    def parser(self) -> str: ...

    @property
    def deidentifier(self) -> str: ...

    def prepare(self, folder: Path, file: str) -> Prepared:
        """`file` is its path inside `folder`. Nothing that is wrong with one letter is raised."""
        ...


class LetterStages:
    """The stages of a real build."""

    def __init__(self, key: bytes) -> None:
        self._deidentifier = Deidentifier(key)
        self._key_tag = hashlib.sha256(b"tag" + key).hexdigest()[:8]

    @classmethod
    def of(cls, data_dir: Path) -> LetterStages:
        """With the key of a data folder, which is made where there is none.

        Raises:
            SettingsError: the key can't be used.
        """
        return cls(load_key(data_dir))

    @property
    def parser(self) -> str:
        return PARSER_VERSION

    @property
    def deidentifier(self) -> str:
        # Another key gives the same people other surrogates and pseudonyms.
        return f"{DEIDENTIFIER_VERSION}-{self._key_tag}"

    def prepare(self, folder: Path, file: str) -> Prepared:
        try:
            reviewed = self._deidentifier.review(read_letter(folder, file))
        except LetterFileError as error:
            return Prepared(State.FAILED, str(error), retry=error.retry)
        except (ValueError, LookupError, ArithmeticError, RuntimeError) as error:
            # What a text of an unforeseen form may raise. Its message may hold some of the text.
            return Prepared(State.FAILED, f"It can't be de-identified ({type(error).__name__}).")
        if reviewed.residue:
            return Prepared(State.IN_REVIEW, _suspects(reviewed.residue))
        passages = to_passages(reviewed.letter)
        if not passages:
            return Prepared(State.FAILED, "There is no text in it.")
        return Prepared(State.INDEXED, passages=passages)


def _suspects(residue: tuple[Span, ...]) -> str:
    """e.g. `still in it after de-identification: 2 PATIENT, 1 ID`"""
    counts = Counter(span.label.value for span in residue).most_common()
    kinds = ", ".join(f"{count} {label}" for label, count in counts)
    return f"still in it after de-identification: {kinds}"
