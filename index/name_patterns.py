"""The patterns by which names give themselves away, put together from the lists in `data/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from index.data_files import either, phrases, table
from index.sections import closing_pattern
from index.spans import Label

UPPER = "A-ZÀ-ÖØ-Þ" + "".join(
    chr(code) for code in (*range(0x100, 0x250), *range(0x1E00, 0x1F00)) if chr(code).isupper()
)
"""The capital letters of all names in Latin script, for use between brackets."""

_INITIAL = rf"[{UPPER}][a-zäöü]?\.(?:-?[{UPPER}]\.)*"
WORD = rf"[{UPPER}][^\W\d_]*(?:['’´-][^\W\d_]{{2,}})*"
_PARTICLES = (
    "von|van|vom|de|der|den|del|della|di|da|dos|du|la|le|zu|zur|zum|af|el|al|bin|ben|ten|ter"
)
PARTICLES = frozenset(_PARTICLES.split("|"))
"""What stands between the words of a name in lower case, and is no part to be replaced."""
PARTICLE = rf"(?:(?:{_PARTICLES})[ ]|(?:al|el|ad|as|abu)[-'’]|v\.[ ]?(?:d\.[ ]?)?){{1,2}}"
UNIT = rf"(?:{_INITIAL}|{WORD})"
_GAP = r"(?:[ ]{1,2}|(?<=\.))"
NAME = rf"(?:{PARTICLE})?{UNIT}(?:{_GAP}(?:{PARTICLE})?{UNIT}){{0,3}}"
"""Up to four capitalised words or initials; a tab or more spaces begin another column."""
_LAST_FIRST = rf"{NAME}(?:,[ ]?{NAME})?"


@dataclass(frozen=True)
class NamePatterns:
    """Each finds a place where a name stands, in its group `name` where it has one.

    Attributes:
        name: a name from where it begins.
        unit: one word or initial of a name.
        name_only: a text that is a name and nothing else.
        name_at_end: the name at the end of a text, in group 1.
        title: academic titles.
        titled: titles (group `title`) and the name behind them, on the next line too.
        joined: a further name behind a titled one: "Drs. X und Y".
        addressed: a form of address, perhaps `colleague` and `title`, and a name; `gap` is what
            lies behind the form of address.
        labelled: a label, a colon and a name, for each kind of person.
        saluted: a name alone behind the opening words of a salutation.
        closing: a closing formula.
        above_street: a name alone on its line, above a street or a postal code.
        credential: letters behind a physician's name.
    """

    name: re.Pattern[str]
    unit: re.Pattern[str]
    name_only: re.Pattern[str]
    name_at_end: re.Pattern[str]
    title: re.Pattern[str]
    titled: re.Pattern[str]
    joined: re.Pattern[str]
    addressed: re.Pattern[str]
    labelled: tuple[tuple[Label, re.Pattern[str]], ...]
    saluted: re.Pattern[str]
    closing: re.Pattern[str]
    above_street: re.Pattern[str]
    credential: re.Pattern[str]


@cache
def name_patterns() -> NamePatterns:
    """The patterns, compiled once."""
    terms, headings = table("terms"), table("headings")
    titles = "|".join(terms["titles"].split())
    parts = "|".join(terms["title_parts"].split())
    title = rf"(?<![\w-])(?:{titles})(?:[ \t]*(?:{titles}|(?i:{parts})))*[ \t]*"
    honorific = either(terms["honorifics"].split())
    opening = either(phrases(headings["salutation"]["phrases"]))
    credential = either(terms["credentials"].split())
    numbered_line = rf"[{UPPER}][^\n\d:]{{2,40}}[ ]\d{{1,4}}[ ]?[a-z]?[ \t]*,?[ \t]*(?:\n|$)"
    postcode = rf"(?:[A-Z]{{1,2}}-)?\d{{4,5}}[ \t][{UPPER}]"
    alone = rf"{UNIT}[ ](?:{PARTICLE})?{UNIT}(?:[ ]{UNIT})?"
    return NamePatterns(
        name=re.compile(NAME),
        unit=re.compile(UNIT),
        name_only=re.compile(rf"(?:{title})?{NAME}"),
        name_at_end=re.compile(rf"({_LAST_FIRST})[ \t,;:]*\n?[ \t]*\(?[ \t]*$"),
        title=re.compile(title),
        titled=re.compile(
            rf"(?P<title>{title})(?:\n[ \t]*(?={NAME}[ \t]*$))?(?P<name>{NAME})", re.MULTILINE
        ),
        joined=re.compile(rf"(?:,| und| and| &)[ ](?P<name>{NAME})"),
        addressed=re.compile(
            rf"(?:(?<![\w.])|(?<=[a-zäöüß])(?=Herrn|Frau|Hr\.|Fr\.))(?:{honorific})"
            rf"(?P<gap>[ \t]*\n?[ \t]*)"
            rf"(?P<colleague>Koll(?:eg(?:e|en|in)|\.)[ \t]*(?=[{UPPER}]))?(?P<title>{title})?"
            rf"(?P<name>{NAME})"
        ),
        labelled=tuple(
            (label, _labelled(phrases(terms[labels]), honorific, title))
            for label, labels in (
                (Label.PATIENT, "patient_labels"),
                (Label.DOCTOR, "doctor_labels"),
            )
        ),
        saluted=re.compile(
            rf"^[ \t]*(?i:{opening})[ \t]+(?P<name>{NAME})(?=[ \t]*[,!\n])", re.MULTILINE
        ),
        closing=closing_pattern(),
        above_street=re.compile(
            rf"^[ \t]*(?:{title})?(?P<name>{alone})[ \t]*\n"
            rf"(?:[^\n\d]{{1,40}}\n)?(?=[ \t]*(?:{numbered_line}|{postcode}))",
            re.MULTILINE,
        ),
        credential=re.compile(rf",?[ \t](?:{credential})(?![\w])"),
    )


def _labelled(labels: tuple[str, ...], honorific: str, title: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w-])(?:{either(labels)})[ \t]*:[ \t]*(?:(?:{honorific})[ \t]+)?"
        rf"(?P<name>(?:{title})?{_LAST_FIRST})"
    )
