"""The physician's tab without a browser: its values as Gradio keeps them, and a drafter."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from assistant.accounts import Accounts, Role, User
from assistant.context import ContextMeter
from assistant.conversation import How
from assistant.conversations import Conversations
from assistant.database import open_database
from assistant.desk import Desk
from assistant.draft import Draft, Ending
from assistant.drafting import Delta, Event, Finished, Fitted
from assistant.page import cases, findings, letters
from assistant.page.case_layout import CaseParts
from assistant.page.cases import CaseHandlers
from assistant.page.editor import Edits
from assistant.page.findings import FindingHandlers
from assistant.page.layout import LetterParts
from assistant.page.letters import LetterHandlers
from assistant.prompt import Kind, Turn
from index.case import Case
from retrieval.exemplar import Exemplar

REQUEST: Any = None


class Echo:
    """A drafter whose letters name their case, and their turn."""

    def __init__(self) -> None:
        self.turns: tuple[Turn, ...] = ()
        self.more = ""
        self.text = ""
        """What is written instead."""
        self.waits = False
        self.condenses = ""
        """What stands in the prompt for the case."""

    async def draft(
        self,
        case: Case,
        kind: Kind,
        turns: Sequence[Turn] = (),
        exemplars: Sequence[Exemplar] | None = None,
        department: str | None = None,
        condensed: str = "",
    ) -> AsyncGenerator[Event, None]:
        self.turns = tuple(turns)
        text = self.text or f"{case.text} {len(turns)}{self.more}"
        yield Fitted([], ContextMeter(1, 1, 0, 1, 3, 9), (), self.condenses)
        yield Delta(text)
        if self.waits:
            await asyncio.Event().wait()
        yield Finished(Draft(text, (), kind, "letters", Ending.STOP, None, 0.0, 0.0))


class Page:
    """The page as Gradio keeps it: a value for each component."""

    def __init__(self, conversations: Conversations, user: User) -> None:
        # Handlers only ever name components, so any names do.
        names: Any = {field.name: field.name for field in fields(LetterParts)}
        case_names: Any = {field.name: f"case {field.name}" for field in fields(CaseParts)}
        self.parts = LetterParts(**names | {"record": CaseParts(**case_names)})
        self.user = user
        self.drafter = Echo()
        self.conversations = conversations
        self.desk = Desk(conversations, self.drafter)
        self.edits = edits = Edits(self.desk)
        self.case_handlers = CaseHandlers(self.desk, self.parts, edits, {})
        self.handlers = LetterHandlers(self.desk, self.parts, edits, self.case_handlers)
        self.findings = FindingHandlers(self.desk, self.parts, edits, self.handlers)
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
        self.take(handler(*inputs, *self.editor(), REQUEST))

    def settle(self, act: str, words: str, *, said: str = "") -> None:
        """A click on a button beside the first finding with these words."""
        text = self.values[self.parts.text]
        start = text.index(words)
        place = {"start": start, "end": start + len(words), "said": said or words}
        self.take(
            self.findings.settle(*self.editor(), gr.EventData(None, {"act": act} | place), REQUEST)
        )

    def type(self, text: str) -> list[str]:
        """Typing, until the browser is told what to show; nothing if it is told nothing."""
        self.values[self.parts.text] = text
        self.take(self.findings.typed(*self.editor(), REQUEST))
        live = self.values[self.parts.live]
        checked = json.loads(live) if live else {}
        return checked["shown"] if checked.get("of") == self.values[self.parts.editing] else []

    async def include(self, line: str) -> None:
        opened, event = self.values[self.parts.conversation], gr.EventData(None, {"line": line})
        async for updates in self.findings.include(opened, *self.editor(), event, REQUEST):
            self.take(updates)

    async def leave(self, handler: Any, *inputs: object) -> None:
        """An event that turns to another case."""
        opened = self.values[self.parts.conversation]
        self.take(await handler(*inputs, opened, *self.editor(), REQUEST))

    async def ask(self, message: str) -> None:
        case, opened = self.values[self.parts.case], self.values[self.parts.conversation]
        fields = self.values.get(self.parts.record.fields, "")
        given = (fields, message, case, self.values.get(self.parts.record.origin), opened)
        async for updates in self.handlers.answer(*given, *self.editor(), REQUEST):
            self.take(updates)

    def editor(self) -> tuple[str, str]:
        return self.values.get(self.parts.editing, ""), self.values.get(self.parts.text, "")

    @property
    def cases(self) -> list[str]:
        heads = self.conversations.mine(self.user)
        return sorted(self.conversations.open(self.user, h.id).case.text for h in heads)

    def listed(self) -> str:
        """What needs a look, without the panels."""
        return str(self.values[self.parts.findings]).partition("</ul>")[0]

    def versions(self) -> list[tuple[How, str]]:
        kept = self.conversations.open(self.user, self.values[self.parts.conversation])
        return [(version.how, version.text) for version in kept.versions]


@contextlib.contextmanager
def open_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The page of a physician who is logged in, on a database in `folder`."""
    database = open_database(f"sqlite:///{folder / 'test.db'}")
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    user = Accounts(database, hasher=cheap).create("one", "a long password", Role.PHYSICIAN)
    for module in (cases, letters, findings):
        monkeypatch.setattr(module, "asking", lambda _: user)
    yield Page(Conversations(database), user)
    database.close()
