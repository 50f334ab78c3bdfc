"""Findings at work: the check while the physician types, and the buttons beside a finding."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import gradio as gr

from assistant.desk import Desk
from assistant.page.asking import asking, said
from assistant.page.editor import Editor, Edits
from assistant.page.layout import LetterParts
from assistant.page.letters import LetterHandlers
from assistant.page.letters_view import LettersView, Updates
from assistant.page.live_check import SHOW_LIVE, WHEN_TYPED
from assistant.review import review
from assistant.settling import Pointed, Settling
from index.errors import InputError


class FindingHandlers:
    """What typing and the buttons beside a finding do.

    Args:
        desk: where it happens.
        parts: the tab's components.
        edits: keeps what was edited.
        letters: asks the model.
    """

    def __init__(
        self, desk: Desk, parts: LetterParts, edits: Edits, letters: LetterHandlers
    ) -> None:
        self._desk = desk
        self._settling = Settling(desk.conversations)
        self._parts = parts
        self._view = LettersView(parts)
        self._edits = edits
        self._letters = letters

    @said
    def typed(self, editing: str, text: str, request: gr.Request) -> Updates:
        """What the check says of the text in the editor as it stands; nothing is kept of it yet."""
        user = asking(request)
        editor = Editor.read(editing, text)
        if editor is None or not text.strip():
            return {self._parts.live: ""}
        conversation = self._desk.conversations.open(user, editor.conversation)
        version = conversation.version(editor.number)
        checked = self._view.checked(conversation, version, review(conversation, version, text))
        live = {"of": editing, "shown": [*checked.values()]}
        return {self._parts.live: json.dumps(live)}

    @said
    def settle(self, editing: str, text: str, event: gr.EventData, request: gr.Request) -> Updates:
        """A button beside a finding: correct, delete, accept, take back."""
        user = asking(request)
        act, pointed = _pointed(event)
        editor = self._edits.keep(user, editing, text)
        if editor is None:
            return self._view.unchanged()
        id_, number = editor.conversation, editor.number
        match act:
            case "correct":
                number = self._settling.correct(user, id_, number, pointed).number
            case "delete":
                number = self._settling.delete(user, id_, number, pointed).number
            case "accept":
                self._settling.accept(user, id_, number, pointed)
            case "take_back":
                self._settling.take_back(user, id_, number, pointed)
            case _:
                raise InputError("There is no such step.", "Load the page anew.")
        conversation = self._desk.conversations.open(user, id_)
        version = conversation.version(number)
        return self._view.version(conversation, version, version.kind)

    async def include(
        self, open_id: str, editing: str, text: str, event: gr.EventData, request: gr.Request
    ) -> AsyncGenerator[Updates, None]:
        """Asks the model for what the letter leaves out, in the case's words."""
        try:
            message = f"Add: {event.line}"
        except (AttributeError, TypeError):
            message = ""
        if not open_id or not message:
            yield self._view.unchanged()
            return
        # An empty case box: it is the open case that is meant, whatever stands in the box.
        async with aclosing(
            self._letters.answer("", message, "", None, open_id, editing, text, request)
        ) as steps:
            async for updates in steps:
                yield updates


def connect_findings(handlers: FindingHandlers, parts: LetterParts, shown: list[Any]) -> None:
    """Wires the editor and the list of findings, whose events `marks.js` makes.

    Args:
        shown: the components that a handler may change.
    """
    hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    editor = [parts.editing, parts.text]
    parts.findings.settle(handlers.settle, editor, shown, trigger_mode="once", **hidden)
    parts.findings.include(
        handlers.include,
        [parts.conversation, *editor],
        shown,
        trigger_mode="once",
        concurrency_limit=None,
        **hidden,
    )
    checked = [parts.download, parts.counter, parts.letter, parts.findings]
    # Gradio's `input` comes with keys that print alone: not with Backspace, not with a paste.
    parts.text.change(
        handlers.typed,
        editor,
        [parts.live],
        js=WHEN_TYPED,
        trigger_mode="multiple",
        concurrency_limit=None,
        **hidden,
    ).then(None, [parts.live, parts.editing, *checked], checked, js=SHOW_LIVE, **hidden)


def _pointed(event: gr.EventData) -> tuple[str, Pointed]:
    """What a button beside a finding says.

    Raises:
        InputError: it was no button of ours.
    """
    try:
        place = Pointed(int(event.start), int(event.end), str(event.said))
        return str(event.act), place
    except (AttributeError, TypeError, ValueError):
        raise InputError("There is no such step.", "Load the page anew.") from None
