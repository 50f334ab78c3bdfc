"""The fields of a case by their paths, and cases with one field changed or one entry less."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from index.case import CaseDetails

Path = tuple[str | int, ...]
Leaf = str | int | Decimal | dt.date


def leaves(details: CaseDetails) -> Iterator[tuple[Path, Leaf]]:
    """Every filled field with its path, e.g. `("radiotherapy", 0, "total_gy")`."""
    yield from _walk((), details.model_dump())


def _walk(path: Path, node: object) -> Iterator[tuple[Path, Leaf]]:
    if isinstance(node, dict):
        for key, value in cast(dict[str, object], node).items():
            yield from _walk((*path, key), value)
    elif isinstance(node, list | tuple):
        for place, value in enumerate(cast(list[object], node)):
            yield from _walk((*path, place), value)
    elif isinstance(node, str | int | Decimal | dt.date) and node != "":
        yield path, node


def matching(details: CaseDetails, pattern: str) -> list[tuple[Path, Leaf]]:
    """The fields of a pattern: `radiotherapy.*.site`; several patterns are joined by `|`."""
    wanted = [part.split(".") for part in pattern.split("|")]
    return [
        (path, leaf)
        for path, leaf in leaves(details)
        if any(
            len(path) == len(parts)
            and all(part in ("*", str(step)) for part, step in zip(parts, path, strict=True))
            for parts in wanted
        )
    ]


def changed(details: CaseDetails, *fields: tuple[Path, Leaf]) -> CaseDetails:
    """The case with these values in these fields."""
    dump = _dumped(details)
    for path, value in fields:
        _parent(dump, path)[path[-1]] = value
    return CaseDetails.model_validate(dump)


def without(details: CaseDetails, path: Path) -> CaseDetails:
    """The case without this entry of a list, or with this text emptied."""
    dump = _dumped(details)
    parent = _parent(dump, path)
    if isinstance(path[-1], int):
        del parent[path[-1]]
    else:
        parent[path[-1]] = ""
    return CaseDetails.model_validate(dump)


def _dumped(details: CaseDetails) -> Any:
    return _listed(details.model_dump())


def _listed(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _listed(value) for key, value in cast(dict[str, Any], node).items()}
    if isinstance(node, list | tuple):
        return [_listed(value) for value in cast(list[Any], node)]
    return node


def _parent(dump: Any, path: Path) -> Any:
    for step in path[:-1]:
        dump = dump[step]
    return dump
