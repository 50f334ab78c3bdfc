"""The review: letters that still look identifying after de-identification, and what an admin says.

No text of a letter is stored for it: the suspects are found anew in the file each time they are
asked for. A decision is kept in the catalogue, and the next build does what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.archive import content_hash as hash_of
from index.archive import list_archive, printable, read_file
from index.catalogue import ALL, Catalogue
from index.decisions import Decision, Verdict, fingerprint, undone
from index.deidentify import Reviewed
from index.entries import Entry, State
from index.errors import ArchiveError, LetterFileError, ReviewError
from index.letter import Language, Letter
from index.residue import why_suspect
from index.settings import IndexSettings
from index.spans import Label, Span
from index.stages import LetterStages

_AROUND = 160
"""Characters shown on each side of a suspect."""
_REPLACED = "\ufffd"
"""Stands in an id for what is no valid UTF-8 in the file's name."""


@dataclass(frozen=True)
class Suspect:
    """One stretch of a de-identified letter that still looks identifying.

    Attributes:
        letter_id: the letter's path inside the archive.
        content_hash: of its file, and `seen`: of what is shown; `decide` wants both.
        passage: the de-identified text around it.
        start, end: where it stands in `passage`.
        at: where it stands in the whole de-identified letter; for `spans` of `decide`, what is at
            `i` in `passage` is there at `at - start + i`.
        label: what kind of identifier it seems to be.
        why: why it is one, for the admin to read.
    """

    letter_id: str
    content_hash: str
    seen: str
    language: Language
    passage: str
    start: int
    end: int
    at: int
    label: Label
    why: str

    @property
    def span(self) -> Span:
        """Where it stands in the whole de-identified letter."""
        return Span(self.at, self.at + self.end - self.start, self.label)


def pending(
    settings: IndexSettings,
    *,
    letters: Sequence[str] | None = None,
    limit: int | None = None,
    archive: Path | None = None,
    stages: LetterStages | None = None,
) -> tuple[Suspect, ...]:
    """The suspects of the letters in review that nobody has decided on, letter by letter.

    A letter that is gone or can't be read any more, or whose suspects are, has none; the next build
    says what becomes of it.

    Args:
        letters: only these, by id.
        limit: at most so many letters; each is read and de-identified anew.
        archive: their folder, where it is not the one that the index was built from.

    Raises:
        ArchiveError: the folder of the letters is not there.
        StoreError: the catalogue can't be read.
    """
    catalogue = Catalogue(settings.data_dir)
    in_review, decisions = _in_review(catalogue, letters), catalogue.decisions()
    waits = undone(in_review, decisions)
    asked = [entry for entry in in_review if entry.id not in waits]
    if not asked:
        return ()
    looking = _Archive.of(settings, catalogue, archive, stages)
    found: list[Suspect] = []
    for entry in asked[:limit]:
        try:
            content_hash, letter, reviewed = looking.look(entry.id)
        except LetterFileError:
            continue
        changed = content_hash != entry.content_hash
        if not (changed and content_hash in decisions):
            found += _suspects(letter, content_hash, reviewed)
    return tuple(found)


