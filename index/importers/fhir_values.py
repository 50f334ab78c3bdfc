"""The data types of FHIR R4 as values of a case: quantities, periods, notes, extensions.

Source: HL7 FHIR R4 4.0.1, hl7.org/fhir/R4/datatypes.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.importers.fhir_concepts import concept
from index.importers.given_dates import read_date
from index.importers.imported import Value
from index.importers.json_nodes import Node

_COUNTED = ("1", "{count}", "{score}", "{nominal}")
"""Units of UCUM for what has none."""


def quantity(node: Node) -> Value | None:
    """`22 mm`, `<0.1 ng/mL`"""
    number = node.get("value").text
    if not number:
        return None
    unit = node.get("unit").text or node.get("code").text
    where = node.where
    sign = node.get("comparator").text
    node.skip()
    return Value(f"{sign}{number} {'' if unit in _COUNTED else unit}".strip(), where)


def spread(node: Node) -> Value | None:
    """A Range: `0-35 U/mL`"""
    low, high = quantity(node.get("low")), quantity(node.get("high"))
    if low and high:
        return Value(f"{low.text.split(' ')[0]}-{high.text}", node.where)
    either = low or high
    return Value(f"{'≥' if low else '≤'}{either.text}", node.where) if either else None


def ratio(node: Node) -> Value | None:
    """A Ratio: `4 tablet/1 d`"""
    upper, lower = quantity(node.get("numerator")), quantity(node.get("denominator"))
    return Value(f"{upper.text}/{lower.text}", node.where) if upper and lower else upper


def date(node: Node, *names: str) -> Value | None:
    """The first date that is there, of a dateTime or the start of a Period."""
    for name in names:
        there = node.get(name)
        there = there.get("start", "end") if isinstance(there.value, dict) else there
        if there.text:
            return Value(read_date(there.text), there.where)
    return None


def period(node: Node) -> tuple[Value | None, Value | None]:
    """Start and end of a Period, or a dateTime as both its start and its end's lack."""
    if not isinstance(node.value, dict):
        there = node.text
        return (Value(read_date(there), node.where) if there else None), None
    return date(node, "start"), date(node, "end")


def notes(node: Node) -> list[Value]:
    """The texts of a list of Annotations."""
    found: list[Value] = []
    for each in node.each():
        text = each.get("text")
        if text.text:
            found.append(Value(text.text, text.where))
        each.skip()
    return found


def answer(node: Node, yes: str, no: str) -> Value | None:
    """A `value[x]` in words."""
    readers = {
        "valueCodeableConcept": concept,
        "valueQuantity": quantity,
        "valueRange": spread,
        "valueRatio": ratio,
    }
    for name, reader in readers.items():
        if node.get(name) and (found := reader(node.get(name))):
            return found
    if node.get("valueBoolean"):
        there = node.get("valueBoolean")
        return Value(yes if there.text == "true" else no, there.where)
    for name in ("valueString", "valueInteger", "valueTime", "valueDecimal", "valueUnsignedInt"):
        if node.get(name).text:
            return Value(node.get(name).text, node.get(name).where)
    for name in ("valueDateTime", "valueDate", "valuePeriod", "valueInstant"):
        if found := date(node, name):
            return found
    return concept(node.get("valueCoding"))


def extensions(node: Node, ending: str) -> Iterator[Node]:
    """The extensions whose address ends so."""
    for each in node.get("extension").each():
        if each.get("url").peek().endswith(ending):
            yield each


def extension(node: Node, *endings: str) -> Node:
    """The first extension whose address ends so; an empty node where there is none."""
    for ending in endings:
        for each in extensions(node, ending):
            each.get("url").skip()
            return each
    return node.get("extension-that-is-not-there")
