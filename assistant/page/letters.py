"""The physician's tab at work: who asks, what for, and which parts of the page show the answer.

Handlers are thin. What happens is in `assistant.desk`; how it looks is in `assistant.page.render`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from functools import wraps
from html import escape
from pathlib import Path
from typing import Any, ParamSpec

import gradio as gr

from assistant.accounts import User
from assistant.case_input import read_case, read_case_file
from assistant.check import check
from assistant.context import ContextMeter
from assistant.conversation import Conversation, How, Version
from assistant.desk import Desk, Progress
from assistant.page import render
from assistant.page.asking import asking
from assistant.page.layout import KINDS, LetterParts
from assistant.prompt import Kind
from index.case import Case, CaseDetails
from index.case_text import render_case
from index.errors import EpikriseError

Updates = dict[Any, Any]
P = ParamSpec("P")

_KIND: dict[str, Kind] = dict(zip(KINDS, (Kind.LETTER, Kind.SUMMARY), strict=True))
_KIND_NAME = {kind: name for name, kind in _KIND.items()}
_HOW = {
    How.DRAFTED: "drafted",
    How.REFINED: "refined",
    How.EDITED: "edited by hand",
    How.RESTORED: "gone back to",
}


def said(handler: Callable[P, Updates]) -> Callable[P, Updates]:
    """An error of ours becomes a message on the page; any other is a fault and stays one."""

    @wraps(handler)
    def told(*args: P.args, **kwargs: P.kwargs) -> Updates:
        try:
            return handler(*args, **kwargs)
        except EpikriseError as error:
            raise gr.Error(str(error), print_exception=False) from None

    return told


class LetterHandlers:
    """What the components of the tab do.

    Args:
        desk: where it happens.
        parts: the tab's components.
        examples: cases to try, by title.
    """

    def __init__(self, desk: Desk, parts: LetterParts, examples: Mapping[str, CaseDetails]) -> None:
        self._desk = desk
        self._parts = parts
        self._examples = examples

    @said
    def open_page(self, request: gr.Request) -> Updates:
        """The last conversation, as it was left."""
        user = asking(request)
        heads = self._desk.conversations.mine(user)
        updates: Updates = {self._parts.mine: self._list(user, heads[0].id if heads else None)}
        if heads:
            updates |= self._show(self._desk.conversations.open(user, heads[0].id))
        return updates

    @said
    def open_case(self, conversation: str | None, request: gr.Request) -> Updates:
        if not conversation:
            return {}
        return self._show(self._desk.conversations.open(asking(request), conversation))

    @said
    def new_case(self, request: gr.Request) -> Updates:
        parts = self._parts
        return {
            parts.conversation: "",
            parts.mine: self._list(asking(request), None),
            parts.case_box: gr.update(open=True),
            parts.example: None,
            parts.case: "",
            parts.chat: [],
            **self._nothing(),
        }

    @said
    def take_example(self, title: str | None) -> Updates:
        if not title:
            return {}
        return {self._parts.case: render_case(self._examples[title]).text}

    @said
    def take_file(self, path: str) -> Updates:
        """The uploaded file's text; the copy that Gradio made is removed at once."""
        file = Path(path)
        try:
            case = read_case_file(file.read_bytes(), file.name)
        finally:
            file.unlink(missing_ok=True)
        return {self._parts.case: case.text}

    @said
    def take_case(self, text: str, request: gr.Request) -> Updates:
        user = asking(request)
        conversation = self._begin(user, read_case(text))
        return {
            self._parts.mine: self._list(user, conversation.id),
            **self._show(conversation),
        }

    async def answer(
        self, message: str, conversation_id: str, kind: str, case_text: str, request: gr.Request
    ) -> AsyncGenerator[Updates, None]:
        """The next version, shown as it is written."""
        parts = self._parts
        try:
            user = asking(request)
            updates: Updates = {parts.message: ""}
            if not conversation_id:
                # The chat's first message may be the case itself.
                given = case_text.strip() or message
                conversation = self._begin(user, read_case(given))
                conversation_id = conversation.id
                updates |= {parts.mine: self._list(user, conversation_id)}
                updates |= self._show(conversation)
                if given is message:
                    yield updates
                    return
            history = _chat(self._desk.conversations.open(user, conversation_id))
            updates[parts.chat] = [*history, {"role": "user", "content": message}]
            yield updates
            case = self._desk.conversations.open(user, conversation_id).case
            steps = self._desk.answer(user, conversation_id, message, shown=_KIND[kind])
            async with aclosing(steps):
                async for progress in steps:
                    yield self._in_progress(progress, case)
            conversation = self._desk.conversations.open(user, conversation_id)
            shown = conversation.current()
            yield self._show(conversation, shown.number if shown else None)
        except EpikriseError as error:
            raise gr.Error(str(error), print_exception=False) from None

    @said
    def show_kind(self, conversation_id: str, kind: str, request: gr.Request) -> Updates:
        if not conversation_id:
            return {}
        conversation = self._desk.conversations.open(asking(request), conversation_id)
        current = conversation.current(_KIND[kind])
        return self._show_version(conversation, current, _KIND[kind])

    @said
    def show_version(
        self, conversation_id: str, number: int | None, request: gr.Request
    ) -> Updates:
        if not conversation_id or not number:
            return {}
        conversation = self._desk.conversations.open(asking(request), conversation_id)
        chosen = next((v for v in conversation.versions if v.number == number), None)
        return self._show_version(conversation, chosen, chosen.kind) if chosen else {}

    @said
    def restore(self, conversation_id: str, number: int | None, request: gr.Request) -> Updates:
        if not conversation_id or not number:
            raise EpikriseError("There is no version to go back to.")
        user = asking(request)
        version = self._desk.conversations.restore(user, conversation_id, number)
        conversation = self._desk.conversations.open(user, conversation_id)
        return self._show(conversation, version.number)

    @said
    def save(
        self, conversation_id: str, number: int | None, text: str, request: gr.Request
    ) -> Updates:
        if not conversation_id or not number:
            raise EpikriseError("There is no letter to save yet.", "Ask for a draft first.")
        user = asking(request)
        version = self._desk.conversations.edit(user, conversation_id, text, base=number)
        conversation = self._desk.conversations.open(user, conversation_id)
        return self._show(conversation, version.number)

    def _begin(self, user: User, case: Case) -> Conversation:
        conversation = self._desk.begin(user, case)
        reply = "I have the case. Say 'Draft the letter' or 'Summarise the case'."
        self._desk.conversations.say(user, conversation.id, "assistant", reply)
        return self._desk.conversations.open(user, conversation.id)

    def _list(self, user: User, chosen: str | None) -> Any:
        heads = self._desk.conversations.mine(user)
        return gr.update(choices=[(head.title, head.id) for head in heads], value=chosen)

    def _show(self, conversation: Conversation, number: int | None = None) -> Updates:
        """The whole conversation, at version `number` or at its newest letter."""
        parts = self._parts
        by_number = {version.number: version for version in conversation.versions}
        version = by_number.get(number or 0) or conversation.current()
        return {
            parts.conversation: conversation.id,
            parts.case: conversation.case.text,
            parts.case_box: gr.update(open=False),
            parts.chat: _chat(conversation),
            parts.kind: _KIND_NAME[version.kind if version else Kind.LETTER],
            **self._show_version(conversation, version, version.kind if version else Kind.LETTER),
        }

    def _show_version(
        self, conversation: Conversation, version: Version | None, kind: Kind
    ) -> Updates:
        if version is None:
            return self._nothing()
        parts = self._parts
        case = conversation.case.text
        ledger = check(case, version.text, [e.text for e in version.exemplars])
        meter = ContextMeter(**version.meter) if version.meter else None
        choices = [(_label(v), v.number) for v in reversed(conversation.versions) if v.kind is kind]
        href = f"/letters/{conversation.id}/{version.number}.docx"
        return {
            parts.version: gr.update(choices=choices, value=version.number),
            parts.download: f'<a href="{escape(href)}" download>Download .docx (draft)</a>',
            parts.step: _cut_note(version),
            parts.counter: render.counter_html(ledger),
            parts.letter: render.letter_html(version.text, ledger),
            parts.text: version.text,
            parts.findings: render.findings_html(ledger, case),
            parts.exemplars: render.exemplars_html(version.exemplars, ""),
            parts.meter: render.meter_html(meter),
        }

    def _in_progress(self, progress: Progress, case: Case) -> Updates:
        parts = self._parts
        problem = f'<p class="problem">{escape(progress.problem)}</p>' if progress.problem else ""
        updates: Updates = {
            parts.step: problem or f'<p class="quiet">{escape(progress.step)}</p>',
            parts.exemplars: render.exemplars_html(progress.exemplars, progress.note),
            parts.meter: render.meter_html(progress.meter),
        }
        if progress.text:
            ledger = check(case.text, progress.text, [e.text for e in progress.exemplars])
            updates[parts.letter] = render.letter_html(progress.text, ledger)
            updates[parts.counter] = render.counter_html(ledger)
        return updates

    def _nothing(self) -> Updates:
        parts = self._parts
        return {
            parts.version: gr.update(choices=[], value=None),
            parts.download: "",
            parts.step: "",
            parts.counter: "",
            parts.letter: render.letter_html("", None),
            parts.text: "",
            parts.findings: "",
            parts.exemplars: "",
            parts.meter: "",
        }


