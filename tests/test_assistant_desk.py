"""The desk with a drafter that writes what it is told to, and the real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from assistant.accounts import Accounts, Role, User
from assistant.context import ContextMeter
from assistant.conversation import How
from assistant.conversations import Conversations
from assistant.database import open_database
from assistant.desk import Desk, Progress, title_of
from assistant.draft import Draft, Ending
from assistant.drafting import Condensing, Delta, Event, Finished, Fitted, Found
from assistant.prompt import Kind, Turn
from assistant.review import turns_of
from index.case import Case, CaseDetails, Diagnosis, Patient
from index.case_text import render_case
from index.errors import AccessDenied, Busy, CaseError, ModelUnavailable
from index.letter import LetterMetadata
from retrieval.exemplar import Exemplar

CASE = Case("Patient: Anna Berger", "en")
EXEMPLAR = Exemplar("a.txt", "Dear colleague", 0.5, (), LetterMetadata("en"))


class FakeDrafter:
    """Answers with `texts` in turn, broken off after `breaks_after` pieces."""

    def __init__(self, *texts: str, breaks_after: int | None = None) -> None:
        self.texts = list(texts)
        self.breaks_after = breaks_after
        self.ending = Ending.STOP
        self.waits_after: int | None = None
        self.no_room: tuple[Exemplar, ...] = ()
        self.department: str | None = None
        self.condenses = ""
        """To what, if the case is too long."""
        self.given = ""
        self.asked: list[tuple[Kind, tuple[Turn, ...], Sequence[Exemplar] | None]] = []

    async def draft(
        self,
        case: Case,
        kind: Kind,
        turns: Sequence[Turn] = (),
        exemplars: Sequence[Exemplar] | None = None,
        department: str | None = None,
        condensed: str = "",
    ) -> AsyncGenerator[Event, None]:
        self.asked.append((kind, tuple(turns), exemplars))
        self.department, self.given = department, condensed
        if exemplars is None:
            yield Found((EXEMPLAR, *self.no_room), "")
        if self.condenses and not condensed:
            yield Condensing(0, 2)
            yield Condensing(2, 2)
        meter = ContextMeter(1, 1, 0, 1, 3, 9)
        shown = self.condenses and (condensed or self.condenses)
        yield Fitted([], meter, tuple(exemplars or (EXEMPLAR,)), shown)
        text = self.texts.pop(0)
        for number, piece in enumerate(text.split(" ")):
            if number == self.breaks_after:
                raise ModelUnavailable("The model broke off.", "Try again.")
            if number == self.waits_after:
                await asyncio.Event().wait()
            yield Delta(f"{piece} ")
        yield Finished(Draft(text, (), kind, "letters", self.ending, None, 0.0, 0.0))


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[tuple[Conversations, User, User]]:
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    accounts = Accounts(database, hasher=cheap)
    one = accounts.create("one", "a long password", Role.PHYSICIAN)
    two = accounts.create("two", "a long password", Role.PHYSICIAN)
    yield Conversations(database), one, two
    database.close()


async def answers(desk: Desk, user: User, id_: str, message: str, **more: Any) -> list[Progress]:
    return [progress async for progress in desk.answer(user, id_, message, **more)]


async def test_a_draft_is_kept_as_the_first_version(storage) -> None:
    conversations, user, _ = storage
    desk = Desk(conversations, FakeDrafter("Dear Dr. Keller"))
    id_ = desk.begin(user, CASE).id
    steps = await answers(desk, user, id_, "Draft the letter")
    assert steps[-1].version is not None
    assert steps[-1].version.text == "Dear Dr. Keller"
    kept = conversations.open(user, id_)
    assert [version.how for version in kept.versions] == [How.DRAFTED]
    assert [message.role for message in kept.messages] == ["user", "assistant"]
    assert kept.versions[0].exemplars == (EXEMPLAR,)


async def test_refine_turns_carry_the_text_that_the_physician_saw(storage) -> None:
    conversations, user, _ = storage
    drafter = FakeDrafter("first", "second", "third")
    desk = Desk(conversations, drafter)
    id_ = desk.begin(user, CASE).id
    await answers(desk, user, id_, "Draft the letter")
    await answers(desk, user, id_, "make it shorter")
    conversations.edit(user, id_, "second, edited", base=2)
    await answers(desk, user, id_, "more formal please")
    kind, turns, exemplars = drafter.asked[-1]
    assert kind is Kind.LETTER
    assert turns == (
        Turn("first", "make it shorter"),
        Turn("second, edited", "more formal please"),
    )
    # The same exemplars again: the prompt's beginning is what vLLM has in its cache.
    assert exemplars == (EXEMPLAR,)


async def test_a_change_that_the_model_did_not_make_is_not_said_to_be_made(storage) -> None:
    conversations, user, _ = storage
    desk = Desk(conversations, FakeDrafter("Dear Dr. Keller", "Dear Dr. Keller", "Dear Dr. Roth"))
    id_ = desk.begin(user, CASE).id
    for message in ("Draft the letter", "address it to Dr. Roth", "address it to Dr. Roth, please"):
        await answers(desk, user, id_, message)
    said = [m.text for m in conversations.open(user, id_).messages if m.role == "assistant"]
    assert "changed nothing" in said[1]
    assert said[2] == "I changed the letter (version 3)."


async def test_going_back_takes_up_the_turns_of_the_version_gone_back_to(storage) -> None:
    conversations, user, _ = storage
    desk = Desk(conversations, FakeDrafter("first", "second", "third"))
    id_ = desk.begin(user, CASE).id
    await answers(desk, user, id_, "Draft the letter")
    await answers(desk, user, id_, "make it shorter")
    restored = conversations.restore(user, id_, 1)
    assert turns_of(conversations.open(user, id_), restored) == ()


async def test_what_was_written_before_the_model_died_is_kept(storage) -> None:
    conversations, user, _ = storage
    desk = Desk(conversations, FakeDrafter("one two three four", breaks_after=2))
    id_ = desk.begin(user, CASE).id
    steps = await answers(desk, user, id_, "Draft the letter")
    assert "broke off" in steps[-1].problem
    (version,) = conversations.open(user, id_).versions
    assert version.text.split() == ["one", "two"]
    assert version.cut


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Ending.STOP, "Here is the letter (version 1)."),
        (Ending.LENGTH, "length limit"),
        (Ending.REPETITION, "began to repeat itself"),
    ],
)
async def test_the_chat_says_why_a_text_ends_where_it_does(storage, ending, words) -> None:
    conversations, user, _ = storage
    drafter = FakeDrafter("one two")
    drafter.ending = ending
    desk = Desk(conversations, drafter)
    id_ = desk.begin(user, CASE).id
    await answers(desk, user, id_, "Draft the letter")
    kept = conversations.open(user, id_)
    assert words in kept.messages[-1].text
    assert kept.versions[0].cut is (ending is not Ending.STOP)


async def test_what_was_written_before_the_browser_left_is_kept(storage) -> None:
    conversations, user, _ = storage
    desk = Desk(conversations, FakeDrafter("one two three four"))
    id_ = desk.begin(user, CASE).id
    steps = desk.answer(user, id_, "Draft the letter")
    async for progress in steps:
        if "two" in progress.text:
            break
    await steps.aclose()
    kept = conversations.open(user, id_)
    (version,) = kept.versions
    assert version.text.startswith("one two")
    assert version.cut
    assert "stopped before its end" in kept.messages[-1].text


async def test_a_model_that_dies_before_the_first_word_leaves_no_version(storage) -> None:
    conversations, user, _ = storage
    desk = Desk(conversations, FakeDrafter("one", breaks_after=0))
    id_ = desk.begin(user, CASE).id
    steps = await answers(desk, user, id_, "Draft the letter")
    assert steps[-1].version is None
    assert conversations.open(user, id_).messages[-1].text == steps[-1].problem


async def test_a_summary_goes_to_its_own_kind(storage) -> None:
    conversations, user, _ = storage
    drafter = FakeDrafter("a summary", "a letter", "a shorter summary")
    desk = Desk(conversations, drafter)
    id_ = desk.begin(user, CASE).id
    await answers(desk, user, id_, "Summarise the case")
    await answers(desk, user, id_, "Draft the letter")
    await answers(desk, user, id_, "shorter", seen=1)
    assert [kind for kind, _, _ in drafter.asked] == [Kind.SUMMARY, Kind.LETTER, Kind.SUMMARY]
    assert drafter.asked[-1][1] == (Turn("a summary", "shorter"),)


async def test_a_change_is_made_to_the_version_that_is_seen(storage) -> None:
    conversations, user, _ = storage
    drafter = FakeDrafter("first", "second", "third")
    desk = Desk(conversations, drafter)
    id_ = desk.begin(user, CASE).id
    await answers(desk, user, id_, "Draft the letter")
    await answers(desk, user, id_, "make it longer")
    await answers(desk, user, id_, "make it shorter", seen=1)
    assert drafter.asked[-1][1] == (Turn("first", "make it shorter"),)
    assert conversations.open(user, id_).versions[-1].base == 1


async def test_example_letters_that_had_no_room_are_not_said_to_be_used(storage) -> None:
    conversations, user, _ = storage
    drafter = FakeDrafter("first", "second")
    drafter.no_room = (EXEMPLAR, EXEMPLAR)
    desk = Desk(conversations, drafter)
    id_ = desk.begin(user, CASE).id
    steps = await answers(desk, user, id_, "Draft the letter")
    assert steps[-1].exemplars == (EXEMPLAR,)
    assert conversations.open(user, id_).versions[0].exemplars == (EXEMPLAR,)


async def test_a_second_answer_waits_for_the_first(storage) -> None:
    conversations, user, _ = storage
    desk = Desk(conversations, FakeDrafter("one two three", "again"))
    id_ = desk.begin(user, CASE).id
    first = desk.answer(user, id_, "Draft the letter")
    await anext(first)
    with pytest.raises(Busy):
        await answers(desk, user, id_, "Summarise the case")
    async for _ in first:
        pass
    assert [m.role for m in conversations.open(user, id_).messages] == ["user", "assistant"]
    await answers(desk, user, id_, "make it shorter")


@pytest.mark.parametrize("until", ["Looking", "Condensing", "Reading", "one"])
async def test_stop_ends_what_is_written_and_keeps_it(storage, until: str) -> None:
    conversations, user, _ = storage
    drafter = FakeDrafter("one two three", "again")
    drafter.condenses = "in short"
    drafter.waits_after = 1
    desk = Desk(conversations, drafter)
    id_ = desk.begin(user, CASE).id
    first = desk.answer(user, id_, "Draft the letter")
    async for progress in first:
        if progress.step.startswith(until) or progress.text.startswith(until):
            break
    waiting = asyncio.create_task(desk.stop(id_))
    await asyncio.sleep(0)
    assert not waiting.done()
    rest = [progress async for progress in first]
    assert rest[-1].stopped
    await waiting
    kept = conversations.open(user, id_)
    written = [version.text for version in kept.versions]
    assert written == ["one "] or (until != "one" and not written)
    assert "topped before" in kept.messages[-1].text
    await desk.stop(id_)  # nothing is being written: nothing to wait for
    drafter.waits_after = None
    assert (await answers(desk, user, id_, "Draft the letter"))[-1].version is not None


async def test_what_a_first_draft_can_not_take_up_is_said(storage) -> None:
    conversations, user, _ = storage
    desk = Desk(conversations, FakeDrafter("Dear Dr. Keller"))
    id_ = desk.begin(user, CASE).id
    await answers(desk, user, id_, "Draft the letter and address it to Dr. Roth")
    assert "say now what should be different" in conversations.open(user, id_).messages[-1].text


async def test_a_condensed_case_is_kept_and_used_again_also_after_a_restart(storage) -> None:
    conversations, user, _ = storage
    drafter = FakeDrafter("first", "second", "third")
    drafter.condenses = "Anna Berger, in short"
    desk = Desk(conversations, drafter)
    id_ = desk.begin(user, CASE).id
    steps = [p.step for p in await answers(desk, user, id_, "Draft the letter")]
    assert "Condensing a long record: 0 of 2 parts done …" in steps
    assert conversations.open(user, id_).condensed == drafter.condenses
    drafter.condenses = "not again"
    again = await answers(Desk(conversations, drafter), user, id_, "make it shorter")
    assert drafter.given == "Anna Berger, in short"
    assert not any(progress.step.startswith("Condensing") for progress in again)
    edited = desk.edit(user, id_, "by hand", base=2)
    kept = conversations.open(user, id_)
    assert [v.condensed for v in kept.versions] == ["Anna Berger, in short"] * 3
    assert edited.condensed == kept.condensed == "Anna Berger, in short"
    assert kept.case == CASE, "the check goes by all of it"


async def test_what_was_condensed_outlives_a_draft_that_came_to_nothing(storage) -> None:
    conversations, user, _ = storage
    drafter = FakeDrafter("one", breaks_after=0)
    drafter.condenses = "in short"
    desk = Desk(conversations, drafter)
    id_ = desk.begin(user, CASE).id
    await answers(desk, user, id_, "Draft the letter")
    kept = conversations.open(user, id_)
    assert (kept.versions, kept.condensed) == ((), "in short")


async def test_letters_of_ones_own_department_are_preferred(storage) -> None:
    conversations, user, _ = storage
    drafter = FakeDrafter("text")
    desk = Desk(conversations, drafter)
    colleague = replace(user, department="Radiation Oncology")
    await answers(desk, colleague, desk.begin(colleague, CASE).id, "Draft the letter")
    assert drafter.department == "Radiation Oncology"


async def test_another_users_conversation_is_refused(storage) -> None:
    conversations, user, other = storage
    desk = Desk(conversations, FakeDrafter("text"))
    id_ = desk.begin(user, CASE).id
    with pytest.raises(AccessDenied):
        await answers(desk, other, id_, "Draft the letter")


async def test_an_empty_message_is_refused(storage) -> None:
    conversations, user, _ = storage
    desk = Desk(conversations, FakeDrafter())
    id_ = desk.begin(user, CASE).id
    with pytest.raises(CaseError, match="empty"):
        await answers(desk, user, id_, "  ")


def test_titles_name_the_patient_or_the_first_line() -> None:
    details = CaseDetails(
        patient=Patient(first_name="Anna", last_name="Berger"), diagnosis=Diagnosis(name="cancer")
    )
    assert title_of(render_case(details)) == "Berger, Anna - cancer"
    assert title_of(CASE) == "Anna Berger"
    assert title_of(Case("\n  A note.\n", "en")) == "A note."
