"""The physician's tab at work: who asks, and what for.

Handlers are thin. What happens is in `assistant.desk`; how it looks is in
`assistant.page.letters_view`; which component calls which handler is in `connect_letters`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import gradio as gr

from assistant.accounts import User
from assistant.case_input import import_case_file, read_case
from assistant.conversation import Conversation
from assistant.desk import Desk
from assistant.intent import Intent, understand
from assistant.page.asking import asking, shown_error
from assistant.page.imported_html import imported_html
from assistant.page.layout import LetterParts
from assistant.page.letters_view import KIND, LettersView, Updates, chat
from assistant.page.live_check import StreamCheck
from index.case import Case, CaseDetails
from index.case_text import render_case
from index.errors import AccessDenied, CaseError, EpikriseError

P = ParamSpec("P")

_ASK_FOR_DELETION = """(_, chosen, text) => {
  const name = document.querySelector("#my-cases input")?.value || "this case";
  const lost = "with its chat and all versions of its letters? It can't be undone.";
  return [Boolean(chosen) && confirm(`Delete "${name}" ${lost}`), chosen, text];
}"""
"""Run in the browser; what it returns is what the handler is given."""


def said(handler: Callable[P, Updates]) -> Callable[P, Updates]:
    """An error of ours becomes a message on the page; any other is a fault and stays one."""

    @wraps(handler)
    def told(*args: P.args, **kwargs: P.kwargs) -> Updates:
        try:
            return handler(*args, **kwargs)
        except EpikriseError as error:
            raise shown_error(error) from None

    return told


def said_late(
    handler: Callable[P, Awaitable[Updates]],
) -> Callable[P, Coroutine[Any, Any, Updates]]:
    """`said` for a handler that waits."""

    @wraps(handler)
    async def told(*args: P.args, **kwargs: P.kwargs) -> Updates:
        try:
            return await handler(*args, **kwargs)
        except EpikriseError as error:
            raise shown_error(error) from None

    return told


@dataclass(frozen=True)
class Editor:
    """The editor's text, perhaps changed by hand and not saved, and which version it is of."""

    conversation: str
    number: int
    text: str

    @classmethod
    def read(cls, editing: str, text: str) -> Editor | None:
        """None where there is no version yet."""
        conversation, _, number = editing.rpartition("/")
        return cls(conversation, int(number), text) if number.isdecimal() else None


class LetterHandlers:
    """What the components of the tab do.

    Nothing that a physician typed is lost: every handler that would show something else keeps the
    edited text first, as a version.

    Args:
        desk: where it happens.
        parts: the tab's components.
        examples: cases to try, by title.
    """

    def __init__(self, desk: Desk, parts: LetterParts, examples: Mapping[str, CaseDetails]) -> None:
        self._desk = desk
        self._parts = parts
        self._view = LettersView(parts)
        self._examples = examples

    @said
    def open_page(self, request: gr.Request) -> Updates:
        """The last conversation, as it was left."""
        user = asking(request)
        heads = self._desk.conversations.mine(user)
        updates = self._view.cases(heads, heads[0].id if heads else None)
        if heads:
            updates |= self._view.conversation(self._open(user, heads[0].id))
        return updates

    @said_late
    async def open_case(
        self, chosen: str | None, open_id: str, editing: str, text: str, request: gr.Request
    ) -> Updates:
        if not chosen:
            return self._view.unchanged()
        user = asking(request)
        await self._leave(user, open_id, editing, text)
        return self._view.conversation(self._open(user, chosen))

    @said_late
    async def new_case(self, open_id: str, editing: str, text: str, request: gr.Request) -> Updates:
        user = asking(request)
        await self._leave(user, open_id, editing, text)
        return self._view.cases(self._desk.conversations.mine(user), None) | self._view.blank()

    @said_late
    async def delete_case(
        self, sure: bool, chosen: str | None, case_text: str, request: gr.Request
    ) -> Updates:
        """The case that the list names, with its chat and all its letters, gone for good."""
        if not sure or not chosen:
            return self._view.unchanged()
        user = asking(request)
        conversation = self._open(user, chosen)
        await self._desk.stop(chosen)
        self._desk.conversations.delete(user, chosen)
        updates = self._view.cases(self._desk.conversations.mine(user), None) | self._view.blank()
        if _another(case_text, conversation.case):
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
        await self._leave(user, open_id, editing, text)
        return self._shown(user, self._begin(user, read))

    async def answer(
        self,
        message: str,
        case_text: str,
        open_id: str,
        editing: str,
        text: str,
        request: gr.Request,
    ) -> AsyncGenerator[Updates, None]:
        """The next version, shown as it is written."""
        parts = self._parts
        try:
            user = asking(request)
            editor = self.keep_edit(user, editing, text)
            seen = editor.number if editor and editor.conversation == open_id else None
            updates: Updates = {parts.message: ""}
            conversation = self._open(user, open_id) if open_id else None
            if conversation is None or _another(case_text, conversation.case):
                # Whoever put another case into the box means that one.
                case, message = _case_and_request(case_text, message)
                conversation, seen = self._begin(user, case), None
                updates |= self._shown(user, conversation)
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
        self.keep_edit(user, editing, text)
        conversation = self._open(user, open_id)
        return self._view.version(conversation, conversation.current(KIND[kind]), KIND[kind])

    @said
    def show_version(
        self, number: int | None, open_id: str, editing: str, text: str, request: gr.Request
    ) -> Updates:
        if not open_id or not number:
            return self._view.unchanged()
        user = asking(request)
        self.keep_edit(user, editing, text)
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
        self.keep_edit(user, editing, text)
        version = self._desk.conversations.restore(user, open_id, number)
        return self._view.conversation(self._open(user, open_id), version.number)

    @said
    def save(self, editing: str, text: str, request: gr.Request) -> Updates:
        user = asking(request)
        editor = self.keep_edit(user, editing, text)
        if editor is None:
            raise EpikriseError("There is no letter to save yet.", "Ask for a draft first.")
        return self._view.conversation(self._open(user, editor.conversation), editor.number)

    async def _leave(self, user: User, open_id: str, editing: str, text: str) -> None:
        """Ends what is being written in the open case, and keeps what was edited.

        Whoever turns to another case must not have a draft of this one come over it.
        """
        try:
            if open_id:
                await self._desk.stop(self._open(user, open_id).id)
            self.keep_edit(user, editing, text)
        except AccessDenied:
            return  # it was deleted in another window: there is nothing left to keep it in

    def keep_edit(self, user: User, editing: str, text: str) -> Editor | None:
        """Keeps a text that was changed by hand, as a version; the editor as it is then.

        An emptied editor is no letter, and what was in it is kept already.
        """
        editor = Editor.read(editing, text)
        if editor is None or not text.strip():
            return editor
        kept = self._desk.edit(user, editor.conversation, text, base=editor.number)
        return replace(editor, number=kept.number)

    def _open(self, user: User, id_: str) -> Conversation:
        return self._desk.conversations.open(user, id_)

    def _begin(self, user: User, case: Case) -> Conversation:
        conversation = self._desk.begin(user, case)
        reply = "I have the case. Say 'Draft the letter' or 'Summarise the case'."
        self._desk.conversations.say(user, conversation.id, "assistant", reply)
        return self._open(user, conversation.id)

    def _shown(self, user: User, conversation: Conversation) -> Updates:
        heads = self._desk.conversations.mine(user)
        return self._view.cases(heads, conversation.id) | self._view.conversation(conversation)


