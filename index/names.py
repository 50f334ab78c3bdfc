"""Names of patients, physicians and relatives: where they are introduced, and every later mention.

A name gives itself away where it is introduced: by a title, a form of address, a label, a birth
date, a signature, an address, or a known given name. Each name so found is then looked for in the
whole text, part by part, inflected and in capitals too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from index.introduced_names import introduced_names
from index.letter import Language
from index.name_edges import names_alone
from index.name_patterns import UPPER
from index.name_words import (
    WORD_PATTERN,
    given_names,
    is_no_name,
    is_telling,
    lower_words,
    name_parts,
    without_title,
)
from index.near_names import Neighbours
from index.spans import Label, Span


def find_names(text: str, language: Language, further: Iterable[Span] = ()) -> tuple[Span, ...]:
    """Names in `text` with their titles, labelled PATIENT or DOCTOR; spans may overlap.

    Args:
        further: names that are known by other means; their later mentions are found as well.
    """
    introduced = tuple(names_alone(text, [*introduced_names(text), *further], language))
    return (*introduced, *names_alone(text, later_mentions(text, introduced), language))


def later_mentions(text: str, introduced: Iterable[Span]) -> Iterator[Span]:
    """Every mention of a part of an introduced name: "Weber", "Webers", "WEBER", "Wbeer"."""
    parts: dict[str, Label] = {}
    whole: dict[str, Label] = {}
    lower = lower_words(text)
    for span in introduced:
        bare = without_title(span.of(text))
        if " " in bare:
            whole.setdefault(bare, span.label)
        for part in name_parts(bare):
            pieces = [piece for piece in part.split("-") if len(piece) >= 4]
            for each in (part, *(pieces if "-" in part else ())):
                if is_telling(each, lower) and not is_no_name(each):
                    parts.setdefault(each.casefold(), span.label)
    near = Neighbours(parts)
    for written, word, start in _words_of(text) if parts else ():
        label = parts.get(word) or parts.get(word.removesuffix("s"))
        if not label and word not in lower and not is_no_name(written):
            known = near.of(word)
            label = parts[known] if known and written not in given_names() else None
        if label and text[start - 1 : start] != "-":
            yield Span(*_with_initials(text, start, start + len(written)), label)
    for match in _SPOILT.finditer(text) if parts else ():
        label = parts.get(match[0].translate(_MIS_SCANNED).casefold())
        if label:
            yield Span(*match.span(), label)
    for match in _BROKEN.finditer(text) if _LINE_BREAK.search(text) else ():
        label = parts.get((match[1] + match[2]).casefold())
        if label:
            yield Span(*match.span(), label)
    for name, label in whole.items():
        start = text.find(name)
        while start >= 0:
            yield Span(start, start + len(name), label)
            start = text.find(name, start + len(name))


def _with_initials(text: str, start: int, end: int) -> tuple[int, int]:
    """A name alone in its column or brackets with its initials: "O. Mayr", "GROSS, M."."""
    before = _INITIALS_BEFORE.search(text, max(0, start - 8), start)
    behind = _INITIALS_BEHIND.match(text, end)
    return (before.start("initials") if before else start, behind.end() if behind else end)


_INITIALS_BEFORE = re.compile(rf"(?:^|[\n(|])[ \t]*(?P<initials>(?:[{UPPER}]\.[ ]?){{1,2}})$")
_INITIALS_BEHIND = re.compile(rf",?[ ](?:[{UPPER}]\.[ -]?){{1,2}}(?=[ ]?(?:[|()\n,;]|$))")
_SPOILT = re.compile(rf"(?<![\w.-])[{UPPER}](?=[^\W_]*[01])(?:[^\W\d_]|[01]){{2,}}(?![\w-])")
_MIS_SCANNED = str.maketrans("01", "ol")
"""What a scan reads for two letters of a name."""


@lru_cache(maxsize=2)
def _words_of(text: str) -> tuple[tuple[str, str, int], ...]:
    """Each word that may be of a name, the same without its case, and where it begins."""
    return tuple((m[0], m[0].casefold(), m.start()) for m in WORD_PATTERN.finditer(text))


_LINE_BREAK = re.compile(r"-[ ]?\n")
_BROKEN = re.compile(rf"(?<!\w)([{UPPER}][^\W\d_]+)-[ ]?\n[ \t]*([^\W\d_]+)")
"""A word that a line's end divides."""
