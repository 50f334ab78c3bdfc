"""Numbers in words, up to ninety-nine."""

from __future__ import annotations

from functools import cache

from assistant.check.wordlists import lexicon

_UNITS = {
    "en": ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "de": ("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
}


@cache
def number_words() -> dict[str, int]:
    """The words of the lexicon, and what is put together of them: fifty-nine, neunundfünfzig."""
    known = dict(lexicon()["number_words"])
    for word, value in lexicon()["number_words"].items():
        if value < 20 or value % 10:
            continue
        if word.endswith("ty"):
            for unit, name in enumerate(_UNITS["en"], 1):
                known |= {f"{word}-{name}": value + unit, f"{word} {name}": value + unit}
        else:
            known |= {f"{name}und{word}": value + unit for unit, name in enumerate(_UNITS["de"], 1)}
    return known


HALVES = {
    "one and a half": 3,
    "two and a half": 5,
    "three and a half": 7,
    "four and a half": 9,
    "five and a half": 11,
    "six and a half": 13,
    "anderthalb": 3,
    "eineinhalb": 3,
    "zweieinhalb": 5,
    "dreieinhalb": 7,
    "viereinhalb": 9,
    "fünfeinhalb": 11,
    "sechseinhalb": 13,
}
"""Numbers with a half, each as so many halves."""
PARTS_OF_YEARS = {
    "half a year": 6,
    "a year and a half": 18,
    "halbes jahr": 6,
    "halben jahr": 6,
    "halben jahres": 6,
    "vierteljahr": 3,
    "quarter of a year": 3,
    "dreivierteljahr": 9,
    "three quarters of a year": 9,
}
"""Parts of a year that people name, in months."""
DECADES = {
    "twenties": 20,
    "thirties": 30,
    "forties": 40,
    "fifties": 50,
    "sixties": 60,
    "seventies": 70,
    "eighties": 80,
    "nineties": 90,
    "zwanzig": 20,
    "dreißig": 30,
    "vierzig": 40,
    "fünfzig": 50,
    "sechzig": 60,
    "siebzig": 70,
    "achtzig": 80,
    "neunzig": 90,
}
"""Years of life in tens, by which an age is told: "in her fifties", "Ende fünfzig"."""
_PARTS = {
    "early": (0, 4),
    "mid": (3, 7),
    "late": (6, 9),
    "anfang": (0, 4),
    "mitte": (3, 7),
    "ende": (6, 9),
}


def decade(part: str, tens: str) -> str:
    """ "56-59" of "late" and "fifties" or "50s": the years that people call so."""
    first = DECADES.get(tens) or int(tens[:2])
    low, high = _PARTS.get(part, (0, 9))
    return f"{first + low}-{first + high}"
