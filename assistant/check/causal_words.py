"""The wordings by which a drug and an effect are put together, in both languages.

They are looked for in a row: a sentence in which each drug is `DRUG` and each effect `EFFECT`.
"""

from __future__ import annotations

import re

DRUG, EFFECT = "\ue000", "\ue001"
"""Stand for a drug and an effect in the row."""
_OTHER = rf"[^.;:{DRUG}{EFFECT}]"


def _upto(characters: int) -> str:
    """So many that are of no other drug, effect or clause, as few as will do."""
    return rf"{_OTHER}{{0,{characters}}}?"


_JOINED = r"(?:/|\+|&|,?\s*\b(?:and|und|sowie|plus|with|mit|or|oder)\b)"
_DRUGS = rf"{DRUG}(?:(?:\s*,\s*{DRUG})*\s*{_JOINED}\s*(?:[\w-]+ )?{DRUG})*"
_EFFECTS = rf"{EFFECT}(?:[^.;:,{DRUG}{EFFECT}]{{0,20}}(?:,|{_JOINED}){_upto(24)}{EFFECT})*"
_DET = r"(?:\s|\b(?:the|her|his|an?|de[rmns]|die|das|seine\w*|ihre\w*|eine\w*)\b)*"
_WORDS = r"(?:\s?[\w-]+\s?){0,3}?"
_BLAMED = (
    r"(?=[^.;]{0,60}\b(?:verantwortlich|verdächtig\w*|Auslöser|responsible|to blame|blamed)\b)"
)
_LAID = (
    r"(?=[^.;]{0,50}\b(?:zugeschrieben|zuzuschreiben|zuschreiben|angelastet|anzulasten|anlasten"
    r"|zugeordnet|zuzuordnen|geschuldet)\b)"
)
_TRACED = r"(?=[^.;]{0,50}\b(?:zurückgeführt|zurückzuführen|zurückführ\w+|zurückgeh\w+)\b)"
_DONE = (
    r"(?=[^.;]{0,50}\b(?:verursacht\w*|ausgelöst\w*|hervorgerufen\w*|bedingt\w*|induziert\w*)\b)"
)
_STRONG_BEHIND = (
    r"due to|owing to|(?:is|was|were|are|being|,|thought|felt|believed) (?:because|on account) of"
    r"|caused by|brought (?:on|about) by|attribut\w+ (?:\w+ )?to|ascrib\w+ to|(?:put|puts|putting)"
    r" (?:it )?down to|secondary to|resulting from|resulted from|stemm\w+ from|aris\w+ from"
    r"|as an? (?:result|consequence|sequel\w*|side[- ]effect|complication) of"
    r"|an? (?:result|consequence|side[- ]effect|complication) of"
    r"|induced by|provoked by|triggered by|precipitated by|blam\w+ (?:it )?on|(?:laid|lay) to"
    r"|related to|linked to|for which (?:we |I )?(?:hold|held|blame\w*|suspect\w*)"
    rf"|(?:durch|von){_DONE}|in ?folge(?: von)?"
    r"|als (?:Folge|Nebenwirkung|Komplikation) (?:von|de[rs])"
    rf"|(?:aufgrund|auf ?grund)(?: von)?|(?:dem|der){_LAID}|auf{_TRACED}"
    rf"|(?:wofür|für die|für den|für das)(?: wir| ich)?{_BLAMED}"
    r"|(?:verursacht|ausgelöst|hervorgerufen|bedingt) (?:durch|von)"
    r"|schreib\w+ (?:wir|ich)|führ\w+ (?:wir|ich) (?:\w+ )?auf|last\w+ (?:wir|ich)"
)
"""From an effect to the drug behind it."""
_CYCLE = (
    r"(?:\s[\w.]+){0,3}?\s(?:cycles?|Zyklus|Zyklen|courses?|doses?|Gaben?|infusions?)"
    r"(?:\s\d+)?(?:\s(?:of|von))?"
)
_WEAK_BEHIND = (
    r"under|on|with|from|during|after|following|durch|unter|nach|bei|wegen|während"
    rf"|while (?:on|taking|receiving)|(?:in|im|nach|after|following|during){_CYCLE}"
)
_STRONG_BEFORE = (
    r"\b(?:caus\w+|led to|leading to|result\w+ in|brought \w+ out in|brought (?:on|about)"
    r"|provok\w+|trigger\w+|induc\w+|precipitat\w+|gave (?:him|her|rise to)|giving rise to"
    r"|(?:was|is|be|being|held|hold|made|blamed|deemed|considered|thought) (?:to be )?"
    r"(?:responsible|to blame|the cause|the culprit)"
    r"|responsible for|blamed for|to blame for|the cause of|complicated by"
    r"|führ\w+ zu[rm]?|verursach\w+|löst\w*(?=[^.;]{0,60}\baus\b)|rief\w*(?=[^.;]{0,60}hervor)"
    rf"|bewirk\w+|(?:wird|wurde|ist|war|als){_BLAMED}|hatte(?=[^.;]{{0,60}}\bzur Folge\b))\b"
    rf"|(?<={DRUG})[- ](?:induced|related|associated|attributed|bedingt\w*|induziert\w*"
    r"|assoziiert\w*|vermittelt\w*|ausgelöst\w*)\b"
)
"""From a drug to the effect behind it."""
_WHICH = (
    r", (?:under|on|with|during|from) which|, (?:wo|da|hier)(?:runter|durch|bei)|, (?:unter|mit) "
    r"(?:dem|der|denen)"
)
_HEADS = (
    r"(?:(?<=^)|(?<=[;:,(]\s)|(?<=[;:,(])|(?<=\band\s)|(?<=\bund\s)|(?<=\bbut\s)|(?<=\baber\s))"
)
_PATTERNS = (
    (
        True,
        rf"\b(?:for|für) {_DET}{_WORDS}(?P<e>{_EFFECTS}){_upto(30)}{_BLAMED}{_upto(20)}"
        rf"(?P<d>{_DRUGS})",
    ),
    (
        True,
        rf"(?P<e>{_EFFECTS}){_upto(20)}\b(?:for|für) (?:which|whom|die|den|das|welche\w?)\b"
        rf"{_upto(30)}{_BLAMED}{_upto(20)}(?P<d>{_DRUGS})",
    ),
    (
        True,
        rf"(?P<e>{_EFFECTS}){_upto(60)}(?<!\w)(?:{_STRONG_BEHIND})(?!\w){_DET}{_WORDS}(?P<d>{_DRUGS})",
    ),
    (True, rf"(?P<d>{_DRUGS}){_upto(40)}(?:{_STRONG_BEFORE}){_upto(45)}(?P<e>{_EFFECTS})"),
    (
        False,
        rf"{_HEADS}(?:under|on|with|during|after|following|unter|durch|nach|während|infolge"
        rf"|while (?:on|taking|receiving)|whilst on)\b{_DET}{_WORDS}(?P<d>{_DRUGS}){_upto(60)}"
        rf"(?P<e>{_EFFECTS})",
    ),
    (False, rf"(?P<d>{_DRUGS})\s?{_upto(12)}(?:{_WHICH})\b{_upto(60)}(?P<e>{_EFFECTS})"),
    (
        False,
        rf"(?P<e>{_EFFECTS}){_upto(110)}(?<![,])\s(?:{_WEAK_BEHIND})\b{_DET}{_WORDS}(?P<d>{_DRUGS})",
    ),
    (False, rf"(?P<e>{_EFFECTS})[^.;:,{DRUG}{EFFECT}]{{0,14}}\((?P<d>{_DRUGS})"),
    (False, rf"(?P<d>{_DRUGS})\s?(?:\([^()]{{0,30}}\)\s?)?:\s?{_upto(24)}(?P<e>{_EFFECTS})"),
    (
        False,
        rf"(?P<d>{_DRUGS})\s{_upto(50)}\b(?:because of|due to|owing to|for|wegen|aufgrund"
        rf"|auf ?grund|infolge|bei|following|after|nach)\b{_upto(25)}(?P<e>{_EFFECTS})",
    ),
)
WORDINGS = tuple((strong, re.compile(form, re.IGNORECASE)) for strong, form in _PATTERNS)
TREATED = re.compile(
    r"\b(?:managed|treated|controlled?|eased|relieved|improv\w+|resolv\w+|better|settl\w+|subsid\w+"
    r"|recover\w+|prophyla\w+|prevent\w*|covered|kept in check|despite|support\w*|respon\w+"
    r"|behandelt\w*|versorgt|beherrsch\w+|gebessert|besser\w*|rückläufig|abgeklungen|eingestellt"
    r"|kontrolliert|gelindert|therapiert|prophyla\w+|trotz|stabil|beschwerdefrei|ansprech\w*"
    r"|linderung|rückbildung|went on|go on|goes on|switch\w*|chang\w+|convert\w+|continu\w+"
    r"|start\w*|began|begun|fortge\w+|weiter\w*|gewechselt|Wechsel|umgestellt|Umstellung|begonnen|begann\w*)\b",
    re.IGNORECASE,
)
"""Between an effect and a drug: this has helped against it, or was given all the same."""
REASON = re.compile(
    r"\b(?:despite|trotz|wegen|because of|due to|owing to|aufgrund|gegen|against|ohne|without)"
    r"(?:\s[\w-]+){0,3}\s$",
    re.IGNORECASE,
)
"""Before an effect: it is told as the reason for what follows."""
