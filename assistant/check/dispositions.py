"""What becomes of a treatment, a device, an organ: it goes on, is stopped, was removed, was left.

The states and their wordings stand in `lexicon/dispositions.toml`; what else excludes another, in
`lexicon/alternatives.toml`.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.check.fact import Fact, FactKind
from assistant.check.mentions import Mention
from assistant.check.passages import Passages
from assistant.check.plain_words import Place, Table, Wording, said, wordings
from assistant.check.vocabulary import vocabulary

NODES = "nodes irradiated"
"""The state of `find_irradiated_nodes`."""
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
    """

    name: str
    of: str
    against: frozenset[str]
    allies: frozenset[str]
    denied: str
    words: dict[str, tuple[Wording, ...]]
    evidence: tuple[Wording, ...]


@cache
def states() -> dict[str, State]:
    """By name."""
    folder = resources.files("assistant.check") / "lexicon"
    texts = [(folder / f"{file}.toml").read_text(encoding="utf-8") for file in _FILES]
    return {
        entry["name"]: State(
            entry["name"],
            entry["of"],
            frozenset(entry["against"]),
            frozenset(entry.get("allies", ())),
            entry.get("denied", ""),
            {language: wordings(entry.get(language, ())) for language in ("en", "de")},
            wordings(entry.get("evidence", ())),
        )
        for text in texts
        for entry in tomllib.loads(text)["state"]
    }


@cache
def _table(language: str) -> Table:
    return Table((w, state.name) for state in states().values() for w in state.words[language])


def find_dispositions(passages: Passages, mentions: Sequence[Mention]) -> Iterator[Fact]:
    """The states that a text tells of a treatment or an organ; `about` is what each is of."""
    starts = [sentence.start for sentence in passages.sentences]
    near: dict[int, list[Mention]] = {}
    for mention in mentions:
        near.setdefault(bisect_right(starts, mention.start), []).append(mention)
    for name, place in _longest(said(passages.words, _table(passages.language))):
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
