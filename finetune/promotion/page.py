"""The admins' tab that tells which adapter writes for whom, and how that came to be.

Found by the assistant through the entry point `epikrise.pages`. Promoting is for the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from assistant.accounts import Role, User
from assistant.page.extra_tabs import TabContext
from assistant.promoted import Act, Promoted
from finetune.card import Card
from finetune.promotion.candidate import CARD

_HEADS = ("what", "for", "written by", "since", "approved by", "compared with what is served")


class AdaptersTab:
    """Seen by admins, once an adapter was promoted.

    Attributes:
        name, title, script, style: see `assistant.page.extra_tabs.ExtraTab`.
    """

    name = "adapters"
    title = "Adapters"
    script = ""
    style = "td, th { padding: .2em 1.2em .2em 0; text-align: left; }"

    def __init__(self, context: TabContext) -> None:
        self._promoted = Promoted(context.data_dir)

    def is_for(self, user: User) -> bool:
        return user.role is Role.ADMIN and bool(self._promoted.history())

    def show(self, user: User) -> str:
        """What writes now, and every act before, the newest first.

        Raises:
            SettingsError: the history can't be read.
        """
        acts = self._promoted.history()
        now = self._promoted.in_force()
        return (
            f"<h3>Writes now</h3>{self._table(now)}"
            f"<h3>History</h3>{self._table(tuple(reversed(acts)))}"
        )

    def act(self, user: User, said: Mapping[str, object]) -> str | None:
        return None

    def _table(self, acts: tuple[Act, ...]) -> str:
        heads = "".join(f"<th>{head}</th>" for head in _HEADS)
        rows = "".join(f"<tr>{self._cells(act)}</tr>" for act in acts)
        return f"<table><tr>{heads}</tr>{rows}</table>"

    def _cells(self, act: Act) -> str:
        cells = (
            f"{act.kind}",
            act.department or "the whole institution",
            act.told,
            f"{act.at.astimezone():%Y-%m-%d %H:%M}",
            f"{act.by}{' (went back to it)' if act.back else ''}",
            _compared(self._promoted.folder / act.name) if act.is_adapter else "",
        )
        return "".join(f"<td>{escape(cell)}</td>" for cell in cells)


def _compared(folder: Path) -> str:
    """What the card says of the adapter as it was served when it was promoted."""
    try:
        card = Card.model_validate_json((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "its card can't be read"
    found = card.approval.served if card.approval else None
    if found is None:
        return "not compared"
    return f"differs by {found.mean_gap:.4f} nats a token, {found.max_gap:.2f} at most"
