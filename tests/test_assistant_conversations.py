from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError, dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from assistant import audit
from assistant.accounts import Accounts, Role, User
from assistant.conversation import Conversation, How, NewVersion, storable
from assistant.conversations import Conversations
from assistant.database import Database, open_database
from assistant.origin import Origin
from assistant.prompt import Kind
from assistant.records import AuditRecord, MessageRecord, OriginRecord, VersionRecord
from index.case import Case, CaseDetails, Patient
from index.case_text import render_case
from index.errors import AccessDenied, InputError
from index.importers.source_text import Block, Source
from index.letter import LetterMetadata
from retrieval.exemplar import Exemplar

CASE = render_case(
    CaseDetails(language="de", patient=Patient(last_name="Öztürk", birth_date=dt.date(1961, 2, 3)))
)
EXEMPLAR = Exemplar(
    letter_id="2019/a.txt",
    text="Sehr geehrte Frau Kollegin",
    score=0.71,
    reasons=("same tumour group: breast",),
    metadata=LetterMetadata(language="de", author="k3f", date=dt.date(2019, 5, 4)),
)
DRAFT = NewVersion(
    text="Sehr geehrter Herr Kollege",
    how=How.DRAFTED,
    model="letters",
    cut=True,
    exemplars=(EXEMPLAR,),
    meter={"case": 210, "answer": 900},
    condensed="Öztürk, kurz",
)


@dataclass
class Desk:
    database: Database
    conversations: Conversations
    weber: User
    huber: User
    clock: list[dt.datetime]

    def wait(self, **time: float) -> None:
        self.clock[0] += dt.timedelta(**time)

    def new(
        self, title: str = "Öztürk", case: Case = CASE, origin: Origin | None = None
    ) -> Conversation:
        return self.conversations.create(self.weber, case, title=title, origin=origin)

    def open(self, conversation: Conversation) -> Conversation:
        return self.conversations.open(self.weber, conversation.id)

    def texts(self, conversation: Conversation) -> list[str]:
        return [version.text for version in self.open(conversation).versions]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database = open_database(f"sqlite:///{tmp_path}/epikrise.db")
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    accounts = Accounts(database, hasher=cheap)
    clock = [dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.UTC)]
    weber, huber = (
        accounts.create(name, "correct horse battery", Role.PHYSICIAN)
        for name in ("weber", "huber")
    )
    conversations = Conversations(database, clock=lambda: clock[0])
    yield Desk(database, conversations, weber, huber, clock)
    database.close()


def test_a_conversation_comes_back_as_it_was_put_in(desk: Desk) -> None:
    made = desk.new()
    version = desk.conversations.add_version(desk.weber, made.id, DRAFT)
    desk.conversations.say(desk.weber, made.id, "user", "Draft the letter")
    desk.conversations.say(desk.weber, made.id, "assistant", "Version 1 is ready.")
    opened = desk.open(made)
    assert opened.case == CASE
    assert opened.kind is Kind.LETTER
    assert [(m.role, m.text) for m in opened.messages] == [
        ("user", "Draft the letter"),
        ("assistant", "Version 1 is ready."),
    ]
    assert opened.versions == (version,)
    assert opened.current() == version
    assert version.number == 1
    assert version.exemplars == (EXEMPLAR,)
    assert version.meter == {"case": 210, "answer": 900}
    assert (version.condensed, opened.condensed) == ("Öztürk, kurz", "")
    assert version.cut
    assert version.created == desk.clock[0]
    with pytest.raises(FrozenInstanceError):
        opened.title = "x"  # type: ignore[misc]


def test_free_text_has_no_details(desk: Desk) -> None:
    made = desk.new(case=Case("a\x00 case \ud800 <b>", "en"))
    assert desk.open(made).case == Case("a case ? <b>", "en")
    assert desk.open(made).current() is None


