"""Tabs that other packages bring: found by name, as nothing here imports them.

A tab is HTML that it makes itself and a script that tells what was done in it. What is the same for
all is here: only who a tab is for is answered, whatever a browser asks, and an error of ours is
told on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol, cast

import gradio as gr

from assistant.accounts import User
from assistant.page.asking import asking, said
from index.errors import AccessDenied, EpikriseError, InputError

_GROUP = "epikrise.pages"
_ACTS = '"act"'
"""Gradio knows an event only by its name in quotes in the script; a tab that is only read has none.
"""


class ExtraTab(Protocol):
    """A tab. What it shows is HTML: what people or models wrote has to be escaped in it."""

    @property
    def name(self) -> str:
        """For the ids of its elements: `tab-NAME` and `NAME`."""
        ...

    @property
    def title(self) -> str: ...

    @property
    def script(self) -> str:
        """Run in the browser once the tab is there: `element` holds what is shown, `watch` tells of
        something new in it, and `trigger("act", {said: {…}})` calls `act`."""
        ...

    @property
    def style(self) -> str:
        """CSS for this tab alone."""
        ...

    def is_for(self, user: User) -> bool:
        """Whether this user sees the tab; asked again before each of the calls below."""
        ...

    def show(self, user: User) -> str:
        """The tab as it is when it is turned to."""
        ...

    def act(self, user: User, said: Mapping[str, object]) -> str | None:
        """What the tab is after something was done in it; None leaves it as it is.

        Args:
            said: what the script told; it comes from a browser and may be anything.

        Raises:
            EpikriseError: it can't be done; the tab stays as it is, and the error is told.
        """
        ...


@dataclass(frozen=True)
class TabContext:
    """What every tab is given."""

    data_dir: Path


TabMaker = Callable[[TabContext], ExtraTab]
"""What an entry point of the group `epikrise.pages` gives."""


def find_extra_tabs(context: TabContext) -> tuple[ExtraTab, ...]:
    """The tabs of all installed packages, by the names of their entry points."""
    found = sorted(entry_points(group=_GROUP), key=lambda entry: entry.name)
    return tuple(cast(TabMaker, entry.load())(context) for entry in found)


def lay_out_extra(tabs: Sequence[ExtraTab]) -> dict[gr.Tab, ExtraTab]:
    """Lays the tabs out inside the caller's `gr.Tabs`, none of them seen yet."""
    laid_out: dict[gr.Tab, ExtraTab] = {}
    for extra in tabs:
        with gr.Tab(extra.title, elem_id=f"tab-{extra.name}", visible=False) as tab:
            panel = gr.HTML(
                elem_id=extra.name, js_on_load=extra.script, css_template=extra.style, padding=False
            )
        handlers = ExtraHandlers(extra)
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        tab.select(handlers.show, None, [panel], **private)
        if _ACTS in extra.script:
            # One after the other, and none left out: what was said first counts first.
            panel.act(handlers.act, None, [panel], trigger_mode="multiple", **private)
        laid_out[tab] = extra
    return laid_out


def seen_by(user: User, laid_out: Mapping[gr.Tab, ExtraTab]) -> dict[Any, Any]:
    """Which of the tabs this user sees."""
    return {tab: gr.update(visible=_is_seen(user, extra)) for tab, extra in laid_out.items()}


class ExtraHandlers:
    """What the components of an extra tab do."""

    def __init__(self, tab: ExtraTab) -> None:
        self._tab = tab

    @said
    def show(self, request: gr.Request) -> str:
        return self._tab.show(self._asking(request))

    @said
    def act(self, event: gr.EventData, request: gr.Request) -> Any:
        user = self._asking(request)
        try:
            told = event.said
        except (AttributeError, TypeError):
            told = None
        if not isinstance(told, dict):
            raise InputError("There is no such step.", "Load the page anew.")
        shown = self._tab.act(user, cast("dict[str, object]", told))
        return gr.skip() if shown is None else shown

    def _asking(self, request: gr.Request) -> User:
        user = asking(request)
        if not self._tab.is_for(user):
            raise AccessDenied(f"{self._tab.title} is not for you.", "Ask an admin of your clinic.")
        return user


def _is_seen(user: User, extra: ExtraTab) -> bool:
    try:
        return extra.is_for(user)
    except EpikriseError:
        return True  # turned to, it tells what is wrong; the rest of the page goes on without it
