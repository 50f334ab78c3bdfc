"""The page as one Gradio application, mounted into the web application at "/"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.themes import Default, sizes

from assistant.accounts import Role
from assistant.archive_desk import ArchiveDesk
from assistant.desk import Desk
from assistant.page import render
from assistant.page.archive import ArchiveHandlers, connect_archive
from assistant.page.archive_layout import lay_out_archive
from assistant.page.asking import asking
from assistant.page.case_filling import FillingHandlers, connect_filling
from assistant.page.cases import CaseHandlers
from assistant.page.download import add_download
from assistant.page.editor import Edits
from assistant.page.extra_tabs import ExtraTab, lay_out_extra, seen_by
from assistant.page.findings import FindingHandlers, connect_findings
from assistant.page.layout import beside, lay_out_letters
from assistant.page.letters import LetterHandlers
from assistant.page.letters_view import Updates
from assistant.page.opinions import Consultant, OpinionHandlers, connect_opinions, lay_out_opinions
from assistant.page.wiring import connect_letters
from assistant.web import AuthDependency
from index.case import CaseDetails

THEME = Default(
    primary_hue="blue",
    neutral_hue="slate",
    text_size=sizes.text_sm,
    spacing_size=sizes.spacing_sm,
    radius_size=sizes.radius_sm,
    font=["system-ui", "sans-serif"],
    font_mono=["ui-monospace", "monospace"],
)
"""Dense, and in the system's own fonts: none is fetched."""


@dataclass(frozen=True)
class PageParts:
    """What the page needs from the rest.

    Attributes:
        examples: cases to try, by title; empty outside the demo clinic.
        notice: a line above everything; empty outside the demo clinic.
        consultant: whom to ask for second opinions; None where no model is set for that.
        extra: tabs that other packages bring.
    """

    title: str
    desk: Desk
    archive: ArchiveDesk
    examples: Mapping[str, CaseDetails]
    notice: str = ""
    consultant: Consultant | None = None
    extra: Sequence[ExtraTab] = ()

    def mount(self, app: FastAPI, username_of: AuthDependency) -> FastAPI:
        """The `mount_page` that `assistant.web.create_app` asks for."""
        add_download(app, self.desk)
        return gr.mount_gradio_app(
            app,
            build_page(self),
            path="/",
            auth_dependency=username_of,
            ssr_mode=False,
            footer_links=[],
            pwa=False,
            enable_monitoring=False,
            show_error=True,
            max_file_size="20mb",
            theme=THEME,
            css=beside("style.css"),
        )


def build_page(page: PageParts) -> gr.Blocks:
    with gr.Blocks(
        title=page.title, analytics_enabled=False, fill_width=True, delete_cache=(600, 600)
    ) as blocks:
        with gr.Row(elem_id="topbar"):
            gr.HTML(f"<h1>{escape(page.title)}</h1>")
            gr.HTML('<span class="badge starting" id="status">…</span>', elem_id="model-status")
            who = gr.HTML(elem_id="who")
        if page.notice:
            gr.HTML(f'<p class="quiet">{escape(page.notice)}</p>', elem_id="notice")
        with gr.Tabs():
            with gr.Tab("Letters", elem_id="tab-letters"):
                parts = lay_out_letters(tuple(page.examples))
                opinion_parts = lay_out_opinions(shown=page.consultant is not None)
            with gr.Tab("Archive", elem_id="tab-archive", visible=False) as archive_tab:
                archive_parts = lay_out_archive(page.archive.folder)
            extra = lay_out_extra(page.extra)
        edits = Edits(page.desk)
        cases = CaseHandlers(page.desk, parts, edits, page.examples)
        letters = LetterHandlers(page.desk, parts, edits, cases)
        shown = connect_letters(cases, letters, parts)
        connect_filling(FillingHandlers(parts), parts)
        connect_findings(FindingHandlers(page.desk, parts, edits, letters), parts, shown)
        if page.consultant is not None:
            opinions = OpinionHandlers(page.desk, edits, page.consultant)
            connect_opinions(opinions, opinion_parts, parts)
        archive = ArchiveHandlers(page.archive, archive_parts)
        connect_archive(archive, archive_parts, archive_tab)

        def open_page(request: gr.Request) -> Updates:
            user = asking(request)
            return {
                who: render.who_html(user.name, user.role),
                archive_tab: gr.update(visible=user.role is Role.ADMIN),
                **seen_by(user, extra),
                **cases.open_page(request),
            }

        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        blocks.load(open_page, outputs=[who, archive_tab, *extra, *shown], **private)
        # Not a Gradio timer: its events would keep an idle session alive.
        blocks.load(None, js=beside("status.js"), api_visibility="private")
    return blocks
