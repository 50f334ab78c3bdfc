"""A letter that is wrong in one place, and the place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from finetune.clinic.surfaces import SurfaceForm
from index.case import CaseDetails
from index.letter import Language

from .pairs import Pair
from .template import Span

_HUNKS = 3
"""A changed name may differ from the right one in so many words that are not neighbours."""
_IN_MANY_PLACES = frozenset({"sex", "swapped_drugs", "swapped_drug_doses"})


@dataclass(frozen=True)
class Wrong:
    """A letter that is wrong in one place.

    Attributes:
        spans: where the letter is wrong; none where a fact is left out.
        missing: where the case has what the letter leaves out.
        was: what it was and what it became, to read.
    """

    kind: str
    language: Language
    form: SurfaceForm
    case: str
    letter: str
    spans: tuple[Span, ...]
    was: str
    true_letter: str
    missing: tuple[Span, ...] = ()
    exemplars: tuple[str, ...] = ()


def rewritten(kind: str, pair: Pair, details: CaseDetails, was: str) -> Wrong | None:
    """The letter from the changed fields; None where more than the one change shows, or none."""
    true, letter = pair.true_letter, pair.letter(details)
    spans = differences(true, letter)
    if not spans or (len(spans) > _HUNKS and kind not in _IN_MANY_PLACES):
        return None
    return wrong_letter(kind, pair, letter, spans, was)


def wrong_letter(kind: str, pair: Pair, letter: str, spans: tuple[Span, ...], was: str) -> Wrong:
    return Wrong(
        kind=kind,
        language=pair.details.language,
        form=pair.form,
        case=pair.case,
        letter=letter,
        spans=spans,
        was=was,
        true_letter=pair.true_letter,
    )


_TOKEN = re.compile(r"\w+|\W")


def differences(true: str, wrong: str) -> tuple[Span, ...]:
    """Where `wrong` differs, in whole words; where something is gone, the words beside it."""
    before, after = _TOKEN.findall(true), _TOKEN.findall(wrong)
    starts = [match.start() for match in _TOKEN.finditer(wrong)] + [len(wrong)]
    # What is alike at both ends is cut off first: the rest is short, and the matcher slow.
    first = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    backwards = zip(reversed(before[first:]), reversed(after[first:]), strict=False)
    last = next((n for n, (a, b) in enumerate(backwards) if a != b), 0)
    middle = [words[first : len(words) - last] for words in (before, after)]
    spans: list[Span] = []
    for tag, _, _, low, high in SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
        if tag == "equal" or true == wrong:
            continue
        low, high = low + first, high + first
        if low == high:
            low, high = max(0, low - 2), min(len(after), high + 2)
        spans.append((starts[low], starts[high]))
    return tuple(spans)
