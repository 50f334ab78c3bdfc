"""JSON with the path of every value, remembering what was read of it.

Records come from many systems, and a resource that breaks its own standard still has to be read as
far as it goes: a node never raises, whatever stands there, and what nobody read can be listed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from index.errors import CaseError

_LONGEST_INTEGER = 40
_HIGHEST_EXPONENT = 40
_OF_ANOTHER = ("system", "version", "userSelected", "url")
"""Members that say nothing without the one beside them."""
_INDEX = re.compile(r"\[\d+\]")


def parse_json(text: str, what: str) -> Any:
    """`text` as JSON, numbers exactly as they are written.

    Raises:
        CaseError: it is no JSON; with the line and column, and nothing of what stands there.
    """
    try:
        return json.loads(text, parse_float=Decimal, parse_int=_integer, parse_constant=str)
    except json.JSONDecodeError as error:
        raise CaseError(
            f"{what} is broken JSON in line {error.lineno}, column {error.colno}: {error.msg}.",
            "Export it again.",
        ) from None
    except RecursionError:
        raise CaseError(f"{what} is nested too deep.", "Export it again.") from None


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) < _LONGEST_INTEGER else Decimal(digits)


@dataclass(frozen=True)
class Node:
    """A value of JSON, or nothing.

    Attributes:
        value: what stands there; None where nothing does.
        path: the way there from the root, e.g. `component[0].valueQuantity`.
        root: what the path begins at, e.g. `Observation/1`.
    """

    value: Any
    root: str
    path: str = ""
    _read: set[str] = field(default_factory=set[str], repr=False, compare=False)

    @property
    def where(self) -> str:
        return f"{self.root} {self.path}".strip()

    def __bool__(self) -> bool:
        return self.value is not None and self.value not in ({}, [], "")

    def get(self, *names: str) -> Node:
        """The first of the members of these names that is there, of an object."""
        for name in names:
            if isinstance(self.value, dict) and self.value.get(name) is not None:
                return self._child(self.value[name], f"{self.path}.{name}".lstrip("."))
        return self._child(None, f"{self.path}.{names[0]}".lstrip("."))

    def at(self, path: str) -> Node:
        """The member at a path of names, taking the first of a list on the way."""
        node = self
        for name in path.split("."):
            node = next(iter(node.get(name).each()), node.get(name))
        return node

    def each(self) -> list[Node]:
        """The items of a list; what is no list is its own only item."""
        if isinstance(self.value, list):
            return [
                self._child(item, f"{self.path}[{i}]")
                for i, item in enumerate(self.value)
                if item is not None
            ]
        return [self] if self else []

    @property
    def text(self) -> str:
        """A scalar as text, its white space in single spaces; empty for anything else."""
        shown = _scalar(self.value)
        if shown:
            self._read.add(self.path)
        return " ".join(shown.split())

    @property
    def lines(self) -> str:
        """As `text`, with its line ends kept."""
        shown = _scalar(self.value)
        if shown:
            self._read.add(self.path)
        return shown.strip()

    def peek(self) -> str:
        """As `text`, without counting as read."""
        return " ".join(_scalar(self.value).split())

    def skip(self) -> None:
        """All below counts as read: it says again what stands elsewhere, or nothing of a case."""
        self._read.update(path for path, _ in _leaves(self.value, self.path))

    def unread(self) -> Iterator[tuple[str, str]]:
        """Paths, without the numbers of lists' items, and texts of all that was not read."""
        for path, value in _leaves(self.value, self.path):
            last = path.rpartition(".")[2]
            if path not in self._read and last not in _OF_ANOTHER and _scalar(value):
                yield _INDEX.sub("", path), _scalar(value)

    def _child(self, value: Any, path: str) -> Node:
        return Node(value, self.root, path, self._read)


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", errors="replace").decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        plain = isinstance(exponent, int) and abs(exponent) <= _HIGHEST_EXPONENT
        return format(value, "f") if plain and len(value.as_tuple().digits) < 100 else "?"
    return ""


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    waiting: list[tuple[str, Any]] = [(path, value)]
    while waiting:
        here, item = waiting.pop()
        if isinstance(item, dict):
            below: Iterable[tuple[str, Any]] = (
                (f"{here}.{name}".lstrip("."), inner) for name, inner in item.items()
            )
            waiting.extend(reversed(list(below)))
        elif isinstance(item, list):
            waiting.extend(reversed([(f"{here}[{i}]", inner) for i, inner in enumerate(item)]))
        else:
            yield here, item