def connect_letters(handlers: LetterHandlers, parts: LetterParts) -> list[Any]:
    """Wires the components to the handlers.

    Returns:
        the components that `LetterHandlers.open_page` fills when the page loads.
    """
    shown = [
        *(parts.conversation, parts.editing),
        *(parts.mine, parts.case_box, parts.example, parts.case, parts.chat, parts.message),
        parts.imported,
        *(parts.kind, parts.version, parts.download, parts.step, parts.counter, parts.pane),
        *(parts.letter, parts.text, parts.changes, parts.findings, parts.exemplars, parts.meter),
    ]

    def on(
        event: Callable[..., Any], handler: Callable[..., Any], *inputs: Any, **options: Any
    ) -> Any:
        return event(
            handler,
            inputs=list(inputs),
            outputs=shown,
            api_visibility="private",
            show_progress="hidden",
            **options,
        )

    editor = (parts.editing, parts.text)
    left = (parts.conversation, *editor)
    many: dict[str, Any] = {"concurrency_limit": None, "trigger_mode": "once"}
    for event, said_in in (
        (parts.send.click, parts.message),
        (parts.message.submit, parts.message),
        *((button.click, button) for button in parts.shortcuts),
    ):
        on(event, handlers.answer, said_in, parts.case, *left, **many)
    # Gradio's own `cancels` takes effect after the handler, so what is stopped is stopped there.
    on(parts.stop.click, handlers.stop, parts.conversation, **many)
    on(parts.mine.input, handlers.open_case, parts.mine, *left, **many)
    on(parts.new.click, handlers.new_case, *left, **many)
    on(
        parts.delete.click,
        handlers.delete_case,
        *(parts.sure, parts.mine, parts.case),
        js=_ASK_FOR_DELETION,
        **many,
    )
    on(parts.take.click, handlers.take_case, parts.case, *left, **many)
    on(parts.example.input, handlers.take_example, parts.example)
    on(parts.upload.upload, handlers.take_file, parts.upload)
    on(parts.kind.input, handlers.show_kind, parts.kind, parts.conversation, *editor)
    on(parts.version.input, handlers.show_version, parts.version, parts.conversation, *editor)
    on(parts.restore.click, handlers.restore, parts.version, parts.conversation, *editor)
    on(parts.save.click, handlers.save, *editor)
    return shown


def _another(case_text: str, case: Case) -> bool:
    """Whether the case box holds another case; white space and an emptied box make none."""
    return bool(case_text.strip()) and case_text.split() != case.text.split()


def _case_and_request(case_text: str, message: str) -> tuple[Case, str]:
    """The case, and what is asked about it: the chat's first message may be the case itself.

    Raises:
        CaseError: there is no case, or it can't be read.
    """
    if case_text.strip():
        return read_case(case_text), message
    if understand(message, has_case=False, has_draft=False).intent is not Intent.CASE:
        raise CaseError("There is no case yet.", "Paste or upload one, or choose an example.")
    return read_case(message), ""
