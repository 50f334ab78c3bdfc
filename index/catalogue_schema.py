"""The catalogue's tables, and how those of an earlier version become them."""

from __future__ import annotations

import sqlite3

# With a write-ahead log a search is never held up by a build that switches.
_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS letter (
    collection TEXT NOT NULL, id TEXT NOT NULL, content_hash TEXT NOT NULL,
    parser TEXT NOT NULL, deidentifier TEXT NOT NULL, embedder TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, passages INTEGER NOT NULL,
    code TEXT NOT NULL DEFAULT '', decision TEXT NOT NULL DEFAULT '',
    text_code TEXT NOT NULL DEFAULT '', part TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (collection, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS replaced (
    collection TEXT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (collection, code)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS active (
    only INTEGER PRIMARY KEY CHECK (only = 1), current TEXT NOT NULL, previous TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS unfinished (
    only INTEGER PRIMARY KEY CHECK (only = 1), collection TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS installation (
    only INTEGER PRIMARY KEY CHECK (only = 1), tag TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS build (
    number INTEGER PRIMARY KEY, collection TEXT NOT NULL, finished TEXT NOT NULL,
    new INTEGER NOT NULL, changed INTEGER NOT NULL, removed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL, failed INTEGER NOT NULL, in_review INTEGER NOT NULL,
    passages INTEGER NOT NULL, seconds REAL NOT NULL,
    who TEXT NOT NULL DEFAULT '', archive TEXT NOT NULL DEFAULT '',
    spans TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS decision (
    content_hash TEXT PRIMARY KEY, verdict TEXT NOT NULL, seen TEXT NOT NULL, spans TEXT NOT NULL,
    who TEXT NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID;
"""

_LATER_COLUMNS = (
    ("letter", "code"),
    ("letter", "decision"),
    ("letter", "text_code"),
    ("letter", "part"),
    ("build", "who"),
    ("build", "archive"),
    ("build", "spans"),
)
"""What tables of an earlier version lack, all of them texts."""


def bring_up_to_date(db: sqlite3.Connection) -> None:
    """Makes the tables that are not there, and adds to the others what they lack."""
    db.executescript(_SCHEMA)
    if not _lacking(db):
        return
    with db:
        db.execute("BEGIN IMMEDIATE")
        lacking = _lacking(db)  # another process may have been first
        for table, column in lacking:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
        if ("letter", "code") in lacking:
            # Collections of that version bear the paths of letters: none is searched or gone back
            # to any more, and the next build drops them and makes a new one.
            db.execute("DELETE FROM letter")
            db.execute("DELETE FROM active")


def _lacking(db: sqlite3.Connection) -> list[tuple[str, str]]:
    there = {
        (table, row[1])
        for table in ("letter", "build")
        for row in db.execute(f"PRAGMA table_info({table})")
    }
    return [column for column in _LATER_COLUMNS if column not in there]