STEPS: dict[str, Callable[[Conversations, User, str], object]] = {
    "open": lambda c, user, id_: c.open(user, id_),
    "origin": lambda c, user, id_: c.origin(user, id_),
    "delete": lambda c, user, id_: c.delete(user, id_),
    "say": lambda c, user, id_: c.say(user, id_, "user", "x"),
    "add_version": lambda c, user, id_: c.add_version(user, id_, DRAFT),
    "keep_condensed": lambda c, user, id_: c.keep_condensed(user, id_, "x"),
    "edit": lambda c, user, id_: c.edit(user, id_, "x", base=1),
    "restore": lambda c, user, id_: c.restore(user, id_, 1),
    "decide": lambda c, user, id_: c.decide(user, id_, 1, {}),
    "record": lambda c, user, id_: c.record(user, id_, "letter.downloaded", "x"),
}


def test_every_step_on_a_conversation_is_in_the_table_above() -> None:
    public = {name for name in vars(Conversations) if not name.startswith("_")}
    assert public == {"create", "mine", *STEPS}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_anothers_conversation_is_as_if_it_did_not_exist(
    desk: Desk, step: Callable[[Conversations, User, str], object]
) -> None:
    made = desk.new()
    desk.conversations.add_version(desk.weber, made.id, DRAFT)
    before = desk.open(made)
    refusals: set[str] = set()
    for user, id_ in ((desk.huber, made.id), (desk.weber, "none"), (desk.weber, "\x00\ud800")):
        with pytest.raises(AccessDenied) as caught:
            step(desk.conversations, user, id_)
        refusals.add(str(caught.value))
    assert len(refusals) == 1
    assert desk.open(made) == before


def test_the_list_holds_mine_alone_last_used_first(desk: Desk) -> None:
    first, second = desk.new("  first \n again "), desk.new("second")
    desk.conversations.create(desk.huber, CASE, title="another's")
    desk.wait(minutes=1)
    desk.conversations.say(desk.weber, second.id, "user", "hello")
    desk.wait(minutes=1)
    assert [head.title for head in desk.conversations.mine(desk.weber)] == ["second", "first again"]
    desk.conversations.say(desk.weber, first.id, "user", "hello")
    assert [head.title for head in desk.conversations.mine(desk.weber)] == ["first again", "second"]


@pytest.mark.parametrize(
    ("given", "kept"), [("", "Untitled"), (" \n", "Untitled"), ("x" * 999, "x" * 200)]
)
def test_titles_are_made_to_fit(desk: Desk, given: str, kept: str) -> None:
    assert desk.new(given).title == kept


def test_going_back_adds_a_version_and_loses_none(desk: Desk) -> None:
    made = desk.new()
    desk.conversations.add_version(desk.weber, made.id, DRAFT)
    refined = NewVersion("shorter", How.REFINED, base=1, instruction="shorter", model="letters")
    desk.conversations.add_version(desk.weber, made.id, refined)
    back = desk.conversations.restore(desk.weber, made.id, 1)
    assert (back.number, back.how, back.base, back.text) == (3, How.RESTORED, 1, DRAFT.text)
    assert back.exemplars == (EXEMPLAR,)
    assert desk.texts(made) == [DRAFT.text, "shorter", DRAFT.text]
    with pytest.raises(InputError, match="no version 9"):
        desk.conversations.restore(desk.weber, made.id, 9)


def test_every_edit_is_a_version_and_the_same_text_is_none(desk: Desk) -> None:
    made = desk.new()
    edit = desk.conversations.edit
    desk.conversations.add_version(desk.weber, made.id, DRAFT)
    assert edit(desk.weber, made.id, DRAFT.text, base=1).number == 1
    assert edit(desk.weber, made.id, "a", base=1).number == 2
    assert edit(desk.weber, made.id, "a\r\n", base=2).number == 2
    assert edit(desk.weber, made.id, "ab", base=2).number == 3
    assert edit(desk.weber, made.id, "ab", base=3).number == 3
    assert desk.texts(made) == [DRAFT.text, "a", "ab"]
    edited = desk.open(made).versions[1]
    assert (edited.how, edited.base, edited.exemplars) == (How.EDITED, 1, (EXEMPLAR,))
    assert (edited.model, edited.meter) == ("", {})


def test_an_edit_in_another_window_overwrites_nothing(desk: Desk) -> None:
    made = desk.new()
    desk.conversations.add_version(desk.weber, made.id, DRAFT)
    desk.conversations.edit(desk.weber, made.id, "here", base=1)
    desk.conversations.edit(desk.weber, made.id, "there", base=1)
    # Both windows save again what they began with.
    desk.conversations.edit(desk.weber, made.id, "here again", base=2)
    desk.conversations.edit(desk.weber, made.id, "there again", base=2)
    assert desk.texts(made) == [DRAFT.text, "here", "there", "here again", "there again"]
    with pytest.raises(InputError, match="no version 7"):
        desk.conversations.edit(desk.weber, made.id, "x", base=7)


