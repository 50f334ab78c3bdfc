"""JSON written to be read, and the place of every value in it by its path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from index.importers.json_nodes import parse_json

_LONGEST_WORD = 400
"""Characters without a space; longer ones are a file within the record (base64)."""
_INDENT = " "
_LAST_STEP = re.compile(r"(?:\.[^.\[\]]+|\[\d+\])$")


@dataclass(frozen=True)
class JsonText:
    """
    Attributes:
        text: the JSON with each member on a line of its own.
        spans: first and last character of each value, with the name before it, by its path
            (`component[0].valueQuantity`).
        objects: each object with its path.
    """

    text: str
    spans: Mapping[str, tuple[int, int]] = field(repr=False)
    objects: tuple[tuple[str, Any], ...] = field(default=(), repr=False)

    def place(self, path: str) -> tuple[int, int] | None:
        """Where the value at a path stands, or else what it would be a part of."""
        while path not in self.spans:
            shorter = _LAST_STEP.sub("", path)
            if shorter == path:
                return self.spans.get("")
            path = shorter
        return self.spans[path]

    def path_of(self, value: Any) -> str:
        """The path of this very object; empty where it is not among them."""
        return next((path for path, each in self.objects if each is value), "")


def write_json(value: Any) -> JsonText:
    """A value of JSON, or the text of one, written anew.

    Raises:
        CaseError: the text is no JSON.
    """
    value = parse_json(value, "The file") if isinstance(value, str) else value
    pieces: list[str] = []
    spans: dict[str, tuple[int, int]] = {}
    opened: dict[str, int] = {}
    objects: list[tuple[str, Any]] = []
    length = 0
    for piece, path, begins, ends, each in _pieces(value):
        if begins:
            opened[path] = length
            if isinstance(each, dict):
                objects.append((path, each))
        pieces.append(piece)
        length += len(piece)
        if ends:
            spans[path] = opened[path], length
    return JsonText("".join(pieces), spans, tuple(objects))


def _pieces(value: Any) -> Iterator[tuple[str, str, bool, bool, Any]]:
    """Pieces of text with the path they belong to, and whether it begins and ends with them."""
    # A stack of its own: records can be nested deeper than calls.
    waiting: list[tuple[str, str, str, Any, int, bool]] = [("", "", "", value, 0, False)]
    while waiting:
        before, name, path, item, depth, closing = waiting.pop()
        if closing:
            yield before, "", False, False, None
            yield item, path, False, True, None
            continue
        if before:
            yield before, "", False, False, None
        inner = list(_members(item, path))
        if not inner:
            yield name + _scalar(item), path, True, True, item
            continue
        opening, end = "{}" if isinstance(item, dict) else "[]"
        yield name + opening, path, True, False, item
        waiting.append((f"\n{_INDENT * depth}", "", path, end, depth, True))
        for number, (called, where, each) in reversed(list(enumerate(inner))):
            comma = "," if number else ""
            line = f"{comma}\n{_INDENT * (depth + 1)}"
            waiting.append((line, called, where, each, depth + 1, False))


def _members(item: Any, path: str) -> Iterator[tuple[str, str, Any]]:
    if isinstance(item, dict):
        for name, each in item.items():
            yield f"{_quoted(name)}: ", f"{path}.{name}".lstrip("."), each
    elif isinstance(item, list):
        for number, each in enumerate(item):
            yield "", f"{path}[{number}]", each


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def _quoted(text: str) -> str:
    """Without escapes: it is to be read, line ends and quotation marks included."""
    if len(text) > _LONGEST_WORD and not any(c.isspace() for c in text):
        text = f"{text[:40]} … ({len(text):,} characters)"
    return '"' + "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text) + '"'
