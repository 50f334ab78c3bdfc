"""XML written to be read, and the place of every element in it."""

from __future__ import annotations

from collections.abc import Collection

from index.importers.xml_nodes import XmlNode, parse_xml

_INDENT = " "

Span = tuple[int, int]
Asked = tuple[str, str]
"""A place (`XmlNode.where`), and a value that stands there."""


def write_xml(data: bytes, asked: Collection[Asked]) -> tuple[str, dict[Asked, Span]]:
    """A document with each element on a line of its own.

    Returns:
        the text, and first and last character in it of each place that was asked for.

    Raises:
        CaseError: as `parse_xml`.
    """
    wheres = {where for where, _ in asked}
    names = {where.rpartition(" (")[0].rpartition("/")[2] for where in wheres}
    lines: list[str] = []
    found: dict[str, list[tuple[Span, str]]] = {}
    length = 0

    def note(node: XmlNode, start: int, stop: int) -> None:
        if node.name in names and (where := node.where) in wheres:
            said = " ".join(leaf.text for leaf in node.leaves())
            found.setdefault(where, []).append(((start, stop), said))

    # A stack of its own: documents can be nested deeper than calls.
    waiting: list[tuple[XmlNode, int, int]] = [(parse_xml(data), 0, -1)]
    while waiting:
        node, depth, opened = waiting.pop()
        indent, end = _INDENT * depth, f"</{node.name}>"
        start = length + len(indent)
        if opened >= 0:
            lines.append(f"{indent}{end}")
            note(node, opened, start + len(end))
        else:
            inner = list(node.children())
            line = f"<{node.name}{node.attributes}>{node.lines}{'' if inner else end}"
            lines.append(f"{indent}{line}")
            if inner:
                waiting.append((node, depth, start))
                waiting.extend((each, depth + 1, -1) for each in reversed(inner))
            else:
                note(node, start, start + len(line))
        length += len(lines[-1]) + 1
    places = {
        (where, value): _fitting(found[where], value) for where, value in asked if where in found
    }
    return "\n".join(lines), places


def _fitting(found: list[tuple[Span, str]], value: str) -> Span:
    """Of several elements of one name on one line, as exports without lines have, the one that
    says it."""
    return next((span for span, said in found if said and said in value), found[0][0])
