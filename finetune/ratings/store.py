"""Rounds of rating and what was rated in them: a small SQLite file in the data folder.

It is a file of its own, as the tables of the assistant's database and their migrations are the
assistant's. It holds cases and drafts, so it is kept as private as that database.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from assistant.accounts import now
from assistant.database import Database, create_database_engine
from finetune.ratings.drafts import Answers
from finetune.ratings.instrument import Score
from finetune.ratings.records import DRAFTS, RATINGS, ROUNDS, TABLES, Rating, Round, Sheet
from index.errors import InputError, SettingsError, TrainingError

FILE = "ratings.sqlite"
_VERSION = 1
"""Of the tables; a change to them needs another, and a way there from this one."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Ratings:
    """The file at work; `open_ratings` hands it out.

    Args:
        database: with the tables above.
        clock: says when it is.
    """

    def __init__(self, database: Database, clock: Callable[[], dt.datetime] = now) -> None:
        self._database = database
        self._clock = clock

    def begin(self, name: str, answers: Answers, *, pdsqi: bool) -> Round:
        """A new round. What is rated in it never changes.

        Raises:
            TrainingError: the name is malformed or taken.
        """
        if not _NAME.fullmatch(name):
            raise TrainingError(
                "A round's name has 1 to 64 letters, digits, and . _ -.",
                "It begins with a letter or a digit.",
            )
        begun = self._now()
        with self._database.write() as session:
            if session.scalar(select(ROUNDS.c.name).where(ROUNDS.c.name == name)):
                raise TrainingError(f"There is a round {name} already.", "Give another name.")
            session.execute(
                insert(ROUNDS).values(
                    name=name, begun=begun, pdsqi=pdsqi, answers_sha256=answers.sha256
                )
            )
            rows = [{"round": name, **row.model_dump()} for row in answers.rows]
            session.execute(insert(DRAFTS), rows)
        return Round(name, begun, pdsqi, len(answers.rows))

    def rounds(self) -> tuple[Round, ...]:
        """The newest first."""
        counted = func.count(DRAFTS.c.id)
        query = (
            select(ROUNDS.c.name, ROUNDS.c.begun, ROUNDS.c.pdsqi, counted)
            .join(DRAFTS)
            .group_by(ROUNDS.c.name)
            .order_by(ROUNDS.c.begun.desc(), ROUNDS.c.name)
        )
        with self._database.read() as session:
            return tuple(Round(*row) for row in session.execute(query))

    def round(self, name: str) -> Round:
        """
        Raises:
            TrainingError: there is none of this name.
        """
        rounds = self.rounds()
        for each in rounds:
            if each.name == name:
                return each
        known = ", ".join(each.name for each in rounds)
        raise TrainingError(
            f"There is no round {name}.",
            f"Known: {known}." if known else "`epikrise finetune ratings new` begins one.",
        )

    def sheets(self, name: str, rater: str) -> tuple[Sheet, ...]:
        """All drafts of a round in the order of this rater, the same at every call."""
        with self._database.read() as session:
            drafts = session.execute(
                select(DRAFTS.c.id, DRAFTS.c.case, DRAFTS.c.draft)
                .where(DRAFTS.c.round == name)
                .order_by(DRAFTS.c.id)
            ).all()
            mine = {
                row.draft_id: row
                for row in session.execute(
                    select(RATINGS)
                    .join(DRAFTS)
                    .where(DRAFTS.c.round == name, RATINGS.c.rater == rater)
                )
            }
        sheets: list[Sheet] = []
        for number, place in enumerate(_order(name, rater, len(drafts)), 1):
            id_, case, draft = drafts[place]
            said = mine.get(id_)
            scores, comment = (said.scores, said.comment) if said else ({}, "")
            sheets.append(Sheet(number, case, draft, scores, comment))
        return tuple(sheets)

    def keep(
        self,
        name: str,
        rater: str,
        number: int,
        scores: Mapping[str, Score],
        comment: str | None = None,
    ) -> None:
        """Keeps a rater's answers for a draft; what was answered before and is not given stays.

        Args:
            number: in this rater's order, from 1.
            scores: by the items' names.
            comment: None leaves it as it is.

        Raises:
            InputError: there is no such draft, question or score.
        """
        items = {item.name: item for item in self.round(name).items}
        if not all(key in items and items[key].takes(score) for key, score in scores.items()):
            raise InputError("There is no such score.", "Load the page anew.")
        with self._database.write() as session:
            ids = session.scalars(
                select(DRAFTS.c.id).where(DRAFTS.c.round == name).order_by(DRAFTS.c.id)
            ).all()
            if not 1 <= number <= len(ids):
                raise InputError("There is no such draft.", "Load the page anew.")
            id_ = ids[_order(name, rater, len(ids))[number - 1]]
            one = (RATINGS.c.draft_id == id_) & (RATINGS.c.rater == rater)
            before = session.execute(select(RATINGS).where(one)).first()
            values = {
                "scores": {**(before.scores if before else {}), **scores},
                "comment": comment if comment is not None else before.comment if before else "",
                "at": self._now(),
            }
            if before:
                session.execute(update(RATINGS).where(one).values(values))
            elif scores or comment:
                session.execute(insert(RATINGS).values(draft_id=id_, rater=rater, **values))

    def ratings(self, name: str) -> tuple[Rating, ...]:
        """All that was said in a round, by rater, case and model."""
        query = (
            select(RATINGS, DRAFTS.c.case_id, DRAFTS.c.model)
            .join(DRAFTS)
            .where(DRAFTS.c.round == name)
            .order_by(RATINGS.c.rater, DRAFTS.c.case_id, DRAFTS.c.model)
        )
        with self._database.read() as session:
            return tuple(
                Rating(row.rater, row.case_id, row.model, row.scores, row.comment, row.at)
                for row in session.execute(query)
            )

    def cases_by_model(self, name: str) -> dict[str, set[str]]:
        """What there is to rate in a round."""
        query = select(DRAFTS.c.model, DRAFTS.c.case_id).where(DRAFTS.c.round == name)
        models: dict[str, set[str]] = {}
        with self._database.read() as session:
            for model, case_id in session.execute(query):
                models.setdefault(model, set()).add(case_id)
        return models

    def delete(self, name: str) -> None:
        """A round with its cases, drafts and ratings, gone for good."""
        self.round(name)
        with self._database.write() as session:
            session.execute(delete(ROUNDS).where(ROUNDS.c.name == name))
        self._database.forget()

    def _now(self) -> str:
        return self._clock().astimezone(dt.UTC).isoformat()


@contextmanager
def open_ratings(data_dir: Path) -> Generator[Ratings]:
    """The file in this data folder, made where there is none.

    Raises:
        SettingsError: it can't be used, or a newer Epikrise wrote it.
    """
    engine = create_database_engine(f"sqlite:///{data_dir / FILE}")
    try:
        _make_tables(engine)
        yield Ratings(Database(engine))
    except DBAPIError as error:
        raise SettingsError(
            f"{data_dir / FILE} can't be used: {type(error.orig).__name__}.",
            "Make room, make it writable, or put its backup back.",
        ) from None
    finally:
        engine.dispose()


def _make_tables(engine: Engine) -> None:
    with engine.begin() as connection:
        version = connection.exec_driver_sql("PRAGMA user_version").scalar()
    if version == _VERSION:
        return
    if version != 0:
        raise SettingsError(
            f"{FILE} was written by another version of Epikrise.", "Install that version again."
        )
    with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
        TABLES.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {_VERSION}")


def _order(name: str, rater: str, count: int) -> list[int]:
    """Which draft comes when: random, another for each rater, always the same for one."""
    order = list(range(count))
    Random(f"{name}/{rater}").shuffle(order)
    return order
