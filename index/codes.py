"""Codes that stand for a person, a case, a specimen or a place in a house, in German letters.

Behind words that announce a number, whatever its form; and without one, where the form itself is no
measurement's, date's or drug's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.letter import Language
from index.spans import Label, Span


def find_codes(text: str, language: Language) -> Iterator[Span]:
    """Codes in a German text, and telephone numbers in their loose forms."""
    if language != "de":
        return
    for match in _ANNOUNCED.finditer(text):
        if sum(map(str.isdigit, match["code"])) >= 3:
            yield Span(*match.span("code"), Label.ID)
    for match in _BARE.finditer(text):
        if _is_code(match[0]):
            yield Span(*match.span(), Label.ID)
    for match in _SHORT_SPECIMEN.finditer(text):
        yield Span(*match.span("code"), Label.ID)
    for match in _BED.finditer(text):
        yield Span(*match.span("code"), Label.ID)
    for match in _WARD_BY_SIDE.finditer(text):
        yield Span(*match.span("code"), Label.ID)
    for pattern in (_WARD_OF_LETTERS, _WARD_TEAM, _WARD_OF_FIELD, _SMALL_BED, _RESCUE, _INSURER):
        for match in pattern.finditer(text):
            yield Span(*match.span("code"), Label.ID)
    for match in _PHONE.finditer(text):
        if sum(map(str.isdigit, match[0])) >= 8:
            yield Span(*match.span(), Label.CONTACT)
    for match in _EXTENSION.finditer(text):
        yield Span(*match.span("number"), Label.CONTACT)


_GROUP = r"[A-Z\d][A-Za-z\d]*(?:[-/.][A-Za-z\d]+)*"
_ANNOUNCED = re.compile(
    r"(?<![\w])(?:[A-ZÄÖÜ][\w.-]*?(?:[Nn]ummer|[-. ]?[Nn][Rr]|kennung|kennzeichen|zeichen|-ID"
    r"|-Code|-Prot|protokoll|schlüssel)"
    r"|Nr|No|ID|PID|MRN|Az|AZ|GZ|Kennz|Kürzel-Nr|Ref|Auftrag|Einsendung|Histo|Zyto|Präparat|Fall|Akte|Pat\.-ID|Kennwort"
    r"|C[hH]\.-[BN]\w{0,2}|Vorgang|Konto|Charge|Lot|LOT|Sendung|Seriennr)"
    r"(?:[.: \t#]|(?=\d))[.:#]*(?:[ ]\.)*[ \t]*(?:laut[ ]\w+[:.]?[ ]*)?\)?[ \t]*"
    rf"(?P<code>#?(?:{_GROUP})(?:[ ](?:/[ ])?(?=[A-Z]{{0,4}}\d|[A-Z]{{1,2}}[ ]\d){_GROUP}){{0,4}})"
    r"(?![\w]|[.,]\d)"
)
_BARE = re.compile(
    r"(?<![\w.,/+-])#?[A-Za-z\d]{1,12}(?:[-/._][A-Za-z\d]{1,12}){1,5}(?![\w%]|[,.:]\d|/[a-zµ])"
)
_PLAIN = re.compile(
    r"(?:\d{1,3}(?:Lu|Ga|F|Tc|Ra|Sr|I|Y)\b|(?:Lu|Ga|Tc|Ra|Sr|Y|I)-?\d|[A-Z]{0,6}-?PSMA|FDG|ICD|OPS|NCT|CTCAE|CA-?\d|HLA|DIN|ISO|EN-|WHO|UICC|COVID|SARS|AWMF)"
    r"|[A-Za-zäöü]+\.|(?:\d{1,2}[.,/-]){2}\d{2,4}|(?:\d{1,2}[./-])\d{2,4}$|M\d{4}/\d$|(?:19|20)\d\d(?:[-/](?:19|20)?\d\d)+$|\d{1,3}(?:/\d{1,3}){1,4}$|\d(?:-\d){2,4}$"
)
"""What a code is not: isotopes, classifications, studies, dates, ratios, doses over the day."""


def _is_code(token: str) -> bool:
    """Whether a token of parts is a code: many digits, and letters or several separators."""
    if _PLAIN.match(token):
        return False
    digits = sum(map(str.isdigit, token))
    letters = sum(map(str.isupper, token))
    separators = len(re.findall(r"[-/._]", token))
    return (digits >= 5 and letters >= 1) or (digits >= 8 and separators >= 2)


_SHORT_SPECIMEN = re.compile(
    r"(?<![\w.,/-])(?P<code>(?:[A-Z]{1,3}[ -]?)(?!\d\d/(?:19|20)\d\d(?!\d))(?:(?:19|20)\d\d"
    r"|\d\d)[-/]\d{3,7}(?:[-/][A-Z\d]{1,4})?|"
    r"[A-Z]{1,2}[ ](?:19|20)\d\d/\d{3,6}(?:-[A-Z])?)(?![\w%])"
)
_BED = re.compile(
    r"(?<![\w-])(?:Raum|Saal|Zimmer|Zi|Bett|Box|Platz|Bettplatz|Station|Stat|Stock|Etage|Haus|Gebäude|OP-Saal|OP|Ambulanzraum|Linac|Bunker|Trakt|Ebene)"
    r"\.?:?(?:[ ]\.)*[ \t]{0,2}(?:Nr\.?[ ]?)?(?P<code>"
    r"(?:[A-Z]{1,4}[-. ]?)?\d{1,4}(?:[-./]?[A-Z\d]{1,3})?"
    r"(?:[ ](?:Nord|Süd|Ost|West|links|rechts))?|[IVX]{1,4}-?\d{0,2}|[A-Z]{1,4}-?\d{1,3}|[A-Z]"
    r"(?![\w.])|(?<=[ ])[A-ZÄÖÜ][a-zäöüß]{2,}[ ]\d{1,2})"
    r"(?![\w]|[.,]\d|[ ]?(?:mg|ml|Tage|h\b|Gy|cm|mm))"
)
_WARD_BY_SIDE = re.compile(r"(?<![\w.,])(?P<code>\d{1,3}[A-Z]?[ ]?(?:Nord|Süd|Ost|West))(?!\w)")
_WARD_OF_LETTERS = re.compile(
    r"\b(?:Aufenthalte?|[Vv]erleg\w+|Übernahme|[Zz]uvor|stationär\w*|liegt)\b[^.\n]{0,20}?"
    r"\b(?:auf|von)[ ](?P<code>[A-Z]{2,5}-?\d{1,2}[a-z]?)(?![\w])"
)
_WARD_TEAM = re.compile(
    r"(?:\b(?:Team|Kollegen|Kolleginnen|Pflege|Schwestern|Pflegenden|Ärzte)[ ](?:der|auf|von)[ ]"
    r"|(?<![\w.])St\.[ ])"
    r"(?P<code>[A-Z]{1,3}[ ]?\d{1,3}[A-Za-z]?)(?![\w]|[.,]\d)"
)
"""A ward by its code, behind those who work there or behind its short word: "St. G4"."""
_WARD_OF_FIELD = re.compile(
    r"(?:chirurgie|medizin|iatrie|ologie|ambulanz)[ ](?P<code>[A-Z]\d?)(?=[ ]?[/,;)\n]|$)"
)
_SMALL_BED = re.compile(
    r"(?<![\w-])(?:station|stat\.?|zimmer|zi\.?|bett|haus|ebene|saal)[ ](?:nr\.?[ ])?"
    r"(?P<code>[A-Za-z]{0,2}\d{1,3}[A-Za-z]?)(?![\w]|[.,:]\d)"
)
_RESCUE = re.compile(
    r"\b(?:RTW|NEF|NAW|KTW|RTH|ITW|ITH|Christoph)[ ]?"
    r"(?P<code>(?:[A-Z]{1,4}[ -])?\d{1,4}(?:[-/]\d{1,4}){0,3})(?![\w]|[.,:]\d)"
)
"""The call sign of an ambulance."""
_INSURER = re.compile(
    r"(?<![\w-])(?:Versicherung|Krankenversicherung|Krankenkasse|Kasse|Kostenträger|KK|Vers\.)"
    r"[ ]?:[ \t]*(?P<code>[A-ZÄÖÜ][^\n,;:()\t]{1,30}?)(?=[ ]*(?:[\n,;()\t]|[ ]{2,}|$))"
)
_PHONE = re.compile(
    r"(?<![\w.,+-])(?:0\d{2,5}[)]?[ ]?[/ –-]{1,2}[ ]?\d{1,4}"
    r"(?:(?:[ /–-]{1,2}|[ ][/–-][ ])\d{1,4}){0,5}|0\d{9,12}"
    r"|\+\d{2}[ ]?\(?0?\)?[ ]?\d[\d /-]{6,})(?![\w]|[.,]\d)"
)
_EXTENSION = re.compile(
    r"\b(?:Fax|DW|Durchwahl|Tel|App|Apparat|Kl|Klappe|intern)[.:]{0,2}[ ]?"
    r"(?P<number>[-–]?\d{2,5})(?!\w|[.,]\d)"
)
