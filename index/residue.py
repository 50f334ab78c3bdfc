"""A second look: original identifiers that are still in a text after de-identification.

This pass knows nothing of the detectors. It takes what was found anywhere in the letter, and looks
for it everywhere in the result, however it is written: in capitals, with other spaces or hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from index.letter import DeidentifiedLetter
from index.name_words import is_telling, lower_words, name_parts, without_title
from index.spans import Label, Span

_SHORTEST = 4
"""Shorter identifiers ("B", "4A", "Ulm") are too often something else."""


def identifiers(text: str, spans: Iterable[Span]) -> dict[str, Label]:
    """What identifies somebody in a text: whole spans, and the parts of names that can be told."""
    lower = lower_words(text)
    known: dict[str, Label] = {}
    for span in spans:
        found = span.of(text)
        if span.label in (Label.PATIENT, Label.DOCTOR):
            bare = without_title(found)
            telling = [part for part in name_parts(bare) if is_telling(part, lower)]
            for name in (*telling, *([bare] if " " in bare else [])):
                known.setdefault(name, span.label)
        elif span.label in (Label.ID, Label.CONTACT, Label.LOCATION, Label.HOSPITAL):
            known.setdefault(found, span.label)
    return {value: label for value, label in known.items() if len(value) >= _SHORTEST}


def residue(
    result: DeidentifiedLetter | str,
    known: Mapping[str, Label],
    written: Sequence[Span] = (),
) -> tuple[Span, ...]:
    """Where identifiers survive in a de-identified text.

    Args:
        result: the de-identified letter or its text.
        known: identifiers of the original, from `identifiers` or a hospital's list of patients.
        written: where surrogates stand; one person's surrogate may be another's true name.

    Returns:
        sorted spans in the result's text, labelled as the identifiers are.
    """
    text = result if isinstance(result, str) else result.text
    matches = list(_PIECE.finditer(text))
    pieces = [match[0].casefold() for match in matches]
    by_first: dict[str, list[tuple[list[str], Label]]] = {}
    for value, label in known.items():
        wanted = _pieces(value)
        if wanted:
            by_first.setdefault(wanted[0], []).append((wanted, label))
    found: set[Span] = set()
    for i, piece in enumerate(pieces):
        for wanted, label in by_first.get(piece, ()):
            if pieces[i : i + len(wanted)] == wanted:
                span = Span(matches[i].start(), matches[i + len(wanted) - 1].end(), label)
                if not any(w.start <= span.start and span.end <= w.end for w in written):
                    found.add(span)
    return tuple(sorted(found))


def why_suspect(found: str, label: Label, replaced: Iterable[tuple[str, Label]]) -> str:
    """In what way a suspect identifies somebody, in a sentence for the admin.

    Args:
        found: the suspect as it stands in the result.
        replaced: what was replaced in the letter, and its label. None of it is told.
    """
    what = _WHAT.get(label, "an identifier")
    same = [original for original, its_label in replaced if its_label is label]
    pieces = _pieces(found)
    if found in same:
        how = ""
    elif any(_pieces(original) == pieces for original in same):
        how = " in other capitals, spaces or hyphens"
    else:
        what, how = f"a part of {what}", ""
    return f"It is {what}{how}, which was replaced elsewhere in this letter."


_WHAT = {
    Label.PATIENT: "the name of the letter's patient or of a relative",
    Label.DOCTOR: "the name of a physician",
    Label.LOCATION: "a place or an address",
    Label.HOSPITAL: "the name of a hospital or a department",
    Label.ID: "a number or a code",
    Label.CONTACT: "a phone number or an address of e-mail",
}


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(text.casefold())


_PIECE = re.compile(r"[^\W_]+")
"""Letters and digits; what stands between them may differ."""
