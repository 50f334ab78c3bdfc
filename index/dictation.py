"""Dictation marks, the initials of those who wrote a letter: "Ba/kl", "Pe/Wo/sch", "Kürzel TNB"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.letter import Language
from index.name_patterns import UPPER
from index.spans import Label, Span

_SOME = rf"[{UPPER}][a-zäöüß]{{0,3}}"
_MARK = rf"(?:{_SOME}|[{UPPER}]{{2,3}})(?:[/-](?:[A-Za-zÄÖÜäöüß]{{1,4}})){{1,2}}"


def find_dictation_marks(text: str, language: Language) -> Iterator[Span]:
    """Marks behind a label or title, or alone in their column, in a German text."""
    if language == "de":
        for pattern in (_LABELLED, _TITLED, _ALONE, _SMALL):
            for match in pattern.finditer(text):
                yield Span(*match.span("mark"), Label.DOCTOR)


_LABELLED = re.compile(
    r"(?<![\w-])(?:(?:Kürzel|Handzeichen|Hdz|HZ|Hz|Protokoll|Diktatzeichen|Diktat|Dikt|Diktiert"
    r"|(?:Unsere?|Ihre?) (?:Zeichen|Z)"
    r"|Zeichen"
    r"|Uns\. Z(?:ei)?ch|Schreibzeichen|Sekr|geschr)(?:[.:]+[ \t]*|[ \t]+)|[DS]:[ \t]*)"
    rf"(?P<mark>{_MARK}|[{UPPER}]{{2,4}}|[a-zäöüß]{{2,3}}/[a-zäöüß]{{2,3}}|"
    rf"(?<=Kürzel[ ])[a-z]{{2,3}})(?![\w/-])"
)
_TITLED = re.compile(
    rf"(?:Dr|Prof|OA|OÄ)\.?[ ](?P<mark>[{UPPER}][a-zäöüß]{{1,2}}/[a-zäöüß]{{2,3}})(?![\w/])"
)
_ALONE = re.compile(
    rf"(?:^|[ \t]{{2,}})[ \t]*(?P<mark>[{UPPER}][a-zäöüß]{{1,2}}"
    rf"(?:/[A-Za-zäöüß]{{2,3}}){{1,2}}|(?!IE/|MG/|ML/)[{UPPER}]{{2,3}}/[a-zäöüß]{{2,3}})"
    r"(?=[ \t]{2,}|[ \t]*$)",
    re.MULTILINE,
)
_UNIT = r"(?:[mkµnpf]?[glm]|min|h|d|dl|mmol|mol|mval|mosm|s)"
_SMALL = re.compile(
    rf"(?:^[ \t]*|\d{{4}}[ ]?/[ ]?|\d\d\.\d\d\.\d\d[ ]?/[ ]?)"
    rf"(?P<mark>(?!{_UNIT}[/-]|\w+[/-]{_UNIT}$)[a-zäöüß]{{2,3}}[/-][a-zäöüß]{{2,3}}"
    rf"|(?<=/)(?:[a-zäöüß]{{2,3}}|[{UPPER}]{{2,4}})|(?<=/[ ])[a-zäöüß]{{2,3}})[ \t]*$",
    re.MULTILINE,
)
"""In lower case: alone on a line, or at a line's end behind the letter's date and a slash."""
