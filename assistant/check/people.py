"""The patient's sex, and the titles of persons, as a text gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.wordlists import lexicon

_FEMALE = (
    r"female|woman|lady|girl|weiblich\w*|Patientin|Dame|Frau|Fr(?=\. [A-ZÄÖÜ])|Ms|Mrs|Miss"
    r"|she|her|hers|herself"
)
_MALE = r"male|man|gentleman|boy|männlich\w*|Herrn?|Hrn?(?=\. [A-ZÄÖÜ])|Mr|he|his|him|himself"
_SEX = re.compile(rf"\b(?:(?P<f>{_FEMALE})|(?P<m>{_MALE}))\b(?!-)", re.IGNORECASE)
# "Frau Kollegin" is no patient; "Frau Dr. Weber" is one if the case says so.
_COLLEAGUE = re.compile(r"^\.?\s*(?:Koll|Doktor|Professor|Oberärzt|Chefärzt|Assist|Prim(?:ar|\.))")
_TITLED = re.compile(r"^\.?\s*(?:Dr|Prof|PD|Priv|Univ)\b")
TITLED = "titled"
"""What a word of sex before a title is about: a colleague, where it isn't the patient's name."""
_HEADER = 70
"""Characters from an address to the birth date that makes its bearer the patient."""
_BORN = re.compile(r"\*\s?\d|\bgeb\b|geboren|\bborn\b|\bDOB\b")
_PATIENT = re.compile(
    r"\b(?P<m>(?:[DdUu](?:er|em|es|nser|nserem|nseres)|[Üü]ber den|einen|unseren) Patient(?:en)?)\b"
    r"(?P<f>(?!))?"
)
_LETTER = re.compile(
    r"\b(?:Sex|Gender|Geschlecht)\s*[:=]\s*(?:(?P<f>[fw])|(?P<m>m))\b"
    r"|(?<=, )(?:(?P<f2>[fw])|(?P<m2>m))(?=[,.;] )",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:bei|mit) (?:(?P<f>ihr)|(?P<m>ihm))\b", re.IGNORECASE)
_TREATED = re.compile(
    r"\b(?:(?P<f>sie)|(?P<m>ihn))\b(?: [\w.]+){0,4} (?:bestrahlt|behandelt|gesehen|untersucht"
    r"|operiert|entlassen|aufgenommen|einbestellt|betreut|aufgeklärt|wiedersehen)\b"
)
_OF_HIS = re.compile(
    r"\b(?P<m>[Ss]eine?[mnrs]?)\s+(?:Allgemeinzustand|Gewicht|Körpergewicht|Ehefrau|Familie|Mutter"
    r"|Vater|Schwester|Bruder|Beschwerden|Schmerzen|Medikation|Medikamente|Wunsch|Appetit|Alltag"
    r"|Belastbarkeit|Karnofsky|ECOG|PSA|CEA|CA |SCC|Hb\b|Hämoglobin|Blutwerte|Hausarzt|Arbeit"
    r"|Beruf|Vorerkrankungen|Dauermedikation|Befinden|Nebendiagnosen|Einverständnis|Einwilligung"
    r"|Zustimmung|Lebensqualität|Zuhause|Partner|Kinder|Tochter|Sohn|Angehörigen|Nahrungsaufnahme"
    r"|Stimme|Kontinenz|Blase)(?P<f>(?!))?"
)
_DECIDED = re.compile(r"\b(?:(?P<f>sie)|(?P<m>er)) sich (?:gegen|für|bei uns|wohl|gut)\b")
_GERMAN_AFTER = re.compile(
    r"\b(?:wurde|hat|ist|konnte|erhielt|war|verlor|wünschte|möchte|klagte|benötigte?|raucht|leidet"
    r"|litt|berichtete?|verneinte?|lehnte|vertrug|tolerierte|bemerkte|verspürte|nimmt|trinkt|isst"
    r"|fühlte?|entschied|entschloss|bat)\s+(?:(?P<f>sie)|(?P<m>er))\b"
)
_TO_HIM = re.compile(r"\b(?:Sie|wir|ich|man|haben|habe|geht es|ging es) (?P<m>ihm)\b(?P<f>(?!))?")
_WE_HIM = re.compile(
    r"\b[Ww]ir (?:(?:sehen|sahen|stellen|stellten|bestellen|bestellten) (?P<m>ihn)\b"
    r"(?=[^.;]{0,60}\b(?:wieder|vor|ein)\b)"
    r"|(?:baten|bitten|informierten|berieten|betreuen|betreuten|begleiten|entließen|entlassen"
    r"|überwiesen|überweisen|ermutigten|ermunterten) (?P<m2>ihn)\b)(?P<f>(?!))?"
)
_CUT_OUT = re.compile(
    r"[^.;]{0,90}?\b(?:reseziert|entfernt|exzidiert|exstirpiert|enukleiert|gemessen|gelegt|gezogen"
    r"|verschlossen|verlegt|zurückverlegt|rückverlagert|abgetragen|punktiert|biopsiert"
    r"|beendet|abgebrochen|abgesetzt|fortgesetzt|fortgeführt|unterbrochen|pausiert|eingeleitet"
    r"|wiederaufgenommen|durchgeführt|verabreicht|appliziert|komplettiert|dosisreduziert)\b"
)
"""What is done to a thing, whose grammatical gender "er" and "sie" then have."""
_TITLES = re.compile(
    r"\b(?P<t>(?:(?:Prof|PD(?!-L)|Priv|Doz|Dr|Univ|Professor|Professorin|Privatdozentin|Privatdozent"
    r"|Doktor|Doctor|M?Mag|Dipl|DI|Primar)\b\.?[-, ]*"
    r"|(?:Ing|Psych|Päd|Soz|Theol|Kfm|Phys|Chem|Biol)\.[-, ]*"
    r"|med\.\s?|dent\.\s?|vet\.\s?|univ\.\s?|rer\.\s?|nat\.\s?|phil\.\s?|iur\.\s?|jur\.\s?|oec\.\s?|pol\.\s?|techn\.\s?|habil\.\s?|h\.\s?c\.\s?|mult\.\s?)+)"
    r"(?P<n>[A-ZÄÖÜ][\w'’-]+(?:[ ](?:(?:von|van|der|den|de|zu)[ ])*[A-ZÄÖÜ][\w'’-]+){0,2})"
)


_RANKS = (
    ("professor", "prof"),
    ("lecturer", "pd|priv|doz"),
    ("doctor", r"\bdr|\bdoc?k?tor"),
    ("graduate", r"mag\b|dipl|\bdi\b"),
)


@cache
def _german_pattern() -> re.Pattern[str]:
    """ "Sie" is "they" and "you", too: the verb tells."""
    verbs = "|".join(lexicon()["verbs_of_one_person"])
    return re.compile(rf"\b(?:(?P<f>[Ss]ie)|(?P<m>[Ee]r))\s+(?:{verbs})\b")


def find_sex(text: str, language: str) -> Iterator[Fact]:
    """Every word that tells a person's sex, those of colleagues left out."""
    german = (
        [
            _german_pattern(),
            _GERMAN_AFTER,
            _PATIENT,
            _BY,
            _TREATED,
            _OF_HIS,
            _DECIDED,
            _TO_HIM,
            _WE_HIM,
        ]
        if language == "de"
        else []
    )
    patterns = [_LETTER, _SEX, *german]
    for pattern in patterns:
        for match in pattern.finditer(text):
            groups = {k[0]: k for k, v in match.groupdict().items() if v}
            group = "f" if "f" in groups else "m"
            word = match.group(groups[group])
            if pattern is _SEX and language == "de" and word.lower() in _ENGLISH_PRONOUNS:
                continue
            if (
                language == "de"
                and word.lower() in ("er", "sie")
                and _CUT_OUT.match(text, match.end())
            ):
                continue
            if pattern is _SEX and word.isupper() and len(word) > 1:
                continue  # an abbreviation
            behind = text[match.end() : match.end() + _HEADER].partition("\n")[0]
            if _COLLEAGUE.match(behind) and not _BORN.search(behind):
                continue
            start, end = match.span(groups[group])
            value = "female" if group == "f" else "male"
            titled = _TITLED.match(behind) and not _BORN.search(behind)
            about = {word.lower(), TITLED} if titled else {word.lower()}
            yield Fact(FactKind.SEX, value, frozenset(about), start, end, word)


_ENGLISH_PRONOUNS = {"she", "her", "hers", "he", "his", "him", "man", "herself", "himself", "male"}


def find_titles(text: str) -> Iterator[Fact]:
    """The highest academic title of each person, about the last part of the name."""
    for match in _TITLES.finditer(text):
        title = match.group("t").lower()
        value = next((value for value, words in _RANKS if re.search(words, title)), "")
        if not value:
            continue
        start, words = match.start("t"), match.group("t").strip()
        names = match.group("n").lower().split()
        about = frozenset(names[1:] or names)  # what follows the name in a line may be a noun
        yield Fact(FactKind.TITLE, value, about, start, start + len(words), words)
