"""Cases at work: opening, giving and deleting one.

Handlers are thin. What happens is in `assistant.desk`; how it looks is in
`assistant.page.letters_view`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import gradio as gr

from assistant.accounts import User
from assistant.case_input import import_case_file, read_case
from assistant.conversation import Conversation
from assistant.desk import Desk
from assistant.page.asking import asking, said, said_late
from assistant.page.editor import Edits
from assistant.page.imported_html import imported_html
from assistant.page.layout import LetterParts
from assistant.page.letters_view import LettersView, Updates
from index.case import Case, CaseDetails
from index.case_text import render_case


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
        self._examples = examples

    @said
    def open_page(self, request: gr.Request) -> Updates:
        """The last conversation, as it was left."""
        user = asking(request)
        heads = self._desk.conversations.mine(user)
        updates = self._view.cases(heads, heads[0].id if heads else None)
        if heads:
            updates |= self._view.conversation(self._desk.conversations.open(user, heads[0].id))
        return updates

    @said_late
    async def open_case(
        self, chosen: str | None, open_id: str, editing: str, text: str, request: gr.Request
    ) -> Updates:
        if not chosen:
            return self._view.unchanged()
        user = asking(request)
        await self._edits.leave(user, open_id, editing, text)
        return self._view.conversation(self._desk.conversations.open(user, chosen))

    @said_late
    async def new_case(self, open_id: str, editing: str, text: str, request: gr.Request) -> Updates:
        user = asking(request)
        await self._edits.leave(user, open_id, editing, text)
        return self._view.cases(self._desk.conversations.mine(user), None) | self._view.blank()

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
        updates = self._view.cases(self._desk.conversations.mine(user), None) | self._view.blank()
        if another(case_text, conversation.case):
            del updates[self._parts.case]  # a case that is typed already and not used yet
        return updates

    @said
    def take_example(self, title: str | None) -> Updates:
        if not title:
            return self._view.unchanged()
        text = render_case(self._examples[title]).text
        return {self._parts.case: text, self._parts.imported: ""}

    @said
    def take_file(self, path: str) -> Updates:
        """The uploaded file's text; the copy that Gradio made is removed at once."""
        file = Path(path)
        try:
            read = import_case_file(file.read_bytes(), file.name)
        finally:
            file.unlink(missing_ok=True)
        return {self._parts.case: read.case.text, self._parts.imported: imported_html(read)}

    @said_late
    async def take_case(
        self, case: str, open_id: str, editing: str, text: str, request: gr.Request
    ) -> Updates:
        user = asking(request)
        read = read_case(case)
        await self._edits.leave(user, open_id, editing, text)
        return self.shown(user, self.begin(user, read))

    def begin(self, user: User, case: Case) -> Conversation:
        conversation = self._desk.begin(user, case)
        reply = "I have the case. Say 'Draft the letter' or 'Summarise the case'."
        self._desk.conversations.say(user, conversation.id, "assistant", reply)
        return self._desk.conversations.open(user, conversation.id)

    def shown(self, user: User, conversation: Conversation) -> Updates:
        heads = self._desk.conversations.mine(user)
        return self._view.cases(heads, conversation.id) | self._view.conversation(conversation)


def another(case_text: str, case: Case) -> bool:
    """Whether the case box holds another case; white space and an emptied box make none."""
    return bool(case_text.strip()) and case_text.split() != case.text.split()
