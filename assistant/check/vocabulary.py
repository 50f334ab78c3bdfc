"""The concepts of `lexicon/*.toml` and the drugs of the library, ready to be found in a text.

German names of drugs and what else the library lacks stand in `lexicon/drugs.toml`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from assistant.check.drug_library import SHORTEST_DRUG, library_drugs
from assistant.check.passages import cut, stem
from assistant.check.trie import Node, insert

_LANGUAGES = ("en", "de")


_FILES = (
    *("sites", "procedures", "techniques", "analytes", "markers", "drugs", "routes"),
    *("tumours", "histologies", "comorbidities", "findings", "phrases"),
)
"""A word that stands in two of them is the former's: what is definite goes before what is seen."""


SHORTEST_HEAD = 4


_IN_COMPOUNDS = {"diagnosis", "histology", "finding", "procedure", "site"}


_ABBREVIATION = 5


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


@dataclass(frozen=True)
class Vocabulary:
    concepts: dict[str, Concept]
    roots: dict[str, Node]
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
    roots = {language: Node() for language in _LANGUAGES}
    parts: dict[str, dict[str, str]] = {language: {} for language in _LANGUAGES}
    exact: dict[tuple[str, ...], str] = {}
    drugs = library_drugs()
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
                insert(roots[language], stems, entry["name"], tokens)
                compounds = entry["kind"] in _IN_COMPOUNDS
                if compounds and len(tokens) == 1 and len(stems[0]) >= SHORTEST_HEAD:
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
                    insert(roots[language], stems, entry["name"], tokens)
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
    short = frozenset(word for word in own if len(word) < SHORTEST_DRUG)
    return Vocabulary(
        concepts, roots, exact, parts, drugs, short, regimens, classes, states, phrases
    )


def word_tokens(word: str) -> tuple[str, ...]:

    return tuple(token.text for token in cut(word, "en").words)


def _languages(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """A capital in the last word makes a German noun, which no English text is searched for."""
    last = tokens[-1]
    return ("de",) if last[0].isupper() and last[1:].islower() else _LANGUAGES


def _is_abbreviation(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    return len(letters) <= _ABBREVIATION and sum(c.isupper() for c in letters) >= len(letters) - 1


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
