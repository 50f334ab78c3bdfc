"""What a conversation is outside the database: a case, the chat about it, the versions made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from pydantic import TypeAdapter

from assistant.prompt import Kind
from assistant.records import ConversationRecord, MessageRecord, VersionRecord
from index.case import Case, CaseDetails
from index.errors import InputError
from index.letter import Language
from retrieval.exemplar import Exemplar

Speaker = Literal["user", "assistant"]

_LANGUAGE: TypeAdapter[Language] = TypeAdapter(Language)
_SPEAKER: TypeAdapter[Speaker] = TypeAdapter(Speaker)
_EXEMPLARS = TypeAdapter(tuple[Exemplar, ...])


class How(StrEnum):
    """How a version came about."""

    DRAFTED = "drafted"
    REFINED = "refined"
    EDITED = "edited"
    CORRECTED = "corrected"
    """The case's words in place of a statement that it contradicts."""
    SHORTENED = "shortened"
    """Without a statement."""
    RESTORED = "restored"


@dataclass(frozen=True)
class NewVersion:
    """A text to be kept as the next version.

    Attributes:
        kind: letter or summary; a conversation may hold both.
        base: the number of the version it was made from.
        instruction: what the physician asked to have changed; what a correction put for what
            ("28 fractions -> 25 fractions"); what was deleted.
        model: the served model's name.
        cut: whether the model stopped before its end.
        exemplars: the past letters that the prompt held.
        meter: the token counts of the prompt, by part.
        decisions: what the physician decided on findings of the check (`assistant.decisions`).
        condensed: what the model saw in place of a case that was too long; empty if it saw all.
    """

    text: str
    how: How
    kind: Kind = Kind.LETTER
    base: int | None = None
    instruction: str = ""
    model: str = ""
    cut: bool = False
    exemplars: tuple[Exemplar, ...] = ()
    meter: Mapping[str, Any] = field(default_factory=dict[str, Any])
    decisions: Mapping[str, Any] = field(default_factory=dict[str, Any])
    condensed: str = ""


@dataclass(frozen=True)
class Version(NewVersion):
    """A version as it is kept: `number` counts from 1 within its conversation."""

    number: int = field(kw_only=True)
    created: dt.datetime = field(kw_only=True)
    updated: dt.datetime = field(kw_only=True)


@dataclass(frozen=True)
class ChatMessage:
    role: Speaker
    text: str
    created: dt.datetime


@dataclass(frozen=True)
class ConversationHead:
    """A line in the list of conversations."""

    id: str
    title: str
    kind: Kind
    language: Language
    created: dt.datetime
    updated: dt.datetime


@dataclass(frozen=True)
class Conversation(ConversationHead):
    case: Case
    messages: tuple[ChatMessage, ...]
    """Oldest first."""
    versions: tuple[Version, ...]
    """Oldest first."""
    condensed: str = ""
    """The case as it was condensed last, for the next prompt; empty if it never was."""

    def current(self, kind: Kind | None = None) -> Version | None:
        """The newest version (of a kind), or None before the first draft."""
        fitting = (v for v in reversed(self.versions) if kind in (None, v.kind))
        return next(fitting, None)

    def version(self, number: int) -> Version:
        """
        Raises:
            InputError: there is no such version.
        """
        for version in self.versions:
            if version.number == number:
                return version
        raise no_version(number)


def no_version(number: int) -> InputError:
    return InputError(f"This conversation has no version {number}.", "Choose one from its list.")


def storable(text: str) -> str:
    """`text` without what no database keeps: NUL characters and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def case_columns(case: Case) -> dict[str, Any]:
    return {
        "case_text": storable(case.text),
        "case_details": case.details.model_dump(mode="json") if case.details else None,
        "language": case.language,
    }


def version_columns(new: NewVersion) -> dict[str, Any]:
    return {
        "kind": new.kind.value,
        "text": storable(new.text),
        "how": new.how.value,
        "base": new.base,
        "instruction": storable(new.instruction),
        "model": new.model,
        "cut": new.cut,
        "exemplars": _EXEMPLARS.dump_python(new.exemplars, mode="json"),
        "meter": dict(new.meter),
        "decisions": dict(new.decisions),
        "condensed": storable(new.condensed),
    }


def as_version(row: VersionRecord) -> Version:
    return Version(
        number=row.number,
        kind=Kind(row.kind),
        text=row.text,
        how=How(row.how),
        base=row.base,
        instruction=row.instruction,
        model=row.model,
        cut=row.cut,
        exemplars=_EXEMPLARS.validate_python(row.exemplars),
        meter=row.meter,
        decisions=row.decisions,
        condensed=row.condensed,
        created=row.created,
        updated=row.updated,
    )


def as_head(row: ConversationRecord) -> ConversationHead:
    return ConversationHead(**_head(row))


def as_conversation(row: ConversationRecord) -> Conversation:
    details = CaseDetails.model_validate(row.case_details) if row.case_details else None
    head = _head(row)
    return Conversation(
        **head,
        case=Case(text=row.case_text, language=head["language"], details=details),
        messages=tuple(map(as_message, row.messages)),
        versions=tuple(map(as_version, row.versions)),
        condensed=row.condensed,
    )


def as_message(row: MessageRecord) -> ChatMessage:
    return ChatMessage(_SPEAKER.validate_python(row.role), row.text, row.created)


def _head(row: ConversationRecord) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "kind": Kind(row.kind),
        "language": _LANGUAGE.validate_python(row.language),
        "created": row.created,
        "updated": row.updated,
    }
