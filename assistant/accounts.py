"""Who may log in: names, roles, argon2 hashes, and the lock after too many wrong passwords.

A refused log-in gives the same words and costs the same work whatever the reason was, so that
nobody can find out by trying which names exist or which are locked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from pwdlib import PasswordHash
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.database import Database
from assistant.records import SessionRecord, UserRecord
from index.errors import AccessDenied, InputError

Clock = Callable[[], dt.datetime]

MIN_PASSWORD = 10
MAX_PASSWORD = 1024
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Role(StrEnum):
    PHYSICIAN = "physician"
    ADMIN = "admin"


@dataclass(frozen=True)
class User:
    id: int
    name: str
    role: Role
    department: str = ""
    disabled: bool = False


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def require(user: User | None, *roles: Role) -> User:
    """`user`, if logged in and of one of `roles` (of any role where none is given).

    Raises:
        AccessDenied: otherwise.
    """
    if user is None or user.disabled:
        raise AccessDenied("You are not logged in.", "Log in again.")
    if roles and user.role not in roles:
        raise AccessDenied(
            f"This needs the role {' or '.join(roles)}; yours is {user.role}.",
            "Ask an admin of your clinic.",
        )
    return user


class Accounts:
    """The users table.

    Args:
        lockout_failures: wrong passwords in a row after which an account is locked.
        lockout_minutes: for how long.
        hasher: argon2 with its recommended cost; tests pass a cheap one.
    """

    def __init__(
        self,
        database: Database,
        *,
        lockout_failures: int = 5,
        lockout_minutes: float = 15,
        hasher: PasswordHash | None = None,
        clock: Clock = now,
    ) -> None:
        self._database = database
        self._lockout_failures = lockout_failures
        self._lockout = dt.timedelta(minutes=lockout_minutes)
        self._hasher = hasher or PasswordHash.recommended()
        self._clock = clock
        self._nobody_hash = self._hasher.hash("the hash that an unknown name is checked against")

    def create(
        self, name: str, password: str, role: Role, *, department: str = "", by: str = ""
    ) -> User:
        """A new user; `by` is who did it, for the trail.

        Raises:
            InputError: the name is taken or malformed, or the password is too weak.
        """
        name = _checked_name(name)
        _check_password(name, password)
        hashed = self._hasher.hash(password)
        with self._database.write() as session:
            if _find(session, name) is not None:
                raise InputError(f"The user {name} exists already.", "Choose another name.")
            row = UserRecord(
                name=name,
                password_hash=hashed,
                role=role.value,
                department=department,
                disabled=False,
                failures=0,
                created=self._clock(),
            )
            session.add(row)
            session.flush()
            self._record(session, by, "user.created", name)
            return as_user(row)

    def find(self, name: str) -> User | None:
        with self._database.read() as session:
            row = _find(session, name)
            return as_user(row) if row else None

    def everyone(self) -> tuple[User, ...]:
        with self._database.read() as session:
            return tuple(
                map(as_user, session.scalars(select(UserRecord).order_by(UserRecord.name)))
            )

    def set_password(self, name: str, password: str, *, by: str = "") -> None:
        """A new password; unlocks the account and ends its sessions.

        Raises:
            InputError: no such user, or the password is too weak.
        """
        _check_password(_normal(name), password)
        hashed = self._hasher.hash(password)
        with self._database.write() as session:
            row = _existing(session, name)
            row.password_hash, row.failures, row.locked_until = hashed, 0, None
            _end_sessions(session, row)
            self._record(session, by, "user.password_set", row.name)

    def disable(self, name: str, *, disabled: bool = True, by: str = "") -> User:
        """Shuts a user out at once, or lets them in again.

        Raises:
            InputError: no such user.
        """
        with self._database.write() as session:
            row = _existing(session, name)
            row.disabled = disabled
            _end_sessions(session, row)
            self._record(session, by, "user.disabled" if disabled else "user.enabled", row.name)
            return as_user(row)

    def verify(self, name: str, password: str) -> User:
        """The user with this name and password.

        Raises:
            AccessDenied: unknown, wrong, locked or disabled; the words don't tell which.
        """
        with self._database.read() as session:
            row = _find(session, name)
            known_hash = row.password_hash if row else self._nobody_hash
        # Outside any transaction: this is meant to take long.
        right, renewed = self._hasher.verify_and_update(password[:MAX_PASSWORD], known_hash)
        with self._database.write() as session:
            user = self._judge(session, name, right)
            if user and renewed:
                _existing(session, name).password_hash = renewed
        if user is None:
            raise AccessDenied(
                "Name and password don't match, or the account is locked.",
                f"After {self._lockout_failures} wrong tries it is locked for"
                f" {self._lockout.total_seconds() / 60:g} minutes.",
            )
        return user

    def _judge(self, session: Session, name: str, right: bool) -> User | None:
        """Read again under the write lock, so that parallel guesses are all counted."""
        row = _find(session, name, lock=True)
        at = self._clock()
        if row is None:
            # Without the name: people type their password into the wrong field.
            self._record(session, "", "login.refused", "")
            return None
        locked = row.locked_until is not None and row.locked_until > at
        if right and not locked and not row.disabled:
            row.failures, row.locked_until = 0, None
            self._record(session, row.name, "login.accepted", row.name)
            return as_user(row)
        if not right and not locked:
            row.failures += 1
            if row.failures >= self._lockout_failures:
                row.failures, row.locked_until = 0, at + self._lockout
                self._record(session, row.name, "login.locked", row.name)
        self._record(session, row.name, "login.refused", row.name)
        return None

    def _record(self, session: Session, by: str, action: str, name: str) -> None:
        audit.record(session, self._clock(), by, action, name)


def _normal(name: str) -> str:
    return name.strip().casefold()


def _checked_name(name: str) -> str:
    name = _normal(name)
    if not _NAME.fullmatch(name):
        raise InputError(
            "A user name has 1 to 64 of the letters a-z, digits, and . _ @ -.",
            "It begins with a letter or a digit.",
        )
    return name


def _check_password(name: str, password: str) -> None:
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InputError(f"A password has at least {MIN_PASSWORD} characters.", "Take a sentence.")
    if (len(name) > 3 and name in password.casefold()) or len(set(password)) < 5:
        raise InputError(
            "This password is too easy to guess.",
            "It must not hold the user name, and needs 5 different characters.",
        )


def _find(session: Session, name: str, *, lock: bool = False) -> UserRecord | None:
    name = _normal(name)
    if not _NAME.fullmatch(name):
        return None
    query = select(UserRecord).where(UserRecord.name == name)
    return session.scalar(query.with_for_update() if lock else query)


def _existing(session: Session, name: str) -> UserRecord:
    row = _find(session, name, lock=True)
    if row is None:
        raise InputError("There is no user of this name.", "`epikrise users list` shows all.")
    return row


def _end_sessions(session: Session, row: UserRecord) -> None:
    session.execute(delete(SessionRecord).where(SessionRecord.user_id == row.id))


def as_user(row: UserRecord) -> User:
    return User(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        department=row.department,
        disabled=row.disabled,
    )
