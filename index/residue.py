"""A second look: original identifiers that are still in a text after de-identification.

This pass knows nothing of the detectors. It takes what was found anywhere in the letter, and looks
for it everywhere in the result, however it is written: in capitals, with other spaces or hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.letter import DeidentifiedLetter
from index.names import is_telling, name_parts, without_title
from index.spans import Label, Span

_SHORTEST = 4
"""Shorter identifiers ("B", "4A", "Ulm") are too often something else."""


def identifiers(text: str, spans: Iterable[Span]) -> dict[str, Label]:
    """What identifies somebody in a text: whole spans, and the parts of names that can be told."""
    known: dict[str, Label] = {}
    for span in spans:
        found = span.of(text)
        if span.label in (Label.PATIENT, Label.DOCTOR):
            bare = without_title(found)
            telling = [part for part in name_parts(bare) if is_telling(part, text)]
            for name in (*telling, *([bare] if " " in bare else [])):
                known.setdefault(name, span.label)
        elif span.label in (Label.ID, Label.CONTACT, Label.LOCATION, Label.HOSPITAL):
            known.setdefault(found, span.label)
    return {value: label for value, label in known.items() if len(value) >= _SHORTEST}


def residue(
    result: DeidentifiedLetter | str,
    known: dict[str, Label],
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
    found: list[Span] = []
    for value, label in known.items():
        for match in _anyhow(value).finditer(text):
            span = Span(*match.span(), label)
            if not any(w.start <= span.start and span.end <= w.end for w in written):
                found.append(span)
    return tuple(sorted(found))


def _anyhow(value: str) -> re.Pattern[str]:
    """`value` in any case, and with anything but letters and digits between its parts."""
    parts = map(re.escape, re.findall(r"[^\W_]+", value))
    return re.compile(r"(?<!\w)" + r"[\W_]*".join(parts) + r"(?!\w)", re.IGNORECASE)
