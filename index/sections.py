"""A letter in its sections, by its headings, its salutation and its closing.

No character is lost: the sections' heading and text, joined, are the letter. It works on a letter
that is still being written as well, since each section begins with a line that can be told by
itself and the line before it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from index.data_files import either, phrases, table
from index.edit_distance import edit_distance
from index.headings import CONTENT, heading_kind, spelling
from index.letter import Language, Section, SectionKind

_OPENING = 1500
"""Characters that a letter without headings may have and still count as its opening alone."""


def split_sections(text: str, language: Language) -> tuple[Section, ...]:
    """The sections of `text` in order; one BODY where they can't be told.

    What stands before the salutation (sender, addressee, reference line) belongs to the salutation.
    A section without a heading of its own has an empty `heading`.
    """
    starts = list(_starts(text, language))
    if not any(kind in CONTENT for _, _, kind in starts):
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


_LINE = re.compile(r"[^\n]+")
_HEADING = re.compile(
    r"[ \t\ufeff\xa0]*(?P<heading>(?:\#+[ \t]*)?\**(?:(?:\d{1,2}(?:\.\d{1,2})*[.)]?|[IVX]{1,4}[.)]"
    r"|[A-Ha-h][.)])[ \t]+)?\**(?P<label>[^\W\d_](?:\([^()]{0,40}\)|[^:\t|]){1,70}?)\**)[ \t\r]*"
    r"(?P<end>:\**|(?=[\t|])|$)"
)
"""A line that may be a heading, numbered or not: alone, with a colon, or a row's first cell."""


_TREATED = (SectionKind.TREATMENT, SectionKind.HISTORY)


def _starts(text: str, language: Language) -> Iterator[tuple[int, int, SectionKind]]:
    """Where each section begins, where its text begins (after the heading), and what it is."""
    before: SectionKind | None = None
    line_end = -2
    for line in _LINE.finditer(text):
        if line[0].isspace():
            continue
        apart = line.start() != line_end + 1
        line_end = line.end()
        found = _heading(line[0], language, apart=apart) or _formula(line[0])
        if not found:
            continue
        start, body, kind = found
        if kind is before and kind not in CONTENT:
            continue  # "With kind regards" and "Yours sincerely" are one closing
        entry = not apart and bool(line[0][body:].strip())
        if entry and kind is SectionKind.TREATMENT and before in _TREATED:
            continue  # "Surgery: lumpectomy", one of several under "Treatment:"
        before = kind
        yield line.start() + start, line.start() + body, kind


def _heading(line: str, language: Language, *, apart: bool) -> tuple[int, int, SectionKind] | None:
    """Where a heading begins and ends in a line, and what it opens."""
    if not (match := _HEADING.match(line)):
        return None
    border = match.end() < len(line) and not match["end"]
    colon = bool(match["end"]) or border
    if not colon and match["label"][0].islower() and not apart:
        return None  # the rest of a sentence
    kind = heading_kind(match["label"], language, colon=colon, apart=apart)
    end = match.end() if match["end"] else match.end("heading")
    return (match.start("heading"), end, kind) if kind else None


_LONGEST_FORMULA = 100
"""Characters of a line that begins as a closing; a sentence is longer."""
_UNSURE = re.compile(r"(?:wert|lieb|(?:ge|ver)ehrt)er?\b", re.IGNORECASE)
_ADDRESSED = re.compile(r"\b(?:Frau|Herr|Kolleg|Dam|Dr|Prof|Famil|Patient)|[,!][ \t\r]*$")


def _formula(line: str) -> tuple[int, int, SectionKind] | None:
    """Where a salutation or a closing begins in a line. Neither has a heading."""
    start = len(line) - len(line.lstrip(" \t\ufeff\xa0"))
    kind = _formula_kind(line[start:])
    if kind is SectionKind.CLOSING and len(line) - start > _LONGEST_FORMULA:
        return None
    if kind and _UNSURE.match(line, start) and not _ADDRESSED.search(line):
        return None  # "Werte im Normbereich"
    return (start, start, kind) if kind else None


def _formula_kind(line: str) -> SectionKind | None:
    if match := _formula_pattern().match(line):
        return SectionKind(match.lastgroup)
    if len(line) > _LONGEST_FORMULA or line[:3] not in _long_formulas():
        return None
    first = spelling(" ".join(line.split()[:3]))
    for formula, kind in _long_formulas()[line[:3]]:
        if edit_distance(formula, first[: len(formula)], 1) <= 1:
            return kind
    return None


@cache
def closing_pattern() -> re.Pattern[str]:
    """Where a closing formula begins and ends, in either language."""
    variants = phrases(table("headings")["closing"]["phrases"])
    return re.compile(rf"^[ \t]*(?:{either(variants)})\b", re.MULTILINE | re.IGNORECASE)


@cache
def salutation_pattern() -> re.Pattern[str]:
    """Where a salutation begins and ends, in either language."""
    variants = phrases(table("headings")["salutation"]["phrases"])
    return re.compile(rf"^[ \t\ufeff]*(?:{either(variants)})\b", re.MULTILINE | re.IGNORECASE)


@cache
def _formula_pattern() -> re.Pattern[str]:
    """The beginning of a salutation or a closing; the group is named after it."""
    salutation, closing = (
        either(phrases(table("headings")[kind.value]["phrases"]))
        for kind in (SectionKind.SALUTATION, SectionKind.CLOSING)
    )
    return re.compile(
        rf"(?P<salutation>(?:{salutation})\b|dear(?=dr|mr|ms|prof))|(?P<closing>(?:{closing})\b(?!\s+(?:for|to)\b))",
        re.IGNORECASE,
    )


_LEAST_FORMULA = 11
"""Letters of a formula that may have a typing error and still be told."""


@cache
def _long_formulas() -> dict[str, list[tuple[str, SectionKind]]]:
    """Formulas by how they begin, as words that begin a sentence do."""
    found: defaultdict[str, list[tuple[str, SectionKind]]] = defaultdict(list)
    for kind in (SectionKind.SALUTATION, SectionKind.CLOSING):
        for phrase in phrases(table("headings")[kind.value]["phrases"]):
            spelled = spelling(phrase)
            if len(spelled) >= _LEAST_FORMULA:
                found[phrase[:3].capitalize()].append((spelled, kind))
    return dict(found)
