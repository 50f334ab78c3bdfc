"""De-identification: detectors propose spans, pure code replaces them, a second pass checks.

    Letter -> spans -> surrogates -> residue? -> DeidentifiedLetter

The only maker of `DeidentifiedLetter`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.errors import LetterFileError, SettingsError
from index.further import FurtherDetector, further_detectors
from index.key import load_key
from index.letter import DeidentifiedLetter, Language, Letter
from index.letter_metadata import letter_metadata
from index.name_words import name_parts, without_title
from index.replacement import Replaced, replace
from index.residue import identifiers, residue
from index.sections import closing_pattern, split_sections
from index.settings import IndexSettings
from index.side_by_side import Joined
from index.spans import Label, Span, merge
from index.surrogates import Surrogates, fold
from index.tags import tagged

__all__ = ["Deidentifier", "Label", "Replaced", "Span", "residue"]

MIN_KEY_BYTES = 16
_CODE_DIGITS = 16
"""Of a letter's code. An archive may have a million letters, of which no two may share theirs."""

FindSpans = Callable[[str, Language], tuple[Span, ...]]
"""Finds what identifies a person in a text: sorted spans without overlaps."""


class Deidentifier:
    """Finds and replaces what identifies a person.

    Args:
        key: a secret; the same key gives the same surrogates, so that one person is the same
            through all letters and builds.
        find: finds the spans; by default Presidio's analyzer with our detectors, which all
            share and which is built at its first use.
        further: detectors beside it.
        tags: write the type of an identifier in its place, and no surrogate.

    Raises:
        SettingsError: the key is too short to keep a secret.
    """

    def __init__(
        self,
        key: bytes,
        find: FindSpans | None = None,
        *,
        further: Sequence[FurtherDetector] = (),
        tags: bool = False,
    ) -> None:
        if len(key) < MIN_KEY_BYTES:
            raise SettingsError(
                f"The key for de-identification has {len(key)} bytes.",
                f"It must have {MIN_KEY_BYTES} or more.",
            )
        self._surrogates = Surrogates(key)
        self._find = find or _shared_analyzer
        self._further = tuple(further)
        self._tags = tags

    @classmethod
    def of(
        cls, settings: IndexSettings, given: Sequence[FurtherDetector] = ()
    ) -> tuple[Deidentifier, tuple[str, ...]]:
        """The one that the settings ask for, with the detectors `given`, and what there is to say
        of the list of known patients.

        Raises:
            SettingsError: the key, the list or the model can't be used.
        """
        further, remarks = further_detectors(settings, given)
        tags = settings.replacement == "tags"
        return cls(load_key(settings.data_dir), further=further, tags=tags), remarks

    @property
    def version(self) -> str:
        """Of the settings that it was made with; empty where it is the usual one."""
        parts = ["tags"] if self._tags else []
        return "-".join((*parts, *(each.version for each in self._further)))

    def spans(self, text: str, language: Language) -> tuple[Span, ...]:
        """What identifies a person in `text`: sorted spans without overlaps."""
        found = self._find(text, language)
        more = [span for detector in self._further for span in detector(text, language)]
        return merge((*found, *more)) if more else found

    def replace(self, text: str, language: Language, more: Sequence[Span] = ()) -> Replaced:
        """`text` with surrogates, and where they stand.

        Args:
            more: spans that identify a person, beside those that are found.
        """
        return self._written(text, language, merge((*self.spans(text, language), *more)))

    def _written(self, text: str, language: Language, spans: tuple[Span, ...]) -> Replaced:
        if self._tags:
            return tagged(text, spans)
        return replace(text, spans, language, self._surrogates, patient_of(text, spans))

    def review(self, letter: Letter, more: Sequence[Span] = ()) -> Reviewed:
        """The letter de-identified, with what the second pass found; nothing is refused.

        Args:
            more: as in `replace`.
        """
        replaced = self.replace(letter.text, letter.language, more)
        left = residue(replaced.text, identifiers(letter.text, replaced.spans), replaced.written)
        return Reviewed(self._deidentified(letter, replaced), replaced, left)

    def _deidentified(self, letter: Letter, replaced: Replaced) -> DeidentifiedLetter:
        sections = split_sections(replaced.text, letter.language)
        author = self._author(letter.text, replaced.spans)
        metadata = letter_metadata(replaced.text, letter.language, sections, author)
        # A path may bear the patient's name, so the letter goes on under a code of it.
        code = self._surrogates.code("letter", letter.id, _CODE_DIGITS)
        return DeidentifiedLetter(code, replaced.text, sections, metadata)

    def review_together(self, letter: Letter, beside: Sequence[str]) -> Together:
        """A letter with other texts on the same patient, de-identified as one text.

        So all have the same surrogates and the same shift of dates, also where one of them has
        only a part of the patient's name; and what is known as a name in one is one in all.
        """
        joined = Joined.of((letter.text, *beside))
        spans = joined.apart(self.spans(joined.text, letter.language))
        replaced = self._written(joined.text, letter.language, spans)
        left = residue(replaced.text, identifiers(joined.text, spans), replaced.written)
        own, others = joined.parted(replaced)
        reviewed = Reviewed(self._deidentified(letter, own), own, left)
        patient = self._surrogates.code("patient", patient_of(joined.text, spans))
        return Together(reviewed, others, patient)

    def deidentify(self, letter: Letter) -> DeidentifiedLetter:
        """The letter with surrogates.

        Raises:
            LetterFileError: the second pass found an identifier that survived.
        """
        reviewed = self.review(letter)
        if reviewed.residue:
            raise LetterFileError(
                f"{len(reviewed.residue)} identifiers may be left after de-identification.",
                "The letter is kept out of the index.",
            )
        return reviewed.letter

    def pseudonym(self, name: str) -> str:
        """The keyed code of a physician, the same whatever titles the name is written with."""
        parts = sorted(fold(part) for part in name_parts(name))
        return self._surrogates.code("author", " ".join(parts)) if parts else ""

    def _author(self, text: str, spans: tuple[Span, ...]) -> str:
        """The pseudonym of the first physician below the last closing formula."""
        closings = [match.end() for match in closing_pattern().finditer(text)]
        signed = (s for s in spans if closings and s.start >= closings[-1])
        return self.pseudonym(next((s.of(text) for s in signed if s.label is Label.DOCTOR), ""))


