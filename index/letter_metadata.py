"""What retrieval filters letters by, told from a de-identified letter. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from typing import cast

from index.data_files import either, phrases, table
from index.dates import find_dates
from index.letter import DocumentType, Language, LetterMetadata, Section, SectionKind
from index.sections import salutation_pattern
from index.tumour_groups import tumour_group


def letter_metadata(
    text: str, language: Language, sections: Sequence[Section], author: str
) -> LetterMetadata:
    """What is known of a letter.

    Args:
        text: without what identifies a person; its dates are shifted.
        sections: of the text.
        author: the pseudonym of who signed.
    """
    return LetterMetadata(
        language=language,
        letter_type="summary" if _SUMMARY.match(text) else "letter",
        document_type=document_type(text, sections),
        tumour_group=_tumour_group(text, sections),
        author=author,
        department=department(text),
        date=letter_date(text, language),
    )


_SUMMARY = re.compile(
    r"\W*(?:case summary|summary|zusammenfassung|kurzbericht|fallzusammenfassung)\b", re.IGNORECASE
)


def _tumour_group(text: str, sections: Iterable[Section]) -> str:
    """By the diagnoses, where they name one: the rest may speak of relatives' tumours."""
    diagnoses = (s.text for s in sections if s.kind is SectionKind.DIAGNOSES)
    return tumour_group("\n".join(diagnoses)) or tumour_group(text)


_HEAD = 1500
"""Characters of a letter in which its title and its own date stand."""
_SAID = 700
"""Characters after the salutation in which a letter says what it is about."""


def document_type(text: str, sections: Sequence[Section]) -> DocumentType:
    """By the title above the salutation or the first heading; else by the first sentences."""
    spoken = salutation_pattern().search(text, 0, _LONGEST_HEAD)
    start = spoken.start() if spoken else _first_heading_end(sections)
    where = {"titles": text[:start][:_HEAD], "said": text[: start + _SAID], "anywhere": text}
    for what, part in where.items():
        for kind, pattern in _types(what):
            if pattern.search(part):
                return kind
    return "letter"


def _first_heading_end(sections: Sequence[Section]) -> int:
    """The first heading may be a report's title."""
    end = 0
    for section in sections:
        if section.heading:
            return end + len(section.heading)
        end += len(section.text)
    return 0


_LONGEST_HEAD = 4000
"""Characters of a letter in which its salutation begins."""


@cache
def _types(what: str) -> tuple[tuple[DocumentType, re.Pattern[str]], ...]:
    return tuple(
        (
            cast(DocumentType, kind),
            re.compile(rf"(?<![^\W\d_])(?:{either(phrases(lists[what]))})(?!\w)", re.IGNORECASE),
        )
        for kind, lists in table("document_types").items()
        if what in lists
    )


_UNIT = (
    r"(?:Universitäts-?[Kk]linik|Klinik|Abteilung|Institut|Ambulanz|MVZ|Department|Division|Clinic)"
)
_DEPARTMENTS = (
    rf"(?:[^\W\d_][\w-]*[ ])?{_UNIT}[ ]?(?:für|of|for)[ ][^\n,;:.|·]{{3,60}}?"
    r"(?=[ \t\r]*(?:$|[,;:|·]))",
    r"[^\W\d_][\w-]*(?:ische|ologie)[ ](?:Klinik|Abteilung|Ambulanz)\b(?:[ ][IVX]{1,3}\b)?",
    r"(?:Department|Abteilung|Sektion)[ ][A-ZÄÖÜ][^\n,;:.|·\d]*?"
    r"(?:ologie|[ck]hirurgie|ädie|medizin)\b(?:[ ]und[ ][\w-]+)?",
    r"(?:[^\W\d_][\w-]*(?:ologie|chirurgie|medizin|therapie|HNO|Ohren)-?|Frauen|Augen|Haut|Kinder"
    r"|HNO-)(?:[Uu]niversitäts)?-?[Kk]linik\b",
    r"[A-Z][\w-]*(?:[ ][A-Z][\w-]*)?[ ](?:Department|Dept|Oncology)\b",
)
_DEPARTMENT = tuple(
    re.compile(rf"(?:^|[ ][·|–/-][ ])[ \t\ufeff]*({each})", re.MULTILINE) for each in _DEPARTMENTS
)
"""How heads of letters name a department, the surest form first."""


def department(text: str) -> str:
    """The department that wrote the letter, as its head names it; or empty."""
    head = text[:_HEAD]
    found = next(filter(None, (pattern.search(head) for pattern in _DEPARTMENT)), None)
    return found[1] if found else ""


_DAY = r"(?:(?:Mo|Di|Mi|Do|Fr|Sa|So|Tu|We|Th|Su)[a-z]*\.?,?[ ])?"
_DATED = re.compile(
    r"(?:\b(?:Datum|Date|Dated|(?:Date )?typed|Briefdatum|Diktat|Reported|Ausgang|Sitzung vom"
    r"|Meeting|Referral date)"
    r"|(?:bericht|brief|befund|letter|report|summary)[ ](?:vom|of|dated|from))"
    rf"[ \t]*:?[ \t]*{_DAY}$",
    re.IGNORECASE,
)
"""What stands before a letter's date and says so."""
_ALONE = re.compile(rf"[ \t]*(?:[^,\n\d]{{2,30}},[ ](?:den |am )?)?{_DAY}$", re.IGNORECASE)
"""What may stand before a letter's date where nothing follows: "Town, den"."""
_OCCASION = re.compile(
    r"\b(?:Date of (?:clinic|surgery|visit)|Clinic date|Discharged|Admit date|Ambulant am)"
    rf"[ \t]*:?[ \t]*{_DAY}$",
    re.IGNORECASE,
)
"""What stands before the date of a visit or a stay, which the letter is written soon after."""


def letter_date(text: str, language: Language) -> dt.date | None:
    """The letter's own date: one that is said to be it, or stands on a line for itself; else that
    of the visit in its head."""
    text = text[:_HEAD]
    found: list[tuple[int, dt.date]] = []
    for mention in find_dates(text, language):
        if not mention.is_full:
            continue
        before = text[text.rfind("\n", 0, mention.start) + 1 : mention.start]
        alone = not text[mention.end :].partition("\n")[0].strip()
        if before.strip() and _DATED.search(before):
            rank = 0
        elif alone and _ALONE.match(before):
            rank = 1
        elif before.strip() and _OCCASION.search(before):
            rank = 2
        else:
            continue
        with suppress(ValueError):  # "31.2.2024"
            day = dt.date(mention.year, mention.month or 1, mention.day or 1)
            found.append((rank, day))
    return min(found, key=lambda each: each[0])[1] if found else None
