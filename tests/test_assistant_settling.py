"""Findings settled, with the real database: corrected, deleted, accepted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from assistant.accounts import Accounts, Role, User
from assistant.check import Assertion, Finding, Status
from assistant.conversation import How, NewVersion, Version
from assistant.conversations import Conversations
from assistant.database import open_database
from assistant.decisions import accept, accepted, statement_of
from assistant.desk import Desk
from assistant.review import refusal, review
from assistant.settling import Pointed, Settling
from index.case import Case
from index.errors import AccessDenied, InputError
from index.letter import LetterMetadata
from retrieval.exemplar import Exemplar

CASE = Case("Patient: Anna Berger\nRadiotherapy: 50 Gy in 25 fractions of 2 Gy", "en")
LETTER = "Ms. Berger had 50 Gy in 28 fractions. She takes metformin. In all 28 fractions."
EXEMPLAR = Exemplar("x", "He takes ramipril.", 0.5, (), LetterMetadata("en"))
AT = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)


class Letter:
    """A letter of one physician, and another physician."""

    def __init__(self, conversations: Conversations, user: User, other: User) -> None:
        self.conversations, self.user, self.other = conversations, user, other
        self.settling = Settling(conversations, clock=lambda: AT)
        self.id = conversations.create(user, CASE, title="x").id
        self.add(LETTER)

    def add(self, text: str, *exemplars: Exemplar) -> Version:
        new = NewVersion(text, How.DRAFTED, exemplars=exemplars)
        return self.conversations.add_version(self.user, self.id, new)

    @property
    def versions(self) -> tuple[Version, ...]:
        return self.conversations.open(self.user, self.id).versions

    def open(self, number: int) -> list[str]:
        conversation = self.conversations.open(self.user, self.id)
        return [f.fact.text for f in review(conversation, conversation.version(number)).open]

    def blocking(self, number: int) -> tuple[Finding, ...]:
        conversation = self.conversations.open(self.user, self.id)
        return review(conversation, conversation.version(number)).blocking


@pytest.fixture
def letter(tmp_path: Path) -> Iterator[Letter]:
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    accounts = Accounts(database, hasher=cheap)
    one, two = (
        accounts.create(name, "a long password", Role.PHYSICIAN) for name in ("weber", "huber")
    )
    yield Letter(Conversations(database), one, two)
    database.close()


def at(words: str, text: str = LETTER) -> Pointed:
    start = text.index(words)
    return Pointed(start, start + len(words), words)


def test_a_correction_is_a_version_and_mends_every_such_place(letter: Letter) -> None:
    made = letter.settling.correct(letter.user, letter.id, 1, at("28 fractions"))
    assert made.text == LETTER.replace("28 fractions", "25 fractions")
    assert (made.number, made.how, made.base) == (2, How.CORRECTED, 1)
    assert made.instruction == "28 fractions -> 25 fractions"
    assert letter.open(1) == ["28 fractions", "metformin", "28 fractions"]
    assert letter.open(2) == ["metformin"]


def test_a_deletion_is_a_version(letter: Letter) -> None:
    made = letter.settling.delete(letter.user, letter.id, 1, at("metformin"))
    assert made.text == LETTER.replace("She takes metformin. ", "")
    assert (made.how, made.instruction) == (How.SHORTENED, "She takes metformin.")


def test_what_is_accepted_is_kept_with_who_and_when_and_blocks_no_more(letter: Letter) -> None:
    assert len(letter.blocking(1)) == 2
    letter.settling.accept(letter.user, letter.id, 1, at("28 fractions"))
    assert letter.open(1) == ["metformin"]
    assert letter.blocking(1) == ()
    assert len(letter.versions) == 1
    (known,) = accepted(letter.versions[0].decisions).values()
    assert (known.by, known.at, known.statement.text) == ("weber", AT, "28 fractions")
    letter.settling.take_back(letter.user, letter.id, 1, at("28 fractions"))
    assert len(letter.blocking(1)) == 2


def test_a_leaked_fact_blocks_and_an_unsupported_one_does_not(letter: Letter) -> None:
    letter.add("She takes metformin.", EXEMPLAR)
    assert letter.blocking(2) == ()
    letter.add("She takes ramipril.", EXEMPLAR)
    assert refusal(letter.blocking(3)) == "1 from an example letter (drug)"
    assert refusal(letter.blocking(1)) == "2 changed against the case (fractions)"


def test_decisions_go_along_while_the_statement_stands(letter: Letter) -> None:
    desk = Desk(letter.conversations, None)  # type: ignore[arg-type] - nothing is drafted
    letter.settling.accept(letter.user, letter.id, 1, at("28 fractions"))
    letter.settling.accept(letter.user, letter.id, 1, at("metformin"))
    desk.edit(letter.user, letter.id, LETTER + " Thank you.", base=1)
    assert letter.open(2) == []
    made = letter.settling.delete(letter.user, letter.id, 2, at("metformin"))
    assert letter.open(made.number) == []
    # What left the letter and comes back is to be decided anew.
    desk.edit(letter.user, letter.id, made.text + " She takes metformin.", base=made.number)
    assert letter.open(4) == ["metformin"]
    # Going back brings the decisions back, too.
    letter.conversations.restore(letter.user, letter.id, 1)
    assert letter.open(5) == []


def test_another_statement_with_the_same_words_is_not_accepted(letter: Letter) -> None:
    conversation = letter.conversations.open(letter.user, letter.id)
    finding = review(conversation, conversation.version(1)).open[1]
    known = accepted(accept({}, finding, "weber", AT))
    assert statement_of(finding) in known
    for other in (
        replace(finding, fact=replace(finding.fact, assertion=Assertion.NEGATED)),
        replace(finding, fact=replace(finding.fact, about=frozenset({"evening"}))),
        replace(finding, status=Status.CHANGED),
        replace(finding, leaked=True),
    ):
        assert statement_of(other) not in known


def test_decisions_that_are_not_understood_count_for_nothing() -> None:
    assert accepted({"accepted": [{"statement": {"kind": "of old"}}, "x"], "12-19": "known"}) == {}


STEPS = ("correct", "delete", "accept", "take_back")


@pytest.mark.parametrize("step", STEPS)
def test_another_users_letter_is_refused(letter: Letter, step: str) -> None:
    with pytest.raises(AccessDenied):
        getattr(letter.settling, step)(letter.other, letter.id, 1, at("28 fractions"))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("pointed", [Pointed(0, 3, "Ms."), Pointed(23, 35, "25 fractions")])
def test_a_place_that_says_something_else_is_refused(
    letter: Letter, step: str, pointed: Pointed
) -> None:
    with pytest.raises(InputError, match="something else"):
        getattr(letter.settling, step)(letter.user, letter.id, 1, pointed)
    assert len(letter.versions) == 1


def test_no_letter_is_deleted_to_its_last_word(letter: Letter) -> None:
    letter.add("In 28 fractions.")
    with pytest.raises(InputError, match="Nothing"):
        letter.settling.delete(letter.user, letter.id, 2, at("28 fractions", "In 28 fractions."))


def test_what_the_case_has_no_words_for_is_not_corrected(letter: Letter) -> None:
    with pytest.raises(InputError, match="no words"):
        letter.settling.correct(letter.user, letter.id, 1, at("metformin"))
    assert all(f.status is Status.CHANGED for f in letter.blocking(1))
