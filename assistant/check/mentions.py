"""Where a text names the concepts of the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.check.drug_library import SHORTEST_DRUG
from assistant.check.passages import Word, stem
from assistant.check.trie import Node, is_form
from assistant.check.vocabulary import SHORTEST_HEAD, Vocabulary, vocabulary

_LONGEST = 8
"""Words of a concept."""
_SIDES = {
    *("left", "right", "linke", "linken", "linker", "linkes", "rechte", "rechten", "rechter"),
    *("rechtes", "li", "re", "links", "rechts"),
}
_SHORTEST_PART = 5
"""Letters of a word that is looked for inside a German compound."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept's words in a text."""

    name: str
    start: int
    end: int


def find_concepts(words: tuple[Word, ...], language: str) -> list[Mention]:
    """Every concept, the longest wording first; parts of compounds where the whole is unknown."""
    known = vocabulary()
    mentions: list[Mention] = []
    position = 0
    words = tuple(_joined(words, language, known)) if language == "de" else words
    while position < len(words):
        found = _longest(words, position, language, known)
        if found:
            name, length = found
            last = words[position + length - 1]
            mentions.append(Mention(name, words[position].start, last.end))
            position += length
            continue
        mentions.extend(_parts(words[position], language, known))
        position += 1
    return mentions


_CARCINOMA = {"ca": "karzinom", "karzinom": "karzinom", "carcinom": "karzinom"}


def _joined(words: tuple[Word, ...], language: str, known: Vocabulary) -> Iterator[Word]:
    """ "Adeno-Ca" and "Strahlen-Dermatitis" as the one word that the lexicon has."""
    position = 0
    while position < len(words):
        word = words[position]
        after = words[position + 1] if position + 1 < len(words) else None
        if after and after.start == word.end + 1 and word.text[0].isupper():
            tail = _CARCINOMA.get(after.text.lower(), "" if after.text.isupper() else after.text)
            whole = word.text + tail.lower() if tail[:1].isalpha() else ""
            node = known.roots[language].following.get(stem(whole, language)) if whole else None
            if node and node.concept:
                yield Word(whole, word.start, after.end, stem(whole, language))
                position += 2
                continue
        yield word
        position += 1


def _longest(
    words: tuple[Word, ...], position: int, language: str, known: Vocabulary
) -> tuple[str, int] | None:
    best: tuple[str, int] | None = None
    node: Node | None = known.roots[language]
    for length in range(1, min(_LONGEST, len(words) - position) + 1):
        word = words[position + length - 1]
        if length > 1 and word.text.lower() in _SIDES:
            continue  # "cancer of the right base of tongue"
        node = node.following.get(word.stem) if node else None
        if node is None:
            break
        lower = word.text.lower()
        if node.concept and (length > 1 or lower in node.forms or is_form(lower, node)):
            best = node.concept if length > 1 else node.named(lower), length
    for length in (3, 2, 1):
        if position + length > len(words):
            continue
        key = tuple(word.text for word in words[position : position + length])
        if key in known.exact and (best is None or length >= best[1]):
            return known.exact[key], length
    if best is None and (drug := drug_name(words[position].text)):
        return drug, 1
    return best or _of_drug(words[position], language)


_MADE_OF_DRUGS = re.compile(
    r"(?:mono|erhaltungs|kombinations|hochdosis|dauer|basis)?"
    r"(?:gaben?|infusion|therapie|behandlung|zykl|kurs|dosis|dosen|dosier|applikation|einnahme"
    r"|medikation|erhaltung|serien?|bl(?:o|ö)ck|pause|chemo|radiochemo|tablette|injektion|spritze"
    r"|depot|pflaster|tropfen|creme|salbe|toxi|substitution|prophyla|haltig|basiert|frei"
    r"|bedingt|induziert|assoziiert|refrakt|resist|vorbehand|naiv|unvertr|allergie|wechsel|umstell"
    r"|reduktion|abbruch|start|ende|beginn|mono$)"
)
"""What German makes of a drug's name: "Paclitaxelgaben", "cisplatinbedingt"."""


def _of_drug(word: Word, language: str) -> tuple[str, int] | None:
    """The drug that the first part of a German compound names."""
    if language != "de":
        return None
    for tail in _MADE_OF_DRUGS.finditer(word.text.lower()):
        head = word.text[: tail.start()].lower()
        if len(head) >= _SHORTEST_DRUG_PART and (drug := drug_name(head)):
            return drug, 1
    return None


_SHORTEST_DRUG_PART = 7
"""Letters: "Insulintherapie" is of insulin, too."""


def drug_name(word: str) -> str:
    """The canonical name of a drug; German spellings as the English ones; empty for other words."""
    drugs = vocabulary().drugs
    lower = word.lower()
    forms = [lower, lower + "e"]
    if lower.endswith(("s", "e")):
        forms.append(lower[:-1])
    for form in forms:
        if form in drugs and (len(lower) >= SHORTEST_DRUG or lower in vocabulary().short_drugs):
            return drugs[form]
    return ""


def _parts(word: Word, language: str, known: Vocabulary) -> list[Mention]:
    lower = word.text.lower()
    if language != "de" or not word.text[0].isupper() or len(lower) < 2 * _SHORTEST_PART - 2:
        return []
    parts = known.parts[language]
    tail = next(
        (
            Mention(parts[word.stem[cut:]], word.start + cut, word.end)
            for cut in range(3, len(word.stem) - _SHORTEST_PART + 1)
            if word.stem[cut:] in parts
        ),
        None,
    )
    if tail:
        at = lower.rfind(word.stem[tail.start - word.start :][:4])
        tail = Mention(tail.name, word.start + at, word.end) if at > 0 else tail
    limit = tail.start - word.start if tail else len(lower)
    head: Mention | None = None
    for end in range(limit, SHORTEST_HEAD - 1, -1):
        if tail is None and end < _SHORTEST_PART:
            break  # "Herzliche" speaks of no heart
        name = parts.get(stem(lower[:end], language))
        if name:
            head = Mention(name, word.start, word.start + end)
            break
    return [part for part in (head, tail) if part]
