"""What a letter goes through before it is embedded: read, de-identified, scanned again, cut up.

Each letter for itself and without any state but the key, so that many processes may share the work.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.archive import read_letter
from index.decisions import Decision, Verdict, fingerprint
from index.deidentify import Deidentifier, Reviewed
from index.entries import KEPT_WHOLE, State
from index.errors import LetterFileError
from index.further import FurtherDetector
from index.key import load_key
from index.letter import Letter, Passage, SectionKind
from index.passages import to_passages
from index.redaction import redacted
from index.same_text import without_layout
from index.settings import IndexSettings
from index.surrogates import Surrogates

if TYPE_CHECKING:
    from index.spans import Span

PARSER_VERSION = "4"
"""To be raised when letters are read or split into sections in another way."""
DEIDENTIFIER_VERSION = "9"
"""To be raised when letters are de-identified in another way."""

_TEXT_DIGITS = 16
"""Of the code of a letter's text: two texts of a million share theirs as seldom as letters do."""


@dataclass(frozen=True)
class Prepared:
    """A letter's passages, ready to be embedded; or none. `reason` as in an `Entry`."""

    state: State
    reason: str = ""
    passages: tuple[Passage, ...] = ()
    found: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many identifiers of each type were replaced in it."""
    text_code: str = ""
    """As in an `Entry`."""
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

    @property
    def portable(self) -> bool:
        """Whether other processes may do it too, with a copy of this."""
        ...

    def prepare(self, folder: Path, file: str, decision: Decision | None = None) -> Prepared:
        """Nothing that is wrong with one letter is raised.

        Args:
            file: its path inside `folder`.
            decision: what was decided on its content in the review.
        """
        ...


def deidentifier_version(key: bytes, deidentifier: Deidentifier) -> str:
    """Another key gives the same people other surrogates and pseudonyms: it is a part of it."""
    version = f"{DEIDENTIFIER_VERSION}-{hashlib.sha256(b'tag' + key).hexdigest()[:8]}"
    return "-".join(each for each in (version, deidentifier.version) if each)


class LetterStages:
    """The stages of a real build."""

    def __init__(self, key: bytes, deidentifier: Deidentifier | None = None) -> None:
        self._deidentifier = deidentifier or Deidentifier(key)
        self._codes = Surrogates(key)
        self._version = deidentifier_version(key, self._deidentifier)
        self.remarks: tuple[str, ...] = ()
        """What there is to say of the settings, a line each."""
        self.portable = True

    @classmethod
    def of(cls, settings: IndexSettings, further: Sequence[FurtherDetector] = ()) -> LetterStages:
        """As the settings ask, with the key of their data folder; it is made where there is none.

        Raises:
            SettingsError: the key, the list of known patients or the model can't be used.
        """
        deidentifier, remarks = Deidentifier.of(settings, further)
        stages = cls(load_key(settings.data_dir), deidentifier)
        stages.remarks = remarks
        # A model is loaded once, and is the work then.
        stages.portable = not further and settings.ner_model is None
        return stages

    @property
    def parser(self) -> str:
        return PARSER_VERSION

    @property
    def deidentifier(self) -> str:
        return self._version

    def review(self, folder: Path, file: str) -> tuple[Letter, Reviewed]:
        """A letter of the archive with what the second pass found in it.

        Raises:
            LetterFileError: the file can't be read, or its text not be de-identified.
        """
        with _without_its_words():
            letter = self._read(folder, file)
            return letter, self._deidentifier.review(letter)

    def _read(self, folder: Path, file: str) -> Letter:
        with _without_its_words():
            return read_letter(folder, file)

    def _text_code(self, letter: Letter) -> str:
        return self._codes.code("text", without_layout(letter.text), _TEXT_DIGITS)

    def prepare(self, folder: Path, file: str, decision: Decision | None = None) -> Prepared:
        text_code = ""
        if decision and decision.verdict is Verdict.EXCLUDE:
            # Read all the same, so that a copy of it does not come in in its place.
            with suppress(LetterFileError):
                text_code = self._text_code(self._read(folder, file))
            return Prepared(State.EXCLUDED, f"decided by {decision.who}", text_code=text_code)
        try:
            letter, reviewed = self.review(folder, file)
            if decision and reviewed.residue:
                reviewed = self._settled(letter, reviewed, decision)
        except LetterFileError as error:
            return Prepared(State.FAILED, str(error), retry=error.retry)
        text_code = self._text_code(letter)
        found = Counter(span.label.value for span in reviewed.replaced.spans)
        if reviewed.residue:
            why = _suspects(reviewed.residue)
            return Prepared(State.IN_REVIEW, why, found=found, text_code=text_code)
        passages = to_passages(reviewed.letter)
        if not passages:
            return Prepared(State.FAILED, "There is no text in it.")
        whole = all(each.kind is SectionKind.BODY for each in passages)
        reason = KEPT_WHOLE if whole else ""
        return Prepared(State.INDEXED, reason, passages, found=found, text_code=text_code)

    def _settled(self, letter: Letter, reviewed: Reviewed, decision: Decision) -> Reviewed:
        """As a decision leaves it; one that was made on something else changes nothing."""
        if decision.seen != fingerprint(reviewed):
            return reviewed
        if decision.verdict is Verdict.REDACT:
            with _without_its_words():
                return redacted(self._deidentifier, letter, reviewed, decision.spans)
        return replace(reviewed, residue=())


@contextmanager
def _without_its_words() -> Generator[None]:
    """What a text of an unforeseen form may raise becomes a LetterFileError: its own message may
    hold some of the text."""
    try:
        yield
    except (ValueError, LookupError, ArithmeticError, RuntimeError) as error:
        what = f"It can't be de-identified ({type(error).__name__})."
        raise LetterFileError(what) from None


def _suspects(residue: tuple[Span, ...]) -> str:
    """e.g. `still in it after de-identification: 2 PATIENT, 1 ID`"""
    counts = Counter(span.label.value for span in residue).most_common()
    kinds = ", ".join(f"{count} {label}" for label, count in counts)
    return f"still in it after de-identification: {kinds}"
