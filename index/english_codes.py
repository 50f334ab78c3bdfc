"""Numbers, codes, contacts, great ages and work in English letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

from index.data_files import either, phrases, table, words
from index.name_patterns import UPPER
from index.spans import Label, Span


def find_english_codes(text: str) -> Iterator[Span]:
    """Numbers of patients, specimens, devices and documents; rooms; ages over 89."""
    by_form = (each.finditer(text) for each in (_BEHIND_DICTATION, _bare(), _ROOM, _WARD))
    yield from _labelled(text)
    for match in chain.from_iterable(by_form):
        code = "code" if match["code"] else "name"
        if not _STAGE.match(match[code]):
            yield Span(*match.span(code), Label.ID)
    for match in _AGE.finditer(text):
        yield Span(*match.span("age" if match["age"] else "with_sex"), Label.AGE)


_STAGE = re.compile(
    r"[acpyrmu]{0,3}[TNMG]\d[a-d]?(?![\d/])|\d{1,3}[./]\d{1,2}$|\d+(?:mg|Gy|mm|cm|ml|%)"
)
"""A stage, a score or an amount is no code."""
_AGE = re.compile(
    r"(?i:\b(?:aged?|age[ ]of|turned|turning|turns|nearly|almost|ages)\b[ ]?:?|,[ ]now)[ \t]*"
    r"(?P<age>9\d|1[01]\d)(?![\d%/]|[.,]\d|[ ]?(?:%|mg|kg|cm|mm|Gy|bpm|days|minutes))"
    r"|(?<![\w.,/:-])(?P<with_sex>9\d|1[01]\d)(?=[ ]?[MF](?![\w]|[.:]))"
)
_SPACED = (
    r"[A-Z]{1,4}[ ]\d{4,}(?![ -]\d{3})|\d{3,4}(?:[ -]\d{3,4}){1,3}|\d{1,2}(?:[ ]\d{2,4}){2,3}"
    r"|[A-Z]{2,4}(?:[ ]\d{1,4}){2,4}|[A-Z]{2,4}[ ]\d{2,6}[-/]\d{2,6}(?:-[A-Z\d]+)?"
)
_SIGNS = r"(?=[\w./-]*\d)[A-Za-z\d][A-Za-z\d_]*(?:[./_-][A-Za-z\d_]+)*"


_CODE = re.compile(rf"(?<![\w/.])#?(?P<code>{_SPACED}|{_SIGNS})(?![\w%]|[./]\d)")
_LONG = re.compile(r"(?=(?:[\w./-]*?\d){3})(?=[\d.]*[A-Z/-]).{5}")
"""At least three figures and a letter or a mark: no amount and no stage."""


def _labelled(text: str) -> Iterator[Span]:
    """Codes behind what they are called; long ones behind words that other things follow too."""
    for match in _CODE.finditer(text):
        code, end = match["code"], match.end()
        if len(code) < 4 or _STAGE.match(code):
            continue
        # What stands before a space may be a part of the code, or what it is called.
        for start in (match.start(), match.start("code") + code.find(" ") + 1):
            before = max(0, start - 32)
            if _label("ids").search(text, before, start) or (
                _LONG.match(code) and _label("ids_vague").search(text, before, start)
            ):
                yield Span(start, end, Label.ID)
                break


@cache
def _label(kind: str) -> re.Pattern[str]:
    labels = either(phrases(table("english")[kind]))
    return re.compile(
        rf"(?<![\w-])(?i:{labels})(?i:\.?[ ]?(?:no|number|num|nr|code|id|ref))?"
        r"\.?[ ]?[:#(]{0,2}[ \t]{0,3}$"
    )


_BEHIND_DICTATION = re.compile(
    r"(?<![\w/])[A-Z]{2,4}(?:/[A-Za-z]{2,3}/?|:[a-z]{2,3}|/)(?P<code>[A-Z]{0,2}\d[\w/-]*)"
)


@cache
def _bare() -> re.Pattern[str]:
    """Codes by their form alone, as laboratories and offices put them together."""
    groups = either(words(table("english")["trial_groups"]))
    return re.compile(
        rf"(?<![\w.,/+-])(?<!SNOMED )(?!(?:{groups})[-\d])(?P<code>"
        r"\d{2}[A-Z]{1,2}-\d{3,}(?:/[A-Z\d]+)?"
        r"|[A-Z]{1,4}\d{2}-\d{3,}(?:-\d+)?|[A-Z]{1,4}-\d{2,4}-\d{2,}|[A-Z]{2,4}\d{3,}-\d{3,}"
        r"|[A-Z]{1,2}\d{1,4}/\d{3,}|[A-Z]{1,3}/\d{2,4}/\d{3,}|"
        r"(?:[A-Z][A-Za-z]{1,6}-){2,}\d{2,4}-\d{3,}"
        r"|\d{2,3}-\d{4,}-[A-Z\d]{1,3}|[A-Z]{3,5}-[A-Z\d]{2,5}-\d{3,}|[A-Z]\d{2}\.\d{4,}"
        r")(?![\w%]|[.,]\d)"
    )


_ROOM = re.compile(
    r"(?<![\w-])(?:(?i:room|rm|bed|ward|bay|theatre|theater|cubicle|side room)\.?[ ]?#?"
    r"|(?=Level[ ]\d+[/, ]+(?:Pod|Zone|Area|Block|Bay|Wing|Desk))(?:Level)[ ])"
    r"(?P<code>[A-Z]{0,3}-?\d{1,4}[A-Z]{0,2}(?:[-/](?:Pod[ ])?[A-Z\d]{1,3})?)(?!\w|[.,]\d"
    r"|[ ]?(?:mg|ml|h\b))"
)


_WARD = re.compile(
    r"(?<![\w.,/-])(?P<code>\d{1,2}[A-Z]?[ ]?(?:NORTH|SOUTH|EAST|WEST|North|South|East|West))"
    r"(?=[ ]*(?:[,.;:)\n-]|$|[ ]{2}))"
    rf"|\b(?:ward|pod|unit)[ ]\((?P<name>[{UPPER}][\w'’]*(?:[ ][{UPPER}\d]\w*)?)\)"
)
"""A ward by its floor and side, "4 SOUTH", or by its name, "the ward (Nightingale B)"."""


def find_english_contacts(text: str) -> Iterator[Span]:
    """Telephone numbers in British and American forms, extensions, addresses of the web."""
    for pattern in (_BRITISH_PHONE, _AMERICAN_PHONE, _EXTENSION, _SITE):
        for match in pattern.finditer(text):
            yield Span(*match.span("number"), Label.CONTACT)


_BRITISH_PHONE = re.compile(
    r"(?<![\w.,/+-])(?P<number>(?:\+44[ ]?(?:\(0\))?[ ]?|\(?0)(?=(?:[ ()-]?[\dOo]){9,10}"
    r"(?![\dOo]))"
    r"[\dOo]{2,4}\)?[ -]?[\dOo]{3,4}[ -]?[\dOo]{0,4}[ ]?[\dOo]{0,4})(?!\w)"
)
_AMERICAN_PHONE = re.compile(
    r"(?:(?<![\w.,/+-])|(?<=[a-z]))(?P<number>(?:(?:\+?1[ .-])?(?:\(\d{3}\)[ ]?|\d{3}[ .-])"
    r"\d{3}[ .-]\d{4}|(?<=\b[Cc]all )\d{3}-\d{4}|(?<=\bat )\d{3}-\d{4}"
    r"|(?<=[Pp]hone )\d{3}-\d{4})(?:[ ]?(?:x|ext)\.?[ ]?\d{1,6})?)(?![\w-])"
)
_EXTENSION = re.compile(
    r"\b(?i:extn?|extension|bleep|pager|beeper|dect|voicemail|mailbox|x)\.?[ ]?:?[ ]?#?"
    r"(?P<number>\d{3,6})(?!\w|[.,]\d)"
)
_SITE = re.compile(
    r"(?<![\w@.-])(?P<number>(?:[a-z\d-]+\.)+(?:nhs\.uk|org\.uk|co\.uk|ac\.uk|org|com|net|edu"
    r"|gov)(?:/[\w./-]*)?)(?![\w-])"
)


def find_english_work(text: str) -> Iterator[Span]:
    """What somebody works as, behind "a", "retired" or the like, and for whom."""
    last_words = _occupations_by_last_word()
    for word in _WORD.finditer(text):
        jobs = last_words.get(word[0].lower())
        if not jobs or _NO_WORK.match(text, word.end()):
            continue
        before = text[max(0, word.start() - 60) : word.end()]
        lower = before.lower()
        whole = (each for each in jobs if re.search(rf"(?<![a-z]){each}$", lower))
        job = next(whole, "")
        if not job:
            continue
        start = word.end() - len(job)
        introduced = _INTRODUCED.search(text, max(0, start - 60), start)
        if introduced and text[start - 1 : start] in (" ", "-", "(", ""):
            yield Span(introduced.start("more"), word.end(), Label.PROFESSION)
            employer = _EMPLOYER.match(text, word.end())
            if employer:
                yield Span(*employer.span("employer"), Label.PROFESSION)


_WORD = re.compile(r"[A-Za-z]+")
_NO_WORK = re.compile(r"[\w'’-]|[ ](?:mutation|gene|license|licence)")
_INTRODUCED = re.compile(
    r"(?:\b(?:an?|as|now|also|once|still|is|was|being|became|afterwards|as[ ]?an?|handed"
    r"|old(?=[ ][a-z ]{0,40}$))[ ]"
    r"|(?i:retired|former|formerly|ex|occupation:?|profession:?|job:?|trained as)(?:[ ]an?)?[ -]"
    r"|[,;(.][ ]?)(?P<more>(?:(?!(?:the|and|who|with|for|of|in|his|her|my|our|an?|by|as|is"
    r"|was|good"
    r"|new|old|poor|very|on|at|to|from|retired|former|male|female|handed"
    r"|\w+-handed)\b)[a-z-]{2,}[ ]){0,3})$"
)


@cache
def _occupations_by_last_word() -> dict[str, tuple[str, ...]]:
    """The longest first."""
    found: dict[str, list[str]] = {}
    for job in phrases(table("english")["occupations"]):
        found.setdefault(job.lower().split()[-1], []).append(job.lower())
    return {word: tuple(sorted(jobs, key=len, reverse=True)) for word, jobs in found.items()}


_EMPLOYER = re.compile(
    rf"(?:[ ](?:at|for|with|to|of|in)[ ](?:the[ ])?|[ ]?\()(?P<employer>[{UPPER}][\w'’&-]*"
    rf"(?:[ ](?:(?:&|and|of)[ ])?[{UPPER}][\w'’&-]*){{0,3}})"
)
