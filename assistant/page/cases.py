"""Cases at work: opening, giving and deleting one.

Handlers are thin. What happens is in `assistant.desk`; how it looks is in
`assistant.page.letters_view`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import gradio as gr

from assistant.accounts import User
from assistant.case_input import import_case_file, pasted_record
from assistant.check.contradictory import contradictory
from assistant.conversation import Conversation
from assistant.desk import Desk
from assistant.origin import Origin, origin_of
from assistant.page.asking import asking, said, said_late
from assistant.page.case_layout import CASE_TAB
from assistant.page.case_view import CaseView
from assistant.page.editor import Edits
from assistant.page.given_case import GivenCase
from assistant.page.imported_html import imported_html
from assistant.page.layout import LetterParts
from assistant.page.letters_view import LettersView, Updates
from assistant.page.source_html import Shown
from index.case import CaseDetails
from index.case_text import render_case
from index.importers.imported import Imported
from index.importers.source_text import Source, source_text

_PASTED = "As it was pasted"


class CaseHandlers:
    """What the list of cases and the case box do.

    Args:
        desk: where it happens.
        parts: the tab's components.
        edits: keeps what was typed in the case before.
        examples: cases to try, by title.
    """

    def __init__(
        self, desk: Desk, parts: LetterParts, edits: Edits, examples: Mapping[str, CaseDetails]
    ) -> None:
        self._desk = desk
        self._parts = parts
        self._edits = edits
        self._view = LettersView(parts)
        self._case_view = CaseView(parts.record)
        self._examples = examples

    @said
    def open_page(self, request: gr.Request) -> Updates:
        """The last conversation, as it was left."""
        user = asking(request)
        heads = self._desk.conversations.mine(user)
        updates = self._view.cases(heads, heads[0].id if heads else None)
        if heads:
            opened = self._desk.conversations.open(user, heads[0].id)
            updates |= self._view.conversation(opened) | self._kept(user, opened)
        return updates

    @said_late
    async def open_case(
        self, chosen: str | None, open_id: str, editing: str, text: str, request: gr.Request
    ) -> Updates:
        if not chosen:
            return self._view.unchanged()
        user = asking(request)
        await self._edits.leave(user, open_id, editing, text)
        opened = self._desk.conversations.open(user, chosen)
        seen = await asyncio.to_thread(self._kept, user, opened)
        return {self._parts.imported: "", **self._view.conversation(opened), **seen}

    @said_late
    async def new_case(self, open_id: str, editing: str, text: str, request: gr.Request) -> Updates:
        user = asking(request)
        await self._edits.leave(user, open_id, editing, text)
        return self._blank(user)

    @said_late
    async def delete_case(
        self, sure: bool, chosen: str | None, case_text: str, request: gr.Request
    ) -> Updates:
        """The case that the list names, with its chat and all its letters, gone for good."""
        if not sure or not chosen:
            return self._view.unchanged()
        user = asking(request)
        conversation = self._desk.conversations.open(user, chosen)
        await self._desk.stop(chosen)
        self._desk.conversations.delete(user, chosen)
        updates = self._blank(user)
        if GivenCase("", case_text).is_another(conversation.case):
            # A case that is given already and not used yet.
            return {
                part: update
                for part, update in updates.items()
                if part is not self._parts.case and part not in self._case_view.blank()
            }
        return updates

    @said
    def take_example(self, title: str | None) -> Updates:
        if not title:
            return self._view.unchanged()
        case = render_case(self._examples[title])
        return {
            self._parts.case: case.text,
            self._parts.imported: "",
            **self._case_view.given(case),
            **self._view.turned_to(CASE_TAB),
        }

    @said
    def take_file(self, path: str) -> Updates:
        """The uploaded file's case; the copy that Gradio made is removed at once."""
        file = Path(path)
        try:
            data = file.read_bytes()
        finally:
            file.unlink(missing_ok=True)
        read = import_case_file(data, file.name)
        return self._taken(read, source_text(data, file.name, read), file.name)

    @said_late
    async def take_case(
        self,
        fields: str,
        case: str,
        origin: Origin | None,
        open_id: str,
        editing: str,
        text: str,
        request: gr.Request,
    ) -> Updates:
        user = asking(request)
        given = GivenCase(fields, case, origin)
        read = await asyncio.to_thread(given.read)
        await self._edits.leave(user, open_id, editing, text)
        conversation, seen = await self.begin(user, given, read)
        return seen | self.shown(user, conversation)

    def _taken(self, read: Imported, source: Source, title: str) -> Updates:
        return {
            self._parts.case: read.case.text,
            self._parts.imported: imported_html(read, Shown(source)),
            **self._case_view.given(read.case, origin_of(title, source, read), title),
            **self._view.turned_to(CASE_TAB),
        }

    def _kept(self, user: User, opened: Conversation) -> Updates:
        origin = self._desk.conversations.origin(user, opened.id)
        return self._case_view.given(opened.case, origin)

    def _blank(self, user: User) -> Updates:
        heads = self._desk.conversations.mine(user)
        return self._view.cases(heads, None) | self._view.blank() | self._case_view.blank()

    async def begin(
        self, user: User, given: GivenCase, read: Imported
    ) -> tuple[Conversation, Updates]:
        """A conversation about the case, and what is seen of the case beyond what is there."""
        case, origin = read.case, None
        if given.fields:
            # The form that it was typed into is there already.
            seen: Updates = {}
            origin = given.origin.of(case.details) if given.origin and case.details else None
        elif record := pasted_record(given.text):
            source = await asyncio.to_thread(source_text, *record, read)
            seen = self._taken(read, source, _PASTED)
            origin = origin_of(_PASTED, source, read)
        else:
            seen = await asyncio.to_thread(self._case_view.given, case)
            seen[self._parts.imported] = imported_html(read)
        conversation = self._desk.begin(user, case, origin)
        reply = "I have the case. Say 'Draft the letter' or 'Summarise the case'."
        if found := contradictory(case.text):
            what = "; ".join(dict.fromkeys(each.what for each in found))
            reply += f" It contradicts itself, see under Case: {what}."
        self._desk.conversations.say(user, conversation.id, "assistant", reply)
        return self._desk.conversations.open(user, conversation.id), seen

    def shown(self, user: User, conversation: Conversation) -> Updates:
        heads = self._desk.conversations.mine(user)
        return self._view.cases(heads, conversation.id) | self._view.conversation(conversation)
