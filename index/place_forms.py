"""Places by their form, in letters of both languages: streets that begin with a preposition before
a postal code, houses of care abroad.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.letter import Language
from index.name_patterns import UPPER
from index.spans import Label, Span

_NAME = rf"[{UPPER}][^\W\d_]+(?:[-'’][^\W\d_]+)*"
_STREET = re.compile(
    r"(?<![\w-])(?:Am|An[ ]de[rnm]|Auf[ ]de[rmn]|Im|In[ ]de[rn]|Zu[mr]|Unter[ ]de[rnm]"
    r"|Hinter[ ]de[rmn]|Beim|Vor[ ]dem)[ ]"
    rf"{_NAME}(?:[ ]{_NAME})?[ ]\d{{1,4}}(?:[ ]?[a-z]\b)?"
    rf"(?=[ ]*[-–·.,;|•°/\n]{{0,2}}[ ]*(?:(?:D|A|CH)-)?\d{{4,5}}[ ]+[{UPPER}])"
)
_ABROAD = re.compile(
    r"\b(?:Hôpital|Hôpitaux|Clinique|Ospedale|Policlinico|Hospital|Clínica|Szpital|Nemocnice|Ziekenhuis|Sygehus|Sjukhuset"
    r"|Bolnica|Klinički|Hastanesi)(?:[ ](?:de|des|du|di|del|della|dei|la|le|los|las|van|het|av))+"
    rf"[ ]{_NAME}(?:[ ]{_NAME})?"
)


def find_place_forms(text: str, language: Language) -> Iterator[Span]:
    for match in _STREET.finditer(text):
        yield Span(*match.span(), Label.LOCATION)
    for match in _ABROAD.finditer(text):
        yield Span(*match.span(), Label.HOSPITAL)
