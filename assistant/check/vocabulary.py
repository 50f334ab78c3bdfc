"""The concepts of `lexicon/*.toml` and of the drug lexicon, ready to be found in a text.

Drugs come from the library drug-named-entity-recognition (DrugBank, CC0, and MedlinePlus); German
names and what else it lacks stand in `lexicon/drugs.toml`.
"""

from __future__ import annotations

import bz2
import pickle
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.check.passages import Word, stem

_LANGUAGES = ("en", "de")
_FILES = (
    *("sites", "procedures", "techniques", "analytes", "markers", "drugs", "routes"),
    *("tumours", "histologies", "comorbidities", "findings", "phrases"),
)
"""A word that stands in two of them is the former's: what is definite goes before what is seen."""
_SHORTEST_PART = 5
"""Letters of a word that is looked for inside a German compound."""
_SHORTEST_HEAD = 4
_IN_COMPOUNDS = {"diagnosis", "histology", "finding", "procedure", "site"}
_ABBREVIATION = 5
_SHORTEST_DRUG = 5


@dataclass(frozen=True)
class Concept:
    """One thing that has several words.

    Attributes:
        name: canonical, English, lower case.
        kind: as in the lexicon: diagnosis, finding, procedure, drug, …
        site: the organ that it fixes; empty where it fixes none.
        icd10: prefixes of the codes that mean it.
        implies: names of the more general concepts that it is one of, with theirs.
        generic: too general to be a statement of its own ("tumour", "therapy").
    """

    name: str
    kind: str
    site: str = ""
    icd10: tuple[str, ...] = ()
    implies: frozenset[str] = frozenset()
    generic: bool = False


@dataclass
class _Node:
    concept: str = ""
    begins: str = ""
    """What a single word has to begin with: "lebt" has the stem of "Leber", and isn't one."""
    following: dict[str, _Node] = field(default_factory=lambda: dict[str, _Node]())


@dataclass(frozen=True)
class Vocabulary:
    concepts: dict[str, Concept]
    roots: dict[str, _Node]
    """By language: a trie over the stems of each concept's words."""
    exact: dict[tuple[str, ...], str]
    """Abbreviations, which mean their concept only as they are written."""
    parts: dict[str, dict[str, str]]
    """By language: stems of single long words, which compounds are made of."""
    drugs: dict[str, str]
    """Names and brands in lower case, to the canonical name."""
    short_drugs: frozenset[str]
    """Short words of our own that are taken for drugs all the same."""
    regimens: dict[str, tuple[str, ...]]
    classes: dict[str, frozenset[str]]
    """A class of drugs, to its members."""
    states: dict[str, str]
    """Words of a marker's state, in lower case, to the canonical one."""
    phrases: tuple[tuple[str, tuple[str, ...]], ...]
    """Wordings that state a coded fact, and the codes."""

    def family(self, name: str) -> frozenset[str]:
        """The concept and the more general ones that it is one of."""
        concept = self.concepts.get(name)
        return frozenset({name}) | (concept.implies if concept else frozenset())

    def site(self, name: str) -> str:
        concept = self.concepts.get(name)
        if concept is None:
            return ""
        return concept.name if concept.kind == "site" else concept.site


@cache
def vocabulary() -> Vocabulary:
    tables = _tables()
    raw = [entry for table in tables for entry in table.get("concept", [])]
    concepts = _concepts(raw)
    roots = {language: _Node() for language in _LANGUAGES}
    parts: dict[str, dict[str, str]] = {language: {} for language in _LANGUAGES}
    exact: dict[tuple[str, ...], str] = {}
    drugs = _library_drugs()
    own: set[str] = set()
    for entry in raw:
        for word in entry["words"]:
            tokens = word_tokens(word)
            if _is_abbreviation(word):
                exact[tokens] = entry["name"]
                continue
            if entry["kind"] == "drug" and len(tokens) == 1:
                drugs[tokens[0].lower()] = entry["name"]
                own.add(tokens[0].lower())
                continue
            for language in _languages(tokens):
                stems = [stem(token, language) for token in tokens]
                _insert(roots[language], stems, entry["name"], tokens)
                compounds = entry["kind"] in _IN_COMPOUNDS
                if compounds and len(tokens) == 1 and len(stems[0]) >= _SHORTEST_HEAD:
                    parts[language][stems[0]] = entry["name"]
    regimens = {
        regimen["name"].lower(): tuple(regimen["drugs"])
        for table in tables
        for regimen in table.get("regimen", [])
    }
    for regimen in regimens:
        exact[word_tokens(regimen.upper())] = regimen
    # The library's names are those of the US: leuprolide is our leuprorelin.
    for variant, name in drugs.items():
        drugs[variant] = drugs.get(name, name)
    classes: dict[str, frozenset[str]] = {}
    for table in tables:
        for entry in table.get("class", []):
            classes[entry["name"]] = frozenset(entry["members"])
            concepts[entry["name"]] = Concept(entry["name"], "drug", generic=True)
            for word in entry["words"]:
                tokens = word_tokens(word)
                if _is_abbreviation(word):
                    exact[tokens] = entry["name"]
                    continue
                for language in _LANGUAGES:
                    stems = [stem(token, language) for token in tokens]
                    _insert(roots[language], stems, entry["name"], tokens)
    states = {
        word.lower(): state["name"]
        for table in tables
        for state in table.get("state", [])
        for word in state["words"]
    }
    phrases = tuple(
        (word, tuple(phrase["means"]))
        for table in tables
        for phrase in table.get("phrase", [])
        for word in phrase["words"]
    )
    short = frozenset(word for word in own if len(word) < _SHORTEST_DRUG)
    return Vocabulary(
        concepts, roots, exact, parts, drugs, short, regimens, classes, states, phrases
    )


