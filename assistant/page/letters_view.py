"""What the physician's tab shows: conversations, versions and drafts, as updates of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import gradio as gr

from assistant.check import Stated, asked_for, check
from assistant.context import ContextMeter
from assistant.conversation import Conversation, ConversationHead, How, Version
from assistant.desk import Progress, turns_of
from assistant.page import render
from assistant.page.layout import KINDS, LetterParts
from assistant.prompt import Kind, Turn
from index.case import Case

Updates = dict[Any, Any]

KIND: dict[str, Kind] = dict(zip(KINDS, (Kind.LETTER, Kind.SUMMARY), strict=True))
_KIND_NAME = {kind: name for name, kind in KIND.items()}
_HOW = {
    How.DRAFTED: "drafted",
    How.REFINED: "refined",
    How.EDITED: "edited by hand",
    How.RESTORED: "gone back to",
}


class LettersView:
    """The updates that show something in the tab's parts."""

    def __init__(self, parts: LetterParts) -> None:
        self._parts = parts

    def unchanged(self) -> Updates:
        """Everything as it is; Gradio takes an empty table for a value."""
        return {self._parts.message: gr.update()}

    def cases(self, heads: Sequence[ConversationHead], chosen: str | None) -> Updates:
        choices = [(head.title, head.id) for head in heads]
        return {self._parts.mine: gr.update(choices=choices, value=chosen)}

    def blank(self) -> Updates:
        """A new case."""
        parts = self._parts
        return {
            parts.conversation: "",
            parts.case_box: gr.update(open=True),
            parts.example: None,
            parts.case: "",
            parts.chat: [],
            **self._nothing(),
        }

    def conversation(self, conversation: Conversation, number: int | None = None) -> Updates:
        """The whole conversation, at version `number` or at its newest."""
        parts = self._parts
        by_number = {version.number: version for version in conversation.versions}
        version = by_number.get(number or 0) or conversation.current()
        kind = version.kind if version else Kind.LETTER
        return {
            parts.conversation: conversation.id,
            parts.case: conversation.case.text,
            parts.case_box: gr.update(open=False),
            parts.chat: chat(conversation),
            parts.kind: _KIND_NAME[kind],
            **self.version(conversation, version, kind),
        }

    def version(self, conversation: Conversation, version: Version | None, kind: Kind) -> Updates:
        if version is None:
            return self._nothing()
        parts = self._parts
        case = conversation.case.text
        ledger = check(
            case,
            version.text,
            [e.text for e in version.exemplars],
            asked(turns_of(conversation, version)),
        )
        meter = ContextMeter(**version.meter) if version.meter else None
        choices = [(_label(v), v.number) for v in reversed(conversation.versions) if v.kind is kind]
        href = f"/letters/{conversation.id}/{version.number}.docx"
        return {
            parts.editing: f"{conversation.id}/{version.number}",
            parts.version: gr.update(choices=choices, value=version.number),
            parts.download: f'<a href="{escape(href)}" download>Download .docx (draft)</a>',
            parts.step: _cut_note(version),
            parts.counter: render.counter_html(ledger),
            parts.letter: render.letter_html(version.text, ledger),
            parts.text: gr.update(value=version.text, interactive=True),
            parts.findings: render.findings_html(ledger, case),
            parts.exemplars: render.exemplars_html(version.exemplars, ""),
            parts.meter: render.meter_html(meter),
        }

    def progress(self, progress: Progress, case: Case) -> Updates:
        """A text as it is being written."""
        parts = self._parts
        problem = f'<p class="problem">{escape(progress.problem)}</p>' if progress.problem else ""
        updates: Updates = {
            parts.step: problem or f'<p class="quiet">{escape(progress.step)}</p>',
            # What is typed now would go under when the new version comes.
            parts.text: gr.update(interactive=False),
            parts.exemplars: render.exemplars_html(progress.exemplars, progress.note),
            parts.meter: render.meter_html(progress.meter),
        }
        if progress.text:
            exemplars = [exemplar.text for exemplar in progress.exemplars]
            ledger = check(case.text, progress.text, exemplars, asked(progress.turns))
            updates[parts.letter] = render.letter_html(progress.text, ledger)
            updates[parts.counter] = render.counter_html(ledger)
        return updates

    def _nothing(self) -> Updates:
        parts = self._parts
        return {
            parts.editing: "",
            parts.version: gr.update(choices=[], value=None),
            parts.download: "",
            parts.step: "",
            parts.counter: "",
            parts.letter: render.letter_html("", None),
            parts.text: gr.update(value="", interactive=True),
            parts.findings: "",
            parts.exemplars: "",
            parts.meter: "",
        }


def asked(turns: Sequence[Turn]) -> frozenset[Stated]:
    """What the physician asked for on the way to a version."""
    return frozenset[Stated]().union(*(asked_for(t.draft, t.instruction) for t in turns))


def chat(conversation: Conversation) -> list[dict[str, str]]:
    return [{"role": m.role, "content": m.text} for m in conversation.messages]


def _label(version: Version) -> str:
    what = f": {version.instruction[:60]}" if version.instruction else ""
    return f"{version.number} - {_HOW[version.how]}{what}"


def _cut_note(version: Version) -> str:
    if not version.cut:
        return ""
    return '<p class="problem">This text was cut off before its end.</p>'
