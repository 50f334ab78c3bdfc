"""What each collection was built from, and which one is active: a small SQLite file.

Chroma holds passages; this holds what a build must know to do only what changed, and the one name
whose change makes a new index the active one. Letters are listed collection by collection, so that
going back to the one before needs no rebuilding.

Paths of letters, which may name patients, stand here alone; the store knows letters by their codes.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from pathlib import Path

from index.catalogue_rows import (
    BUILD_COLUMNS,
    DECISION_COLUMNS,
    INTO_BUILD,
    INTO_DECISION,
    INTO_LETTER,
    LETTER_COLUMNS,
    build_of,
    build_row,
    decision_of,
    decision_row,
    entry_of,
    letter_rows,
)
from index.catalogue_schema import bring_up_to_date
from index.decisions import Decision
from index.entries import BuildRecord, Entry, State
from index.errors import StoreError

FILE = "index.sqlite3"
ALL = -1
"""As a limit: no limit."""


class Catalogue:
    """The catalogue of one data folder; safe to share by threads and by processes."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        self._ready = False

    def active(self) -> str:
        """The active collection's name; empty before the first build."""
        return self._pointer()[0]

    def previous(self) -> str:
        """The collection that `rollback` goes back to; empty where there is none."""
        return self._pointer()[1]

    def exists(self) -> bool:
        """Whether anything was ever written; asking alone writes nothing."""
        return self._path.exists()

    def own_prefix(self) -> str:
        """What the names of this data folder's collections begin with, and no other's do.

        Several installations may share one Chroma, and must not drop each other's collections.
        """
        with self._open() as db, db:
            db.execute("INSERT OR IGNORE INTO installation VALUES (1, ?)", (secrets.token_hex(4),))
            row = db.execute("SELECT tag FROM installation").fetchone()
        return f"letters-{row[0]}-"

    def entries(self, collection: str) -> dict[str, Entry]:
        """What a collection was built from, by letter id."""
        with self._open() as db:
            rows = db.execute(
                f"SELECT {LETTER_COLUMNS} FROM letter WHERE collection = ?", (collection,)
            ).fetchall()
        return {row[0]: entry_of(row) for row in rows}

    def entry(self, collection: str, letter_id: str) -> Entry | None:
        """What became of one file; None where the collection's build did not see it."""
        query = f"SELECT {LETTER_COLUMNS} FROM letter WHERE collection = ? AND id = ?"
        with self._open() as db:
            row = db.execute(query, (collection, letter_id)).fetchone()
        return entry_of(row) if row else None

    def counts(self, collection: str) -> dict[State, tuple[int, int]]:
        """How many files a collection's build left in each state, and their passages."""
        query = (
            "SELECT state, count(*), sum(passages) FROM letter WHERE collection = ? GROUP BY state"
        )
        with self._open() as db:
            rows = db.execute(query, (collection,)).fetchall()
        return {State(row[0]): (row[1], row[2]) for row in rows}

    def listed(
        self, collection: str, state: State, containing: str, start: int, limit: int
    ) -> tuple[tuple[Entry, ...], int]:
        """Files in a state, sorted by id, and how many there are in all.

        Args:
            containing: what the id or the reason must contain, in capitals or not.
        """
        where = (
            "FROM letter WHERE collection = ? AND state = ?"
            " AND instr(fold(id || ' ' || reason), ?) > 0"
        )
        wanted = (collection, state.value, containing.casefold())
        with self._open() as db:
            db.create_function("fold", 1, str.casefold, deterministic=True)
            query = f"SELECT {LETTER_COLUMNS} {where} ORDER BY id LIMIT ? OFFSET ?"
            rows = db.execute(query, (*wanted, limit, start)).fetchall()
            count = db.execute(f"SELECT count(*) {where}", wanted).fetchone()[0]
        return tuple(map(entry_of, rows)), int(count)

    def codes(self, collection: str, letters: Iterable[str]) -> list[str]:
        """The codes of letters of a collection, in the order asked for.

        Args:
            letters: paths or codes; those that are not in the collection are left out.
        """
        query = "SELECT code FROM letter WHERE collection = ? AND code != '' AND ? IN (id, code)"
        with self._open() as db:
            rows = [db.execute(query, (collection, each)).fetchone() for each in letters]
        return [str(row[0]) for row in rows if row]

    def builds(self, limit: int = 20) -> tuple[BuildRecord, ...]:
        """The last builds, the newest first."""
        with self._open() as db:
            rows = db.execute(
                f"SELECT {BUILD_COLUMNS} FROM build ORDER BY number DESC LIMIT ?", (limit,)
            ).fetchall()
        return tuple(map(build_of, rows))

    def archive(self, collection: str) -> str:
        """The folder that a collection was last built from; empty where that is not known."""
        with self._open() as db:
            row = db.execute(
                "SELECT archive FROM build WHERE collection = ? ORDER BY number DESC", (collection,)
            ).fetchone()
        return str(row[0]) if row else ""

    def decisions(self) -> dict[str, Decision]:
        """What was decided in the review, by the content hash of the letter's file."""
        if not self._path.exists():
            return {}
        with self._open() as db:
            rows = db.execute(f"SELECT {DECISION_COLUMNS} FROM decision").fetchall()
        return {row[0]: decision_of(row) for row in rows}

    def decide(self, decision: Decision) -> None:
        """Keeps a decision, in place of one on the same content."""
        with self._open() as db, db:
            db.execute(f"REPLACE {INTO_DECISION}", decision_row(decision))

    def start(self, collection: str, entries: Iterable[Entry]) -> None:
        """A build begins to fill a collection, or goes on with one that holds `entries` already.

        Should it be killed, the next one goes on there.
        """
        with self._open() as db, db:
            db.execute(
                "DELETE FROM letter WHERE collection = ? OR collection IN"
                " (SELECT collection FROM unfinished)",
                (collection,),
            )
            db.executemany(f"INSERT {INTO_LETTER}", letter_rows(collection, entries))
            db.execute("REPLACE INTO unfinished VALUES (1, ?)", (collection,))

    def unfinished(self) -> str:
        """The collection that a killed build was filling; empty where there is none."""
        if not self._path.exists():
            return ""
        with self._open() as db:
            row = db.execute("SELECT collection FROM unfinished").fetchone()
        return str(row[0]) if row else ""

    def note(self, collection: str, entries: Iterable[Entry]) -> None:
        """What is in a collection that is being filled."""
        with self._open() as db, db:
            db.executemany(f"REPLACE {INTO_LETTER}", letter_rows(collection, entries))

    def give_up(self) -> None:
        """Nothing is gone on with: the next build begins anew."""
        with self._open() as db, db:
            db.execute("DELETE FROM letter WHERE collection IN (SELECT collection FROM unfinished)")
            db.execute("DELETE FROM unfinished")

    def replaced(self, collection: str) -> frozenset[str]:
        """Codes of the letters of a collection's base that it has no more, or has anew."""
        with self._open() as db:
            query = "SELECT code FROM replaced WHERE collection = ?"
            return frozenset(str(row[0]) for row in db.execute(query, (collection,)))

    def switch(
        self, build: BuildRecord, entries: Iterable[Entry], replaced: Iterable[str] = ()
    ) -> None:
        """Makes the build's collection the active one, the one active now the previous one.

        All in one transaction: either everything of the build holds, or nothing. A build that left
        the active collection as it is only renews what is known of its letters.

        Args:
            replaced: see `replaced`.
        """
        name = build.collection
        with self._open() as db, db:
            current, previous = self._read_pointer(db)
            if name != current:
                previous = current
                db.execute("REPLACE INTO active VALUES (1, ?, ?)", (name, previous))
            for table in ("letter", "replaced"):
                db.execute(
                    f"DELETE FROM {table} WHERE collection NOT IN (?, ?)", (current, previous)
                )
                db.execute(f"DELETE FROM {table} WHERE collection = ?", (name,))
            db.executemany(f"INSERT {INTO_LETTER}", letter_rows(name, entries))
            db.executemany("INSERT INTO replaced VALUES (?, ?)", ((name, c) for c in replaced))
            db.execute("DELETE FROM unfinished")
            db.execute(f"INSERT {INTO_BUILD}", build_row(build))

    def rollback(self) -> str:
        """Makes the previous collection active again, and the active one the previous one.

        Returns:
            The name that is active now.

        Raises:
            StoreError: there is no previous collection.
        """
        with self._open() as db, db:
            current, previous = self._read_pointer(db)
            if not previous:
                raise StoreError("There is no earlier index to go back to.", retry=False)
            db.execute("REPLACE INTO active VALUES (1, ?, ?)", (previous, current))
        return previous

    def _pointer(self) -> tuple[str, str]:
        if not self.exists():
            return "", ""
        with self._open() as db:
            return self._read_pointer(db)

    @staticmethod
    def _read_pointer(db: sqlite3.Connection) -> tuple[str, str]:
        row = db.execute("SELECT current, previous FROM active").fetchone()
        return (str(row[0]), str(row[1])) if row else ("", "")

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        """A connection for one use: opening a file costs less than sharing a connection."""
        try:
            with closing(sqlite3.connect(self._path, timeout=10.0)) as db:
                if not self._ready:
                    bring_up_to_date(db)
                    self._ready = True
                yield db
        except sqlite3.Error as error:
            raise StoreError(
                f"The index's catalogue {self._path} can't be used: {error}.",
                "Check that the data folder is writable and that the disk is not full.",
                retry=False,
            ) from error
