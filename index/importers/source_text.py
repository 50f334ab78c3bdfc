"""A source as a text to read, and where in it every fact stands.

    bytes, filename -> Source: blocks of text (a resource, a row, a message), and places in them

Structured sources are written anew with an indentation, since exports often are one long line; what
they say stays as it is. The names of places are those that the importers give (`Value.where`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from index.importers.imported import Fact, Imported
from index.importers.json_text import JsonText, write_json
from index.importers.source import as_table, json_text, kind_of
from index.importers.xml_text import write_xml

MAX_SHOWN = 400_000
"""Characters of a source that are shown: a browser gets slow with more."""


@dataclass(frozen=True)
class Block:
    """A part of a source under a title of its own; the title may be empty."""

    title: str
    text: str


@dataclass(frozen=True)
class Place:
    """`blocks[block].text[start:end]`"""

    block: int
    start: int
    end: int


Asked = tuple[str, str]
"""The name of a place (`Fact.where`), and the value that stands there: a message that is one long
line has several places of one name."""


@dataclass(frozen=True)
class Source:
    """
    Attributes:
        places: where facts stand in it.
        left_out: how many blocks are not among `blocks`, because there is too much of it.
    """

    blocks: tuple[Block, ...]
    places: Mapping[Asked, Place]
    left_out: int = 0

    def place(self, fact: Fact) -> Place | None:
        return self.places.get((fact.where, fact.value))


def source_text(data: bytes, filename: str, imported: Imported, patient: str = "") -> Source:
    """The source of a case that `import_source` has read.

    Args:
        patient: as it was given there.
    """
    kind = kind_of(data, filename)
    asked = list(dict.fromkeys((fact.where, fact.value) for fact in imported.facts))
    if kind == "fhir":
        return _limited(_of_fhir(json_text(data), patient, asked))
    if kind == "details":
        written = write_json(json_text(data))
        places = {each: Place(0, *span) for each in asked if (span := written.place(each[0]))}
        return _limited(Source((Block("", written.text),), places))
    if kind == "xml":
        text, spans = write_xml(data, asked)
        places = {each: Place(0, *span) for each, span in spans.items()}
        return _limited(Source((Block("", text),), places))
    if kind == "table":
        return _limited(_of_table(data, PurePath(filename).name, asked))
    return Source((Block("", imported.case.text),), dict(_of_characters(asked)))


def _of_characters(asked: Iterable[Asked]) -> Iterator[tuple[Asked, Place]]:
    """The places of a text, which are named `characters 12-40`."""
    for each in asked:
        first, dash, last = each[0].removeprefix("characters ").partition("-")
        if dash and first.isdecimal() and last.isdecimal():
            yield each, Place(0, int(first), int(last))


def _of_fhir(text: str, patient: str, asked: Sequence[Asked]) -> Source:
    from index.importers.fhir_bundle import make_bundle, read_resources

    bundle = make_bundle(read_resources(text), patient)
    blocks: list[Block] = []
    written: dict[str, tuple[int, JsonText]] = {}
    for node in bundle.resources:
        resource = write_json(node.value)
        written[node.root] = len(blocks), resource
        blocks.append(Block(node.root, resource.text))
    places: dict[Asked, Place] = {}
    for each in asked:
        root, _, path = each[0].partition(" ")
        outer, _, contained = root.partition("#")
        if outer not in written:
            continue
        number, resource = written[outer]
        if contained and root in bundle.by_reference:
            path = f"{resource.path_of(bundle.by_reference[root].value)}.{path}".strip(".")
        if span := resource.place(path):
            places[each] = Place(number, *span)
    return Source(tuple(blocks), places)


def _of_table(data: bytes, name: str, asked: Sequence[Asked]) -> Source:
    """Each row is a block of its own, with a line for each column: notes are long."""
    blocks: list[Block] = []
    places: dict[str, Place] = {}
    for number, row in enumerate(as_table(data, name).rows):
        title, text = f"{name} row {row.number}", ""
        for column, value in row.values.items():
            start = len(text) + len(column) + 2
            text += f"{column}: {value.text}\n"
            places[value.where] = Place(number, start, start + len(value.text))
        text = text.rstrip("\n")
        places[title] = Place(number, 0, len(text))
        blocks.append(Block(title, text))
    return Source(tuple(blocks), {each: places[each[0]] for each in asked if each[0] in places})


def _limited(source: Source) -> Source:
    """Where there is too much of it, what no fact stands in is left out first, then the rest."""
    if sum(len(block.text) for block in source.blocks) <= MAX_SHOWN:
        return source
    used = {place.block for place in source.places.values()}
    shown: dict[int, int] = {}
    blocks: list[Block] = []
    room = MAX_SHOWN
    for number in sorted(used):
        block = source.blocks[number]
        if room > 0:
            shown[number] = len(blocks)
            blocks.append(Block(block.title, block.text[:room]))
            room -= len(block.text)
    places = {
        each: Place(shown[place.block], place.start, place.end)
        for each, place in source.places.items()
        if place.block in shown and place.end <= len(blocks[shown[place.block]].text)
    }
    return Source(tuple(blocks), places, len(source.blocks) - len(blocks))
