"""The admin's tab at work: what a build would do, the build with its progress, and its results."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import gradio as gr

from assistant.accounts import User
from assistant.archive_desk import ArchiveDesk
from assistant.building import Building
from assistant.page import archive_html, files_html, review_html
from assistant.page.archive_layout import ArchiveParts
from assistant.page.asking import asking, said, shown_error
from assistant.page.letters_view import Updates
from index.decisions import Verdict
from index.errors import ArchiveError, Busy, EpikriseError, InputError, SettingsError, StoreError
from index.spans import Label, Span

_LOOK_S = 0.5

_ASK_FOR_ROLLBACK = """(_) => [confirm(
  "Go back to the index before? Drafts then take their example letters from it. " +
  "Doing it a second time undoes it."
)]"""
"""Run in the browser; what it returns is what the handler is given."""


class ArchiveHandlers:
    """What the components of the tab do; the desk asks for the admin role each time.

    Args:
        desk: where it happens.
        parts: the tab's components.
    """

    def __init__(self, desk: ArchiveDesk, parts: ArchiveParts) -> None:
        self._desk = desk
        self._parts = parts

    @said
    def dry_run(self, folder: str, request: gr.Request) -> Updates:
        plan = self._desk.plan(asking(request), folder)
        return {self._parts.report: archive_html.plan_html(plan)}

    async def show(self, told: str, request: gr.Request) -> AsyncGenerator[Updates, None]:
        """The tab as it is, and a build that is running, whoever began it, until its end.

        Args:
            told: of a dry run or a build; where nothing is, it is what the last build did.
        """
        try:
            user = asking(request)
            building = self._desk.building(user)
        except EpikriseError as error:
            raise shown_error(error) from None
        yield await asyncio.to_thread(self._seen, user)
        if building and building.runs:
            async for updates in self._follow(user, building):
                yield updates
        elif not told:
            yield {self._parts.report: _outcome(building) if building else self._past(user)}

    async def build(self, folder: str, request: gr.Request) -> AsyncGenerator[Updates, None]:
        """Begins a build and shows it; shows the one that is running where there is one."""
        try:
            user = asking(request)
            try:
                building = await asyncio.to_thread(self._desk.build, user, folder)
            except Busy:
                building = self._desk.building(user)
        except EpikriseError as error:
            raise shown_error(error) from None
        if building:
            async for updates in self._follow(user, building):
                yield updates

    @said
    def stop(self, request: gr.Request) -> Updates:
        user = asking(request)
        self._desk.stop(user)
        building = self._desk.building(user)
        return self._progress(building) if building and building.runs else self._unchanged()

    @said
    def rollback(self, sure: bool, request: gr.Request) -> Updates:
        user = asking(request)
        if not sure:
            return self._unchanged()
        self._desk.rollback(user)
        return {**self._seen(user), self._parts.report: ""}

    @said
    def search(self, containing: str, request: gr.Request) -> Updates:
        """Typing in the box above the files: the first page of those that contain it."""
        return self._files(asking(request), containing, 0)

    @said
    def turn_files(self, containing: str, event: gr.EventData, request: gr.Request) -> Updates:
        return self._files(asking(request), containing, _page(event))

    @said
    def turn_review(self, event: gr.EventData, request: gr.Request) -> Updates:
        return self._review(asking(request), _page(event))

    @said
    def decide(self, event: gr.EventData, request: gr.Request) -> Updates:
        """A button below a letter in review."""
        user = asking(request)
        try:
            letter, hash_, seen = str(event.letter), str(event.hash), str(event.seen)
            verdict, page = Verdict(str(event.verdict)), int(event.page)
            spans = [] if event.all else [_span(each) for each in event.spans]
            nothing = not event.all and not spans
        except (AttributeError, TypeError, ValueError):
            raise _strange() from None
        if verdict is Verdict.REDACT and nothing:
            raise InputError("Nothing is ticked.", "Tick what is to be replaced, or release it.")
        wanted = spans if verdict is Verdict.REDACT else []
        self._desk.decide(user, letter, hash_, seen, verdict, wanted)
        return {**self._review(user, page), **self._history(user)}

    async def _follow(self, user: User, building: Building) -> AsyncGenerator[Updates, None]:
        yield {self._parts.report: ""}
        while building.runs:
            yield self._progress(building)
            await asyncio.sleep(_LOOK_S)
        seen = await asyncio.to_thread(self._seen, user)
        yield {**seen, self._parts.report: _outcome(building)}

    def _unchanged(self) -> Updates:
        return {self._parts.progress: gr.update()}

    def _progress(self, building: Building) -> Updates:
        parts = self._parts
        shown = archive_html.progress_html(building.pace, building.by, building.stopped_by)
        return {
            parts.progress: shown,
            parts.build: gr.update(interactive=False),
            parts.rollback: gr.update(interactive=False),
            parts.stop: gr.update(visible=True, interactive=not building.stopped_by),
        }

    def _seen(self, user: User) -> Updates:
        """All of the tab but what a dry run or a build has told."""
        parts = self._parts
        try:
            overview = self._desk.overview(user)
            history = self._history(user)
        except StoreError as error:
            return {parts.status: archive_html.problem_html(str(error))}
        return {
            parts.progress: "",
            parts.build: gr.update(interactive=True),
            parts.stop: gr.update(visible=False),
            parts.status: archive_html.overview_html(overview),
            parts.rollback: gr.update(visible=bool(overview.previous), interactive=True),
            **history,
            parts.failed: gr.update(visible=bool(overview.failed)),
            parts.containing: "",
            **self._files(user, "", 0),
            **self._review(user, 0),
        }

    def _past(self, user: User) -> str:
        try:
            return archive_html.past_html(self._desk.overview(user))
        except StoreError:
            return ""  # told in place of the index's figures

    def _history(self, user: User) -> Updates:
        overview, done = self._desk.overview(user), self._desk.acts(user)
        return {
            self._parts.history: archive_html.history_html(overview, done),
            self._parts.past: gr.update(visible=bool(overview.builds or done)),
        }

    def _files(self, user: User, containing: str, page: int) -> Updates:
        found = self._desk.failed_files(user, containing, page)
        return {self._parts.files: files_html.files_html(found, containing)}

    def _review(self, user: User, page: int) -> Updates:
        try:
            shown = review_html.review_html(self._desk.letters_in_review(user, page))
        except (ArchiveError, SettingsError, StoreError) as error:
            shown = f"<h3>In review</h3>{archive_html.problem_html(str(error))}"
        return {self._parts.review: shown}


def connect_archive(handlers: ArchiveHandlers, parts: ArchiveParts, tab: gr.Tab) -> None:
    """Wires the components, and the lists, whose events `archive.js` makes."""
    hidden: dict[str, Any] = {
        "api_visibility": "private",
        "show_progress": "hidden",
        "concurrency_limit": None,
    }
    once: dict[str, Any] = hidden | {"trigger_mode": "once"}
    told = [parts.progress, parts.build, parts.stop, parts.rollback]
    shown = [
        *(*told, parts.report, parts.status, parts.review),
        *(parts.failed, parts.containing, parts.files, parts.past, parts.history),
    ]
    tab.select(handlers.show, [parts.report], shown, **once)
    parts.dry_run.click(handlers.dry_run, [parts.folder], [parts.report], **once)
    parts.build.click(handlers.build, [parts.folder], shown, **once)
    parts.stop.click(handlers.stop, None, told, **once)
    parts.rollback.click(handlers.rollback, [parts.sure], shown, js=_ASK_FOR_ROLLBACK, **once)
    found = [parts.files]
    parts.containing.change(
        handlers.search, [parts.containing], found, trigger_mode="always_last", **hidden
    )
    parts.files.turn(handlers.turn_files, [parts.containing], found, **once)
    parts.review.turn(handlers.turn_review, None, [parts.review], **once)
    decided = [parts.review, parts.past, parts.history]
    parts.review.decide(handlers.decide, None, decided, **once)


def _outcome(building: Building) -> str:
    if building.report:
        return archive_html.report_html(building.report)
    why = building.error or "The build broke off by a fault of the program."
    return archive_html.problem_html(str(why))


def _page(event: gr.EventData) -> int:
    try:
        return int(event.page)
    except (AttributeError, TypeError, ValueError):
        raise _strange() from None


def _span(told: object) -> Span:
    """What a tick box says: `start end LABEL`.

    Raises:
        ValueError: it is no tick box of ours.
    """
    start, end, label = str(told).split()
    return Span(int(start), int(end), Label(label))


def _strange() -> InputError:
    return InputError("There is no such step.", "Load the page anew.")