def test_letter_and_summary_live_side_by_side(desk: Desk) -> None:
    made = desk.new()
    desk.conversations.add_version(desk.weber, made.id, DRAFT)
    summary = NewVersion("In short", How.DRAFTED, kind=Kind.SUMMARY, model="summary")
    desk.conversations.add_version(desk.weber, made.id, summary)
    edited = desk.conversations.edit(desk.weber, made.id, "In brief", base=2)
    opened = desk.open(made)
    assert edited.kind is Kind.SUMMARY
    letter = opened.current(Kind.LETTER)
    assert letter
    assert letter.number == 1
    assert opened.current(Kind.SUMMARY) == opened.current() == edited


def test_decisions_are_kept(desk: Desk) -> None:
    made = desk.new()
    desk.conversations.add_version(desk.weber, made.id, DRAFT)
    desk.conversations.decide(desk.weber, made.id, 1, {"12-19": "known"})
    assert desk.open(made).versions[0].decisions == {"12-19": "known"}


def test_no_file_of_the_database_holds_what_was_deleted(desk: Desk, tmp_path: Path) -> None:
    source = Source((Block("", "Xaver Qwertzmann"),), {})
    origin = Origin("note.xml", source, CaseDetails(), ())
    made = desk.new(case=Case("Patient: Xaver Qwertzmann", "en"), origin=origin)
    files = [*tmp_path.rglob("*.db*")]
    assert any(b"Qwertzmann" in file.read_bytes() for file in files)
    desk.conversations.delete(desk.weber, made.id)
    assert not any(b"Qwertzmann" in file.read_bytes() for file in files if file.exists())


def test_what_is_deleted_is_gone(desk: Desk) -> None:
    made = desk.new(origin=Origin("note.xml", Source((), {}), CaseDetails(), ()))
    desk.conversations.add_version(desk.weber, made.id, DRAFT)
    desk.conversations.say(desk.weber, made.id, "user", "hello")
    desk.conversations.delete(desk.weber, made.id)
    with pytest.raises(AccessDenied):
        desk.open(made)
    with desk.database.read() as session:
        for table in (MessageRecord, VersionRecord, OriginRecord):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_the_trail_names_each_act_and_no_content(desk: Desk) -> None:
    made = desk.new()
    desk.conversations.add_version(desk.weber, made.id, DRAFT)
    desk.conversations.edit(desk.weber, made.id, "by hand", base=1)
    desk.conversations.record(desk.weber, made.id, "letter.downloaded", "by hand")
    with desk.database.read() as session:
        rows = session.scalars(sa.select(AuditRecord).where(AuditRecord.user == "weber")).all()
        assert audit.first_broken_row(session) is None
    assert [(row.action, row.object, row.sha256) for row in rows] == [
        ("conversation.created", made.id, audit.sha256_of(CASE.text)),
        ("version.drafted", f"{made.id}/1", audit.sha256_of(DRAFT.text)),
        ("version.edited", f"{made.id}/2", audit.sha256_of("by hand")),
        ("letter.downloaded", made.id, audit.sha256_of("by hand")),
    ]


def test_two_windows_at_once_lose_no_version(desk: Desk) -> None:
    made = desk.new()

    def add() -> None:
        for _ in range(10):
            desk.conversations.add_version(desk.weber, made.id, DRAFT)
            desk.conversations.say(desk.weber, made.id, "user", "again")

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    opened = desk.open(made)
    assert [version.number for version in opened.versions] == list(range(1, 31))
    assert len(opened.messages) == 30
    with desk.database.read() as session:
        assert audit.first_broken_row(session) is None


@given(st.text(st.characters(codec=None)))
def test_storable_text_can_be_stored_and_is_left_alone_where_it_could_be(text: str) -> None:
    stored = storable(text)
    assert "\x00" not in stored
    assert stored.encode("utf-8").decode("utf-8") == stored
    if "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text):
        assert stored == text