def connect_letters(handlers: LetterHandlers, parts: LetterParts) -> list[Any]:
    """Wires the components to the handlers.

    Returns:
        the components that `LetterHandlers.open_page` fills when the page loads.
    """
    shown = [
        parts.conversation,
        *(parts.mine, parts.case_box, parts.example, parts.case, parts.chat, parts.message),
        *(parts.kind, parts.version, parts.download, parts.step, parts.counter, parts.letter),
        *(parts.text, parts.findings, parts.exemplars, parts.meter),
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

    on(parts.mine.input, handlers.open_case, parts.mine)
    on(parts.new.click, handlers.new_case)
    on(parts.example.input, handlers.take_example, parts.example)
    on(parts.upload.upload, handlers.take_file, parts.upload)
    on(parts.take.click, handlers.take_case, parts.case)
    on(parts.kind.input, handlers.show_kind, parts.conversation, parts.kind)
    on(parts.version.input, handlers.show_version, parts.conversation, parts.version)
    on(parts.restore.click, handlers.restore, parts.conversation, parts.version)
    on(parts.save.click, handlers.save, parts.conversation, parts.version, parts.text)
    asked = [parts.conversation, parts.kind, parts.case]
    many: dict[str, Any] = {"concurrency_limit": None, "trigger_mode": "once"}
    running = [
        on(parts.send.click, handlers.answer, parts.message, *asked, **many),
        on(parts.message.submit, handlers.answer, parts.message, *asked, **many),
        *(on(button.click, handlers.answer, button, *asked, **many) for button in parts.shortcuts),
    ]
    parts.stop.click(None, cancels=running, api_visibility="private")
    return shown


def _chat(conversation: Conversation) -> list[dict[str, str]]:
    return [{"role": m.role, "content": m.text} for m in conversation.messages]


def _label(version: Version) -> str:
    what = f": {version.instruction[:60]}" if version.instruction else ""
    return f"{version.number} - {_HOW[version.how]}{what}"


def _cut_note(version: Version) -> str:
    if not version.cut:
        return ""
    return '<p class="problem">This text was cut off before its end.</p>'
