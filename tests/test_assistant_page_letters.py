"""The physician's tab without a browser: its handlers, the real desk and the real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from assistant.accounts import Accounts, Role, User
from assistant.conversation import How
from assistant.conversations import Conversations
from assistant.database import open_database
from assistant.desk import Desk
from assistant.draft import Draft, Ending
from assistant.drafting import Delta, Event, Finished
from assistant.page import letters
from assistant.page.layout import LetterParts
from assistant.page.letters import LetterHandlers
from assistant.prompt import Kind, Turn
from index.case import Case
from retrieval.exemplar import Exemplar

REQUEST: Any = None
BERGER, KELLER = "Patient: Anna Berger", "Patient: Bernd Keller"


class Echo:
    """A drafter whose letters name their case, and their turn."""

    def __init__(self) -> None:
        self.turns: tuple[Turn, ...] = ()
        self.more = ""
        self.waits = False

    async def draft(
        self,
        case: Case,
        kind: Kind,
        turns: Sequence[Turn] = (),
        exemplars: Sequence[Exemplar] | None = None,
        department: str | None = None,
    ) -> AsyncGenerator[Event, None]:
        self.turns = tuple(turns)
        text = f"{case.text} {len(turns)}{self.more}"
        yield Delta(text)
        if self.waits:
            await asyncio.Event().wait()
        yield Finished(Draft(text, (), kind, "letters", Ending.STOP, None, 0.0, 0.0))


class Page:
    """The page as Gradio keeps it: a value for each component."""

    def __init__(self, conversations: Conversations, user: User) -> None:
        # Handlers only ever name components, so any names do.
        names: Any = {field.name: field.name for field in fields(LetterParts)}
        self.parts = LetterParts(**names)
        self.user = user
        self.drafter = Echo()
        self.conversations = conversations
        self.handlers = LetterHandlers(Desk(conversations, self.drafter), self.parts, {})
        self.values: dict[Any, Any] = {self.parts.conversation: "", self.parts.case: ""}

    def take(self, updates: dict[Any, Any]) -> None:
        for component, update in updates.items():
            if isinstance(update, dict) and "__type__" in update:
                if "value" in update:
                    self.values[component] = update["value"]
            else:
                self.values[component] = update

    def put(self, component: Any, value: object) -> None:
        self.values[component] = value

    def do(self, handler: Any, *inputs: object) -> None:
        """An event whose inputs end with what stands in the editor."""
        self.take(handler(*inputs, *self._editor(), REQUEST))

    async def leave(self, handler: Any, *inputs: object) -> None:
        """An event that turns to another case."""
        opened = self.values[self.parts.conversation]
        self.take(await handler(*inputs, opened, *self._editor(), REQUEST))

    async def ask(self, message: str) -> None:
        case, opened = self.values[self.parts.case], self.values[self.parts.conversation]
        async for updates in self.handlers.answer(message, case, opened, *self._editor(), REQUEST):
            self.take(updates)

    def _editor(self) -> tuple[str, str]:
        return self.values.get(self.parts.editing, ""), self.values.get(self.parts.text, "")

    @property
    def cases(self) -> list[str]:
        heads = self.conversations.mine(self.user)
        return sorted(self.conversations.open(self.user, h.id).case.text for h in heads)

    def versions(self) -> list[tuple[How, str]]:
        kept = self.conversations.open(self.user, self.values[self.parts.conversation])
        return [(version.how, version.text) for version in kept.versions]


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    user = Accounts(database, hasher=cheap).create("one", "a long password", Role.PHYSICIAN)
    monkeypatch.setattr(letters, "asking", lambda _: user)
    yield Page(Conversations(database), user)
    database.close()


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
    await page.leave(page.handlers.new_case)
    assert page.values[page.parts.text] == ""
    await page.leave(page.handlers.open_case, first)
    texts = [text for how, text in page.versions() if how is How.EDITED]
    assert texts == ["once", "twice", "thrice", "a fourth time"]


async def test_an_edit_goes_to_the_case_it_was_made_in(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    berger = page.values[page.parts.conversation]
    await page.leave(page.handlers.new_case)
    page.put(page.parts.case, KELLER)
    await page.ask("Draft the letter")
    # The editor of a browser that has not heard yet that another case is open.
    page.values |= {page.parts.editing: f"{berger}/1", page.parts.text: "Berger, edited"}
    page.do(page.handlers.show_kind, "Letter", page.values[page.parts.conversation])
    assert [text for _, text in page.versions()] == [f"{KELLER} 0"]
    await page.leave(page.handlers.open_case, berger)
    assert [text for _, text in page.versions()] == [f"{BERGER} 0", "Berger, edited"]


async def test_a_name_that_was_asked_for_is_no_alarm(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    page.drafter.more = "\nDear Dr. Quentin Marlowe,\nwith Dr. Ruth Elwood"
    await page.ask("address it to Dr. Quentin Marlowe")
    assert "Marlowe" not in page.values[page.parts.findings]
    assert "Elwood" in page.values[page.parts.findings]
    await page.ask("more formal")
    assert "Marlowe" not in page.values[page.parts.findings]


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
    page.take(await page.handlers.delete_case(False, opened, BERGER, REQUEST))
    assert page.cases == [BERGER]
    page.put(page.parts.case, KELLER)
    page.take(await page.handlers.delete_case(True, opened, KELLER, REQUEST))
    assert page.cases == []
    assert page.values[page.parts.text] == ""
    assert page.values[page.parts.case] == KELLER
    with pytest.raises(gr.Error, match="no such"):
        await page.handlers.delete_case(True, opened, KELLER, REQUEST)


async def test_a_case_that_another_window_deleted_is_left_without_ado(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    page.put(page.parts.text, "edited and not saved")
    page.conversations.delete(page.user, page.values[page.parts.conversation])
    await page.leave(page.handlers.new_case)
    assert page.values[page.parts.text] == page.values[page.parts.conversation] == ""


async def test_a_running_draft_ends_when_the_physician_turns_away(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    page.drafter.waits = True
    asked = asyncio.create_task(page.ask("Draft the letter"))
    while "Anna Berger" not in str(page.values.get(page.parts.letter)):
        await asyncio.sleep(0.01)
    berger = page.values[page.parts.conversation]
    await page.leave(page.handlers.new_case)
    shown = dict(page.values)
    await asked
    # Nothing of it comes over the new case, and what was written is kept.
    assert page.values == shown
    assert page.values[page.parts.text] == page.values[page.parts.conversation] == ""
    await page.leave(page.handlers.open_case, berger)
    assert page.versions() == [(How.DRAFTED, f"{BERGER} 0")]


async def test_stop_shows_what_is_kept(page: Page) -> None:
    page.put(page.parts.case, BERGER)
    await page.ask("Draft the letter")
    updates = await page.handlers.stop(page.values[page.parts.conversation], REQUEST)
    assert updates[page.parts.editing].endswith("/1")
    # Gradio takes an empty table for a value, and refuses it.
    assert await page.handlers.stop("", REQUEST) == {page.parts.message: gr.update()}
