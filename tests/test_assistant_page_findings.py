"""Findings on the page without a browser: settled, checked while typing, and in the way of a final
letter."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest
from docx import Document
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from page_fakes import REQUEST, Page, open_page
from starlette.testclient import TestClient

from assistant.accounts import User
from assistant.conversation import How
from assistant.desk import Progress
from assistant.guard import USER_KEY
from assistant.page import live_check
from assistant.page.download import add_download
from assistant.page.live_check import StreamCheck
from index.case import Case
from index.errors import AccessDenied, EpikriseError

CASE = "Patient: Anna Berger\nRadiotherapy: 50 Gy in 25 fractions of 2 Gy"
LETTER = "Ms. Berger had 50 Gy in 28 fractions. She takes metformin."


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    with open_page(tmp_path, monkeypatch) as opened:
        yield opened


async def draft(page: Page) -> None:
    page.put(page.parts.case, CASE)
    page.drafter.text = LETTER
    await page.ask("Draft the letter")


def downloads(page: Page, user: User | None = None) -> TestClient:
    """The web application's downloads as the physician, or `user`, gets them."""
    app = FastAPI()

    @app.middleware("http")
    async def logged_in(request: Request, call_next):
        request.scope[USER_KEY] = user or page.user
        return await call_next(request)

    @app.exception_handler(EpikriseError)
    def refused(_: Request, error: EpikriseError) -> PlainTextResponse:
        return PlainTextResponse(str(error), 403 if isinstance(error, AccessDenied) else 400)

    add_download(app, page.desk)
    return TestClient(app)


async def test_a_correction_is_a_version_that_says_what_it_did(page: Page) -> None:
    await draft(page)
    page.settle("correct", "28 fractions")
    assert page.versions()[-1] == (How.CORRECTED, LETTER.replace("28", "25"))
    assert page.values[page.parts.version] == 2
    assert "28 fractions" not in page.listed()
    assert "<del>28</del> <ins>25</ins>" in page.values[page.parts.changes]
    page.settle("delete", "metformin")
    assert page.versions()[-1] == (How.SHORTENED, "Ms. Berger had 50 Gy in 25 fractions.")


async def test_what_was_typed_is_kept_before_a_finding_is_settled(page: Page) -> None:
    await draft(page)
    typed = LETTER + " Thank you."
    page.put(page.parts.text, typed)
    page.settle("accept", "metformin")
    assert page.versions() == [(How.DRAFTED, LETTER), (How.EDITED, typed)]
    assert "Accepted by one" in page.listed()
    assert '<mark class="accepted"' in page.values[page.parts.letter]
    page.settle("take_back", "metformin")
    assert "Accepted by" not in page.listed()


async def test_a_button_that_is_none_of_ours_is_refused(page: Page) -> None:
    await draft(page)
    for act, said in (("publish", ""), ("accept", "another word")):
        with pytest.raises(gr.Error):
            page.settle(act, "metformin", said=said)
    for data in (None, {}, {"act": "accept", "start": "x", "end": 1, "said": ""}):
        with pytest.raises(gr.Error):
            page.findings.settle("", "", gr.EventData(None, data), REQUEST)
    assert page.versions() == [(How.DRAFTED, LETTER)]


async def test_the_check_follows_the_typing_and_keeps_nothing(page: Page) -> None:
    await draft(page)
    download, counter, letter, findings = page.type(LETTER.replace("28", "25"))
    assert "Save the edit" in download
    assert "<b>0</b> changed" in counter
    assert "25 fractions" in letter
    assert "28 fractions" not in findings
    assert page.versions() == [(How.DRAFTED, LETTER)]
    # What comes back is the version as it was, with its downloads.
    assert "final.docx" not in page.type(LETTER)[0]
    assert "28 fractions" in page.type(LETTER)[3]


async def test_a_check_that_comes_late_is_not_shown_over_another_version(page: Page) -> None:
    await draft(page)
    page.values[page.parts.editing] = "another/1"
    with pytest.raises(gr.Error, match="no such"):
        page.type(LETTER)
    page.values[page.parts.editing] = ""
    assert page.type(LETTER) == []
    # That the browser compares is `SHOW_LIVE`; the end-to-end test sees it do so.
    assert "checked.of === editing" in live_check.SHOW_LIVE


async def test_what_is_left_out_is_asked_for_in_the_cases_words(page: Page) -> None:
    await draft(page)
    page.put(page.parts.case, "Patient: another case, not used yet")
    await page.include("Radiotherapy: 50 Gy")
    assert page.drafter.turns[-1].instruction == "Add: Radiotherapy: 50 Gy"
    assert page.versions()[-1][0] is How.REFINED
    assert len(page.cases) == 1


async def test_a_refine_turn_tells_in_the_chat_what_it_did_to_the_facts(page: Page) -> None:
    await draft(page)
    page.drafter.text = "Ms. Berger had 50 Gy in 25 fractions."
    await page.ask("without the drug")
    shown = [message["content"] for message in page.values[page.parts.chat]]
    (line,) = (content.value for content in shown if not isinstance(content, str))
    assert "<summary>facts lost 1</summary><ul><li><b>metformin</b>" in line
    assert "<summary>changed 1</summary>" in line
    assert shown[-1].value == line  # behind the answer


async def test_the_letter_tab_opens_when_a_text_begins_and_only_then(page: Page) -> None:
    await draft(page)
    opened = page.values[page.parts.conversation]
    steps = page.handlers.answer("", "shorter", "", None, opened, *page.editor(), REQUEST)
    selected = [step[page.parts.pane] async for step in steps if page.parts.pane in step]
    assert [update["selected"] for update in selected] == ["letter"]


async def test_a_final_letter_waits_for_what_blocks_it_and_says_so(page: Page) -> None:
    await draft(page)
    client = downloads(page)
    final = f"/letters/{page.values[page.parts.conversation]}/1/final.docx"
    assert "final.docx" not in page.values[page.parts.download]
    answer = client.get(final)
    assert answer.status_code == 400
    assert "1 changed against the case (fractions)" in answer.text
    page.settle("accept", "28 fractions")
    assert f'href="{final}"' in page.values[page.parts.download]
    answer = client.get(final)
    assert answer.status_code == 200
    assert 'filename="letter-1.docx"' in answer.headers["content-disposition"]
    document = Document(io.BytesIO(answer.content))
    assert document.sections[0].header.paragraphs[0].text == ""
    draft_answer = client.get(final.replace("/final", ""))
    head = Document(io.BytesIO(draft_answer.content)).sections[0].header
    assert "DRAFT" in head.paragraphs[0].text


async def test_no_download_is_for_another_user(page: Page) -> None:
    await draft(page)
    stranger = User(id=99, name="two", role=page.user.role, department="", disabled=False)
    client = downloads(page, stranger)
    here = f"/letters/{page.values[page.parts.conversation]}/1"
    assert client.get(f"{here}.docx").status_code == 403
    assert client.get(f"{here}/final.docx").status_code == 403


def test_a_growing_text_is_checked_now_and_then() -> None:
    now = [0.0]
    stream = StreamCheck(Case(CASE, "en"), clock=lambda: now[0])
    assert stream.review(Progress()) is None
    first = stream.review(Progress(text="She had 54 Gy"))
    now[0] = 0.1
    second = stream.review(Progress(text="She had 54 Gy in 28 fractions"))
    now[0] = 0.4
    third = stream.review(Progress(text="She had 54 Gy in 28 fractions."))
    assert [len(r.ledger.findings) for r in (first, second, third) if r] == [1, 1, 2]
