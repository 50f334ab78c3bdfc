"""The source beside a case: every fact is shown where the source says it."""

from __future__ import annotations

import json
import re

import importer_records as records
import pytest

from index.case import CaseDetails, Radiotherapy
from index.importers import source_text as module
from index.importers.imported import Fact, Imported
from index.importers.source import import_source
from index.importers.source_text import Source, source_text

ONE_LINE = re.sub(rb">\s+<", b"><", records.obds())
SOURCES = {
    "bundle.json": records.mcode_bundle().encode(),
    "message.xml": records.obds(),
    "one line.xml": ONE_LINE,
    "adt.xml": records.ADT.encode(),
    "case.txt": "Surgery on 3 May.\n\n  Well. 🎗\n".encode(),
    **{
        name.rpartition("/")[2]: text.encode()
        for name, text in records.TABLES.items()
        if name not in ("billing.csv", "notes.csv")
    },
}


def read(name: str, data: bytes) -> tuple[Imported, Source]:
    imported = import_source(data, name)
    return imported, source_text(data, name, imported)


def words_at(source: Source, fact: Fact) -> str:
    place = source.place(fact)
    assert place is not None
    return source.blocks[place.block].text[place.start : place.end]


@pytest.mark.parametrize("name", SOURCES)
def test_every_fact_has_a_place(name: str) -> None:
    imported, source = read(name, SOURCES[name])
    assert imported.facts
    for fact in imported.facts:
        assert words_at(source, fact)


@pytest.mark.parametrize(
    ("name", "field", "value", "words"),
    [
        ("bundle.json", "patient.last_name", "Quasten", '"family": "Quasten"'),
        ("bundle.json", "radiotherapy.fractions", "25", '"valueUnsignedInt": 25'),
        ("message.xml", "radiotherapy.end", "2024-06-14", "<Ende>2024-06-14</Ende>"),
        # On one line, one path stands for several elements: what they say tells them apart.
        ("one line.xml", "radiotherapy.start", "2024-07-01", "<Beginn>2024-07-01</Beginn>"),
        ("one line.xml", "systemic.drug", "Letrozol", "<Bezeichnung>Letrozol</Bezeichnung>"),
        ("labs.tsv", "laboratory.value", "10.1", "10.1"),
        ("chemo_medications.csv", "systemic.start", "2024-03-04", "03/04/2024"),
        ("case.txt", "text", "Well. 🎗", "Well. 🎗"),
    ],
)
def test_a_place_holds_what_the_fact_says(name: str, field: str, value: str, words: str) -> None:
    imported, source = read(name, SOURCES[name])
    (fact, *_) = [f for f in imported.facts if (f.field, f.value) == (field, value)]
    assert words_at(source, fact) == words


def test_a_resource_within_a_resource_is_found_in_it() -> None:
    imported, source = read("bundle.json", SOURCES["bundle.json"])
    (drug,) = [f for f in imported.facts if f.field == "medication.drug"]
    assert "#" in drug.where
    assert words_at(source, drug).startswith('"code": {')
    assert "Ramipril" in words_at(source, drug)


def test_a_case_in_fields_is_its_own_source() -> None:
    details = CaseDetails(radiotherapy=(Radiotherapy(site="left breast", fractions=25),))
    data = details.model_dump_json(exclude_defaults=True).encode()
    imported, source = read("case.json", data)
    assert [words_at(source, fact) for fact in imported.facts] == [
        '"site": "left breast"',
        '"fractions": 25',
    ]
    assert {fact.item for fact in imported.facts} == {"radiotherapy[0]"}


def test_a_fact_names_the_part_of_the_case_that_took_it() -> None:
    imported, _ = read("message.xml", SOURCES["message.xml"])
    details = imported.case.details
    assert details is not None
    for fact in imported.facts:
        section, _, number = fact.item.rstrip("]").partition("[")
        part = getattr(details, section)
        assert not number or int(number) < len(part)
    (earlier,) = [f.item for f in imported.facts if f.value == "Zervixkarzinom"]
    assert earlier == "further_diagnoses[0]"
    courses = {f.item for f in imported.facts if f.field == "radiotherapy.total"}
    assert courses == {"radiotherapy[0]", "radiotherapy[1]"}


def test_a_file_within_the_record_is_not_written_out() -> None:
    report = {
        "resourceType": "Observation",
        "id": "x",
        "note": [{"text": "a\nb"}],
        "data": "A" * 900,
    }
    data = records.bundle(records.patient(), report).encode()
    _, source = read("bundle.json", data)
    text = "\n".join(block.text for block in source.blocks)
    assert "900 characters" in text
    assert "A" * 100 not in text
    assert '"a\nb"' in text  # line ends are for reading


def test_of_too_much_the_parts_with_facts_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    data = SOURCES["bundle.json"]
    whole = read("bundle.json", data)[1]
    monkeypatch.setattr(module, "MAX_SHOWN", 3000)
    imported, source = read("bundle.json", data)
    assert sum(len(block.text) for block in source.blocks) <= 3000
    assert len(source.blocks) + source.left_out == len(whole.blocks)
    shown = [fact for fact in imported.facts if source.place(fact)]
    assert shown
    assert all(words_at(source, fact) == words_at(whole, fact) for fact in shown)


def test_a_deeply_nested_record_is_written() -> None:
    deep = json.loads("[" * 900 + "]" * 900)
    written = module.write_json(deep)
    assert written.text.count("[") == 900
    assert written.place("[0][0]") is not None
