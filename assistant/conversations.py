"""Conversations in the database, each for its owner's eyes only.

Every step takes the user who asks and goes through `_own`: somebody else's conversation is refused
in the same words as one that doesn't exist. Versions are only ever added; going back adds one too.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.accounts import Clock, User, now
from assistant.conversation import (
    ChatMessage,
    Conversation,
    ConversationHead,
    How,
    NewVersion,
    Speaker,
    Version,
    as_conversation,
    as_head,
    as_message,
    as_version,
    case_columns,
    no_version,
    storable,
    version_columns,
)
from assistant.database import Database
from assistant.origin import Origin, read_origin, write_origin
from assistant.prompt import Kind
from assistant.records import ConversationRecord, MessageRecord, OriginRecord, VersionRecord
from index.case import Case
from index.errors import AccessDenied

MAX_TITLE = 200


class Conversations:
    """The conversations table and its two children."""

    def __init__(self, database: Database, *, clock: Clock = now) -> None:
        self._database = database
        self._clock = clock

    def create(
        self,
        user: User,
        case: Case,
        *,
        title: str,
        kind: Kind = Kind.LETTER,
        origin: Origin | None = None,
    ) -> Conversation:
        """
        Args:
            origin: the record that the case came from, where there is one.
        """
        at = self._clock()
        with self._database.write() as session:
            row = ConversationRecord(
                id=secrets.token_urlsafe(16),
                owner_id=user.id,
                title=_title(title),
                kind=kind.value,
                created=at,
                updated=at,
                **case_columns(case),
            )
            session.add(row)
            session.flush()
            if origin:
                session.add(OriginRecord(conversation_id=row.id, content=write_origin(origin)))
            audit.record(
                session, at, user.name, "conversation.created", row.id, audit.sha256_of(case.text)
            )
            return as_conversation(row)

    def mine(self, user: User) -> tuple[ConversationHead, ...]:
        """The user's conversations, the last used first."""
        query = (
            select(ConversationRecord)
            .where(ConversationRecord.owner_id == user.id)
            .order_by(ConversationRecord.updated.desc(), ConversationRecord.id)
        )
        with self._database.read() as session:
            return tuple(map(as_head, session.scalars(query)))

    def open(self, user: User, id_: str) -> Conversation:
        """Everything of a conversation.

        Raises:
            AccessDenied: it doesn't exist or is another user's. So do all methods below.
        """
        with self._database.read() as session:
            return as_conversation(_own(session, user, id_))

    def origin(self, user: User, id_: str) -> Origin | None:
        """The record that the case came from; None where it was typed."""
        with self._database.read() as session:
            case = as_conversation(_own(session, user, id_)).case
            row = session.get(OriginRecord, id_)
            return read_origin(row.content, case.details) if row and case.details else None

    def delete(self, user: User, id_: str) -> None:
        """Gone for good, with its messages and versions."""
        with self._database.write() as session:
            session.delete(_own(session, user, id_, lock=True))
            self._record(session, user, "conversation.deleted", id_)
        self._database.forget()

    def say(self, user: User, id_: str, role: Speaker, text: str) -> ChatMessage:
        """Appends a message to the chat."""
        with self._database.write() as session:
            self._change(session, user, id_)
            last = session.scalar(
                select(func.max(MessageRecord.position)).where(MessageRecord.conversation_id == id_)
            )
            row = MessageRecord(
                conversation_id=id_,
                position=(last or 0) + 1,
                role=role,
                text=storable(text),
                created=self._clock(),
            )
            session.add(row)
            return as_message(row)

    def add_version(self, user: User, id_: str, new: NewVersion) -> Version:
        with self._database.write() as session:
            self._change(session, user, id_)
            return self._add(session, user, id_, new)

    def keep_condensed(self, user: User, id_: str, text: str) -> None:
        """The case in fewer words, so that the next prompt need not wait for it."""
        with self._database.write() as session:
            self._change(session, user, id_).condensed = storable(text)
            self._record(session, user, "case.condensed", id_, text)

    def edit(
        self,
        user: User,
        id_: str,
        text: str,
        *,
        base: int,
        decisions: Mapping[str, Any] | None = None,
    ) -> Version:
        """The letter as the physician left it.

        Args:
            base: the number of the version that was edited. A text that differs from it in no more
                than white space at its ends gives no version.
            decisions: those on the version before that hold for the text still; without them all.

        Raises:
            InputError: there is no version `base`.
        """
        with self._database.write() as session:
            self._change(session, user, id_)
            previous = as_version(_version(session, id_, base))
            if previous.text.strip() == storable(text).replace("\r\n", "\n").strip():
                return previous
            new = NewVersion(
                text=text,
                how=How.EDITED,
                kind=previous.kind,
                base=base,
                cut=previous.cut,
                exemplars=previous.exemplars,
                condensed=previous.condensed,
                decisions=previous.decisions if decisions is None else decisions,
            )
            return self._add(session, user, id_, new)

    def restore(self, user: User, id_: str, number: int) -> Version:
        """Version `number` again, as the newest one.

        Raises:
            InputError: there is no version `number`.
        """
        with self._database.write() as session:
            self._change(session, user, id_)
            former = as_version(_version(session, id_, number))
            new = replace(former, how=How.RESTORED, base=number, instruction="")
            return self._add(session, user, id_, new)

    def decide(self, user: User, id_: str, number: int, decisions: Mapping[str, Any]) -> None:
        """What the physician decided on the findings of a version; replaces what stood there.

        Raises:
            InputError: there is no version `number`.
        """
        with self._database.write() as session:
            self._change(session, user, id_)
            _version(session, id_, number).decisions = dict(decisions)
            decided = json.dumps(dict(decisions), sort_keys=True)
            self._record(session, user, "version.decided", f"{id_}/{number}", decided)

    def record(self, user: User, id_: str, action: str, text: str = "") -> None:
        """Puts an act on a conversation into the trail, e.g. `letter.downloaded`, with the hash."""
        with self._database.write() as session:
            _own(session, user, id_)
            self._record(session, user, action, id_, text)

    def _change(self, session: Session, user: User, id_: str) -> ConversationRecord:
        row = _own(session, user, id_, lock=True)
        row.updated = self._clock()
        return row

    def _add(self, session: Session, user: User, id_: str, new: NewVersion) -> Version:
        at = self._clock()
        number = _last_number(session, id_) + 1
        row = VersionRecord(
            conversation_id=id_, number=number, created=at, updated=at, **version_columns(new)
        )
        session.add(row)
        self._record(session, user, f"version.{new.how}", f"{id_}/{number}", row.text)
        return as_version(row)

    def _record(
        self, session: Session, user: User, action: str, object_: str, text: str = ""
    ) -> None:
        sha256 = audit.sha256_of(text) if text else ""
        audit.record(session, self._clock(), user.name, action, object_, sha256)


def _own(session: Session, user: User, id_: str, *, lock: bool = False) -> ConversationRecord:
    query = select(ConversationRecord).where(
        ConversationRecord.id == storable(id_), ConversationRecord.owner_id == user.id
    )
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise AccessDenied(
            "There is no such conversation among yours.", "Choose one from your list."
        )
    return row


def _version(session: Session, id_: str, number: int) -> VersionRecord:
    row = session.scalar(
        select(VersionRecord).where(
            VersionRecord.conversation_id == id_, VersionRecord.number == number
        )
    )
    if row is None:
        raise no_version(number)
    return row


def _last_number(session: Session, id_: str) -> int:
    query = select(func.max(VersionRecord.number)).where(VersionRecord.conversation_id == id_)
    return session.scalar(query) or 0


def _title(title: str) -> str:
    return " ".join(storable(title).split())[:MAX_TITLE] or "Untitled"
