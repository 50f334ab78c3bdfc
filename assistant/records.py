"""The tables: who may log in, their conversations, every version of every letter, and the trail.

These classes stay inside the package's storage modules; what leaves those are frozen dataclasses.
A change here needs a new file in `assistant/migrations/versions`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An instant, stored in UTC: SQLite keeps no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        if value is None or value.tzinfo:
            return value
        return value.replace(tzinfo=dt.UTC)


class Base(DeclarativeBase):
    # Named constraints, because SQLite can only change a constraint that has a name.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class as it is
        str: Text(),
        dt.datetime: UtcDateTime(),
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }


class UserRecord(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(String(16))
    department: Mapped[str]
    disabled: Mapped[bool]
    failures: Mapped[int]
    """Wrong passwords in a row."""
    locked_until: Mapped[dt.datetime | None]
    created: Mapped[dt.datetime]


class SessionRecord(Base):
    __tablename__ = "sessions"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created: Mapped[dt.datetime]
    last_seen: Mapped[dt.datetime]
    expires: Mapped[dt.datetime]

    user: Mapped[UserRecord] = relationship()


class ConversationRecord(Base):
    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_owner_updated", "owner_id", "updated"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    case_text: Mapped[str]
    case_details: Mapped[dict[str, Any] | None]
    language: Mapped[str] = mapped_column(String(8))
    condensed: Mapped[str] = mapped_column(default="", server_default="")
    """The case in fewer words, where it is too long for the model."""
    created: Mapped[dt.datetime]
    updated: Mapped[dt.datetime]

    messages: Mapped[list[MessageRecord]] = relationship(
        order_by="MessageRecord.position", passive_deletes=True, cascade="all, delete-orphan"
    )
    versions: Mapped[list[VersionRecord]] = relationship(
        order_by="VersionRecord.number", passive_deletes=True, cascade="all, delete-orphan"
    )


class MessageRecord(Base):
    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("conversation_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(16))
    text: Mapped[str]
    created: Mapped[dt.datetime]


class VersionRecord(Base):
    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("conversation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1, 2, … within its conversation."""
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str]
    how: Mapped[str] = mapped_column(String(16))
    base: Mapped[int | None]
    """The number of the version it was made from."""
    instruction: Mapped[str]
    model: Mapped[str]
    cut: Mapped[bool]
    exemplars: Mapped[list[Any]]
    meter: Mapped[dict[str, Any]]
    decisions: Mapped[dict[str, Any]]
    condensed: Mapped[str] = mapped_column(default="", server_default="")
    """What the model saw in the case's place."""
    created: Mapped[dt.datetime]
    updated: Mapped[dt.datetime]


class OriginRecord(Base):
    """A table of its own, because it is long, and only the case's own page reads it."""

    __tablename__ = "origins"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[str]
    """What `assistant.origin.write_origin` wrote."""


class AuditRecord(Base):
    """One act. Its rows name users and objects by text, so that they outlive what they speak of."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    user: Mapped[str]
    action: Mapped[str] = mapped_column(String(64))
    object: Mapped[str]
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the content the act was about, or empty."""
    chain: Mapped[str] = mapped_column(String(64))
    """SHA-256 over this row and the `chain` of the row before it."""
