"""The physician's tab without a browser: its handlers, the real desk and the real database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest
from page_fakes import REQUEST, Page, open_page

from assistant.conversation import How
from assistant.prompt import Turn

BERGER, KELLER = "Patient: Anna Berger", "Patient: Bernd Keller"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    with open_page(tmp_path, monkeypatch) as opened:
        yield opened


async def test_another_case_in_the_box_is_the_one_that_is_drafted(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    page.put(page.parts.case, f"  {BERGER} ")
    await page.ask("make it shorter")
    assert page.cases == [BERGER]
    page.put(page.parts.case, KELLER)
    await page.ask("Draft the letter")
    assert page.cases == [BERGER, KELLER]
    assert page.versions() == [(How.DRAFTED, f"{KELLER} 0")]
    assert page.values[page.parts.mine] == page.values[page.parts.conversation]


async def test_a_case_that_contradicts_itself_is_said_to_when_it_is_taken(page: Page) -> None:
    page.put(page.parts.case, f"{BERGER}. ER positive.\nER negative. Operation 31.02.2026.")
    await page.ask("Draft the letter")
    said = str(page.values[page.parts.chat])
    assert "contradicts itself, see under Case: estrogen receptor; No such day." in said
    page.put(page.parts.case, KELLER)
    await page.ask("Draft the letter")
    assert "contradicts" not in str(page.values[page.parts.chat])


async def test_a_letter_from_a_condensed_record_says_so_with_what_the_model_saw(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    assert "condensed" not in page.values[page.parts.step]
    page.drafter.condenses = "<Berger>"
    await page.ask("make it shorter")
    shown = page.values[page.parts.step]
    assert f"8 characters of {len(BERGER)}, condensed" in shown
    assert "&lt;Berger&gt;" in shown


async def test_a_change_works_on_the_edited_text_and_keeps_it(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    page.put(page.parts.text, "edited and not saved")
    await page.ask("more formal")
    assert page.versions() == [
        (How.DRAFTED, f"{BERGER} 0"),
        (How.EDITED, "edited and not saved"),
        (How.REFINED, f"{BERGER} 1"),
    ]
    assert page.drafter.turns == (Turn("edited and not saved", "more formal"),)


async def test_no_way_to_another_version_or_case_loses_an_edit(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    first = page.values[page.parts.conversation]
    page.put(page.parts.text, "once")
    page.do(page.handlers.show_version, 1, first)
    page.put(page.parts.text, "twice")
    page.do(page.handlers.show_kind, "Summary", first)
    page.do(page.handlers.show_kind, "Letter", first)
    page.put(page.parts.text, "thrice")
    page.do(page.handlers.restore, 1, first)
    page.put(page.parts.text, "a fourth time")
    await page.leave(page.case_handlers.new_case)
    assert page.values[page.parts.text] == ""
    await page.leave(page.case_handlers.open_case, first)
    texts = [text for how, text in page.versions() if how is How.EDITED]
    assert texts == ["once", "twice", "thrice", "a fourth time"]


async def test_an_edit_goes_to_the_case_it_was_made_in(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    berger = page.values[page.parts.conversation]
    await page.leave(page.case_handlers.new_case)
    page.put(page.parts.case, KELLER)
    await page.ask("Draft the letter")
    # The editor of a browser that has not heard yet that another case is open.
    page.values |= {page.parts.editing: f"{berger}/1", page.parts.text: "Berger, edited"}
    page.do(page.handlers.show_kind, "Letter", page.values[page.parts.conversation])
    assert [text for _, text in page.versions()] == [f"{KELLER} 0"]
    await page.leave(page.case_handlers.open_case, berger)
    assert [text for _, text in page.versions()] == [f"{BERGER} 0", "Berger, edited"]


async def test_a_name_that_was_asked_for_is_no_alarm(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    page.drafter.more = "\nDear Dr. Quentin Marlowe,\nwith Dr. Ruth Elwood"
    await page.ask("address it to Dr. Quentin Marlowe")
    assert "Marlowe" not in page.listed()
    assert "Elwood" in page.listed()
    await page.ask("more formal")
    assert "Marlowe" not in page.listed()


async def test_an_emptied_editor_is_no_letter(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    page.put(page.parts.text, " ")
    page.do(page.handlers.save)
    assert len(page.versions()) == 1


async def test_a_request_without_a_case_begins_none(page: Page) -> None:
    with pytest.raises(gr.Error, match="no case yet"):
        await page.ask("Draft the letter")
    assert page.cases == []
    await page.ask(BERGER)
    assert page.cases == [BERGER]
    assert "no letter" not in str(page.values[page.parts.chat])


async def test_html_of_a_case_is_text_in_a_message(page: Page) -> None:
    page.put(page.parts.case, '{"<img src=x onerror=alert(1)>": 1}')
    with pytest.raises(gr.Error) as raised:
        await page.ask("Draft the letter")
    assert "<img" not in raised.value.message
    assert "&lt;img" in raised.value.message


async def test_a_case_is_deleted_once_the_physician_is_sure(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    opened = page.values[page.parts.conversation]
    page.take(await page.case_handlers.delete_case(False, opened, BERGER, REQUEST))
    assert page.cases == [BERGER]
    page.put(page.parts.case, KELLER)
    page.take(await page.case_handlers.delete_case(True, opened, KELLER, REQUEST))
    assert page.cases == []
    assert page.values[page.parts.text] == ""
    assert page.values[page.parts.case] == KELLER
    with pytest.raises(gr.Error, match="no such"):
        await page.case_handlers.delete_case(True, opened, KELLER, REQUEST)


async def test_a_case_that_another_window_deleted_is_left_without_ado(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    page.put(page.parts.text, "edited and not saved")
    page.conversations.delete(page.user, page.values[page.parts.conversation])
    await page.leave(page.case_handlers.new_case)
    assert page.values[page.parts.text] == page.values[page.parts.conversation] == ""


async def test_a_running_draft_ends_when_the_physician_turns_away(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    page.drafter.waits = True
    asked = asyncio.create_task(page.ask("Draft the letter"))
    while "Anna Berger" not in str(page.values.get(page.parts.letter)):
        await asyncio.sleep(0.01)
    berger = page.values[page.parts.conversation]
    await page.leave(page.case_handlers.new_case)
    shown = dict(page.values)
    await asked
    # Nothing of it comes over the new case, and what was written is kept.
    assert page.values == shown
    assert page.values[page.parts.text] == page.values[page.parts.conversation] == ""
    await page.leave(page.case_handlers.open_case, berger)
    assert page.versions() == [(How.DRAFTED, f"{BERGER} 0")]


async def test_stop_shows_what_is_kept(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    updates = await page.handlers.stop(page.values[page.parts.conversation], REQUEST)
    assert updates[page.parts.editing].endswith("/1")
    # Gradio takes an empty table for a value, and refuses it.
    assert await page.handlers.stop("", REQUEST) == {page.parts.message: gr.update()}
