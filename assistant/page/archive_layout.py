"""The admin's tab, laid out: the build above, below it what is in the index and what is not."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from assistant.page.layout import beside


@dataclass(frozen=True)
class ArchiveParts:
    """The components that handlers read or change."""

    folder: gr.Textbox
    dry_run: gr.Button
    build: gr.Button
    stop: gr.Button
    progress: gr.HTML
    report: gr.HTML
    status: gr.HTML
    review: gr.HTML
    containing: gr.Textbox
    files: gr.HTML
    failed: gr.Accordion
    history: gr.HTML
    past: gr.Accordion
    rollback: gr.Button
    sure: gr.Checkbox
    """Whether the question that `rollback` asks in the browser was answered with yes; never seen.
    """


def lay_out_archive(folder: str) -> ArchiveParts:
    """Lays the tab out inside the caller's `gr.Blocks`.

    Args:
        folder: the one of the settings.
    """
    sure = gr.Checkbox(False, visible=False)
    with gr.Column(elem_id="archive"):
        gr.HTML(
            '<p class="quiet">Letters are read, de-identified, re-scanned and indexed in this '
            "order. Drafting goes on meanwhile; the new index is switched to when it is whole.</p>"
        )
        given = gr.Textbox(
            label="Folder of past letters, on the server", value=folder, elem_id="archive-folder"
        )
        with gr.Row():
            dry_run = gr.Button("What would change", elem_id="archive-dry-run")
            build = gr.Button("Build the index", variant="primary", elem_id="archive-build")
            stop = gr.Button(
                "Stop the build", variant="stop", elem_id="archive-stop", visible=False
            )
        progress = gr.HTML(elem_id="archive-progress")
        report = gr.HTML(elem_id="archive-report")
        status = gr.HTML(elem_id="archive-status")
        review = gr.HTML(elem_id="archive-review", js_on_load=beside("archive.js"))
        with gr.Accordion(
            "Files that can't be indexed", visible=False, elem_id="archive-failed"
        ) as failed:
            containing = gr.Textbox(
                label="Only those whose name or reason contains", elem_id="archive-containing"
            )
            files = gr.HTML(elem_id="archive-files", js_on_load=beside("archive.js"))
        with gr.Accordion("History", visible=False, elem_id="archive-past") as past:
            history = gr.HTML(elem_id="archive-history")
            rollback = gr.Button(
                "Go back to the index before", size="sm", elem_id="archive-rollback"
            )
    return ArchiveParts(
        folder=given,
        dry_run=dry_run,
        build=build,
        stop=stop,
        progress=progress,
        report=report,
        status=status,
        review=review,
        containing=containing,
        files=files,
        failed=failed,
        history=history,
        past=past,
        rollback=rollback,
        sure=sure,
    )
