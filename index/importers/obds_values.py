"""Values of registry messages: codes in words, and dates with how exact they are.

Source: oBDS XML schema 3.0.4, `Datumsgenauigkeit`: E exact, T day estimated, M month estimated, V
wholly estimated. The estimated part of a date is no knowledge, and is never shown as one.
"""

from __future__ import annotations

from index.importers.code_lists import is_listed, is_unknown, word
from index.importers.given_dates import full_date, read_date
from index.importers.imported import NotUnderstood, Value
from index.importers.xml_nodes import XmlNode

_MARGINS = {"T": "Tag geschätzt", "M": "Monat geschätzt", "V": "vollständig geschätzt"}


def value(node: XmlNode) -> Value | None:
    """The text of an element, in words where it is a code; nothing where it says "unknown"."""
    text = node.text
    shown = word(node.name, text) if text else ""
    return Value(shown, node.where) if shown and not is_unknown(shown) else None


def unknown_codes(node: XmlNode, notes: list[NotUnderstood]) -> None:
    """Lists the codes below that their list does not have, and those that say "unknown"."""
    for leaf in node.leaves():
        text = " ".join((leaf.element.text or "").split()) if leaf.element is not None else ""
        if not leaf.is_read() or not text:
            continue
        if not is_listed(leaf.name, text):
            why = "the standard's list does not have this code; it is kept as it is"
            notes.append(NotUnderstood(leaf.where, f"code of {leaf.name}", why))
        elif is_unknown(word(leaf.name, text)):
            notes.append(NotUnderstood(leaf.where, "value", "it says that it is not known"))


def date(node: XmlNode) -> Value | None:
    """A date; one that is partly estimated as what is known of it, with the estimate behind it."""
    text = node.text
    if not text:
        return None
    read = read_date(text)
    full, margin = full_date(read), _MARGINS.get(node.attribute("Datumsgenauigkeit"))
    if not margin or not full:
        return Value(read, node.where)
    known = {
        "T": f"{full:%m/%Y}",
        "M": f"{full:%Y}",
        "V": f"etwa {full:%Y}",
    }[node.attribute("Datumsgenauigkeit")]
    return Value(f"{known} ({margin}: {full:%d.%m.%Y})", node.where)


def coded(node: XmlNode, *names: str) -> Value | None:
    """A code, whether it stands in the element itself or in its child `Code`."""
    found = node.child(*names)
    inner = found.child("Code")
    found.child("Version").skip()
    return value(inner if inner else found)


def dose(node: XmlNode) -> Value | None:
    """`50.4 Gy`, of a dose and its unit."""
    amount, unit = node.child("Dosis").text, node.child("Einheit").text
    return Value(f"{amount} {unit}".strip(), node.where) if amount else None


def labelled(label: str, given: Value | None) -> Value | None:
    """A value with what it is of before it."""
    return Value(f"{label} {given.text}", given.where) if given else None
