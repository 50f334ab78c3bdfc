"""What becomes of a treatment, a device, an organ: it goes on, is stopped, was removed, was left.

The states and their wordings stand in `lexicon/dispositions.toml`; what else excludes another,
in `alternatives.toml`; kinds of one thing, each against all others of it, in `siblings.toml`;
pairs of opposites in `opposites.toml`.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain
from typing import Any

from assistant.check.fact import Fact, FactKind
from assistant.check.mentions import Mention
from assistant.check.passages import Passages
from assistant.check.plain_words import Place, Table, Wording, said, wordings
from assistant.check.vocabulary import vocabulary

NODES = "nodes irradiated"
"""The state of `find_irradiated_nodes`."""
UNTROUBLED = "without side effects"
"""The state of a treatment that is judged by the side effects of the case."""
RESPONSES = {"complete response", "partial response", "stable disease", "progression", "remission"}
"""Those in which a tumour answers to treatment."""
_FILES = ("dispositions", "alternatives", "outcomes")
_OBJECTS = {"drug", "procedure"}
_ORGANS = {"site"}
_TOO_GENERAL = {
    "therapy",
    "surgery",
    "resection",
    "examination",
    "imaging",
    "follow-up care",
    "dose reduction",
}
_FAR = 90
"""Characters from a state to what it is of."""
_COMMA = 30
"""Characters that a comma between them counts for."""
_RADIATION = re.compile(
    r"irradiat|radiotherap|\bRT\b|\btarget|\bvolume|bestrahl|Zielvolum|einbezogen|Radiatio|\bGy\b|PTV",
    re.IGNORECASE,
)
_STOP = re.compile(r"[,;:(]")


@dataclass(frozen=True)
class State:
    """A state that a thing may be in.

    Attributes:
        of: what it is told of: a "treatment" named beside it, an "organ" or device too,
            "all" the treatment, where nothing is named, or the "whole" case in any event.
        against: the states that it can't be in as well.
        allies: the states with which it goes together all the same.
        denied: the state of what is said not to be in this one; empty where that tells nothing.
        evidence: what a case may say instead; it bears the state out and contradicts none.
        near: wordings of which its sentence needs one; none where its own are enough.
    """

    name: str
    of: str
    against: frozenset[str]
    allies: frozenset[str]
    denied: str
    words: dict[str, tuple[Wording, ...]]
    evidence: tuple[Wording, ...] = ()
    near: tuple[Wording, ...] = ()


@cache
def states() -> dict[str, State]:
    """By name."""
    described = {
        entry["name"]: State(
            entry["name"],
            entry["of"],
            frozenset(entry["against"]),
            frozenset(entry.get("allies", ())),
            entry.get("denied", ""),
            {language: wordings(entry.get(language, ())) for language in ("en", "de")},
            wordings(entry.get("evidence", ())),
        )
        for file in _FILES
        for entry in _read(file)["state"]
    }
    kinds = (state for group in _read("siblings")["group"] for state in _siblings(group))
    poles = (state for pair in _read("opposites")["pair"] for state in _poles(pair))
    return described | {state.name: state for state in chain(kinds, poles)}


@cache
def opposites() -> frozenset[str]:
    """The states of which one is the other denied."""
    return frozenset(s.name for pair in _read("opposites")["pair"] for s in _poles(pair))


def _read(file: str) -> dict[str, Any]:
    source = resources.files("assistant.check") / "lexicon" / f"{file}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _siblings(group: dict[str, Any]) -> Iterator[State]:
    """The kinds of a group, each of which excludes all others."""
    named = {kind["name"]: f"{group['about']}: {kind['name']}" for kind in group["kind"]}
    near = wordings(group.get("near", ()))
    for kind in group["kind"]:
        allies = frozenset(named[ally] for ally in kind.get("allies", ()))
        name = named[kind["name"]]
        others = frozenset(named.values()) - allies - {name}
        words = {language: wordings(kind[language]) for language in ("en", "de")}
        yield State(name, "whole", others, allies, "", words, near=near)


def _poles(pair: dict[str, Any]) -> Iterator[State]:
    """Both of a pair."""
    name, opposite = pair["name"], pair["opposite"]
    evidence, near = wordings(pair.get("evidence", ())), wordings(pair.get("near", ()))
    for one, other, prefix in ((name, opposite, ""), (opposite, name, "opposite_")):
        words = {language: wordings(pair[f"{prefix}{language}"]) for language in ("en", "de")}
        none = frozenset[str]()
        yield State(one, "whole", frozenset({other}), none, other, words, evidence, near)


@cache
def _near(state: str) -> Table:
    return Table((wording, "") for wording in states()[state].near)


@cache
def _table(language: str) -> Table:
    return Table((w, state.name) for state in states().values() for w in state.words[language])


def find_dispositions(passages: Passages, mentions: Sequence[Mention]) -> Iterator[Fact]:
    """The states that a text tells of a treatment or an organ; `about` is what each is of."""
    starts = [sentence.start for sentence in passages.sentences]
    near: dict[int, list[Mention]] = {}
    for mention in mentions:
        near.setdefault(bisect_right(starts, mention.start), []).append(mention)
    for name, place in _longest(_placed(passages)):
        start, end = passages.words[place.first].start, passages.words[place.last - 1].end
        told_of = states()[name].of
        kinds = _ORGANS | _OBJECTS if told_of == "organ" else _OBJECTS
        around = [m for m in near.get(bisect_right(starts, start), ()) if _kind(m) in kinds]
        of = min(around, key=lambda m: _distance(passages.text, m, start, end), default=None)
        if of and (told_of == "whole" or _distance(passages.text, of, start, end) > _FAR):
            of = None
        if of or told_of in ("all", "whole"):
            about = frozenset({of.name}) if of else frozenset[str]()
            text = passages.text[start:end]
            yield Fact(FactKind.STATEMENT, name, about, start, end, text)


def _placed(passages: Passages) -> Iterator[tuple[str, Place]]:
    """The states whose wordings a text has; of kinds, those whose sentence says what it is of."""
    for name, place in said(passages.words, _table(passages.language)):
        before = passages.words[place.first - 1].text.lower() if place.first else ""
        if before == "non" and ": " in name:
            continue  # "non-WNT" is of another group
        if states()[name].near:
            sentences = passages.sentences
            number = bisect_right(sentences, place.first, key=lambda sentence: sentence.first) - 1
            sentence = sentences[number]
            words = passages.words[sentence.first : sentence.last]
            if next(said(words, _near(name)), None) is None:
                continue
        yield name, place


def find_irradiated_nodes(passages: Passages, mentions: Sequence[Mention]) -> Iterator[Fact]:
    """Nodes named where a text speaks of what was irradiated."""
    known = vocabulary()
    starts = [sentence.start for sentence in passages.sentences]
    for mention in mentions:
        if "lymph nodes" not in known.family(mention.name) or _kind(mention) not in _ORGANS:
            continue
        sentence = passages.sentences[max(0, bisect_right(starts, mention.start) - 1)]
        if _RADIATION.search(passages.text, sentence.start, sentence.end):
            text = passages.text[mention.start : mention.end]
            yield Fact(FactKind.STATEMENT, NODES, frozenset(), mention.start, mention.end, text)


def _longest(found: Iterable[tuple[str, Place]]) -> Iterator[tuple[str, Place]]:
    """ "Without interruption" is no interruption."""
    best: Place | None = None
    for name, place in sorted(found, key=lambda one: (one[1].first, -one[1].last)):
        if best is None or place.last > best.last or place == best:
            yield name, place
            best = place


def _kind(mention: Mention) -> str:
    concept = vocabulary().concepts.get(mention.name)
    if concept is None:
        return "drug"
    return "" if mention.name in _TOO_GENERAL else concept.kind


def _distance(text: str, mention: Mention, start: int, end: int) -> int:
    """Characters between; none where the one is within the other."""
    first, last = min(mention.end, end), max(mention.start, start)
    return max(0, last - first) + _COMMA * len(_STOP.findall(text, first, last))
