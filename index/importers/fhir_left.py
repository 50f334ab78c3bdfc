"""What no reader took of a resource, in the words it has: a value is not lost for want of a field.

Source: HL7 FHIR R4 4.0.1, hl7.org/fhir/R4/datatypes.html and extensibility.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.importers.fhir_concepts import concept, informative
from index.importers.fhir_values import answer, period, quantity, spread
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.json_nodes import Node

_PREFIX = re.compile(r"^(?:mcode|codexrt|us-core|mii-(?:ex|pr)(?:-[a-z]+)?)-")
_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z])|[-_]+")
_TITLES = (
    "code",
    "medicationCodeableConcept",
    "type",
    "vaccineCode",
    "event",
    "relationship",
    "title",
    "description",
)
_DEEPEST = 4
_GENERAL = ("code", "type", "value", "detail", "actor", "function", "item", "concept", "what")
"""Names of elements that say less than the element that they stand in."""
_NO_WORDS = ("data", "hash", "url", "contentType", "size", "sequence", "linkId", "div")
_LONGEST = 2000


def left_over(node: Node, administrative: tuple[str, ...]) -> Iterator[Entry]:
    """One finding for each member of a resource of which something was not read."""
    members = dict.fromkeys(path.split(".")[0] for path, _ in node.unread())
    for name in members:
        if name in administrative:
            continue
        for value in _told(node.get(name), name, 0):
            yield entry(Kind.FINDING, name=_title(node), value=value)


def _told(node: Node, name: str, depth: int) -> Iterator[Value]:
    """The unread values below, each with the name of its element."""
    if depth > _DEEPEST or not any(node.unread()):
        return
    for each in node.each():
        if not any(each.unread()):
            continue
        if name == "extension":
            yield from _extension(each, depth)
        elif told := informative(_value(each)):
            yield Value(f"{_words(name)}: {told.text}", told.where)
        elif isinstance(each.value, dict):
            for inner in (key for key in each.value if key not in _NO_WORDS):
                below = name if inner in _GENERAL else inner
                yield from _told(each.get(inner), below, depth + 1)


def _extension(node: Node, depth: int) -> Iterator[Value]:
    name = _words(_PREFIX.sub("", node.get("url").peek().rsplit("/", 1)[-1]))
    if node.get("extension"):
        for value in _told(node.get("extension"), "extension", depth + 1):
            yield Value(f"{name}, {value.text}" if depth == 0 else value.text, value.where)
    elif told := informative(_answer(node)):
        yield Value(f"{name}: {told.text}", told.where)


def _answer(node: Node) -> Value | None:
    plain = node.get("valueCode", "valueUri", "valueAge", "valueDuration", "valueMoney")
    return answer(node, "yes", "no") or _reference(node.get("valueReference")) or _value(plain)


def _value(node: Node) -> Value | None:
    """A value of a type that can be told by its members."""
    if not isinstance(node.value, dict):
        return Value(node.text, node.where) if 0 < len(node.peek()) < _LONGEST else None
    if node.get("coding", "text") or (node.get("code") and node.get("system")):
        return quantity(node) or concept(node)
    if node.get("start", "end"):
        start, end = period(node)
        both = [each.text for each in (start, end) if each]
        return Value(" - ".join(both), node.where) if both else None
    if node.get("low", "high"):
        return spread(node)
    return quantity(node) or _reference(node)


def _reference(node: Node) -> Value | None:
    """What a reference is to; the bare address of one says nothing to a reader."""
    display = node.get("display")
    return Value(display.text, display.where) if display.peek() else None


def _title(node: Node) -> Value:
    for name in _TITLES:
        there = next(iter(node.get(name).each()), None)
        if there:
            copy = Node(there.value, there.root)  # to name a resource is not to read it
            if named := _value(copy):
                return Value(named.text, there.where)
    return Value(node.get("resourceType").peek() or "?", node.root)


def _words(name: str) -> str:
    return _JOINT.sub(" ", name).strip().casefold()
