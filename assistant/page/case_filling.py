"""The form of a case at work: what is typed into it becomes the case's text."""

from __future__ import annotations

from typing import Any

import gradio as gr

from assistant.case_input import read_case
from assistant.page.asking import asking, said
from assistant.page.case_form import filled, read_values
from assistant.page.case_layout import SHOW_FILLED
from assistant.page.case_view import CaseView, filled_json
from assistant.page.layout import LetterParts
from assistant.page.letters_view import Updates
from index.case import CaseDetails
from index.case_text import render_case
from index.errors import InputError


class FillingHandlers:
    """What typing into the form does. Nothing is kept of it: the case is kept once it is used."""

    def __init__(self, letters: LetterParts) -> None:
        self._parts = letters.record
        self._case = letters.case
        self._view = CaseView(letters.record)

    @said
    def fill(self, event: gr.EventData, request: gr.Request) -> Updates:
        """The case's text and timeline as the form makes them, or what can't be taken."""
        asking(request)
        try:
            token, fields = str(event.of), str(event.fields)
        except AttributeError:
            raise InputError("The form can't be read.", "Load the page anew.") from None
        return {self._parts.filled: filled_json(filled(read_values(fields)), token)}

    @said
    def begin(self, text: str, request: gr.Request) -> Updates:
        """A form for the text that stands in the box; its other fields are filled in then.

        Raises:
            CaseError: the box is empty, or holds what can't be read.
        """
        asking(request)
        given = read_case(text)
        details = given.details or CaseDetails(language=given.language, notes=given.text)
        case = render_case(details)
        return {self._case: case.text, **self._view.begun(case)}


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
    parts.form.begin(
        handlers.begin,
        [letters.case],
        [letters.case, *vars(parts).values()],
        trigger_mode="once",
        **hidden,
    )
