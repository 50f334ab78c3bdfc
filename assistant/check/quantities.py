"""Numbers with a meaning: doses, fractions, drugs with dose, grades, intervals, cycles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from assistant.check.fact import Fact, FactKind
from assistant.check.lexicon import lexicon, lowered

NUMBER = r"\d+(?:[.,]\d+)?"

_UNITS = (
    r"mg/m²|mg/m2|mg/kg|mg/dl|mg/l|g/dl|g/l|ng/ml|µg/l|µg|mcg|mmol/l|mmHg|U/ml|U/l|IU|IE|I\.E\.|"
    r"/nl|/µl|mg|kg|ml|cm|mm|g|%|MBq|GBq|AUC"
)


_UNIT_FORMS = {"mg/m2": "mg/m²", "mcg": "µg", "ie": "iu", "i.e.": "iu"}


@cache
def _patterns() -> tuple[tuple[FactKind, re.Pattern[str]], ...]:
    words = "|".join(sorted(lexicon()["number_words"], key=len, reverse=True))
    count = rf"(?P<n>\d+|\b(?:{words})\b)"
    units = "|".join(sorted(lexicon()["interval_units"], key=len, reverse=True))
    qualifier = (
        r"(?:-|\s)*(?:(?:weekly|daily|further|wöchentliche[nr]?|tägliche[nr]?|weitere[nr]?)\s+)?"
    )
    grade = r"(?:grade|grad|°|gr\.|ctcae|stufe)"
    forms = (
        (FactKind.DOSE, rf"(?<![\d.,])(?P<n>{NUMBER})\s?(?P<u>c?Gy)\b"),
        (
            FactKind.FRACTIONS,
            rf"{count}{qualifier}(?:fractions?|fraktionen|fraktion|fx|sitzungen)\b",
        ),
        (FactKind.FRACTIONS, rf"(?<![\d.,])(?P<n>\d+)\s?[x×*]\s?(?={NUMBER}\s?c?Gy\b)"),
        (FactKind.FRACTIONS, r"\b(?:fractions?|fraktionen)\"?\s*[:=]\s*(?P<n>\d+)"),
        (FactKind.CYCLES, rf"{count}{qualifier}(?:cycles?|zyklen|zyklus|kurse?|courses?)\b"),
        (
            FactKind.GRADE,
            rf"\b{grade}[\s-]*(?:{grade}\s*)?(?P<n>[0-5]|I{{1,3}}|IV)(?![\d.,]*\d|\w)",
        ),
        (FactKind.GRADE, r"(?<![\d.,])(?P<n>[0-5])\s?°(?! ?C\b)"),
        # "nausea G2"; where a G says how a tumour is differentiated, `codes` has taken it before.
        (FactKind.GRADE, r"(?<=[a-zäöüß] )G(?P<n>[1-5])\b"),
        (FactKind.CYCLES, r"(?<![\d.,])(?P<n>\d{1,2})x(?=[\s,;.)])"),
        (FactKind.QUANTITY, rf"(?<![\d.,])(?P<n>{NUMBER})\s?(?P<u>{_UNITS})(?![\w/])"),
        (FactKind.INTERVAL, rf"{count}{qualifier}(?P<u>{units})\b"),
        # The JSON of a case, where it is checked as it stands.
        (FactKind.DOSE, rf"\"(?:total|fraction)_gy\"\s*:\s*\"?(?P<n>{NUMBER})"),
        (FactKind.CYCLES, r"\b(?:cycles|zyklen)\"?\s*[:=]\s*(?P<n>\d+)"),
        (FactKind.GRADE, r"\"grade\"\s*:\s*(?P<n>[0-5])"),
        (FactKind.INTERVAL, rf"\"count\"\s*:\s*(?P<n>\d+)\s*,\s*\"unit\"\s*:\s*\"(?P<u>{units})"),
    )
    return tuple((kind, re.compile(form, re.IGNORECASE)) for kind, form in forms)


def find_quantities(text: str) -> Iterator[Fact]:
    """Every quantity of `text`; where two forms overlap, the first of the table has it."""
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            start, end = match.span()
            value = _value(kind, match)
            yield Fact(kind, value, _about(kind, text, start, end), start, end, match.group())


def number(text: str) -> str:
    """`1,80` and `1.8` are both `1.8`."""
    value = Decimal(text.replace(",", "."))
    return format(value.normalize(), "f")


def _value(kind: FactKind, match: re.Match[str]) -> str:
    groups = match.groupdict()
    text = lowered(groups["n"])
    if kind is FactKind.GRADE:
        return {"i": "1", "ii": "2", "iii": "3", "iv": "4"}.get(text, text)
    value = str(lexicon()["number_words"].get(text) or number(text))
    unit = lowered(groups.get("u") or "")
    if kind is FactKind.DOSE:
        return number(str(Decimal(value) / 100)) if unit == "cgy" else value
    if kind is FactKind.INTERVAL:
        return f"{value} {lexicon()['interval_units'][unit]}"
    if kind is FactKind.QUANTITY:
        return f"{value} {_UNIT_FORMS.get(unit, unit)}"
    return value


_WORD_BEFORE = re.compile(r"([^\W\d_][\w-]{2,})[\s(,:\"]*$")
_PHRASE_AFTER = re.compile(r"^[ -]+((?:[^\W\d_][\w-]{2,} ?){1,3})")
_NOT_A_THING = {
    "dose",
    "ctcae",
    "grade",
    "grad",
    "with",
    "mit",
    "von",
    "and",
    "und",
    "acute",
    "akute",
}


def _about(kind: FactKind, text: str, start: int, end: int) -> str:
    """The drug or the toxicity: the word before the number, or, of a grade, the noun after it."""
    if kind not in (FactKind.QUANTITY, FactKind.GRADE):
        return ""
    if kind is FactKind.GRADE and (match := _PHRASE_AFTER.search(text[end : end + 60])):
        # "grade 2 radiation dermatitis and fatigue": the noun ends before the conjunction.
        noun = ""
        for word in match.group(1).lower().split():
            if word in _NOT_A_THING:
                break
            noun = word
        if noun:
            return noun
    before = text[max(0, start - 60) : start]
    while match := _WORD_BEFORE.search(before):
        word = match.group(1).lower()
        if word not in _NOT_A_THING:
            return word
        before = before[: match.start()]
    return ""
