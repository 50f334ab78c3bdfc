from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from assistant.accounts import Accounts, Role, User, require
from assistant.database import Database, open_database
from assistant.demo_logins import FILE_NAME, readable_password, seed_demo_users
from assistant.records import AuditRecord, SessionRecord, UserRecord
from assistant.sessions import Sessions
from index.errors import AccessDenied, EpikriseError, InputError, SettingsError

PASSWORD = "correct horse battery"


class Clock:
    def __init__(self) -> None:
        self.now = dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += dt.timedelta(**time)


class CountingHasher(Argon2Hasher):
    """The cheapest argon2, which counts what it was asked to check."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.checked = 0

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        self.checked += 1
        return super().verify(password, hash)


@dataclass
class Clinic:
    database: Database
    accounts: Accounts
    sessions: Sessions
    hasher: CountingHasher
    clock: Clock

    def actions(self) -> list[str]:
        with self.database.read() as session:
            return list(session.scalars(sa.select(AuditRecord.action).order_by(AuditRecord.id)))


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic = open_clinic(tmp_path, Clock())
    yield clinic
    clinic.database.close()


def open_clinic(folder: Path, clock: Clock) -> Clinic:
    database = open_database(f"sqlite:///{folder}/epikrise.db")
    hasher = CountingHasher()
    accounts = Accounts(
        database,
        lockout_failures=3,
        lockout_minutes=15,
        hasher=PasswordHash((hasher,)),
        clock=clock,
    )
    sessions = Sessions(database, hours=12, idle_minutes=60, clock=clock)
    return Clinic(database, accounts, sessions, hasher, clock)


def test_a_user_is_created_found_listed_and_verified(clinic: Clinic) -> None:
    weber = clinic.accounts.create("Weber", PASSWORD, Role.PHYSICIAN, department="RT", by="admin")
    admin = clinic.accounts.create("admin", PASSWORD, Role.ADMIN)
    assert weber == User(id=weber.id, name="weber", role=Role.PHYSICIAN, department="RT")
    assert clinic.accounts.everyone() == (admin, weber)
    assert clinic.accounts.find("WEBER ") == weber
    assert clinic.accounts.find("nobody") is None
    assert clinic.accounts.verify("weber", PASSWORD) == weber
    assert clinic.actions() == ["user.created", "user.created", "login.accepted"]


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("weber", PASSWORD, "exists already"),
        ("Weber", PASSWORD, "exists already"),
        ("", PASSWORD, "user name has"),
        ("anna weber", PASSWORD, "user name has"),
        ("müller", PASSWORD, "user name has"),
        ("x" * 65, PASSWORD, "user name has"),
        ("a\x00b", PASSWORD, "user name has"),
        ("huber", "short-pas", "at least 10"),
        ("huber", "x" * 1025, "at least 10"),
        ("huber", "Huber-2026!!", "too easy"),
        ("huber", "ababababababab", "too easy"),
    ],
)
def test_a_bad_name_or_password_is_refused(
    clinic: Clinic, name: str, password: str, message: str
) -> None:
    clinic.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    with pytest.raises(InputError, match=message) as caught:
        clinic.accounts.create(name, password, Role.PHYSICIAN)
    assert password not in str(caught.value)
    assert [user.name for user in clinic.accounts.everyone()] == ["weber"]


def test_the_password_is_stored_as_an_argon2_hash(clinic: Clinic) -> None:
    clinic.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    with clinic.database.read() as session:
        stored = session.scalars(sa.select(UserRecord.password_hash)).one()
    assert stored.startswith("$argon2id$")


def test_every_refusal_has_the_same_words_and_the_same_work(clinic: Clinic) -> None:
    for name in ("weber", "locked", "disabled"):
        clinic.accounts.create(name, PASSWORD, Role.PHYSICIAN)
    clinic.accounts.disable("disabled")
    for _ in range(3):
        with pytest.raises(AccessDenied):
            clinic.accounts.verify("locked", "wrong password")
    messages: set[str] = set()
    for name, password in (
        ("weber", "wrong password"),
        ("locked", PASSWORD),
        ("disabled", PASSWORD),
        ("nobody", PASSWORD),
        ("no\x00body", PASSWORD),
        ("weber", "x" * 100_000),
        ("", ""),
    ):
        checked = clinic.hasher.checked
        with pytest.raises(AccessDenied) as caught:
            clinic.accounts.verify(name, password)
        messages.add(str(caught.value))
        assert clinic.hasher.checked == checked + 1, name
    assert len(messages) == 1


def test_repeated_failures_lock_the_account_for_a_while(clinic: Clinic) -> None:
    clinic.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    for _ in range(3):
        with pytest.raises(AccessDenied):
            clinic.accounts.verify("weber", "wrong password")
    with pytest.raises(AccessDenied):
        clinic.accounts.verify("weber", PASSWORD)
    clinic.clock.wait(minutes=14)
    with pytest.raises(AccessDenied):
        clinic.accounts.verify("weber", PASSWORD)
    clinic.clock.wait(minutes=1)
    assert clinic.accounts.verify("weber", PASSWORD).name == "weber"
    assert clinic.actions().count("login.locked") == 1


def test_a_success_forgets_the_failures_before_it(clinic: Clinic) -> None:
    clinic.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    for _ in range(3):
        for _ in range(2):
            with pytest.raises(AccessDenied):
                clinic.accounts.verify("weber", "wrong password")
        clinic.accounts.verify("weber", PASSWORD)


def test_the_trail_never_keeps_an_unknown_name(clinic: Clinic) -> None:
    with pytest.raises(AccessDenied):
        clinic.accounts.verify("typed-my-password-here", "x")
    with clinic.database.read() as session:
        row = session.scalars(sa.select(AuditRecord)).one()
    assert (row.action, row.user, row.object) == ("login.refused", "", "")


def test_a_new_password_unlocks_and_ends_every_session(clinic: Clinic) -> None:
    weber = clinic.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    token = clinic.sessions.open(weber)
    for _ in range(3):
        with pytest.raises(AccessDenied):
            clinic.accounts.verify("weber", "wrong password")
    clinic.accounts.set_password("weber", "another good sentence")
    assert clinic.sessions.user_of(token) is None
    assert clinic.accounts.verify("weber", "another good sentence") == weber
    with pytest.raises(AccessDenied):
        clinic.accounts.verify("weber", PASSWORD)


def test_a_disabled_user_is_out_at_once_and_may_come_back(clinic: Clinic) -> None:
    weber = clinic.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    token = clinic.sessions.open(weber)
    assert clinic.accounts.disable("weber").disabled
    assert clinic.sessions.user_of(token) is None
    with pytest.raises(AccessDenied):
        clinic.accounts.verify("weber", PASSWORD)
    clinic.accounts.disable("weber", disabled=False)
    assert clinic.accounts.verify("weber", PASSWORD) == weber
    for act in (clinic.accounts.disable, lambda name: clinic.accounts.set_password(name, PASSWORD)):
        with pytest.raises(InputError, match="no user of this name"):
            act("nobody")


def test_roles_are_required() -> None:
    weber = User(1, "weber", Role.PHYSICIAN)
    assert require(weber) is weber
    assert require(weber, Role.PHYSICIAN) is weber
    assert require(weber, Role.ADMIN, Role.PHYSICIAN) is weber
    with pytest.raises(AccessDenied, match="role admin; yours is physician"):
        require(weber, Role.ADMIN)
    for absent in (None, User(1, "weber", Role.PHYSICIAN, disabled=True)):
        with pytest.raises(AccessDenied, match="not logged in"):
            require(absent, Role.PHYSICIAN)


def test_a_session_survives_a_restart_and_its_token_is_not_stored(
    clinic: Clinic, tmp_path: Path
) -> None:
    weber = clinic.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    token = clinic.sessions.open(weber)
    with clinic.database.read() as session:
        assert session.scalars(sa.select(SessionRecord.token_sha256)).one() != token
    clinic.database.close()
    again = open_clinic(tmp_path, clinic.clock)
    assert again.sessions.user_of(token) == weber
    assert again.sessions.user_of(token + "x") is None
    again.database.close()


def test_a_session_lives_while_used_but_not_for_ever(clinic: Clinic) -> None:
    weber = clinic.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    used, idle = clinic.sessions.open(weber), clinic.sessions.open(weber)
    for turn in range(14):
        assert clinic.sessions.user_of(used) == weber
        clinic.clock.wait(minutes=50)
        if turn == 1:
            assert clinic.sessions.user_of(idle) is None
    assert clinic.clock.now.hour == 20
    clinic.clock.wait(minutes=30)
    assert clinic.sessions.user_of(used) is None


def test_a_full_disk_ends_no_session(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    weber = clinic.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    token = clinic.sessions.open(weber)

    def fail(*_: object) -> None:
        raise EpikriseError("The database failed: the disk is full.")

    monkeypatch.setattr(Database, "write", fail)
    clinic.clock.wait(minutes=5)
    assert clinic.sessions.user_of(token) == weber


def test_a_log_out_ends_one_session_and_old_ones_are_swept(clinic: Clinic) -> None:
    weber = clinic.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    first, second = clinic.sessions.open(weber), clinic.sessions.open(weber)
    clinic.sessions.close(first)
    clinic.sessions.close(first)
    assert clinic.sessions.user_of(first) is None
    assert clinic.sessions.user_of(second) == weber
    clinic.clock.wait(hours=13)
    clinic.sessions.open(weber)
    with clinic.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SessionRecord)) == 1


def test_the_demo_log_ins_are_the_same_at_every_start(clinic: Clinic, tmp_path: Path) -> None:
    logins = seed_demo_users(clinic.accounts, tmp_path)
    assert [(login.name, login.role) for login in logins] == [
        ("doctor", Role.PHYSICIAN),
        ("admin", Role.ADMIN),
    ]
    assert seed_demo_users(clinic.accounts, tmp_path) == logins
    for login in logins:
        assert clinic.accounts.verify(login.name, login.password).role == login.role
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_a_user_of_ones_own_is_no_demo_user(clinic: Clinic, tmp_path: Path) -> None:
    clinic.accounts.create("admin", PASSWORD, Role.ADMIN)
    assert [login.name for login in seed_demo_users(clinic.accounts, tmp_path)] == ["doctor"]
    assert clinic.accounts.verify("admin", PASSWORD).role == Role.ADMIN


def test_a_demo_file_without_users_makes_them_again(clinic: Clinic, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("doctor physician rimuta-kelovi-dapofu-21\n# a note\n")
    (login,) = seed_demo_users(clinic.accounts, tmp_path)
    assert clinic.accounts.verify("doctor", "rimuta-kelovi-dapofu-21").name == login.name


def test_a_demo_file_that_cannot_be_used_is_one_clear_line(clinic: Clinic, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(SettingsError, match=FILE_NAME):
        seed_demo_users(clinic.accounts, tmp_path)


def test_readable_passwords_differ() -> None:
    passwords = {readable_password() for _ in range(200)}
    assert len(passwords) == 200
    assert all(len(password) == 23 for password in passwords)
