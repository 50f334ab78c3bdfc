"""A letter in its parts, by its headings, its salutation and its closing.

No character is lost: the sections' heading and text, joined, are the letter. It works on a letter
that is still being written as well, since each part begins with a line that can be told by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.data_files import either, phrases, table
from index.letter import Language, Section, SectionKind

_OPENING = 1500
"""Characters that a letter without headings may have and still count as its opening alone."""

_CONTENT = (
    SectionKind.DIAGNOSES,
    SectionKind.HISTORY,
    SectionKind.RECOMMENDATIONS,
    SectionKind.SCHEDULE,
)


def split_sections(text: str, language: Language) -> tuple[Section, ...]:
    """The parts of `text` in order; one BODY where its parts can't be told.

    What stands before the salutation (sender, addressee, reference line) belongs to the salutation.
    A part without a heading of its own has an empty `heading`.
    """
    starts = list(_starts(text, language))
    if not any(kind in _CONTENT for _, _, kind in starts):
        kinds = {kind for _, _, kind in starts}
        opening = kinds == {SectionKind.SALUTATION} and len(text) <= _OPENING
        return (Section(SectionKind.SALUTATION if opening else SectionKind.BODY, "", text),)
    if starts[0][2] is SectionKind.SALUTATION:
        starts[0] = (0, 0, SectionKind.SALUTATION)
    elif text[: starts[0][0]].strip():
        starts.insert(0, (0, 0, SectionKind.SALUTATION))
    else:
        starts[0] = (0, starts[0][1], starts[0][2])
    ends = [start for start, _, _ in starts[1:]] + [len(text)]
    return tuple(
        Section(kind, text[start:body], text[body:end])
        for (start, body, kind), end in zip(starts, ends, strict=True)
    )


def _starts(text: str, language: Language) -> Iterator[tuple[int, int, SectionKind]]:
    """Where each part begins, where its text begins (after the heading), and what it is."""
    before: SectionKind | None = None
    for match in _pattern(language).finditer(text):
        name = match.lastgroup or ""
        kind = SectionKind(name)
        if kind is before is SectionKind.CLOSING:
            continue  # "With kind regards" and "Yours sincerely" are one closing
        before = kind
        heading = match.end() if kind in _CONTENT else match.start(name)
        yield match.start(name), heading, kind


@cache
def closing_pattern() -> re.Pattern[str]:
    """Where a closing formula begins and ends, in either language."""
    variants = phrases(table("headings")["closing"]["phrases"])
    return re.compile(rf"^[ \t]*(?:{either(variants)})\b", re.MULTILINE | re.IGNORECASE)


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    """One pattern for every line that opens a part; its last group is named after the part.

    A heading stands alone on its line, or at the line's start with a colon behind it; one in the
    other language counts with a colon only, since its words may be anything else.
    """
    headings = table("headings")
    other = "de" if language == "en" else "en"
    parts: list[str] = []
    for kind in _CONTENT:
        own, foreign = (either(phrases(headings[kind.value][each])) for each in (language, other))
        heading = rf"(?:(?:{own}){_ASIDE}(?:{_COLON}|{_LINE_END})|(?:{foreign}){_ASIDE}{_COLON})"
        parts.append(rf"(?P<{kind.value}>\**{heading})")
    for kind in (SectionKind.SALUTATION, SectionKind.CLOSING):
        variants = phrases(headings[kind.value]["phrases"])
        parts.append(rf"(?P<{kind.value}>(?:{either(variants)})\b)")
    return re.compile(
        rf"^[ \t\ufeff]*(?:#+[ \t]*)?(?:{'|'.join(parts)})", re.MULTILINE | re.IGNORECASE
    )


_ASIDE = r"(?:[ \t]*[({][^)}\n]{1,20}[)}])?\**[ \t]*"
"""What may follow a heading: "(n)", "(ICD-10)"."""
_COLON = r":\**"
_LINE_END = r"(?=\n|\Z)"
