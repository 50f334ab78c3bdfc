"""Where a case came from: the record, as it is read beside the case, and the facts found in it.

Imported, Source -> Origin -> one text for the database -> Origin
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass, replace
from typing import Any

from pydantic import BaseModel

from index.case import CaseDetails
from index.importers.imported import Fact, Imported
from index.importers.source_text import Block, Place, Source


# By identity: Gradio hashes what it keeps between two events, and places can't be hashed.
@dataclass(frozen=True, eq=False)
class Origin:
    """
    Attributes:
        title: the name of the file.
        details: the case.
        facts: those of its parts that are found in the record.
    """

    title: str
    source: Source
    details: CaseDetails
    facts: tuple[Fact, ...]

    def of(self, details: CaseDetails) -> Origin:
        """The origin of a case that was changed: facts of a part that is another now have gone.

        A part that moved, because one before it was removed or added, keeps its facts.
        """
        before = _items(self.details)
        now = {repr(part): item for item, part in _items(details).items()}
        facts = (
            replace(fact, item=item)
            for fact in self.facts
            if fact.item in before and (item := now.get(repr(before[fact.item])))
        )
        return replace(self, details=details, facts=tuple(facts))


def origin_of(title: str, source: Source, read: Imported) -> Origin | None:
    """The origin of a case that was read into fields; None where the case is a text itself."""
    details = read.case.details
    return Origin(title, source, details, read.facts) if details else None


def _items(details: CaseDetails) -> dict[str, tuple[str, Any]]:
    """The parts of a case by the names that `Fact.item` has for them, each with its section."""
    items: dict[str, tuple[str, Any]] = {}
    for section in type(details).model_fields:
        value = getattr(details, section)
        if isinstance(value, tuple):
            parts: tuple[Any, ...] = value
            items |= {f"{section}[{n}]": (section, part) for n, part in enumerate(parts)}
        else:
            items[section] = section, value
    return items


class _Kept(BaseModel):
    """An `Origin` as it is written: JSON has no keys of two parts."""

    title: str
    blocks: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str, int, int, int], ...]
    left_out: int
    facts: tuple[tuple[str, str, str, str], ...]


def write_origin(origin: Origin) -> str:
    """One line of JSON in ASCII: a record may hold what no database keeps in a text."""
    source = origin.source
    kept = {
        "title": origin.title,
        "blocks": [astuple(block) for block in source.blocks],
        "places": [(*asked, *astuple(place)) for asked, place in source.places.items()],
        "left_out": source.left_out,
        "facts": [astuple(fact) for fact in origin.facts],
    }
    return json.dumps(kept)


def read_origin(text: str, details: CaseDetails) -> Origin:
    """What `write_origin` wrote of the case."""
    kept = _Kept.model_validate(json.loads(text))
    places = {(where, value): Place(*place) for where, value, *place in kept.places}
    source = Source(tuple(Block(*block) for block in kept.blocks), places, kept.left_out)
    return Origin(kept.title, source, details, tuple(Fact(*fact) for fact in kept.facts))
