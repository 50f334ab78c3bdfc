"""Tokens are words here: what counts is who is left out, and when it is too much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.context import Fitted, Limits, fit, parts
from assistant.prompt import Kind, Turn, build_messages
from index.case import Case
from index.errors import PromptTooLong
from index.letter import LetterMetadata
from retrieval.exemplar import Exemplar

CASE = Case("Patient: Erika Example " + "case " * 100, "en")


def count(text: str) -> int:
    return len(text.split())


def exemplar(words: int, name: str = "x") -> Exemplar:
    return Exemplar(name, f"{name} " * words, 0.5, (), LetterMetadata("en"))


def turn(words: int) -> Turn:
    return Turn("draft " * words, "shorter please")


def fitted(context: int, exemplars: list[Exemplar], turns: list[Turn], to_come: int = 0) -> Fitted:
    limits = Limits(context, answer=200, frame=10, per_message=4, turns=to_come)
    return fit(CASE, Kind.LETTER, exemplars, turns, count, limits)


def test_everything_stays_where_there_is_room() -> None:
    exemplars, turns = [exemplar(300), exemplar(200)], [turn(150), turn(150)]
    result = fitted(4096, exemplars, turns)
    meter = result.meter
    assert result.messages == build_messages(CASE, Kind.LETTER, exemplars, turns)
    assert (meter.dropped_exemplars, meter.dropped_turns) == (0, 0)
    assert meter.exemplars == 500 + 2 * 2  # each with its two tags
    assert meter.history == 2 * (150 + 2 + 2 * 4)
    assert (meter.answer, meter.limit) == (200, 4096)
    sent = sum(count(message["content"]) for message in result.messages)
    assert sent <= meter.total - meter.answer <= sent + 60


def test_the_exemplars_of_the_first_draft_stay_for_the_turns_that_room_was_kept_for() -> None:
    exemplars = [exemplar(300, name) for name in ("best", "good", "worst")]
    turns = [turn(150), turn(150)]
    kept = [
        3 - fitted(1550, exemplars, turns[:asked], to_come=340).meter.dropped_exemplars
        for asked in range(3)
    ]
    assert kept == [2, 2, 2]
    assert fitted(1550, exemplars, []).meter.dropped_exemplars == 0


def test_room_for_turns_to_come_never_refuses_a_case() -> None:
    assert fitted(700, [exemplar(10)], [], to_come=5000).meter.dropped_exemplars == 1


@pytest.mark.parametrize(
    ("context", "exemplars_kept", "turns_kept"),
    [(2000, 3, 3), (1600, 2, 3), (1300, 1, 3), (1000, 0, 3), (800, 0, 2), (650, 0, 1)],
)
def test_the_worst_exemplars_go_first_then_the_oldest_turns(
    context: int, exemplars_kept: int, turns_kept: int
) -> None:
    exemplars = [exemplar(300, name) for name in ("best", "good", "worst")]
    turns = [Turn(f"draft{n} " * 150, f"change{n}") for n in range(3)]
    result = fitted(context, exemplars, turns)
    kept = exemplars[:exemplars_kept], turns[3 - turns_kept :]
    assert result.messages == build_messages(CASE, Kind.LETTER, *kept)
    assert result.meter.dropped_exemplars == 3 - exemplars_kept
    assert result.meter.dropped_turns == 3 - turns_kept


def test_a_case_that_does_not_fit_is_refused_with_the_numbers() -> None:
    with pytest.raises(PromptTooLong) as raised:
        fitted(300, [exemplar(10)], [])
    case = count(build_messages(CASE, Kind.LETTER)[1]["content"])
    for number in (case, 200, 300):
        assert f"{number:,}" in raised.value.what
    assert "characters" in raised.value.do
    assert "Erika" not in str(raised.value)


def test_the_latest_draft_counts_to_what_can_not_be_left_out() -> None:
    with pytest.raises(PromptTooLong, match="the letter and what is to be changed 1,010"):
        fitted(1200, [], [turn(10), turn(1000)])


def test_shortening_by_as_much_as_is_advised_helps() -> None:
    limits = Limits(context=320, answer=200, frame=10, per_message=4)
    long = Case("word " * 200, "en")
    with pytest.raises(PromptTooLong) as raised:
        fit(long, Kind.LETTER, [], [], count, limits)
    advised = int("".join(filter(str.isdigit, raised.value.do)))
    shorter = Case(long.text[:-advised], "en")
    assert fit(shorter, Kind.LETTER, [], [], count, limits).meter.total <= 320


def test_the_parts_are_what_the_prompt_builder_sends() -> None:
    exemplars, turns = [exemplar(3, "one"), exemplar(4, "two")], [turn(5), turn(6)]
    texts = parts(CASE, Kind.SUMMARY, exemplars, turns)
    messages = build_messages(CASE, Kind.SUMMARY, exemplars, turns)
    assert texts.system == messages[0]["content"]
    assert "".join(texts.examples) + texts.request == messages[1]["content"]
    assert [text for pair in texts.history for text in pair] == [
        message["content"] for message in messages[2:]
    ]
    assert set(texts.texts()) >= {texts.system, texts.request, *texts.examples}


@given(
    context=st.integers(300, 3000),
    examples=st.lists(st.integers(1, 400), max_size=5),
    drafts=st.lists(st.integers(1, 400), max_size=5),
)
def test_what_is_sent_always_fits_and_the_case_is_always_in(
    context: int, examples: list[int], drafts: list[int]
) -> None:
    turns = [turn(words) for words in drafts]
    try:
        result = fitted(context, [exemplar(words) for words in examples], turns)
    except PromptTooLong:
        last = drafts[-1] if drafts else 0
        assert count(CASE.text) + last + 200 > context - 130
        return
    meter = result.meter
    sent = sum(count(message["content"]) for message in result.messages)
    assert sent + meter.answer <= meter.total <= meter.limit == context
    assert CASE.text.strip() in result.messages[1]["content"]
    if turns:
        assert result.messages[-2]["content"] == turns[-1].draft.strip()
