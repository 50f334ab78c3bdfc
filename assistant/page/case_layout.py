"""The tab of the case: timeline, form and record."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import gradio as gr

CASE_TAB = "case"
NO_CASE = '<p class="quiet">No case yet. Upload or paste one on the left, or choose an example.</p>'

SHOW_FILLED = """(filled, ...shown) => {
  const told = filled ? JSON.parse(filled) : {};
  return window.caseForm?.take(told) ? told.shown.map((each, at) => each ?? shown[at]) : shown;
}"""
"""Run in the browser: what a form makes is shown while that form is there still, and counts."""

WITH_FIELDS = "(_, ...given) => [window.caseForm?.fields() ?? '', ...given]"
"""Run in the browser before a case is used: the first input becomes what the form says now."""


@dataclass(frozen=True)
class CaseParts:
    """The components that show a case.

    Attributes:
        fields: what is typed into the form, put there by `WITH_FIELDS`. Never seen.
        filled: what the form makes, as JSON, before the browser shows it. Never seen: it may come
            when another case is open already.
        origin: an `Origin`, the record that is shown, until its case is used: on the server only.
    """

    fields: gr.Textbox
    filled: gr.Textbox
    origin: gr.State
    timeline: gr.HTML
    problems: gr.HTML
    form: gr.HTML
    source: gr.HTML


def lay_out_case() -> CaseParts:
    """Lays it out inside the caller's tab."""
    script = resources.files("assistant.page") / "case_form.js"
    fields = gr.Textbox("", visible=False)
    filled = gr.Textbox("", visible=False)
    origin = gr.State()
    timeline = gr.HTML(NO_CASE, elem_id="timeline")
    problems = gr.HTML(elem_id="problems")
    with gr.Row(equal_height=False, elem_id="case-sides"):
        form = gr.HTML(
            elem_id="case-form",
            min_width=300,
            js_on_load=script.read_text(encoding="utf-8"),
        )
        source = gr.HTML(elem_id="source", min_width=300)
    return CaseParts(fields, filled, origin, timeline, problems, form, source)
