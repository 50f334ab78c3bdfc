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
