"""Who did what, when, to which object: a trail in the database that can't hold content.

It takes names, numbers and hashes only. A row of the trail carries a hash over itself and the row
before it, so that a row changed or taken out later shows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from assistant.records import AuditRecord

_START = "0" * 64


def sha256_of(content: str) -> str:
    """The hash that stands for a text in the trail."""
    return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()


def record(
    session: Session, at: dt.datetime, user: str, action: str, object_: str = "", sha256: str = ""
) -> None:
    """Adds a row to the trail, inside the caller's write transaction: both are kept, or neither.

    Args:
        session: from `Database.write()`.
        at: when, with a time zone.
        user: the acting user's name, or the name given at a log-in.
        action: `thing.verb`, e.g. `version.added`.
        object_: the id of what was acted on.
        sha256: of the content the act was about.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Two rows must not take the same predecessor; SQLite has one writer at a time anyway.
        session.execute(text("LOCK TABLE audit IN EXCLUSIVE MODE"))
    session.flush()
    last = session.scalar(select(AuditRecord.chain).order_by(AuditRecord.id.desc()).limit(1))
    row = AuditRecord(at=at, user=user, action=action, object=object_, sha256=sha256)
    row.chain = _link(last or _START, row)
    session.add(row)


def first_broken_row(session: Session) -> int | None:
    """The id of the first row that doesn't fit the one before it, or None: the trail is whole."""
    chain = _START
    for row in session.scalars(
        select(AuditRecord).order_by(AuditRecord.id).execution_options(yield_per=1000)
    ):
        chain = _link(chain, row)
        if row.chain != chain:
            return row.id
    return None


def _link(previous: str, row: AuditRecord) -> str:
    when = row.at.astimezone(dt.UTC).isoformat()
    fields = [previous, when, row.user, row.action, row.object, row.sha256]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()
