"""The form of a case at work: what is typed into it becomes the case's text."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.page.asking import asking, said
from assistant.page.case_form import filled, read_values
from assistant.page.case_layout import SHOW_FILLED, CaseParts
from assistant.page.case_view import filled_json
from assistant.page.layout import LetterParts
from assistant.page.letters_view import Updates
from index.errors import InputError


class FillingHandlers:
    """What typing into the form does. Nothing is kept of it: the case is kept once it is used."""

    def __init__(self, parts: CaseParts) -> None:
        self._parts = parts

    @said
    def fill(self, event: gr.EventData, request: gr.Request) -> Updates:
        """The case's text and timeline as the form makes them, or what can't be taken."""
        asking(request)
        try:
            token, fields = str(event.of), str(event.fields)
        except AttributeError:
            raise InputError("The form can't be read.", "Load the page anew.") from None
        return {self._parts.filled: filled_json(filled(read_values(fields)), token)}


def connect_filling(handlers: FillingHandlers, letters: LetterParts) -> None:
    """Wires the form, whose event `case_form.js` makes."""
    hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    parts = letters.record
    shown = [letters.case, parts.timeline, parts.problems]
    parts.form.fill(
        handlers.fill,
        None,
        [parts.filled],
        trigger_mode="always_last",
        concurrency_limit=None,
        **hidden,
    ).then(None, [parts.filled, *shown], shown, js=SHOW_FILLED, **hidden)
