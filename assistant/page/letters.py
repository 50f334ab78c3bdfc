"""Letters at work: who asks, and what for.

Handlers are thin. What happens is in `assistant.desk`; how it looks is in
`assistant.page.letters_view`; which component calls which handler is in `assistant.page.wiring`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import gradio as gr

from assistant.accounts import User
from assistant.conversation import Conversation
from assistant.desk import Desk
from assistant.intent import Intent, understand
from assistant.origin import Origin
from assistant.page.asking import asking, said, said_late, shown_error
from assistant.page.cases import CaseHandlers
from assistant.page.editor import Edits
from assistant.page.given_case import GivenCase
from assistant.page.layout import LetterParts
from assistant.page.letters_view import KIND, LettersView, Updates, chat
from assistant.page.live_check import StreamCheck
from index.errors import CaseError, EpikriseError


class LetterHandlers:
    """What the chat and the list of versions do.

    Nothing that a physician typed is lost: every handler that would show something else keeps the
    edited text first, as a version.

    Args:
        desk: where it happens.
        parts: the tab's components.
        edits: keeps what was edited.
        cases: begins a conversation about a case.
    """

    def __init__(self, desk: Desk, parts: LetterParts, edits: Edits, cases: CaseHandlers) -> None:
        self._desk = desk
        self._parts = parts
        self._edits = edits
        self._cases = cases
        self._view = LettersView(parts)

    async def answer(
        self,
        fields: str,
        message: str,
        case_text: str,
        origin: Origin | None,
        open_id: str,
        editing: str,
        text: str,
        request: gr.Request,
    ) -> AsyncGenerator[Updates, None]:
        """The next version, shown as it is written."""
        parts = self._parts
        try:
            user = asking(request)
            editor = self._edits.keep(user, editing, text)
            seen = editor.number if editor and editor.conversation == open_id else None
            updates: Updates = {parts.message: ""}
            conversation = self._open(user, open_id) if open_id else None
            given = GivenCase(fields, case_text, origin)
            if conversation is None or given.is_another(conversation.case):
                # Whoever put another case into the box or the form means that one.
                given, message = _given_and_request(given, message)
                read = await asyncio.to_thread(given.read)
                conversation, shown = await self._cases.begin(user, given, read)
                seen = None
                updates |= shown | self._cases.shown(user, conversation)
                if not message:
                    yield updates
                    return
            updates[parts.chat] = [*chat(conversation), {"role": "user", "content": message}]
            yield updates | self._view.begun()
            stream = StreamCheck(conversation.case)
            steps = self._desk.answer(user, conversation.id, message, seen=seen)
            async with aclosing(steps):
                async for progress in steps:
                    if progress.stopped:
                        # Whoever stopped it shows what comes next; Gradio says our last word again.
                        yield self._view.unchanged()
                        return
                    yield self._view.progress(progress, stream.review(progress))
            yield self._view.conversation(self._open(user, conversation.id))
        except EpikriseError as error:
            raise shown_error(error) from None

    @said_late
    async def stop(self, open_id: str, request: gr.Request) -> Updates:
        """The conversation with what was written until then."""
        if not open_id:
            return self._view.unchanged()
        user = asking(request)
        conversation = self._open(user, open_id)
        await self._desk.stop(conversation.id)
        return self._view.conversation(self._open(user, open_id))

    @said
    def show_kind(
        self, kind: str, open_id: str, editing: str, text: str, request: gr.Request
    ) -> Updates:
        if not open_id:
            return self._view.unchanged()
        user = asking(request)
        self._edits.keep(user, editing, text)
        conversation = self._open(user, open_id)
        return self._view.version(conversation, conversation.current(KIND[kind]), KIND[kind])

    @said
    def show_version(
        self, number: int | None, open_id: str, editing: str, text: str, request: gr.Request
    ) -> Updates:
        if not open_id or not number:
            return self._view.unchanged()
        user = asking(request)
        self._edits.keep(user, editing, text)
        conversation = self._open(user, open_id)
        chosen = next((v for v in conversation.versions if v.number == number), None)
        return self._view.version(conversation, chosen, chosen.kind) if chosen else {}

    @said
    def restore(
        self, number: int | None, open_id: str, editing: str, text: str, request: gr.Request
    ) -> Updates:
        if not open_id or not number:
            raise EpikriseError("There is no version to go back to.")
        user = asking(request)
        self._edits.keep(user, editing, text)
        version = self._desk.conversations.restore(user, open_id, number)
        return self._view.conversation(self._open(user, open_id), version.number)

    @said
    def save(self, editing: str, text: str, request: gr.Request) -> Updates:
        user = asking(request)
        editor = self._edits.keep(user, editing, text)
        if editor is None:
            raise EpikriseError("There is no letter to save yet.", "Ask for a draft first.")
        return self._view.conversation(self._open(user, editor.conversation), editor.number)

    def _open(self, user: User, id_: str) -> Conversation:
        return self._desk.conversations.open(user, id_)


def _given_and_request(given: GivenCase, message: str) -> tuple[GivenCase, str]:
    """The case, and what is asked about it: the chat's first message may be the case itself.

    Raises:
        CaseError: there is no case.
    """
    if given:
        return given, message
    if understand(message, has_case=False, has_draft=False).intent is not Intent.CASE:
        raise CaseError("There is no case yet.", "Paste or upload one, or choose an example.")
    return GivenCase("", message), ""
