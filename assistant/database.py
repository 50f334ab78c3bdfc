"""The database: opened, brought up to date, and handed out as read and write transactions.

SQLite in the data folder by default, PostgreSQL by URL. Nothing that fails here ever shows a
statement's values: they hold patients' words.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from index.errors import EpikriseError, SettingsError

_BUSY_SECONDS = 10
_MIGRATION_LOCK = 0x455049  # any fixed number: two processes that start at once take turns


class Database:
    """Short transactions over one engine.

    Everything inside one `read()` or `write()` block is one transaction; leaving the block with an
    exception rolls it back.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(begin="BEGIN IMMEDIATE")

    @contextmanager
    def read(self) -> Generator[Session]:
        with _clear_errors(), self.engine.begin() as connection, _session(connection) as session:
            yield session

    @contextmanager
    def write(self) -> Generator[Session]:
        """On SQLite there is one writer at a time, so read-then-write inside the block is safe."""
        with _clear_errors(), self._writer.begin() as connection, _session(connection) as session:
            yield session
            session.flush()

    def forget(self) -> None:
        """Makes a deletion complete: SQLite's write-ahead log still holds what was deleted."""
        if self.engine.dialect.name == "sqlite":
            with _clear_errors(), self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    def ping(self) -> None:
        """Raises EpikriseError where the database doesn't answer."""
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str) -> Database:
    """The database at `url`, created if need be and migrated to this version.

    Args:
        url: `sqlite:///path/to/file.db` or `postgresql+psycopg://user:password@host/name`.

    Raises:
        SettingsError: the URL can't be used, the folder can't be written, the disk is full, the
            server can't be reached, or a newer Epikrise wrote the database.
    """
    try:
        engine = create_database_engine(url)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
        raise SettingsError(
            "The setting database_url is not a database address that can be used.",
            "Give sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME.",
        ) from None
    try:
        upgrade(engine)
    except DBAPIError as error:
        engine.dispose()
        raise SettingsError(f"The database can't be opened: {_reason(error)}", _hint(url)) from None
    except (CommandError, EpikriseError):
        engine.dispose()
        raise
    return Database(engine)


def create_database_engine(url: str) -> Engine:
    """An engine that never puts a statement's values into a message or a log.

    Raises:
        SettingsError: the folder of an SQLite file can't be made or written.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql" and parsed.get_driver_name() == "psycopg2":
        parsed = parsed.set(drivername="postgresql+psycopg")
    options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": True}
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, **options)
    if parsed.database and parsed.database != ":memory:":
        _create_private_file(Path(parsed.database))
    engine = create_engine(parsed, connect_args={"timeout": _BUSY_SECONDS}, **options)
    event.listen(engine, "connect", _on_sqlite_connect)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Brings the tables to `revision`, in one transaction.

    Raises:
        SettingsError: the database is at a revision that this version doesn't know.
    """
    config = Config()
    config.set_main_option("script_location", "assistant:migrations")
    config.set_main_option("path_separator", "os")
    with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, revision)
        except CommandError:
            raise SettingsError(
                "The database was written by a newer version of Epikrise.",
                "Install that version again, or point database_url to another database.",
            ) from None


def _session(connection: Connection) -> Session:
    return Session(connection, expire_on_commit=False)


def _on_sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin a transaction only at its first write: `_on_sqlite_begin` does it.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a power cut loses no version
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten in the file
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _on_sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _create_private_file(path: Path) -> None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise SettingsError(
            f"The data folder can't be written: {error.strerror}.",
            "Give a folder that this user may write, with free space, in the setting data_dir.",
        ) from None


@contextmanager
def _clear_errors() -> Generator[None]:
    try:
        yield
    except DBAPIError as error:
        raise EpikriseError(
            f"The database failed: {_reason(error)}",
            "Nothing of this step was saved; earlier versions are safe.",
            retry=True,
        ) from None


def _reason(error: DBAPIError) -> str:
    """What went wrong, in words; never the driver's text, which may quote values."""
    said = str(error.orig).lower()
    for sign, reason in (
        ("disk is full", "the disk is full."),
        ("no space left", "the disk is full."),
        ("readonly", "it is read-only."),
        ("read-only", "it is read-only."),
        ("unable to open", "its file can't be opened."),
        ("disk i/o", "its file can't be read or written."),
        ("not a database", "its file is damaged, or is no database."),
        ("malformed", "its file is damaged."),
        ("locked", "another process holds it."),
        ("password authentication", "the server refused the name or the password."),
        ("connection", "the server can't be reached."),
    ):
        if sign in said:
            return reason
    return f"{type(error.orig).__name__}."


def _hint(url: str) -> str:
    if make_url(url).get_backend_name() == "sqlite":
        return "Free space or give a folder that can be written in the setting data_dir."
    return "Check the setting database_url, and that the server runs."