def word_tokens(word: str) -> tuple[str, ...]:
    from assistant.check.passages import cut

    return tuple(token.text for token in cut(word, "en").words)


def _languages(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """A capital in the last word makes a German noun, which no English text is searched for."""
    last = tokens[-1]
    return ("de",) if last[0].isupper() and last[1:].islower() else _LANGUAGES


def _is_abbreviation(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    return len(letters) <= _ABBREVIATION and sum(c.isupper() for c in letters) >= len(letters) - 1


_CUT_ENDINGS = ("er", "en", "el")


def _insert(root: _Node, stems: list[str], name: str, words: tuple[str, ...]) -> None:
    node = root
    for part in stems:
        node = node.following.setdefault(part, _Node())
    if not node.concept:
        node.concept = name
        word = words[0].lower()
        cut = len(words) == 1 and word != stems[0] and word.endswith(_CUT_ENDINGS)
        node.begins = word if cut else ""


def _tables() -> list[dict[str, Any]]:
    folder = resources.files("assistant.check") / "lexicon"
    return [tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for name in _FILES]


def _concepts(raw: list[dict[str, Any]]) -> dict[str, Concept]:
    direct = {entry["name"]: frozenset(entry.get("implies", ())) for entry in raw}

    def closure(name: str) -> frozenset[str]:
        found: set[str] = set()
        waiting = list(direct.get(name, ()))
        while waiting:
            general = waiting.pop()
            if general not in found:
                found.add(general)
                waiting.extend(direct.get(general, ()))
        return frozenset(found)

    return {
        entry["name"]: Concept(
            entry["name"],
            entry["kind"],
            entry.get("site", ""),
            tuple(entry.get("icd10", ())),
            closure(entry["name"]),
            bool(entry.get("generic", False)),
        )
        for entry in raw
    }


def _library_drugs() -> dict[str, str]:
    """The library's dictionary, without the library: its import builds what is not needed here."""
    package = find_spec("drug_named_entity_recognition")
    assert package
    assert package.submodule_search_locations
    source = Path(package.submodule_search_locations[0]) / "drug_ner_dictionary.pkl.bz2"
    names: dict[str, list[str]] = pickle.loads(bz2.decompress(source.read_bytes()))[
        "drug_variant_to_canonical"
    ]
    skip = _not_drugs()
    return {
        variant: canonical[0]
        for variant, canonical in names.items()
        if len(variant) >= _SHORTEST_DRUG and variant.isalpha() and variant not in skip
    }


@cache
def _not_drugs() -> frozenset[str]:
    source = resources.files("assistant.check") / "lexicon" / "not_drugs.txt"
    return frozenset(source.read_text(encoding="utf-8").split())


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


def _longest(
    words: tuple[Word, ...], position: int, language: str, known: Vocabulary
) -> tuple[str, int] | None:
    best: tuple[str, int] | None = None
    node: _Node | None = known.roots[language]
    for length in range(1, min(7, len(words) - position) + 1):
        word = words[position + length - 1]
        node = node.following.get(word.stem) if node else None
        if node is None:
            break
        if node.concept and word.text.lower().startswith(node.begins if length == 1 else ""):
            best = node.concept, length
    for length in (3, 2, 1):
        if position + length > len(words):
            continue
        key = tuple(word.text for word in words[position : position + length])
        if key in known.exact and (best is None or length >= best[1]):
            return known.exact[key], length
    if best is None and (drug := drug_name(words[position].text)):
        return drug, 1
    return best


def drug_name(word: str) -> str:
    """The canonical name of a drug; German spellings as the English ones; empty for other words."""
    drugs = vocabulary().drugs
    lower = word.lower()
    forms = [lower, lower + "e"]
    if lower.endswith(("s", "e")):
        forms.append(lower[:-1])
    if lower.endswith("säure"):
        forms.append(lower.removesuffix("säure") + "ic acid")
    for form in forms:
        if form in drugs and (len(lower) >= _SHORTEST_DRUG or lower in vocabulary().short_drugs):
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
    for end in range(limit, _SHORTEST_HEAD - 1, -1):
        if tail is None and end < _SHORTEST_PART:
            break  # "Herzliche" speaks of no heart
        name = parts.get(stem(lower[:end], language))
        if name:
            head = Mention(name, word.start, word.start + end)
            break
    return [part for part in (head, tail) if part]