def decide(
    settings: IndexSettings,
    letter_id: str,
    content_hash: str,
    verdict: Verdict,
    who: str,
    *,
    spans: Sequence[Span] = (),
    seen: str = "",
    archive: Path | None = None,
    stages: LetterStages | None = None,
) -> Decision:
    """Keeps a decision for the next build; a later one on the same letter takes its place.

    Args:
        content_hash, seen: as the suspects that were shown have them; empty for the file as it is.
        spans: with REDACT: what is replaced, in the de-identified letter, instead of all suspects;
            the others are released with it.
        archive: as in `pending`.

    Raises:
        ReviewError: the letter is no longer what was shown, there is nothing to decide on, or the
            spans don't fit.
        LetterFileError: the file can't be read.
        ArchiveError: the folder of the letters is not there.
        StoreError: the catalogue can't be written.
    """
    catalogue = Catalogue(settings.data_dir)
    entry = catalogue.entry(_collection(catalogue), letter_id)
    if entry is None or not (
        entry.state in (State.IN_REVIEW, State.EXCLUDED)
        or entry.content_hash in catalogue.decisions()
    ):
        raise ReviewError(f"{letter_id} is not in review.", "See what is: epikrise index review.")
    now, _, reviewed = _Archive.of(settings, catalogue, archive, stages).look(letter_id)
    if content_hash not in ("", now) or seen not in ("", fingerprint(reviewed)):
        raise ReviewError(f"{letter_id} has changed meanwhile.", "Look at it again.")
    if verdict is not Verdict.EXCLUDE and not reviewed.residue:
        raise ReviewError(
            f"Nothing in {letter_id} looks identifying any more.", "Build the index again."
        )
    end = len(reviewed.letter.text)
    if any(not 0 <= span.start < span.end <= end for span in spans):
        raise ReviewError(f"A span lies outside of {letter_id}.", f"It has {end} characters.")
    if spans and verdict is not Verdict.REDACT:
        raise ReviewError("Spans are chosen to be redacted only.", "Leave them out.")
    decision = Decision(
        content_hash=now,
        verdict=verdict,
        seen=fingerprint(reviewed),
        spans=tuple(sorted(spans)),
        who=who,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    catalogue.decide(decision)
    return decision


@dataclass(frozen=True)
class _Archive:
    """The letters that the active index was built from."""

    folder: Path
    stages: LetterStages

    @classmethod
    def of(
        cls,
        settings: IndexSettings,
        catalogue: Catalogue,
        archive: Path | None,
        stages: LetterStages | None,
    ) -> _Archive:
        folder = archive or catalogue.archive(catalogue.active()) or settings.archive
        if folder is None:
            raise ArchiveError(
                "It is not known where the letters of this index are.",
                "Build it again: epikrise index build FOLDER.",
            )
        if not Path(folder).is_dir():
            raise ArchiveError(
                f"The folder of the letters {folder} is not there.", "Connect its drive."
            )
        return cls(Path(folder), stages or LetterStages.of(settings))

    def look(self, letter_id: str) -> tuple[str, Letter, Reviewed]:
        """The content hash of a letter as it is now, the letter, and what is seen of it."""
        file = self._file(letter_id)
        content_hash = hash_of(read_file(self.folder, file))
        return content_hash, *self.stages.review(self.folder, file)

    def _file(self, letter_id: str) -> str:
        if _REPLACED not in letter_id:
            return letter_id
        files = list_archive(self.folder).files
        return next((each for each in files if printable(each) == letter_id), letter_id)


def _collection(catalogue: Catalogue) -> str:
    """The active one; where there is none yet, that of the build that was broken off."""
    return catalogue.active() or catalogue.unfinished()


def _in_review(catalogue: Catalogue, letters: Sequence[str] | None) -> list[Entry]:
    """The letters in review, or those of `letters` that are, by id."""
    name = _collection(catalogue)
    if not name:
        return []
    if letters is None:
        return list(catalogue.listed(name, State.IN_REVIEW, "", 0, ALL)[0])
    entries = (catalogue.entry(name, each) for each in sorted(letters))
    return [entry for entry in entries if entry and entry.state is State.IN_REVIEW]


def _suspects(letter: Letter, content_hash: str, reviewed: Reviewed) -> Iterator[Suspect]:
    originals = [(span.of(letter.text), span.label) for span in reviewed.replaced.spans]
    text, seen = reviewed.letter.text, fingerprint(reviewed)
    for span in reviewed.residue:
        start, end = _around(text, span)
        yield Suspect(
            letter_id=letter.id,
            content_hash=content_hash,
            seen=seen,
            language=reviewed.letter.metadata.language,
            passage=text[start:end],
            start=span.start - start,
            end=span.end - start,
            at=span.start,
            label=span.label,
            why=why_suspect(span.of(text), span.label, originals),
        )


def _around(text: str, span: Span) -> tuple[int, int]:
    """What is shown of a text with a span, from and to whole words."""
    start, end = max(0, span.start - _AROUND), min(len(text), span.end + _AROUND)
    while 0 < start < span.start and not text[start - 1].isspace():
        start += 1
    while span.end < end < len(text) and not text[end].isspace():
        end -= 1
    return start, end
