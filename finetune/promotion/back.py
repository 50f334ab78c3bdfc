"""Back to an adapter that wrote before, or to the model of the settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.lora import load_missing
from assistant.promoted import Act, Promoted
from assistant.prompt import Kind
from assistant.serving import running
from assistant.settings import AssistantSettings
from finetune.card import hash_files
from finetune.promotion import Trail
from finetune.promotion.candidate import CARD, WEIGHTS
from finetune.promotion.shelf import claimed
from index.errors import ModelUnavailable, TrainingError

SETTINGS = "settings"
"""In place of a name: the model of the settings."""


@dataclass(frozen=True)
class Whose:
    """What is to be gone back on; `department` is empty for the whole institution."""

    kind: Kind
    department: str
    by: str


def roll_back(
    whose: Whose, name: str, settings: AssistantSettings, trail: Trail, say: Callable[[str], None]
) -> Act:
    """Has an earlier adapter write again; the history goes on with it, nothing is taken out.

    Args:
        name: of an adapter that wrote before; `SETTINGS`; or empty for the one before this.

    Raises:
        Busy: an adapter is being promoted.
        ModelError: the running server refuses it.
        TrainingError: there is nothing to go back to.
    """
    promoted = Promoted(settings.data_dir)
    with claimed(promoted.folder):
        act = Act(
            at=dt.datetime.now(dt.UTC),
            by=whose.by,
            kind=whose.kind,
            department=whose.department,
            name=_target(promoted, whose, name),
            back=True,
        )
        sha256 = _served(promoted.folder / act.name, settings, say) if act.is_adapter else ""
        with trail("adapter.rolled_back", act.name or SETTINGS, sha256):
            promoted.add(act)
    return act


def _served(folder: Path, settings: AssistantSettings, say: Callable[[str], None]) -> str:
    """Gives an adapter to the server, where one runs; returns the hash of its card."""
    if not (folder / WEIGHTS).is_file():
        raise TrainingError(
            f"The adapter {folder.name} is no longer in {folder}.", "Put it back, or name another."
        )
    server = running(settings)
    try:
        if server is not None:
            load_missing(server, {folder.name: folder})
    except ModelUnavailable:
        # What is gone back on may be why; it is served as soon as the server is up again.
        say("the server does not answer: it gets the adapter when it does")
    return hash_files([folder / CARD])


def _target(promoted: Promoted, whose: Whose, name: str) -> str:
    """What is gone back to, as the history calls it."""
    if name == SETTINGS:
        return ""
    if not name:
        earlier = promoted.earlier(whose.kind, whose.department)
        if earlier is None:
            of = f"the department {whose.department}" if whose.department else "the institution"
            raise TrainingError(
                f"No promoted {whose.kind} adapter writes for {of}.",
                "See `epikrise finetune promote --list`.",
            )
        return earlier
    of = (whose.department.casefold(), "")
    known = [
        act.name
        for act in promoted.history()
        if act.kind is whose.kind and act.department.casefold() in of
    ]
    if name not in known:
        raise TrainingError(
            f"{name} has never written {whose.kind} here.",
            "See `epikrise finetune promote --list`; a new one has to be promoted.",
        )
    return name