@dataclass(frozen=True)
class Reviewed:
    """A de-identified letter with how it came about.

    Attributes:
        letter: the result.
        replaced: the spans found, and where their surrogates stand.
        residue: identifiers of the original that are still in the result.
    """

    letter: DeidentifiedLetter
    replaced: Replaced
    residue: tuple[Span, ...]


@dataclass(frozen=True)
class Together:
    """A letter and what lay beside it.

    Attributes:
        reviewed: the letter; its residue is that of all texts.
        beside: the other texts, de-identified, in their order.
        patient: a keyed code of who they are about.
    """

    reviewed: Reviewed
    beside: tuple[str, ...]
    patient: str


def _shared_analyzer(text: str, language: Language) -> tuple[Span, ...]:
    from index.analyzer import shared_analyzer  # takes seconds to import

    return shared_analyzer().spans(text, language)


def patient_of(text: str, spans: tuple[Span, ...]) -> str:
    """Who a text is about: the first patient's name that is full, else the first at all.

    A text without one stands for itself: its dates move by an amount of its own.
    """
    names = [without_title(s.of(text)) for s in spans if s.label is Label.PATIENT]
    parts = [sorted(fold(part) for part in name_parts(name)) for name in names]
    full = [each for each in parts if len(each) > 1] or [each for each in parts if each]
    return " ".join(full[0]) if full else text
