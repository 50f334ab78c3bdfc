"""The admins' tab with all trainings: curves side by side, and what the models wrote on the way.

Found by the assistant through the entry point `epikrise.pages`. It reads the folders of trainings
anew each time and writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import cast

from assistant.accounts import Role, User
from assistant.page.extra_tabs import TabContext
from finetune.runs.folders import Run, any_run, find_runs
from finetune.runs.page_html import nothing_html, runs_html
from finetune.runs.samples import steps_of
from finetune.settings import FinetuneSettings

_AT_FIRST = 3
"""Curves that are drawn before somebody chose."""
_MOST = 6


class TrainingTab:
    """Seen by admins, once there is a training.

    Attributes:
        name, title, script, style: see `assistant.page.extra_tabs.ExtraTab`.
    """

    name = "training"
    title = "Training"

    def __init__(self, context: TabContext, root: Path | None = None) -> None:
        """
        Args:
            context: not looked at: trainings are where they were told to write.
            root: the folder with trainings; that of the settings where none is given.
        """
        self._root = root or FinetuneSettings.read().runs
        self.script = _beside("page.js")
        self.style = _beside("page.css")

    def is_for(self, user: User) -> bool:
        return user.role is Role.ADMIN and any_run(self._root)

    def show(self, user: User) -> str:
        return self._shown({})[0]

    def act(self, user: User, said: Mapping[str, object]) -> str | None:
        """Shows what was chosen, as it is now.

        Args:
            said: `chosen`, keys of runs whose curves are drawn; `samples` and `step`, of the run
                whose texts are shown; `seen`, the mark of what is shown already. What is not
                there, or is no more, is as at first.
        """
        html, mark = self._shown(said)
        return None if said.get("seen") == mark else html

    def _shown(self, said: Mapping[str, object]) -> tuple[str, str]:
        """The tab, and a mark by which it is known again."""
        runs = find_runs(self._root)
        if not runs:
            return nothing_html(self._root), ""
        chosen = _chosen(said.get("chosen"), runs)
        shown = _with_samples(said.get("samples"), runs, chosen)
        steps = steps_of(shown.samples) if shown else []
        step = next(
            (each for each in steps if str(each) == said.get("step")), max(steps, default=0)
        )
        html = runs_html(runs, chosen, shown, step)
        mark = hashlib.blake2b(html.encode(), digest_size=8).hexdigest()
        return html.replace('<div class="runs"', f'<div class="runs" data-seen="{mark}"', 1), mark


def _chosen(said: object, runs: Sequence[Run]) -> list[str]:
    if not isinstance(said, list):
        return [run.key for run in runs[:_AT_FIRST]]
    wanted = cast("list[object]", said)
    return [run.key for run in runs if run.key in wanted][:_MOST]


def _with_samples(said: object, runs: Sequence[Run], chosen: Sequence[str]) -> Run | None:
    """The run of that key, else the first of those with samples, drawn ones before others."""
    those = [run for run in runs if run.samples]
    wanted = [run for run in those if run.key == said]
    return next(iter([*wanted, *(run for run in those if run.key in chosen), *those]), None)


def _beside(name: str) -> str:
    return (resources.files("finetune.runs") / name).read_text(encoding="utf-8")
