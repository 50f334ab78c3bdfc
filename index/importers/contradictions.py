"""Facts of one record that can't all be true. Both are listed, and neither is taken away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from index.importers.assemble_therapy import gray
from index.importers.assembling import whole_number
from index.importers.given_dates import full_date, same_date
from index.importers.imported import Contradiction, Entry, Kind, Value

_ONE_VALUE: dict[Kind, tuple[str, ...]] = {
    Kind.PATIENT: ("birth_date", "sex", "last_name", "first_name"),
    Kind.DIAGNOSIS: ("icd10", "date", "laterality"),
    Kind.DEATH: ("date",),
}
"""Of one patient, of one tumour, of one death there is one of each."""

_OF_ONE_DAY = (Kind.FINDING, Kind.MARKER, Kind.PERFORMANCE, Kind.COURSE)
_DOSE_TOLERANCE = 0.02

Key = tuple[str, ...]


def contradictions(entries: Iterable[Entry]) -> tuple[Contradiction, ...]:
    """All values of `entries` that exclude each other, each group once."""
    groups: dict[Key, list[Value]] = {}
    entries = tuple(entries)
    for key, value in _single_values(entries):
        groups.setdefault(key, []).append(value)
    found = [
        Contradiction(key[0], _distinct(values))
        for key, values in groups.items()
        if _differ(key[0], values)
    ]
    return (*found, *(odd for each in entries for odd in _within(each)))


def _single_values(entries: Iterable[Entry]) -> Iterator[tuple[Key, Value]]:
    for each in entries:
        for name, value in each.fields:
            if name in _ONE_VALUE.get(each.kind, ()):
                yield (f"{each.kind.value}.{name}", each.about), value
            elif each.kind is Kind.STAGING and name in ("t", "n", "m") and each.get("date"):
                yield _staging_key(each, name, value.text), value
            elif each.kind in _OF_ONE_DAY and name == "value" and each.get("name"):
                day = each.get("date")
                # Several values are of several parts; remarks tell what the value is of.
                if day and not each.get("remark") and len(each.all("value")) == 1:
                    yield (f"{each.kind.value}: {each.get('name')}", each.about, day), value


def _staging_key(each: Entry, name: str, text: str) -> Key:
    """A category is one for one way of finding it out (c, p, after therapy), day and suffix."""
    prefix, _, rest = text.partition(name.upper())
    suffix = "sn" if "(sn)" in rest else ""
    what = f"stagings.{prefix}{name.upper()}"
    return what, each.about, each.get("date"), suffix


def _differ(what: str, values: list[Value]) -> bool:
    texts = list(dict.fromkeys(value.text for value in values))
    if "date" in what:
        return any(not same_date(one, other) for one, other in combinations(texts, 2))
    return len({text.casefold() for text in texts}) > 1


def _distinct(values: list[Value]) -> tuple[Value, ...]:
    return tuple({value.text: value for value in reversed(values)}.values())[::-1]


def _within(each: Entry) -> Iterator[Contradiction]:
    """What one entry says of itself: it ends before it begins; its doses don't add up."""
    parts = dict(reversed(each.fields))
    start, end = parts.get("start"), parts.get("end")
    if start and end:
        first, last = full_date(start.text), full_date(end.text)
        if first and last and last < first:
            yield Contradiction(f"{each.kind.value}: ends before it starts", (start, end))
    if each.kind is not Kind.RADIOTHERAPY:
        return
    total, single = gray(each.get("total")), gray(each.get("fraction"))
    count = whole_number(each.get("fractions"), 1, 80)
    if total and single and count and abs(single * count / total - 1) > _DOSE_TOLERANCE:
        values = (parts["total"], parts["fraction"], parts["fractions"])
        yield Contradiction("radiotherapy: the doses don't add up", values)
