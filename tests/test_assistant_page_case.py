"""The tab of the case without a browser: what is uploaded, filled in, used and opened again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import importer_records as records
import pytest
from page_fakes import REQUEST, Page, open_page

from assistant.page import case_filling
from assistant.page.case_filling import FillingHandlers
from assistant.page.case_form import values_of
from index.case import CaseDetails, Patient, Surgery
from index.case_text import render_case

CASE = CaseDetails(
    patient=Patient(first_name="Anna", last_name="Berger"),
    surgeries=(Surgery(name="Lumpectomy", when="2024-03"),),
)
OTHER = CASE.model_copy(update={"referrer": "Dr. Hanna Weber"})


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    with open_page(tmp_path, monkeypatch) as opened:
        monkeypatch.setattr(case_filling, "asking", lambda _: opened.user)
        yield opened


def upload(page: Page, folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.write_bytes(data)
    page.take(page.case_handlers.take_file(str(file)))
    return file


def fill(page: Page, details: CaseDetails) -> None:
    page.put(page.parts.record.fields, json.dumps(values_of(details)))


async def use(page: Page) -> None:
    fields = page.values.get(page.parts.record.fields, "")
    origin = page.values.get(page.parts.record.origin)
    await page.leave(page.case_handlers.take_case, fields, page.values[page.parts.case], origin)


def kept(page: Page) -> list[CaseDetails | None]:
    heads = page.conversations.mine(page.user)
    return [page.conversations.open(page.user, head.id).case.details for head in heads]


def shown(page: Page, part: str) -> str:
    return str(page.values.get(getattr(page.parts.record, part), ""))


def test_an_uploaded_record_is_shown_in_fields_beside_its_source(
    page: Page, tmp_path: Path
) -> None:
    file = upload(page, tmp_path, "bundle.json", records.mcode_bundle().encode())
    assert not file.exists()
    assert 'value="Quasten"' in shown(page, "form")
    assert "last name: Quasten</button>" in shown(page, "form")
    assert "&quot;family&quot;: &quot;Quasten&quot;" in shown(page, "source")
    assert "Lumpectomy of breast" in shown(page, "timeline")
    assert page.values[page.parts.case].startswith("Patient: Odile Quasten\n")


def test_an_uploaded_text_is_shown_with_what_the_check_reads(page: Page, tmp_path: Path) -> None:
    text = "She had a lumpectomy on 12 March 2024. <b>Well.</b>"
    upload(page, tmp_path, "letter.txt", text.encode())
    assert "12 March 2024</button>" in shown(page, "form")
    assert "&lt;b&gt;Well.&lt;/b&gt;</pre>" in shown(page, "source")
    assert 'data-shows="0"' in shown(page, "timeline")
    assert "<form" not in shown(page, "form")


async def test_what_is_filled_in_is_the_case_that_is_kept(page: Page) -> None:
    page.put(page.parts.case, "what stood in the box before")
    fill(page, OTHER)
    await use(page)
    assert kept(page) == [OTHER]
    assert page.cases == [render_case(OTHER).text]
    assert page.values[page.parts.case] == render_case(OTHER).text


async def test_a_draft_is_of_the_form_as_it_is_now(page: Page) -> None:
    fill(page, CASE)
    await page.ask("Draft the letter")
    await page.ask("more formal")
    assert kept(page) == [CASE]
    fill(page, OTHER)
    await page.ask("Draft the letter")
    assert OTHER in kept(page)
    assert len(kept(page)) == 2


async def test_a_form_with_a_problem_is_not_used(page: Page) -> None:
    values = json.loads(json.dumps(values_of(CASE)))
    values["surgeries"][0]["name"] = ""
    page.put(page.parts.record.fields, json.dumps(values))
    with pytest.raises(gr.Error, match="Surgery 1, Name: it is missing"):
        await use(page)
    with pytest.raises(gr.Error, match="Surgery 1, Name"):
        await page.ask("Draft the letter")
    assert page.cases == []


async def test_a_pasted_record_is_shown_as_an_uploaded_one(page: Page) -> None:
    page.put(page.parts.case, records.obds().decode())
    await use(page)
    assert "Mammakarzinom" in shown(page, "source")
    assert "last name: Quasten" in shown(page, "form")
    assert [details.patient.last_name for details in kept(page) if details] == ["Quasten"]


async def test_a_case_that_is_opened_again_has_its_record_beside_it(
    page: Page, tmp_path: Path
) -> None:
    upload(page, tmp_path, "bundle.json", records.mcode_bundle().encode())
    details = page.values[page.parts.record.origin].details
    first, *others = details.surgeries
    changed = details.model_copy(update={"surgeries": (CASE.surgeries[0], first, *others)})
    fill(page, changed)
    await use(page)
    opened = page.values[page.parts.conversation]
    await page.leave(page.case_handlers.new_case)
    assert shown(page, "source") == ""
    await page.leave(page.case_handlers.open_case, opened)
    assert "last name: Quasten</button>" in shown(page, "form")
    assert "&quot;family&quot;: &quot;Quasten&quot;" in shown(page, "source")
    origin = page.conversations.origin(page.user, opened)
    assert origin is not None
    assert {fact.item for fact in origin.facts if "surgeries" in fact.item} == {"surgeries[1]"}
    assert all(origin.source.place(fact) for fact in origin.facts)


async def test_a_case_that_was_typed_has_no_record(page: Page) -> None:
    fill(page, CASE)
    await use(page)
    opened = page.values[page.parts.conversation]
    await page.leave(page.case_handlers.new_case)
    assert shown(page, "form") == shown(page, "fields") == ""
    assert "No case yet" in shown(page, "timeline")
    await page.leave(page.case_handlers.open_case, opened)
    assert 'value="Berger"' in shown(page, "form")
    assert shown(page, "source") == ""
    assert "Lumpectomy" in shown(page, "timeline")


async def test_two_forms_of_one_case_are_told_apart(page: Page) -> None:
    """What comes late for the one must not be shown in the other."""
    fill(page, CASE)
    await use(page)
    opened = page.values[page.parts.conversation]
    forms: set[str] = set()
    for _ in range(2):
        await page.leave(page.case_handlers.open_case, opened)
        forms.add(shown(page, "form"))
    assert len(forms) == 2


async def test_a_case_given_already_outlives_the_deletion_of_another(
    page: Page, tmp_path: Path
) -> None:
    fill(page, CASE)
    await use(page)
    opened = page.values[page.parts.conversation]
    upload(page, tmp_path, "message.xml", records.obds())
    text = page.values[page.parts.case]
    page.take(await page.case_handlers.delete_case(True, opened, text, REQUEST))
    assert "Quasten" in shown(page, "form")
    assert page.values[page.parts.case] == text


def told(page: Page, values: Any) -> dict[str, Any]:
    handlers = FillingHandlers(page.parts)
    event = gr.EventData(None, {"of": "token", "fields": json.dumps(values)})
    page.take(handlers.fill(event, REQUEST))
    return json.loads(shown(page, "filled"))


def test_typing_makes_the_text_and_the_timeline(page: Page) -> None:
    answer = told(page, values_of(OTHER))
    text, timeline, problems = answer["shown"]
    assert answer["of"] == "token"
    assert text == render_case(OTHER).text
    assert "March 2024" in timeline
    assert problems == ""


def test_what_can_not_be_taken_leaves_text_and_timeline_as_they_are(page: Page) -> None:
    values = json.loads(json.dumps(values_of(CASE)))
    values["surgeries"][0]["name"] = ""
    answer = told(page, values)
    assert answer["shown"][:2] == [None, None]
    assert answer["problems"] == [["surgeries", 0, "name"]]
    with pytest.raises(gr.Error, match="form"):
        FillingHandlers(page.parts).fill(gr.EventData(None, {"of": "x"}), REQUEST)


async def test_a_text_becomes_the_remarks_of_a_form(page: Page, tmp_path: Path) -> None:
    upload(page, tmp_path, "letter.txt", b"She had a lumpectomy on 12 March 2024.\nShe is well.")
    assert "data-begin" in shown(page, "form")
    page.take(FillingHandlers(page.parts).begin(page.values[page.parts.case], REQUEST))
    assert "She is well.</textarea>" in shown(page, "form")
    assert "12 March 2024" in shown(page, "timeline")
    assert 'data-item="/0"' in shown(page, "timeline")
    assert "She is well.</pre>" in shown(page, "source")
    assert page.values[page.parts.case].startswith("Notes: She had")
    with pytest.raises(gr.Error, match="empty"):
        FillingHandlers(page.parts).begin(" ", REQUEST)
