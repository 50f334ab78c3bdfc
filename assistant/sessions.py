"""Log-ins that last: a random token in the browser, its hash in the database.

A session ends after a time without use, after a fixed time in any case, at log-out, and when its
user is disabled or gets a new password. A restart of the server ends none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from contextlib import suppress

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from assistant import audit
from assistant.accounts import Clock, User, as_user, now
from assistant.database import Database
from assistant.records import SessionRecord
from index.errors import EpikriseError

# A page asks for dozens of files at once: not each of them is worth a write.
_TOUCH_EVERY = dt.timedelta(seconds=60)


class Sessions:
    """The sessions table.

    Args:
        hours: a session's longest life.
        idle_minutes: how long it may go unused.
    """

    def __init__(
        self, database: Database, *, hours: float = 12, idle_minutes: float = 60, clock: Clock = now
    ) -> None:
        self._database = database
        self._life = dt.timedelta(hours=hours)
        self._idle = dt.timedelta(minutes=idle_minutes)
        self._clock = clock

    def open(self, user: User) -> str:
        """A new session; returns the token, which is stored nowhere but in the browser."""
        token = secrets.token_urlsafe(32)
        at = self._clock()
        with self._database.write() as session:
            self._sweep(session, at)
            session.add(
                SessionRecord(
                    token_sha256=_hashed(token),
                    user_id=user.id,
                    created=at,
                    last_seen=at,
                    expires=at + self._life,
                )
            )
        return token

    def user_of(self, token: str) -> User | None:
        """Whose session it is, or None where it has ended; using it keeps it alive."""
        at = self._clock()
        with self._database.read() as session:
            row = session.get(SessionRecord, _hashed(token))
            if row is None or row.expires <= at or row.last_seen + self._idle <= at:
                return None
            if row.user.disabled:
                return None
            user, last_seen = as_user(row.user), row.last_seen
        if at - last_seen >= min(_TOUCH_EVERY, self._idle / 2):
            # On a full disk letters can still be read and downloaded.
            with suppress(EpikriseError), self._database.write() as session:
                row = session.get(SessionRecord, _hashed(token))
                if row is not None:
                    row.last_seen = at
        return user

    def close(self, token: str) -> None:
        """Log-out. A token that is unknown or has ended is no error."""
        with self._database.write() as session:
            row = session.get(SessionRecord, _hashed(token))
            if row is not None:
                audit.record(session, self._clock(), row.user.name, "logout", row.user.name)
                session.delete(row)

    def _sweep(self, session: Session, at: dt.datetime) -> None:
        session.execute(
            delete(SessionRecord).where(
                or_(SessionRecord.expires <= at, SessionRecord.last_seen <= at - self._idle)
            )
        )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
