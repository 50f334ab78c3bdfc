"""What no reader of a section took: one finding for each element, or for each small group.

The names of the standard's elements say what they hold, so that nothing has to be dropped for want
of a field. Receptors, mutations and laboratory values of the organ modules go where they belong.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.data_files import table
from index.importers.assembling import Words
from index.importers.code_lists import is_administrative, plain_name, shown_name
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.obds_values import date, value
from index.importers.xml_nodes import XmlNode

_DATE_STARTS = ("Datum",)


def flat(section: XmlNode, about: str) -> Iterator[Entry]:
    """A section that is not known: one finding for each of its members."""
    members = list(section.children())
    if len(members) > 0 and any(True for each in members for _ in each.children()):
        for each in members:
            yield from left_over(each, about)
    else:
        yield from left_over(section, about)


def left_over(node: XmlNode, about: str = "") -> Iterator[Entry]:
    """An element that nobody read, with all below it in one finding."""
    if is_administrative(node.name):
        return
    inner = [each for each in node.children() if not is_administrative(each.name)]
    parts = [part for each in inner for part in _parts(each)]
    own = _shown(node) if not inner and not node.is_read() else None
    name = Value(shown_name(node.name), node.where)
    # A set is called as its members are.
    told = (part.text.removeprefix(f"{name.text} ") for part in parts)
    text = own.text if own else ", ".join(told)
    if text:
        yield entry(Kind.FINDING, about, name=name, value=Value(text, node.where))


def module(node: XmlNode, about: str) -> Iterator[Entry]:
    """An organ module or the general one: each of its members on its own."""
    kinds = table("obds_codes")["kinds"]
    dates = {each.name: found for each in node.children() if (found := _date(each))}
    for each in node.children():
        name = plain_name(each.name)
        if each.name in dates and _dated_member(each.name, node):
            continue
        if each.name in dates:
            day = dates[each.name]
            told = Value(Words("de").date_text(day.text), day.where)
            yield entry(Kind.FINDING, about, name=_named(each), value=told)
            continue
        when = dates.get(f"Datum{name}")
        if name in kinds["markers"]:
            yield entry(Kind.MARKER, about, name=_named(each), value=value(each))
        elif name in kinds["laboratory"]:
            unit = Value(kinds["laboratory"][name], each.where)
            amount = value(each)
            if amount:
                label = Value(name, each.where)
                yield entry(Kind.LABORATORY, about, name=label, value=amount, unit=unit, date=when)
        else:
            yield from left_over(each, about)


def _named(node: XmlNode) -> Value:
    return Value(shown_name(node.name), node.where)


def _date(node: XmlNode) -> Value | None:
    return date(node) if node.name.startswith(_DATE_STARTS) and not list(node.children()) else None


def _dated_member(name: str, node: XmlNode) -> bool:
    """Whether a date belongs to a member beside it, e.g. `DatumPSA` to `PSA`."""
    of = name.removeprefix("Datum")
    return any(plain_name(each.name) == of for each in node.children())


def _shown(node: XmlNode) -> Value | None:
    is_date = node.name.startswith(_DATE_STARTS) or node.name.endswith(("datum", "Datum", "time"))
    return date(node) if is_date else value(node)


def _parts(node: XmlNode) -> Iterator[Value]:
    """`Name value` of an element that nobody read, or of all below it."""
    told = [
        _labelled(leaf, shown)
        for leaf in node.leaves()
        if not leaf.is_read() and not is_administrative(leaf.name) and (shown := _shown(leaf))
    ]
    if told:
        nameless = any(True for _ in node.children()) and any(not name for name, _ in told)
        head = f"{shown_name(node.name)} " if nameless else ""
        text = " ".join(f"{name} {text}".strip() for name, text in told)
        yield Value(f"{head}{text}", node.where)


def _labelled(leaf: XmlNode, shown: Value) -> tuple[str, str]:
    name = "" if leaf.name in _NAMELESS else shown_name(leaf.name)
    return name, Words("de").date_text(shown.text)


_NAMELESS = ("Datum", "Code", "Unit", "QuantityValue", "Bezeichnung", "Name", "NU", "N")
"""Elements whose value is told by what is around it."""
