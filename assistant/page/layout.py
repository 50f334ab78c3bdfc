"""The physician's tab, laid out: case and chat left, the letter and its check right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import gradio as gr

from assistant.page.case_layout import CASE_TAB, CaseParts, lay_out_case
from assistant.page.marks_html import NO_LETTER

KINDS = ("Letter", "Summary")
LETTER_TAB = "letter"
SHORTCUTS = ("Draft the letter", "Summarise the case", "Make the history shorter", "More formal")


def beside(name: str) -> str:
    """A file that lies beside the page's modules."""
    return (resources.files("assistant.page") / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class LetterParts:
    """The components that handlers read or change."""

    conversation: gr.State
    """The open conversation's id; empty before a case is taken."""
    editing: gr.Textbox
    """`CONVERSATION/NUMBER` of the version in the letter pane and the editor; empty without one.
    Never seen, and no gr.State: that one is kept on the server and changes before the editor's text
    does, which would then be taken for an edit of another version, or of another patient's."""
    live: gr.Textbox
    """What the check says of the text in the editor, as JSON, before the browser shows it. Never
    seen: it may come when another version or case is open already (`SHOW_LIVE`)."""
    mine: gr.Dropdown
    new: gr.Button
    delete: gr.Button
    sure: gr.Checkbox
    """Whether the question that `delete` asks in the browser was answered with yes; never seen."""
    case_box: gr.Accordion
    example: gr.Dropdown
    case: gr.Textbox
    upload: gr.UploadButton
    record: CaseParts
    imported: gr.HTML
    take: gr.Button
    chat: gr.Chatbot
    message: gr.Textbox
    send: gr.Button
    stop: gr.Button
    shortcuts: tuple[gr.Button, ...]
    kind: gr.Radio
    version: gr.Dropdown
    restore: gr.Button
    download: gr.HTML
    step: gr.HTML
    counter: gr.HTML
    pane: gr.Tabs
    letter: gr.HTML
    text: gr.Textbox
    save: gr.Button
    changes: gr.HTML
    findings: gr.HTML
    exemplars: gr.HTML
    meter: gr.HTML


def lay_out_letters(examples: Sequence[str]) -> LetterParts:
    """Lays the tab out inside the caller's `gr.Blocks`; `examples` are titles of cases to try."""
    conversation = gr.State("")
    editing = gr.Textbox("", visible=False)
    live = gr.Textbox("", visible=False)
    sure = gr.Checkbox(False, visible=False)
    with gr.Row(equal_height=False):
        with gr.Column(scale=4, min_width=380):
            with gr.Row(equal_height=False, elem_classes="line"):
                mine = gr.Dropdown([], label="My cases", elem_id="my-cases", scale=4)
                new = gr.Button("New case", elem_id="new-case", size="sm", scale=1, min_width=90)
                delete = gr.Button(
                    "Delete", elem_id="delete-case", size="sm", scale=1, min_width=70
                )
            with gr.Accordion("Case", open=True, elem_id="case-box") as case_box:
                example = gr.Dropdown(
                    list(examples),
                    value=None,
                    label="Example cases (made up)",
                    elem_id="example",
                    visible=bool(examples),
                )
                case = gr.Textbox(
                    label="Case details: free text, or a case as JSON",
                    lines=9,
                    max_lines=18,
                    elem_id="case",
                )
                with gr.Row():
                    upload = gr.UploadButton("Upload a record", elem_id="upload", size="sm")
                    take = gr.Button(
                        "Use this case", variant="primary", elem_id="use-case", size="sm"
                    )
                imported = gr.HTML(elem_id="imported")
            chat = gr.Chatbot(
                label="Chat",
                show_label=False,  # it would lie over the first message
                height=380,
                elem_id="chat",
                buttons=["copy"],
                feedback_options=None,
                render_markdown=False,
                placeholder="Give a case, then ask for the letter.",
            )
            message = gr.Textbox(
                show_label=False,
                container=False,
                lines=2,
                max_lines=6,
                placeholder="e.g. follow-up in 3 months instead of 6 weeks",
                elem_id="message",
            )
            with gr.Row(equal_height=True, elem_classes="line"):
                shortcuts = tuple(
                    gr.Button(text, size="sm", elem_id=f"shortcut-{number}", min_width=110)
                    for number, text in enumerate(SHORTCUTS)
                )
            with gr.Row(equal_height=True, elem_classes="line"):
                stop = gr.Button("Stop", elem_id="stop", size="sm", scale=1, min_width=80)
                send = gr.Button("Send", variant="primary", elem_id="send", size="sm", scale=3)
        with gr.Column(scale=8, min_width=560):
            with gr.Row(equal_height=False, elem_classes="line"):
                kind = gr.Radio(
                    list(KINDS),
                    value=KINDS[0],
                    label="Show",
                    elem_id="kind",
                    scale=2,
                    min_width=210,
                )
                version = gr.Dropdown([], label="Version", elem_id="version", scale=4)
                restore = gr.Button(
                    "Go back to it", elem_id="restore", size="sm", scale=1, min_width=110
                )
                download = gr.HTML(elem_id="download")
            step = gr.HTML(elem_id="step")
            counter = gr.HTML(elem_id="counter")
            with gr.Row(equal_height=False):
                with (
                    gr.Column(scale=5, min_width=440),
                    gr.Tabs(selected=LETTER_TAB, elem_id="pane") as pane,
                ):
                    with gr.Tab("The case", id=CASE_TAB, elem_id="tab-case"):
                        record = lay_out_case()
                    with gr.Tab("Letter", id=LETTER_TAB, elem_id="tab-letter"):
                        letter = gr.HTML(NO_LETTER, elem_id="letter")
                    with gr.Tab("Edit", elem_id="tab-edit"):
                        text = gr.Textbox(
                            show_label=False,
                            lines=24,
                            max_lines=48,
                            elem_id="letter-text",
                            placeholder="No letter yet.",
                        )
                        save = gr.Button("Save as a new version", variant="primary", elem_id="save")
                    with gr.Tab("Changes", elem_id="tab-changes"):
                        changes = gr.HTML(elem_id="changes")
                    with gr.Tab("Example letters", elem_id="tab-examples"):
                        exemplars = gr.HTML(elem_id="exemplars")
                with gr.Column(scale=2, min_width=230, elem_id="findings-side"):
                    findings = gr.HTML(
                        elem_id="findings", js_on_load=beside("marks.js"), show_label=False
                    )
            meter = gr.HTML(elem_id="meter")
    return LetterParts(
        conversation=conversation,
        editing=editing,
        live=live,
        mine=mine,
        new=new,
        delete=delete,
        sure=sure,
        case_box=case_box,
        example=example,
        case=case,
        upload=upload,
        record=record,
        imported=imported,
        take=take,
        chat=chat,
        message=message,
        send=send,
        stop=stop,
        shortcuts=shortcuts,
        kind=kind,
        version=version,
        restore=restore,
        download=download,
        step=step,
        counter=counter,
        pane=pane,
        letter=letter,
        text=text,
        save=save,
        changes=changes,
        findings=findings,
        exemplars=exemplars,
        meter=meter,
    )
