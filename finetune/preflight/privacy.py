"""Whether the pairs are de-identified: what is told of them, and whether it looks so.

Surrogates look like names, so names alone tell nothing. But ours are drawn from lists: a name that
the rules find and that no list can give was not written by our de-identification.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from finetune.pairing.manifest import FILE, Manifest
from finetune.preflight.rows import Row, places
from finetune.preflight.verdict import Colour, Finding
from index.deidentify import Deidentifier
from index.further import FurtherDetector
from index.language import detect_language
from index.name_words import name_parts, without_title
from index.spans import Label
from index.surrogates import fold, written_names

SAMPLE = 60
"""Answers whose names are looked at; the rules take a tenth of a second for each."""
_MANY = 0.15
"""The share of names from elsewhere from which on letters are not de-identified by us. Measured on
the demo archive: 0.47 in its letters, below 0.02 after de-identification."""
_SOME = 0.05
_MADE_UP = "demo clinic"


def check_privacy(
    folder: Path, rows: Sequence[Row], stated: str, known: FurtherDetector | None
) -> Iterator[Finding]:
    """
    Args:
        folder: of the pairs.
        rows: what could be read of them.
        stated: `data.deidentified` of the config.
        known: finds the hospital's known patients.
    """
    manifest = _manifest(folder)
    if known is not None:
        yield _known_patients(rows, known)
    if manifest is not None and manifest.deidentified:
        yield Finding(Colour.GREEN, "privacy", f"de-identified: {manifest.deidentified}")
    elif stated:
        line = f"de-identified, as the config says: {stated}. Look at a sample yourself."
        yield Finding(Colour.YELLOW, "privacy", line)
        return
    else:
        line = (
            f"Nothing says that {folder.name} is de-identified: it has no {FILE}. Write it with"
            " `epikrise finetune pairs`, or say in data.deidentified by whom and how it was done."
        )
        yield Finding(Colour.RED, "privacy", line)
        return
    if manifest.origin != _MADE_UP:
        yield from _foreign_names(rows)


def _known_patients(rows: Sequence[Row], known: FurtherDetector) -> Finding:
    hit: list[Row] = []
    for row in rows:
        texts = (message["content"] for message in row.example.messages)
        if any(next(iter(known(text, detect_language(text))), None) for text in texts):
            hit.append(row)
    if not hit:
        return Finding(Colour.GREEN, "privacy", "no known patient is named")
    line = (
        f"{len(hit)} examples name a patient of EPIKRISE_INDEX_KNOWN_PATIENTS: de-identify the"
        " archive with that list."
    )
    return Finding(Colour.RED, "privacy", line, places(hit))


def _foreign_names(rows: Sequence[Row]) -> Iterator[Finding]:
    look = Deidentifier(b"only looks, writes nothing")
    step = max(1, len(rows) // SAMPLE)
    sample = rows[::step][:SAMPLE]
    found = 0
    foreign: list[Row] = []
    for row in sample:
        text = row.answers[-1]
        for span in look.spans(text, detect_language(text)):
            if span.label in (Label.PATIENT, Label.DOCTOR):
                names = [p for p in name_parts(without_title(span.of(text))) if len(p) > 2]
                found += len(names)
                foreign += [row for name in names if not _is_surrogate(name)]
    share = len(foreign) / found if found else 0.0
    told = f"{share:.0%} of the names in {len(sample)} answers are none that we write"
    if share >= _MANY:
        line = f"{told}: this is not what our de-identification writes. Don't train on it."
        yield Finding(Colour.RED, "privacy", line, places(foreign))
    elif share >= _SOME:
        yield Finding(Colour.YELLOW, "privacy", f"{told}: look at these", places(foreign))
    else:
        line = f"names in {len(sample)} answers are surrogates"
        yield Finding(Colour.GREEN, "privacy", line)


def _is_surrogate(name: str) -> bool:
    return all(fold(part) in written_names() for part in name.split("-"))


def _manifest(folder: Path) -> Manifest | None:
    try:
        return Manifest.model_validate_json((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return None
