"""The admin's tab: what the index holds, what a build would do, and the build with its progress."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from assistant.accounts import Role, require
from assistant.page import archive_html
from assistant.page.asking import asking, shown_error
from index.build import BuildReport, Progress, build, plan_build, rollback
from index.embedding import Encoder
from index.errors import EpikriseError
from index.further import FurtherDetector
from index.settings import IndexSettings
from index.stages import LetterStages
from index.status import status

_LOOK_S = 0.3


@dataclass(frozen=True)
class ArchiveParts:
    folder: gr.Textbox
    dry_run: gr.Button
    build: gr.Button
    rollback: gr.Button
    progress: gr.HTML
    report: gr.HTML


def lay_out_archive(settings: IndexSettings) -> ArchiveParts:
    """Lays the tab out inside the caller's `gr.Blocks`."""
    with gr.Column():
        gr.HTML(
            '<p class="quiet">Letters are read, de-identified, re-scanned and indexed in this '
            "order. Drafting goes on meanwhile; the new index is switched to when it is whole.</p>"
        )
        folder = gr.Textbox(
            label="Folder of past letters, on the server",
            value=str(settings.archive or ""),
            elem_id="archive-folder",
        )
        with gr.Row():
            dry_run = gr.Button("What would change", elem_id="archive-dry-run")
            start = gr.Button("Build the index", variant="primary", elem_id="archive-build")
            back = gr.Button("Go back to the index before", elem_id="archive-rollback")
        progress = gr.HTML(elem_id="archive-progress")
        report = gr.HTML(elem_id="archive-report")
    return ArchiveParts(folder, dry_run, start, back, progress, report)


class ArchiveHandlers:
    """What the components of the tab do; each asks for the admin role anew.

    Args:
        encoder: the one that retrieval has loaded already.
        further: detectors of identifiers beside those of the settings.
    """

    def __init__(
        self, settings: IndexSettings, encoder: Encoder, further: Sequence[FurtherDetector] = ()
    ) -> None:
        self._settings = settings
        self._encoder = encoder
        self._further = further

    def show(self, request: gr.Request) -> str:
        if asking(request).role is not Role.ADMIN:
            return ""
        return self._status()

    def dry_run(self, folder: str, request: gr.Request) -> tuple[str, str]:
        try:
            _admin(request)
            stages = LetterStages.of(self._settings, self._further)
            plan = plan_build(
                self._settings, archive=_path(folder), encoder=self._encoder, stages=stages
            )
        except EpikriseError as error:
            raise shown_error(error) from None
        return "", archive_html.plan_html(plan)

    async def build(
        self, folder: str, request: gr.Request
    ) -> AsyncGenerator[tuple[str, str], None]:
        """Builds in a thread of its own, which goes on when the browser goes away."""
        try:
            _admin(request)
        except EpikriseError as error:
            raise shown_error(error) from None
        running = _Build(self._settings, _path(folder), self._encoder, self._further)
        running.start()
        while running.is_alive():
            yield archive_html.progress_html(running.progress), ""
            await asyncio.sleep(_LOOK_S)
        if running.error is not None:
            raise shown_error(running.error)
        assert running.report is not None
        yield "", archive_html.report_html(running.report) + await asyncio.to_thread(self._status)

    def rollback(self, request: gr.Request) -> tuple[str, str]:
        try:
            _admin(request)
            rollback(self._settings)
        except EpikriseError as error:
            raise shown_error(error) from None
        return "", self._status()

    def _status(self) -> str:
        try:
            return archive_html.status_html(status(self._settings))
        except EpikriseError as error:
            return f'<p class="problem">{escape(str(error))}</p>'


class _Build(threading.Thread):
    """One build, and how far it is."""

    def __init__(
        self,
        settings: IndexSettings,
        folder: Path | None,
        encoder: Encoder,
        further: Sequence[FurtherDetector],
    ) -> None:
        super().__init__(name="index-build")
        self._settings = settings
        self._folder = folder
        self._encoder = encoder
        self._further = further
        self.progress = Progress("comparing", 0, 1)
        self.report: BuildReport | None = None
        self.error: EpikriseError | None = None

    def run(self) -> None:
        try:
            self.report = build(
                self._settings,
                self._note,
                archive=self._folder,
                encoder=self._encoder,
                stages=LetterStages.of(self._settings, self._further),
            )
        except EpikriseError as error:
            self.error = error

    def _note(self, progress: Progress) -> None:
        self.progress = progress


def connect_archive(handlers: ArchiveHandlers, parts: ArchiveParts) -> None:
    shown = [parts.progress, parts.report]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    parts.dry_run.click(handlers.dry_run, [parts.folder], shown, **private)
    parts.build.click(handlers.build, [parts.folder], shown, trigger_mode="once", **private)
    parts.rollback.click(handlers.rollback, None, shown, **private)


def _admin(request: gr.Request) -> None:
    require(asking(request), Role.ADMIN)


def _path(folder: str) -> Path | None:
    return Path(folder.strip()) if folder.strip() else None
