"""Damaged records: whatever was done to a file, it is read or refused in one line.

Few by default; `EPIKRISE_MUTATIONS=5000` tries as many for each importer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import importer_records as records
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_index_importers_source import docx, pdf

from index.case import CaseDetails
from index.case_text import render_case
from index.errors import CaseError
from index.importers.assemble import assemble
from index.importers.csv_tables import read_table
from index.importers.imported import Imported
from index.importers.source import import_source
from index.importers.tables import empty_values, read_tables

COUNT = int(os.environ.get("EPIKRISE_MUTATIONS", "60"))
NAMES = ("Quasten", "Odile", "Vollmerding", "Anselm", "Brandel")

SOURCES: dict[str, tuple[bytes, str]] = {
    "mCODE": (records.mcode_bundle().encode(), "a.json"),
    "oBDS": (records.obds("T"), "a.xml"),
    "ADT": (records.ADT.encode(), "a.xml"),
    "PDF": (pdf("The patient Odile Quasten\nwas treated."), "a.pdf"),
    "docx": (docx("The patient Odile Quasten\nwas treated."), "a.docx"),
    "details": (
        CaseDetails.model_validate(
            {"patient": {"last_name": "Quasten"}, "radiotherapy": [{"site": "x", "total_gy": 50}]}
        )
        .model_dump_json(exclude_defaults=True)
        .encode(),
        "a.json",
    ),
}

many = settings(
    max_examples=COUNT,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check(read: Callable[[], Imported]) -> None:
    """It is read to a case that holds together, or refused in one line that repeats nobody."""
    try:
        found = read()
    except CaseError as error:
        message = str(error)
        assert "\n" not in message
        assert len(message) < 1000
        # A damaged key of a patient may hold anything; what follows is only keys with a digit.
        said = message.partition("--patient: ")[0]
        assert not any(name in said for name in NAMES), message
        return
    assert found.case.text.strip()
    found.case.text.encode()
    if found.case.details:
        again = CaseDetails.model_validate_json(found.case.details.model_dump_json())
        assert render_case(again).text == found.case.text


Edit = tuple[str, float, int, bytes]

edits: st.SearchStrategy[list[Edit]] = st.lists(
    st.tuples(
        st.sampled_from(("cut", "drop", "double", "noise", "swap")),
        st.floats(0, 1),
        st.sampled_from((1, 2, 5, 20, 200, 5000)),
        st.binary(max_size=8),
    ),
    min_size=1,
    max_size=4,
)


def damaged(whole: bytes, changes: list[Edit]) -> bytes:
    """A few edits of bytes: cut, dropped, doubled, changed, turned round."""
    data = bytearray(whole)
    for edit, place, length, noise in changes:
        first = int(place * len(data))
        last = min(len(data), first + length)
        if edit == "cut":
            del data[first:]
        elif edit == "drop":
            del data[first:last]
        elif edit == "double":
            data[first:first] = data[first:last]
        elif edit == "noise":
            data[first:last] = noise
        else:
            data[first:last] = bytes(reversed(data[first:last]))
    return bytes(data)


@pytest.mark.parametrize("name", SOURCES)
def test_a_damaged_file_is_read_or_refused(name: str) -> None:
    whole, filename = SOURCES[name]

    @many
    @given(edits)
    def run(changes: list[Edit]) -> None:
        data = damaged(whole, changes)
        check(lambda: import_source(data, filename))

    run()


# --- damage that leaves the form whole

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2024-13-45", "9" * 300, "-1", "1e400", "\ud800", "</x>", "R5"])
)
leaves = scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.text(max_size=5), scalars)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    below = [each for key, item in inner for each in places(item, (*path, key))]
    return ([path] if path else []) + below


def put(value: Any, path: tuple[Any, ...], new: Any, *, drop: bool) -> None:
    for key in path[:-1]:
        value = value[key]
    if drop:
        del value[path[-1]]
    else:
        value[path[-1]] = new


@many
@given(st.data())
def test_a_bundle_with_wrong_values_is_read_or_refused(data: st.DataObject) -> None:
    bundle = json.loads(records.mcode_bundle())
    for _ in range(data.draw(st.integers(1, 5))):
        path = data.draw(st.sampled_from(places(bundle["entry"])))
        put(bundle["entry"], path, data.draw(leaves), drop=data.draw(st.booleans()))
        if not bundle["entry"]:
            break
    check(lambda: import_source(json.dumps(bundle).encode(), "a.json"))


@many
@given(st.data())
def test_a_message_with_wrong_values_is_read_or_refused(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from((records.obds("M").decode(), records.ADT)))
    pieces = text.split(">")
    for _ in range(data.draw(st.integers(1, 5))):
        number = data.draw(st.integers(0, len(pieces) - 1))
        edit = data.draw(st.sampled_from(("drop", "double", "text", "name")))
        if edit == "drop":
            pieces[number] = (
                pieces[number].partition("<")[2] and "<" + pieces[number].partition("<")[2]
            )
        elif edit == "double":
            pieces.insert(number, pieces[number])
        elif edit == "text":
            new = data.draw(st.text("0123456789.-,()+XyzÄ%", max_size=12))
            pieces[number] = new + "<" + pieces[number].partition("<")[2]
        else:
            pieces[number] = pieces[number].replace("e", "", 1)
    check(lambda: import_source(">".join(pieces).encode(), "a.xml"))


@many
@given(st.data())
def test_damaged_tables_are_read_or_refused(data: st.DataObject) -> None:
    files = {name: text.encode() for name, text in records.TABLES.items()}
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(files)))
        files[name] = damaged(files[name], data.draw(edits))

    def read() -> Imported:
        tables = [read_table(raw, name, empty_values()) for name, raw in files.items()]
        return assemble(read_tables(tables))

    check(read)
