"""A text cut into words and sentences, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer

from assistant.check.wordlists import lexicon

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W\d_]+)?")
_STEMMERS = {"en": snowballstemmer.stemmer("english"), "de": snowballstemmer.stemmer("german")}


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: int
    end: int
    stem: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or a line: `words[first:last]` of its text, from `start` to `end`."""

    start: int
    end: int
    first: int
    last: int


@cache
def _end_pattern() -> re.Pattern[str]:
    """Where sentences end: not after a single letter, an ordinal or an abbreviation.

    "On 3. May" and "im 3. Zyklus" go on behind the point, "in week 3. Therapy was" does not. In
    JSON the end of an object ends one: what stands in two of them is of two things.
    """
    abbreviations = "".join(rf"(?<!\b{word}\.)" for word in lexicon()["abbreviations"])
    return re.compile(
        r"\n+(?!\s*(?:\"\w+\"\s*:|[\]}]))|(?<=\})\s*\]?,\s*(?=[\"{])"
        rf"|(?<=[.!?;])(?<!\b[A-Za-zÄÖÜäöü]\.){abbreviations}(?<!\d\.)"
        r"(?<!\b(?:Jan|Feb|M[äa]r|Apr|Jun|Jul|Aug|Sep|O[kc]t|Nov|De[zc])\.)(?<!\bSept\.)\s+"
        r"|(?:(?<=20\d\d\.)|(?<=\d\.\d\d\.)|(?<=-\d\d\.))\s+(?=[A-ZÄÖÜ\d(])"
        r"|(?:(?<=\b[Vv]itamin [A-EK]\.)|(?<=epatitis [A-E]\.)|(?<=(?:Child|-Pugh) [A-C]\.))\s+"
        r"|(?<=\d[.;])\s+"
        r"(?=(?:[A-ZÄÖÜ][a-zäöü]{2,}|E[rs]|I[nmt]|A[nmst]|A|He|No|On|We)[\s:])"
        r"(?!\s*(?:Jan|Feb|M[äa]r|Apr|Ma[iy]|Ju[nl]|Aug|Sep|O[kc]t|Nov|De[zc]))"
        r"(?!(?:Zykl|Kurs|Gabe|Infusion|Fraktion|Sitzung|Serie|Tag|Woche|Monat|Quartal|Linie"
        r"|Lebens|Rippe|Applikation|Dosis\b|Grade?s?\b|Hälfte|[BHL]WK|(?:Hals|Brust|Lenden)wirbel))"
    )


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """The word without its inflection (Snowball); sharp s and "Carcinom" are written alike."""
    plain = word.lower().replace("ß", "ss")
    if language == "de":
        plain = plain.replace("carcinom", "karzinom")
    return str(_STEMMERS[language].stemWord(plain))


@dataclass(frozen=True)
class Passages:
    text: str
    language: str
    words: tuple[Word, ...]
    sentences: tuple[Sentence, ...]


def cut(text: str, language: str) -> Passages:
    """Words and sentences of `text` in its order; a line break always ends a sentence."""
    words = tuple(
        Word(m.group(), m.start(), m.end(), stem(m.group(), language)) for m in _WORD.finditer(text)
    )
    sentences: list[Sentence] = []
    position = first = 0
    ends = [(m.start(), m.end()) for m in _end_pattern().finditer(text)]
    for stop, following in [*ends, (len(text), len(text))]:
        last = first
        while last < len(words) and words[last].start < stop:
            last += 1
        if last > first:
            sentences.append(Sentence(position, stop, first, last))
        position, first = following, last
    return Passages(text, language, words, tuple(sentences))


def between_stops(passages: Passages) -> Iterator[tuple[Word, ...]]:
    """Words between full stops: none of "VE: keine. Allergie: Pollen" denies an allergy.

    A line break alone parts nothing here, as it may stand within a wrapped line's words. The label
    of a sentence is no part of what it labels: "Plan: CT" is no planning CT, nor is it in
    the cells of a table.
    """
    first = 0
    for sentence in passages.sentences:
        label = passages.words[sentence.first]
        if passages.text.startswith((":", "\t"), label.end) and sentence.first >= first:
            yield passages.words[first : sentence.first + 1]
            first = sentence.first + 1
        if passages.text[sentence.end - 1] in ".!?;":
            yield passages.words[first : sentence.last]
            first = sentence.last
    yield passages.words[first:]
