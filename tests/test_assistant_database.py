from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from assistant import audit
from assistant.database import Database, create_database_engine, open_database, upgrade
from assistant.records import AuditRecord, Base, UserRecord
from index.errors import EpikriseError, SettingsError

AT = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "epikrise.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{path}")
    yield database
    database.close()


def user_record(name: str = "weber") -> UserRecord:
    return UserRecord(
        name=name,
        password_hash="-",
        role="physician",
        department="",
        disabled=False,
        failures=0,
        created=AT,
    )


def test_the_models_and_the_migrations_agree(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_older_database_is_upgraded_and_keeps_its_rows(path: Path) -> None:
    engine = create_database_engine(f"sqlite:///{path}")
    upgrade(engine, "0001")
    assert not sa.inspect(engine).has_table("conversations")
    with Database(engine).write() as session:
        session.add(user_record())
    engine.dispose()

    database = open_database(f"sqlite:///{path}")
    with database.read() as session:
        assert session.scalars(sa.select(UserRecord.name)).all() == ["weber"]
    assert sa.inspect(database.engine).has_table("conversations")
    database.close()


def test_conversations_from_before_records_were_condensed_are_kept(path: Path) -> None:
    engine = create_database_engine(f"sqlite:///{path}")
    upgrade(engine, "0002")
    with Database(engine).write() as session:
        session.add(user_record())
        session.flush()
        session.execute(
            sa.text(
                "INSERT INTO conversations (id, owner_id, title, kind, case_text, language,"
                " created, updated) VALUES ('a', 1, '', 'letter', 'x', 'en', :at, :at)"
            ),
            {"at": AT.isoformat(" ")},
        )
    engine.dispose()
    database = open_database(f"sqlite:///{path}")
    with database.read() as session:
        assert session.execute(sa.text("SELECT case_text, condensed FROM conversations")).all() == [
            ("x", "")
        ]
    database.close()


def test_a_database_of_a_newer_version_is_refused(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    with database.write() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(SettingsError, match="newer version"):
        open_database(f"sqlite:///{path}")


def test_sqlite_is_safe_and_private(database: Database, path: Path) -> None:
    with database.read() as session:
        pragmas = {
            name: session.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "secure_delete")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "secure_delete": 1,
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_instants_come_back_in_utc(database: Database) -> None:
    berlin = dt.timezone(dt.timedelta(hours=2))
    with database.write() as session:
        session.add(user_record())
        session.flush()
        session.execute(sa.update(UserRecord).values(created=AT.astimezone(berlin)))
    with database.read() as session:
        created = session.scalars(sa.select(UserRecord.created)).one()
    assert created == AT
    assert created.tzinfo is dt.UTC


def test_a_failed_block_leaves_nothing_behind(database: Database) -> None:
    def fail() -> None:
        with database.write() as session:
            session.add(user_record())
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with database.read() as session:
        assert session.scalars(sa.select(UserRecord)).all() == []


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "not a database address"),
        ("mysterydb://host/name", "not a database address"),
        ("postgresql+psycopg://u:secret@127.0.0.1:1/none", "server can't be reached"),
    ],
)
@pytest.mark.loopback
def test_an_address_that_leads_nowhere_is_one_clear_line(url: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        open_database(url)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(SettingsError, match="damaged, or is no database"):
        open_database(f"sqlite:///{path}")


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/epikrise/epikrise.db", "sqlite:////dev/null/x.db"]
)
def test_a_folder_that_cannot_be_written_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="data folder can't be written"):
        open_database(url)


@pytest.mark.parametrize(
    ("pragma", "message"),
    [("max_page_count=2", "the disk is full"), ("query_only=ON", "it is read-only")],
)
def test_a_disk_that_takes_no_more_at_start_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch, pragma: str, message: str
) -> None:
    def engine_on_such_a_disk(url: str) -> sa.Engine:
        engine = create_database_engine(url)
        sa.event.listen(engine, "connect", lambda c, _: c.execute(f"PRAGMA {pragma}"))
        return engine

    monkeypatch.setattr("assistant.database.create_database_engine", engine_on_such_a_disk)
    with pytest.raises(SettingsError, match=message):
        open_database(f"sqlite:///{path}")


def test_a_disk_that_fills_up_later_names_no_content(path: Path) -> None:
    database = open_database(f"sqlite:///{path}")
    database.close()
    sa.event.listen(database.engine, "connect", lambda c, _: c.execute("PRAGMA max_page_count=1"))

    def write() -> None:
        with database.write() as session:
            for number in range(400):
                session.add(user_record(f"Schmidt{number}"))

    with pytest.raises(EpikriseError, match="the disk is full") as caught:
        write()
    assert caught.value.retry
    assert "Schmidt" not in str(caught.value)
    assert caught.value.__cause__ is None
    database.close()


def test_the_trail_shows_a_row_changed_or_taken_out(database: Database) -> None:
    with database.write() as session:
        for object_ in "abcd":
            audit.record(session, AT, "weber", "version.drafted", object_, audit.sha256_of("text"))
    with database.read() as session:
        assert audit.first_broken_row(session) is None
    for tamper, broken in (
        (sa.update(AuditRecord).where(AuditRecord.id == 3).values(user="nobody"), 3),
        (sa.delete(AuditRecord).where(AuditRecord.id == 2), 3),
    ):
        with database.write() as session:
            session.execute(tamper)
            assert audit.first_broken_row(session) == broken
            session.rollback()
