"""Numbers with a meaning: doses, fractions, drugs with dose, grades, intervals, cycles, ages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from assistant.check.fact import Fact, FactKind
from assistant.check.number_words import (
    DECADES,
    HALVES,
    PARTS_OF_YEARS,
    decade,
    number_words,
)
from assistant.check.starts import matches_at, numbers
from assistant.check.units import SCALE, in_signs, with_half
from assistant.check.wordlists import any_of, lexicon, lowered

NUMBER = r"\d+(?:[.,]\d+)?"
_THOUSANDS = r"\d{1,3}(?:[.,]\d{3})+"
_FRACTIONS = (
    r"(?:fractions?|fraktionen|fraktion|fx|fxs|fra[ck]tns?|frakt\.?|frs|sitzungen|(?:be)?strahlen?sitzungen"
    r"|treatments|einzelfraktionen|einzeldosen|bestrahlungen|bestrahlungssitzungen|sessions)\b|#"
)
_ORDINALS = {"erst": "1", "zweit": "2", "dritt": "3", "viert": "4"}


class _Form(NamedTuple):
    """
    Attributes:
        counted: whether it begins with a number in figures or words, and need be tried only there.
    """

    kind: FactKind
    pattern: re.Pattern[str]
    counted: bool


@cache
def _forms() -> tuple[_Form, ...]:
    words = any_of(number_words())
    spelt = rf"\b(?P<n>{words})"
    count = rf"(?P<n>(?<![\d.,])\d+|\b(?:{words})\b)"
    # A single letter is a unit only behind a "q"; "weekly" only behind a bare number.
    known = sorted((u for u in lexicon()["interval_units"] if len(u) > 1), key=len, reverse=True)
    every = "|".join(u for u in known if "ly" in u or "lich" in u)
    long = "|".join(u for u in known if "ig" in u)
    units = "|".join(u for u in known if "ly" not in u and "lich" not in u)
    ordinal = r"(?!(?:week|day|month|cycle|woche|tag|monat|zyklus) \d)"  # "platelets 94 week 5"
    between = "|".join(lexicon()["between_number_and_noun"])
    qualifier = rf"(?:-|\s)*(?:(?:{between})\s+)*"
    measures = "|".join(lexicon()["units"])
    grade = r"(?:\b(?:grades?|grads?|gr\.|ctcae|stufe)|°)"
    persons = "|".join(lexicon()["persons_of_an_age"])
    # "She is 58 and ...", but not "he was 2 kg lighter".
    ends = r"(?=\s*[,.;)]|\s(?:and|when|with|at|who|und|als|mit|now|in)\b|$)"
    forms = (
        (
            FactKind.AGE,
            rf"{count}[\s-]*"
            r"(?:(?:years?|yrs?)[\s-]*(?:old|of age)|jahre\s+alt\w*|yo\b|y\.o\.|y/o)",
        ),
        (FactKind.AGE, rf"{count}[\s-]*jährig\w*"),
        (FactKind.AGE, r"(?<![\d.,-])(?P<n>\d{2})\s?J(?:\b\.?(?=\s?[,;)wm])|\.(?=\s*(?:\n|$)))"),
        (FactKind.AGE, rf"\b(?:aged?|age of|im alter von|alter:?)\s+{count}(?!\s?%)"),
        # A mother of three isn't three years old.
        (
            FactKind.AGE,
            rf"\b(?:(?:mother|father|Mutter|Vater) (?:of|von)\s+(?=[1-9]\d|\w*(?:zig|ßig|ty))"
            rf"|(?:{persons}) (?:of|von)\s+){count}{ends}",
        ),
        (FactKind.AGE, rf"\b(?:she|he|who|patient|patientin) (?:is|was)(?: now)? {count}{ends}"),
        (
            FactKind.AGE,
            rf"\bin (?:his|her|their) (?P<p>early|mid|late)?[\s-]*(?P<n>{'|'.join(DECADES)}"
            r"|[2-9]0s)\b",
        ),
        (
            FactKind.AGE,
            rf"\b(?P<p>Anfang|Mitte|Ende) (?P<n>{'|'.join(w for w in DECADES if w[-1] == 'g')}"
            rf"|[2-9]0){ends}",
        ),
        (
            FactKind.SCHEDULE,
            r"(?<![\d-])(?P<n>[\d½]{1,2}-[\d½]{1,2}-[\d½]{1,2}(?:-[\d½]{1,2})?)(?![\d-]|/)",
        ),
        (
            FactKind.DOSE,
            rf"(?<![\d.,])(?P<n>{NUMBER})\s?-?(?P<u>c?Gy|grays?)"
            r"(?!\w|/(?!\s?(?:\d|(?:fx|fr(?:action)?|fraktion|d|day|tag)\b)))",
        ),
        (
            FactKind.FRACTIONS,
            # "At 2 Gy a fraction" counts none.
            rf"{count}(?<!gy a){qualifier}(?:{_FRACTIONS})",
        ),
        (
            FactKind.FRACTIONS,  # "45 Gy/25", "54 Gy in 30"
            rf"{count}(?:(?<=gy/\d)|(?<=gy/\d\d)|(?<=gy / \d)|(?<=gy / \d\d)|(?<=gy in \d)"
            r"|(?<=gy in \d\d))(?=\s?(?:[,;)\n]|\.(?!\d)|$)"
            r"|\s(?:to|and|then|with|after|over|from|for|on|bis|und|dann|mit|nach|auf|vom|von|ab)\b)",
        ),
        (FactKind.FRACTIONS, r"(?<=gy )(?:[x×*]|mal)\s?(?P<n>\d{1,2})\b(?![.,]\d|\s?c?gy)"),
        (
            FactKind.FRACTIONS,  # "50.4 Gy (28 x 1.8)", "20 x 2.75 = 55 Gy"
            rf"(?<![\d.,])(?P<n>\d{{1,2}})\s?[x×*]\s?(?={NUMBER}\s?=\s?{NUMBER}\s?c?Gy\b)",
        ),
        (
            FactKind.FRACTIONS,
            rf"(?:(?<=gy \()|(?<=gy: )|(?<=gy, ))(?P<n>\d{{1,2}})\s?[x×*]\s?(?={NUMBER}\s?\))",
        ),
        (FactKind.DOSE, rf"(?<=[x×*] )(?P<n>{NUMBER})(?=\s?=\s?{NUMBER}\s?c?Gy\b)"),
        (FactKind.DOSE, rf"(?<=[x×*])(?P<n>{NUMBER})(?=\s?=\s?{NUMBER}\s?c?Gy\b)"),
        (FactKind.FRACTIONS, rf"(?<![\d.,])(?P<n>\d+)\s?[x×*]\s?(?={NUMBER}\s?c?Gy\b)"),
        (
            FactKind.FRACTIONS,
            r"\b(?:fractions?|fraktionen|fraktionenzahl|anzahl fraktionen)\"?\s*[:=]\s*(?P<n>\d+)",
        ),
        (
            FactKind.CYCLES,
            rf"{count}{qualifier}(?:cycles?|zyklen|zyklus|kursen?|courses|gaben|doses|applikationen"
            r"|infusionen|infusions|injections|injektionen)\b",
        ),
        (FactKind.CYCLES, r"(?<=\bcycle )(?P<n>\d+)\b"),
        (
            FactKind.GRADE,
            rf"{grade}[\s-]*(?:{grade}\s*)?"
            r"(?P<n>[0-5]|I{1,3}|IV|one|two|three|four)(?![\d.,]*\d|\w)",
        ),
        (FactKind.GRADE, r"\b(?P<n>erst|zweit|dritt|viert)(?:en |e[rs]? )?grad(?:es|ig\w*)?\b"),
        (FactKind.GRADE, r"(?<![\d.,])(?P<n>[0-5])(?:\.\s?Grades|\s?°(?! ?[CF]\b))"),
        # "nausea G2"; where a G says how a tumour is differentiated, `codes` has taken it before.
        (FactKind.GRADE, r"(?<=[a-zäöüß] )(?:CTCAE )?G(?P<n>[0-5])\b"),
        (
            FactKind.QUANTITY,
            r"(?<![\d.,/])(?P<n>(?:[89]\d|1\d\d|2[0-4]\d)/(?!100\b)(?:[3-9]\d|1[0-4]\d))(?![\d/])"
            r"(?!\s?(?:mg|µg|mcg|ml|Gy|Points?|Punkte?)\b)(?:\s?(?P<u>mm\s?Hg))?",
        ),
        (
            FactKind.QUANTITY,
            rf"(?<![\d.,])(?P<n>{_THOUSANDS}|{NUMBER})\s?-?(?P<u>{measures})"
            r"(?![\w²³]|/\s?(?:m|kg|d?l|ml|µl|nl)\b)",
        ),
        (FactKind.QUANTITY, rf"\b(?P<u>AUC)(?:\s(?:of|von))?\s?(?P<n>{NUMBER})"),
        (
            FactKind.QUANTITY,  # "3.2 x 2.1 cm": the first of a tumour's extents
            rf"(?<![\d.,])(?P<n>{NUMBER})"
            rf"(?=\s?(?:[x×]|by|mal)\s?{NUMBER}(?:\s?[x×]\s?{NUMBER})?\s?(?P<u>cm|mm)\b)",
        ),
        (
            FactKind.QUANTITY,  # "from 3 to 5 cm": the first has the unit of the second
            rf"(?<![\d.,])(?P<n>{NUMBER})(?=\s?(?:to|bis|-|–|->|→)\s?{NUMBER}"
            r"\s?(?P<u>cm|mm|mg|kg|ng/ml|g/dl|U/ml|/nl)(?![\w²³/]))",
        ),
        (
            FactKind.INTERVAL,
            rf"(?P<half>\b(?:{'|'.join(HALVES)})|(?<![\d.,])\d{{1,2}}(?:[.,]5|½))"
            rf"[\s-](?P<u>{units})\b",
        ),
        (FactKind.INTERVAL, rf"(?P<half>\b(?:{'|'.join(PARTS_OF_YEARS)}))\b"),
        (FactKind.INTERVAL, rf"{count}{qualifier}(?P<u>{ordinal}(?:{units}))\b"),
        (FactKind.INTERVAL, r"\bq\s?(?P<n>\d{1,2})\s?-?(?P<u>d|days|w|wk|wks|mo|m)\b"),
        (FactKind.INTERVAL, rf"{spelt}(?P<u>{long})\b"),
        (FactKind.INTERVAL, rf"{spelt}-?(?P<u>{every})\b"),
        (FactKind.INTERVAL, rf"(?<![\d.,])(?P<n>\d{{1,2}})-?(?P<u>{every})\b"),
        (FactKind.INTERVAL, rf"(?<![\d.,])(?P<n>\d+)-(?P<u>{units})\b"),
        (FactKind.CYCLES, r"(?<![\w.,])(?P<n>\d{1,2})\s?[x×](?=[\s,;.)])"),
        (FactKind.CYCLES, r"(?<=[a-z] )[x×]\s?(?P<n>\d{1,2})\b(?![.,]\d|\s?(?:c?Gy|mg|cm|mm))"),
        # The JSON of a case, where it is checked as it stands.
        (FactKind.DOSE, rf"\"(?:total|fraction)_gy\"\s*:\s*\"?(?P<n>{NUMBER})"),
        (FactKind.CYCLES, r"\b(?:cycles|zyklen)\"?\s*[:=]\s*(?P<n>\d+)"),
        (FactKind.GRADE, r"\"grade\"\s*:\s*(?P<n>[0-5])"),
        (
            FactKind.INTERVAL,
            rf"\"count\"\s*:\s*(?P<n>\d+)\s*,\s*\"unit\"\s*:\s*\"(?P<u>{units})",
        ),
    )
    return tuple(
        _Form(kind, re.compile(form, re.IGNORECASE), form.startswith((count, spelt)))
        for kind, form in forms
    )


def find_quantities(text: str) -> Iterator[Fact]:
    """Every quantity of `text`; where two forms overlap, the first of the table has it."""
    for kind, pattern, counted in _forms():
        found = matches_at(pattern, text, numbers(text)) if counted else pattern.finditer(text)
        for match in found:
            start, end = match.span()
            yield Fact(kind, _value(kind, match), frozenset(), start, end, match.group())


@cache
def _more_cycles() -> re.Pattern[str]:
    words = any_of(number_words())
    return re.compile(
        rf"(?:cycles|Zyklen|courses|Kurse)\b[^.;\n]{{3,60}}?\s(?:for|über)\s(?P<n>\d{{1,2}}|{words})"
        r"(?=\s?(?:[.,;)\n]|$))",
        re.IGNORECASE,
    )


def find_more_cycles(text: str) -> Iterator[Fact]:
    """The 5 of "vinorelbine for three cycles, eribulin for 5"."""
    for match in _more_cycles().finditer(text):
        start, end = match.span("n")
        value = _value(FactKind.CYCLES, match)
        yield Fact(FactKind.CYCLES, value, frozenset(), start, end, match["n"])


def number(text: str) -> str:
    """`1,80` and `1.8` are both `1.8`; `412,000` is `412000`."""
    if re.fullmatch(_THOUSANDS, text) and not text.startswith("0"):
        return re.sub("[.,]", "", text)
    return plain(Decimal(text.replace(",", ".")))


def plain(value: Decimal) -> str:
    """Without trailing zeros or exponent."""
    return format(value.normalize(), "f")


def _value(kind: FactKind, match: re.Match[str]) -> str:
    groups = match.groupdict()
    if half := groups.get("half"):
        return with_half(lowered(half), lowered(groups.get("u") or ""))
    text = lowered(groups["n"])
    if kind is FactKind.SCHEDULE:
        return text.removesuffix("-0") if text.count("-") == 3 else text
    if kind is FactKind.GRADE:
        roman = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "one": "1", "two": "2"}
        return {**roman, "three": "3", "four": "4", **_ORDINALS}.get(text, text)
    if kind is FactKind.AGE and "p" in groups:
        return decade(lowered(groups["p"] or ""), text)
    if "/" in text:
        return f"{text} mmhg"
    value = str(number_words().get(text) or number(text))
    unit = re.sub(r"\s+", " ", lowered(groups.get("u") or ""))
    if unit.startswith(("mg per ", "mg pro ")):
        unit = "mg/kg" if " k" in unit else unit if "lit" in unit else "mg/m²"
    unit = in_signs(unit)
    if groups.get("u") == "G/l":
        unit = "/nl"  # giga a litre; in small letters it is grams
    if kind is FactKind.DOSE:
        return plain(Decimal(value) / 100) if unit == "cgy" else value
    if kind is FactKind.INTERVAL:
        return f"{value} {lexicon()['interval_units'][unit]}"
    if kind is FactKind.QUANTITY:
        unit = lexicon()["unit_forms"].get(unit, unit)
        if unit in SCALE:
            factor, unit = SCALE[unit]
            value = plain(Decimal(value) * factor)
        return f"{value} {unit}"
    return value
