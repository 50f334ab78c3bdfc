"""What the physician's tab shows: conversations, versions and drafts, as updates of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import gradio as gr

from assistant.context import ContextMeter
from assistant.conversation import Conversation, ConversationHead, How, Version
from assistant.desk import Progress
from assistant.page import render
from assistant.page.condensed_html import condensed_html
from assistant.page.diff_html import diff_html
from assistant.page.download import download_html
from assistant.page.findings_html import findings_html
from assistant.page.layout import KINDS, LETTER_TAB, LetterParts
from assistant.page.marks_html import NO_LETTER, counter_html, letter_html
from assistant.page.refined_html import refined_html
from assistant.prompt import Kind
from assistant.review import Review, review

Updates = dict[Any, Any]

KIND: dict[str, Kind] = dict(zip(KINDS, (Kind.LETTER, Kind.SUMMARY), strict=True))
_KIND_NAME = {kind: name for name, kind in KIND.items()}
_HOW = {
    How.DRAFTED: "drafted",
    How.REFINED: "refined",
    How.EDITED: "edited by hand",
    How.CORRECTED: "corrected",
    How.SHORTENED: "deleted",
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
            parts.imported: "",
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
        meter = ContextMeter(**version.meter) if version.meter else None
        choices = [(_label(v), v.number) for v in reversed(conversation.versions) if v.kind is kind]
        return {
            parts.editing: f"{conversation.id}/{version.number}",
            parts.version: gr.update(choices=choices, value=version.number),
            parts.step: _cut_note(version)
            + condensed_html(conversation.case.text, version.condensed),
            parts.text: gr.update(value=version.text, interactive=True),
            parts.changes: _changes(conversation, version),
            parts.exemplars: render.exemplars_html(version.exemplars, ""),
            parts.meter: render.meter_html(meter),
            **self.checked(conversation, version, review(conversation, version)),
        }

    def checked(self, conversation: Conversation, version: Version, seen: Review) -> Updates:
        """What the check says of a version, or of what it has become in the editor."""
        parts = self._parts
        return {
            parts.download: download_html(conversation, version, seen),
            parts.counter: counter_html(seen),
            parts.letter: letter_html(seen),
            parts.findings: findings_html(seen),
        }

    def begun(self) -> Updates:
        """A text is about to be written: it is seen, whatever tab was open."""
        return self.turned_to(LETTER_TAB)

    def turned_to(self, tab: str) -> Updates:
        return {self._parts.pane: gr.update(selected=tab)}

    def progress(self, progress: Progress, seen: Review | None) -> Updates:
        """A text as it is being written, and what the check says of it."""
        parts = self._parts
        problem = f'<p class="problem">{escape(progress.problem)}</p>' if progress.problem else ""
        updates: Updates = {
            parts.step: problem or f'<p class="quiet">{escape(progress.step)}</p>',
            # What is typed now would go under when the new version comes.
            parts.text: gr.update(interactive=False),
            parts.exemplars: render.exemplars_html(progress.exemplars, progress.note),
            parts.meter: render.meter_html(progress.meter),
        }
        if seen is not None:
            updates |= {
                parts.download: "",
                parts.letter: letter_html(seen, live=True),
                parts.counter: counter_html(seen, live=True),
                parts.findings: findings_html(seen, live=True),
            }
        return updates

    def _nothing(self) -> Updates:
        parts = self._parts
        return {
            parts.editing: "",
            parts.version: gr.update(choices=[], value=None),
            parts.download: "",
            parts.step: "",
            parts.counter: "",
            parts.letter: NO_LETTER,
            parts.text: gr.update(value="", interactive=True),
            parts.changes: "",
            parts.findings: "",
            parts.exemplars: "",
            parts.meter: "",
        }


def chat(conversation: Conversation) -> list[dict[str, Any]]:
    """The messages; behind the answer to a refine turn what it did to the facts."""
    refined = [v for v in conversation.versions if v.how is How.REFINED and v.base]
    shown: list[dict[str, Any]] = []
    for message in conversation.messages:
        shown.append({"role": message.role, "content": message.text})
        # The answer is said once its version is kept.
        while message.role == "assistant" and refined and refined[0].created <= message.created:
            version = refined.pop(0)
            base = conversation.version(version.base or 0)
            line = refined_html(base.text, version.text)
            shown.append({"role": "assistant", "content": gr.HTML(line)})
    return shown


def _changes(conversation: Conversation, version: Version) -> str:
    if version.base is None:
        return '<p class="quiet">A first draft: there is nothing to compare it with.</p>'
    base = conversation.version(version.base)
    head = f'<p class="quiet">Version {version.number} against version {base.number}.</p>'
    return head + diff_html(base.text, version.text)


def _label(version: Version) -> str:
    what = f": {version.instruction[:60]}" if version.instruction else ""
    return f"{version.number} - {_HOW[version.how]}{what}"


def _cut_note(version: Version) -> str:
    if not version.cut:
        return ""
    return '<p class="problem">This text was cut off before its end.</p>'
