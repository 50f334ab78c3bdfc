"""What was done with the archive, in the trail: names of collections and hashes, never a path."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from assistant import audit
from assistant.accounts import Clock, now
from assistant.database import Database
from assistant.records import AuditRecord
from index.decisions import Decision, Verdict


class ArchiveAct(StrEnum):
    COMPARED = "archive.compared"
    STARTED = "build.started"
    BUILT = "build.finished"
    STOP_ASKED = "build.stop_asked"
    STOPPED = "build.stopped"
    BROKE_OFF = "build.broke_off"
    ROLLED_BACK = "index.rolled_back"
    RELEASED = "letter.released"
    REDACTED = "letter.redacted"
    EXCLUDED = "letter.excluded"


_BY_VERDICT = {
    Verdict.RELEASE: ArchiveAct.RELEASED,
    Verdict.REDACT: ArchiveAct.REDACTED,
    Verdict.EXCLUDE: ArchiveAct.EXCLUDED,
}


@dataclass(frozen=True)
class ArchiveRow:
    """A row of the trail, as it is shown."""

    at: dt.datetime
    who: str
    act: ArchiveAct


def archive_act(
    database: Database,
    who: str,
    act: ArchiveAct,
    object_: str = "",
    sha256: str = "",
    *,
    clock: Clock = now,
) -> None:
    """Adds a row to the trail.

    Args:
        object_: a collection's name or a content hash.
        sha256: of what was shown or given.
    """
    with database.write() as session:
        audit.record(session, clock(), who, act.value, object_, sha256)


def review_act(database: Database, decision: Decision) -> None:
    """The row of a decision in the review."""
    act = _BY_VERDICT[decision.verdict]
    archive_act(database, decision.who, act, decision.content_hash, decision.seen)


def archive_rows(database: Database, limit: int) -> tuple[ArchiveRow, ...]:
    """The last of what was done besides builds that came to their end, the newest first."""
    with database.read() as session:
        rows = session.scalars(
            select(AuditRecord)
            .where(AuditRecord.action.in_([act.value for act in _TOLD]))
            .order_by(AuditRecord.id.desc())
            .limit(limit)
        )
        return tuple(ArchiveRow(row.at, row.user, ArchiveAct(row.action)) for row in rows)


_TOLD = (
    ArchiveAct.STOPPED,
    ArchiveAct.BROKE_OFF,
    ArchiveAct.ROLLED_BACK,
    *_BY_VERDICT.values(),
)
