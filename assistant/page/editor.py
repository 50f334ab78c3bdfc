"""The editor's text, which is a version before it is lost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.accounts import User
from assistant.desk import Desk
from index.errors import AccessDenied


@dataclass(frozen=True)
class Editor:
    """The editor's text, perhaps changed by hand and not saved, and which version it is of."""

    conversation: str
    number: int
    text: str

    @classmethod
    def read(cls, editing: str, text: str) -> Editor | None:
        """None where there is no version yet."""
        conversation, _, number = editing.rpartition("/")
        return cls(conversation, int(number), text) if number.isdecimal() else None


class Edits:
    """Keeps what was typed, whatever the physician turns to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def keep(self, user: User, editing: str, text: str) -> Editor | None:
        """Keeps a text that was changed by hand, as a version; the editor as it is then.

        An emptied editor is no letter, and what was in it is kept already.
        """
        editor = Editor.read(editing, text)
        if editor is None or not text.strip():
            return editor
        kept = self._desk.edit(user, editor.conversation, text, base=editor.number)
        return replace(editor, number=kept.number)

    async def leave(self, user: User, open_id: str, editing: str, text: str) -> None:
        """Ends what is being written in the open case, and keeps what was edited.

        Whoever turns to another case must not have a draft of this one come over it.
        """
        try:
            if open_id:
                await self._desk.stop(self._desk.conversations.open(user, open_id).id)
            self.keep(user, editing, text)
        except AccessDenied:
            return  # it was deleted in another window: there is nothing left to keep it in
