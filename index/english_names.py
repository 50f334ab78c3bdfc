"""Names in English letters: the places in a letter that introduce a person.

A title, a relative's or a colleague's role, a label with a colon, credentials behind, a nickname
in quotes, an initial. What follows such a word is a name even where it is a word of the language
("Dr May", "Mrs Young"), which elsewhere it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from index.data_files import either, phrases, table, words
from index.english_initials import find_initials
from index.name_patterns import PARTICLE, UPPER, WORD
from index.name_words import is_no_name
from index.spans import Label, Span

_INITIALS = rf"[{UPPER}]\.(?:[ ]?[{UPPER}]\.){{0,2}}|[{UPPER}]{{1,2}}(?=[ ][{UPPER}][^\W\d_])"
_UNIT = rf"(?:{_INITIALS}|{WORD})"
_GAP = r"(?:[ ]{1,2}|(?<=\.))"
_SUFFIX = rf"(?:,?[ ](?:{either(words(table('english')['suffixes']))})\b\.?)?"
_WELSH = r"(?:ap|ab|ferch)[ ]"
_NAME = rf"(?:{PARTICLE})?{_UNIT}(?:{_GAP}(?:(?i:{PARTICLE})|{_WELSH})?{_UNIT}){{0,3}}{_SUFFIX}"
_UNIT_PATTERN = re.compile(_UNIT)


def introduced_in_english(text: str) -> tuple[Span, ...]:
    """Names that an English letter introduces; spans may overlap."""
    finders = (
        *(_titled, _related, _in_role, _labelled, _credentialed, _nicknamed, _with_initial),
        _surname_first,
    )
    found = [span for finder in finders for span in finder(text)]
    return (*found, *find_initials(text, found))


def _titled(text: str) -> Iterator[Span]:
    """Behind a title, and further names that "and" or commas add to a plural one."""
    for match in _patterns().titled.finditer(text):
        label = Label.DOCTOR if _is_physician(match) else Label.PATIENT
        end = yield from _named(text, match, label)
        if end and label is Label.DOCTOR:
            yield Span(match.start("title"), end, label)
        plural = match["title"].lower() == "drs"
        while end:
            further = (_patterns().listed if plural else _patterns().joined).match(text, end)
            end = (yield from _named(text, further, Label.DOCTOR)) if further else 0


def _is_physician(match: re.Match[str]) -> bool:
    return match["title"].lower().startswith(("dr", "prof", "doctor"))


def _related(text: str) -> Iterator[Span]:
    for match in _patterns().related.finditer(text):
        end = yield from _named(text, match, Label.PATIENT)
        further = _patterns().listed.match(text, end) if end else None
        if further and match[0].split(None, 1)[0].lower().endswith(("s", "children")):
            yield from _named(text, further, Label.PATIENT)


def _in_role(text: str) -> Iterator[Span]:
    for match in _patterns().in_role.finditer(text):
        yield from _named(text, match, Label.DOCTOR)
    for match in _patterns().in_short_role.finditer(text):
        if len(match["name"].split()) > 1:
            yield from _named(text, match, Label.DOCTOR)


def _labelled(text: str) -> Iterator[Span]:
    for match in _patterns().behind_colon.finditer(text):
        start = max(0, match.start() - 40)
        for label, pattern in _patterns().labels:
            if not pattern.search(text, start, match.start()):
                continue
            end = yield from _named(text, match, label)
            while end:
                further = _patterns().further.match(text, end)
                end = (yield from _named(text, further, label)) if further else 0


def _credentialed(text: str) -> Iterator[Span]:
    for match in _patterns().credentialed.finditer(text):
        yield from _named(text, match, Label.DOCTOR)


def _nicknamed(text: str) -> Iterator[Span]:
    for match in _patterns().nicknamed.finditer(text):
        if not is_no_name(match["name"]):
            yield Span(*match.span("name"), Label.PATIENT)
    for match in _patterns().nickname_within.finditer(text):
        yield Span(*match.span(), Label.PATIENT)


def _with_initial(text: str) -> Iterator[Span]:
    """An initial and a surname, behind what a name may stand behind."""
    eponyms = words(table("eponyms")["words"])
    for match in _patterns().with_initial.finditer(text):
        if not eponyms.isdisjoint(re.findall(WORD, match["name"])):
            continue
        yield from _named(text, match, Label.DOCTOR)


def _surname_first(text: str) -> Iterator[Span]:
    """ "Fairweather-Obi, Constance | F | ...": in front of a sex, an age, a number, a column."""
    for match in _SURNAME_FIRST.finditer(text):
        if not is_no_surname(match["surname"].split("-")[0]):
            yield Span(*match.span("name"), Label.PATIENT)


_SURNAME_FIRST = re.compile(
    rf"(?:^|[>|•*]|\bcc:?|\b[Pp]t:?|\b[Pp]atient:?)[ \t]*"
    rf"(?P<name>(?P<surname>{WORD}(?:[ ]{WORD})?),[ ]?{WORD}(?:[ ](?:{WORD}|[{UPPER}]\.?))?)"
    r"(?=[ ]*[|(/]|[ ]{2,}|\t"
    r"|,?[ ](?:[MF]\b|DOB|D\.O\.B|dob|born|MRN|NHS|\d{1,3}[ ]?(?:[MFyY]|$)))",
    re.MULTILINE,
)


def _named(text: str, match: re.Match[str], label: Label) -> Iterator[Span]:
    """The name of a match up to a word that is none; returns where it ends, or 0."""
    start, end = match.span("name")
    kept = 0
    for unit in _UNIT_PATTERN.finditer(text, start, end):
        word = unit[0].rstrip(".")
        if kept and word.rstrip(",") in words(table("english")["suffixes"]):
            kept = unit.end()
            continue
        if is_no_surname(word):
            break
        kept = unit.end()
    if not kept or not re.search(r"[^\W\d_]{2}|\.", text[start:kept]):
        return 0
    yield Span(start, kept, label)
    return kept


def is_no_surname(word: str) -> bool:
    """Whether a capitalised word is no name even where a name is expected."""
    if word in _names_and_words() or word.capitalize() in _names_and_words():
        return False
    return is_no_name(word) or word.upper() in words(table("english")["role_initials"])


@cache
def _names_and_words() -> frozenset[str]:
    """Words of the language that people are called by too."""
    ambiguous = table("names")["given"]["ambiguous"].values()
    months = ("March", "April", "May", "June", "July", "August")
    listed = (words(raw) for raw in ambiguous)
    return frozenset[str]().union(words(table("english")["surnames_and_words"]), months, *listed)


# --- patterns


@dataclass(frozen=True)
class _Patterns:
    """Each finds a name in its group `name`.

    Attributes:
        titled: behind a title, which an OCR may have joined to the name.
        joined, listed, further: a next name behind "and", behind a comma too, behind a slash too.
        related: behind a relative's word.
        in_role, in_short_role: behind a colleague's role, in words or initials.
        behind_colon, labels: behind a colon; the labels before it, by kind of person.
        credentialed: before credentials.
        nicknamed, nickname_within: in quotes or behind "known as"; within a name.
        with_initial: an initial and a surname.
    """

    titled: re.Pattern[str]
    joined: re.Pattern[str]
    listed: re.Pattern[str]
    further: re.Pattern[str]
    related: re.Pattern[str]
    in_role: re.Pattern[str]
    in_short_role: re.Pattern[str]
    behind_colon: re.Pattern[str]
    labels: tuple[tuple[Label, re.Pattern[str]], ...]
    credentialed: re.Pattern[str]
    nicknamed: re.Pattern[str]
    nickname_within: re.Pattern[str]
    with_initial: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    english = table("english")
    title = either(words(english["titles"]))
    maybe_title = rf"(?:(?:{title})\b\.?[ ]?){{0,2}}"
    name = rf"(?P<name>{_NAME})"
    relative = either(phrases(english["relatives"]))
    told = (
        r"(?=[ ]?(?:[,.;:)\n]|$|(?:and|who|has|is|was|aged|died|had|lives|works|will|can)\b"
        r"|['’]s\b))"
    )
    role = either(phrases(english["roles"]))
    initials = either(words(english["role_initials"]))
    credential = either(words(english["credentials"]))
    return _Patterns(
        titled=re.compile(
            rf"(?:(?<![\w-])|(?<=Dear)|(?<=[a-z]:)|(?<=[a-z])(?=(?:Mr|Mrs|Ms|Miss|Dr)[A-Z.]))"
            rf"(?P<title>{title})(?:\.[ ]?|[ ]{{1,2}}|"
            rf"(?=[{UPPER}]))"
            rf"(?:(?:{title})\.?[ ])?{name}"
        ),
        joined=re.compile(rf"[ ](?:and|&)[ ](?=[{UPPER}][^\W\d_]+[ ,.:;)])(?P<name>{WORD})"),
        listed=re.compile(rf",?[ ](?:(?:and|&)[ ])?{name}"),
        further=re.compile(
            rf"(?:[ ]?\([^)\n]{{1,30}}\))?[ ]?(?:[/;,&]|\band\b)[ ]?{maybe_title}{name}"
        ),
        related=re.compile(
            rf"(?<![\w-])(?i:{relative})(?:[ ](?i:is|was|called|named))?"
            rf"(?:[ ](?=[{UPPER}])|(?=[{UPPER}][a-z])|[ ]?\((?=[^()\n]{{2,40}}\))|(?:,|:)[ ]"
            rf"(?={_NAME}{told}))"
            rf"{maybe_title}{name}"
        ),
        in_role=re.compile(
            rf"(?<![\w-])(?:{role}|{either(r.capitalize() for r in phrases(english['roles']))})"
            rf"(?:,?[ ]\(?|:[ ]?){maybe_title}{name}"
        ),
        in_short_role=re.compile(rf"(?<![\w-])(?:{initials})[ ]\(?{maybe_title}{name}"),
        behind_colon=re.compile(rf"[ ]?[:;][ \t]*{maybe_title}(?P<name>{_NAME}(?:,[ ]?{_NAME})?)"),
        labels=tuple(
            (label, re.compile(rf"(?<![\w-])(?i:{either(phrases(english[kind]))})$"))
            for label, kind in ((Label.DOCTOR, "staff_labels"), (Label.PATIENT, "person_labels"))
        ),
        credentialed=re.compile(
            rf"(?P<name>{_UNIT}(?:{_GAP}(?:{PARTICLE})?{_UNIT}){{1,3}})"
            rf"(?:[ ]?,[ ]?|[ ])\(?(?:{credential})(?![\w.-]|[ ]\d{{5}})"
        ),
        nicknamed=re.compile(
            r"(?:(?i:known as|aka|a\.k\.a\.|called|prefers|goes by|née|nee|formerly"
            r"|maiden name)[ ]"
            rf"[\"“'‘]?|(?<=[^\W\d_][ ])\([\"“])(?P<name>{WORD})(?=[\"”'’]?[ ,.;)])"
        ),
        nickname_within=re.compile(rf"{WORD}[ ][\"“](?:{WORD})[\"”][ ]{WORD}{_SUFFIX}"),
        with_initial=re.compile(
            rf"(?:^[ \t]*|[(,;:/&][ ]?|\b(?:by|with|under|and|to|from|for|per|via|cc|saw|sees)[ ])"
            rf"(?P<name>(?:[{UPPER}]\.[ ]?){{1,2}}{WORD})(?![\w-])",
            re.MULTILINE,
        ),
    )
