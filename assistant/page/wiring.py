"""Which component of the physician's tab calls which handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assistant.page.case_layout import WITH_FIELDS
from assistant.page.cases import CaseHandlers
from assistant.page.layout import LetterParts
from assistant.page.letters import LetterHandlers

_ASK_FOR_DELETION = """(_, chosen, text) => {
  const name = document.querySelector("#my-cases input")?.value || "this case";
  const lost = "with its chat and all versions of its letters? It can't be undone.";
  return [Boolean(chosen) && confirm(`Delete "${name}" ${lost}`), chosen, text];
}"""
"""Run in the browser; what it returns is what the handler is given."""


def connect_letters(cases: CaseHandlers, handlers: LetterHandlers, parts: LetterParts) -> list[Any]:
    """Wires the components to the handlers.

    Returns:
        the components that `CaseHandlers.open_page` fills when the page loads.
    """
    record = parts.record
    shown = [
        *(parts.conversation, parts.editing),
        *(parts.mine, parts.case_box, parts.example, parts.case, parts.chat, parts.message),
        parts.imported,
        *(record.fields, record.filled, record.origin),
        *(record.timeline, record.problems, record.form, record.source),
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
        given = (record.fields, said_in, parts.case, record.origin)
        on(event, handlers.answer, *given, *left, js=WITH_FIELDS, **many)
    # Gradio's own `cancels` takes effect after the handler, so what is stopped is stopped there.
    on(parts.stop.click, handlers.stop, parts.conversation, **many)
    on(parts.mine.input, cases.open_case, parts.mine, *left, **many)
    on(parts.new.click, cases.new_case, *left, **many)
    on(
        parts.delete.click,
        cases.delete_case,
        *(parts.sure, parts.mine, parts.case),
        js=_ASK_FOR_DELETION,
        **many,
    )
    given = (record.fields, parts.case, record.origin)
    on(parts.take.click, cases.take_case, *given, *left, js=WITH_FIELDS, **many)
    on(parts.example.input, cases.take_example, parts.example)
    on(parts.upload.upload, cases.take_file, parts.upload)
    on(parts.kind.input, handlers.show_kind, parts.kind, parts.conversation, *editor)
    on(parts.version.input, handlers.show_version, parts.version, parts.conversation, *editor)
    on(parts.restore.click, handlers.restore, parts.version, parts.conversation, *editor)
    on(parts.save.click, handlers.save, *editor)
    return shown
