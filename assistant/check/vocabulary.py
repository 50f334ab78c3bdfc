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
    *("tumours", "histologies", "comorbidities", "findings", "phrases", "kin", "short"),
)
"""A word that stands in two of them is the former's: what is definite goes before what is seen."""
SHORTEST_HEAD = 4
"""Letters of a concept's word that a German compound may begin with."""
_IN_COMPOUNDS = {"diagnosis", "histology", "finding", "procedure", "site"}
"""Kinds of which German makes compounds; drugs and markers stay whole."""
_ABBREVIATION = 5
"""Letters at most."""


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
        denies: what is absent where this is said ("afebrile": fever); empty for most.
        markers: those of which one is positive in this kind of the more general thing.
    """

    name: str
    kind: str
    site: str = ""
    icd10: tuple[str, ...] = ()
    implies: frozenset[str] = frozenset()
    generic: bool = False
    denies: str = ""
    markers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """Every concept with its words, by the ways in which words are looked up."""

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
    kin: dict[str, frozenset[str]]
    """What explains or paraphrases a thing: where one is told, the other isn't made up."""
    alike: dict[str, frozenset[str]]
    """Likewise, of things that need not be told."""
    short: dict[str, frozenset[str]]
    """Abbreviations of a concept that mean other things, too: a case may say it so."""
    phrases: tuple[tuple[str, tuple[str, ...]], ...]
    """Wordings that state a coded fact, and the codes."""

    def family(self, name: str) -> frozenset[str]:
        """The concept and the more general ones that it is one of."""
        concept = self.concepts.get(name)
        return frozenset({name}) | (concept.implies if concept else frozenset())

    def site(self, name: str) -> str:
        """The organ that a concept is or fixes; empty where it does neither."""
        concept = self.concepts.get(name)
        if concept is None:
            return ""
        return concept.name if concept.kind == "site" else concept.site


@cache
def vocabulary() -> Vocabulary:
    """Read once, at the first check; importing does nothing."""
    tables = _tables()
    raw = _entries(tables, "concept")
    classes = _entries(tables, "class")
    regimens = {
        regimen["name"].lower(): tuple[str, ...](regimen["drugs"])
        for regimen in _entries(tables, "regimen")
    }
    known = Vocabulary(
        concepts=_concepts(raw),
        roots={language: Node() for language in _LANGUAGES},
        exact={},
        parts={language: {} for language in _LANGUAGES},
        drugs=library_drugs(),
        short_drugs=frozenset(
            word for entry in raw for word in _drug_words(entry) if len(word) < SHORTEST_DRUG
        ),
        regimens=regimens,
        classes={entry["name"]: frozenset(entry["members"]) for entry in classes},
        states={
            word.lower(): state["name"]
            for state in _entries(tables, "state")
            for word in state["words"]
        },
        kin=_kin(_entries(tables, "kin")),
        alike=_kin(_entries(tables, "alike")),
        short={entry["of"]: frozenset(entry["words"]) for entry in _entries(tables, "short")},
        phrases=tuple(
            (word, tuple(phrase["means"]))
            for phrase in _entries(tables, "phrase")
            for word in phrase["words"]
        ),
    )
    for entry in raw:
        _add_concept(known, entry)
    for regimen in _entries(tables, "regimen"):
        for form in (regimen["name"], regimen["name"].upper()):
            known.exact[_tokens(form)] = regimen["name"].lower()
    # The library's names are those of the US: leuprolide is our leuprorelin.
    for variant, name in known.drugs.items():
        known.drugs[variant] = known.drugs.get(name, name)
    for entry in classes:
        known.concepts[entry["name"]] = Concept(entry["name"], "drug", generic=True)
        for word in entry["words"]:
            _add_wording(known, word, entry["name"], _LANGUAGES)
    return known


def _entries(tables: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [entry for table in tables for entry in table.get(kind, [])]


def _kin(groups: list[dict[str, Any]]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in groups:
        told = frozenset[str]([*group["of"], *group.get("by", ())])
        for member in group["of"]:
            found[member] = found.get(member, frozenset()) | told
    return found


def _drug_words(entry: dict[str, Any]) -> list[str]:
    """The words of a drug that are looked up whole, in small letters, as the library's are."""
    if entry["kind"] != "drug":
        return []
    words = (word for word in entry["words"] if not _is_abbreviation(word))
    return [tokens[0].lower() for tokens in map(_tokens, words) if len(tokens) == 1]


def _add_concept(known: Vocabulary, entry: dict[str, Any]) -> None:
    name: str = entry["name"]
    known.drugs.update((word, name) for word in _drug_words(entry))
    for word in entry["words"]:
        tokens = _tokens(word)
        if entry["kind"] == "drug" and len(tokens) == 1 and not _is_abbreviation(word):
            continue
        languages = _languages(tokens)
        _add_wording(known, word, name, languages)
        if entry["kind"] not in _IN_COMPOUNDS or len(tokens) != 1 or _is_abbreviation(word):
            continue
        for language in languages:
            part = stem(tokens[0], language)
            if len(part) >= SHORTEST_HEAD:
                known.parts[language][part] = name


def _add_wording(known: Vocabulary, word: str, name: str, languages: tuple[str, ...]) -> None:
    tokens = _tokens(word)
    if _is_abbreviation(word):
        known.exact[tokens] = name
        return
    for language in languages:
        insert(known.roots[language], [stem(token, language) for token in tokens], name, tokens)


def _tokens(word: str) -> tuple[str, ...]:
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
            entry.get("denies", ""),
            tuple(entry.get("markers", ())),
        )
        for entry in raw
    }
