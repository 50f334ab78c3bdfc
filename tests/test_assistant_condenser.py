"""Long records through the drafter, with a model that answers chunks as a test wants."""

from __future__ import annotations

import asyncio
import re
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_fakes import FIELDS, RecordModel, record

from assistant.check import FactKind, Status, check
from assistant.client import ModelClient
from assistant.drafting import Condensing, Drafter, Event, Finished, Fitted, Found
from assistant.prompt import Kind, Turn
from assistant.settings import AssistantSettings
from index.case import Case
from index.errors import ModelUnavailable, PromptTooLong

ROOMS: dict[str, Any] = {"letter_tokens": 300, "summary_tokens": 200, "refine_tokens": 200}


def drafter(model: RecordModel, **more: Any) -> Drafter:
    return Drafter(cast("ModelClient", model), None, AssistantSettings(**(ROOMS | more)))


async def events_of(model: RecordModel, case: Case, *asked: Any, **more: Any) -> list[Event]:
    kind = more.pop("kind", Kind.LETTER)
    return [event async for event in drafter(model).draft(case, kind, *asked, **more)]


def fitted_in(events: list[Event]) -> Fitted:
    return next(event for event in events if isinstance(event, Fitted))


def assert_true(condensed: str, case: Case) -> None:
    """Nothing in it is against the record. (That all but this repeats the case is no finding.)"""
    for finding in check(case.text, condensed).findings:
        if finding.fact.kind is not FactKind.WORDING:
            assert finding.status is Status.SUPPORTED, finding


async def test_a_case_that_fits_is_never_condensed() -> None:
    model = RecordModel()
    fitted = fitted_in(await events_of(model, record(5)))
    assert fitted.condensed == ""
    assert model.asked == []


async def test_a_long_record_is_condensed_and_the_letter_written_from_that() -> None:
    model, case = RecordModel(), record(40)
    events = await events_of(model, case)
    fitted = fitted_in(events)
    assert [type(event) for event in events][:2] == [Found, Condensing]
    assert isinstance(events[-1], Finished)
    assert fitted.meter.total <= fitted.meter.limit
    assert fitted.condensed in model.letters[0][1]["content"]
    assert fitted.condensed.startswith("Patient: Erika Example\nSex: female\n")
    assert "Laboratory: CA 15-3: 80 U/ml" in fitted.condensed
    assert len(fitted.condensed) > 1000, "its room is used"
    assert_true(fitted.condensed, case)


async def test_progress_counts_every_chunk_once() -> None:
    model = RecordModel()
    progress = [e for e in await events_of(model, record(40)) if isinstance(e, Condensing)]
    assert progress[0].done == 0
    assert progress[-1].done == progress[-1].total == len(model.asked)
    assert [each.done for each in progress] == list(range(len(model.asked) + 1))
    assert str(progress[1]).endswith(f"1 of {len(model.asked)} parts done")


async def test_what_the_model_makes_up_is_left_out() -> None:
    def worse(chunk: str) -> str:
        return re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), chunk)

    case = record(40)
    condensed = fitted_in(await events_of(RecordModel(answer=worse), case)).condensed
    assert_true(condensed, case)
    weights = set(re.findall(r"[\d.]+ kg", condensed))
    assert weights
    assert weights <= set(re.findall(r"[\d.]+ kg", case.text))


async def test_a_model_that_shortens_nothing_is_asked_twice_at_most() -> None:
    model, case = RecordModel(answer=lambda chunk: chunk, context=1000), record(40)
    events = await events_of(model, case)
    assert_true(fitted_in(events).condensed, case)
    weights = re.findall(r"Weight [\d.]+ kg", case.text)
    assert max(sum(weight in chunk for chunk in model.asked) for weight in weights) == 2


async def test_a_text_in_one_piece_is_cut_at_its_sentences() -> None:
    text = " ".join(f"On day {n} she weighed {40 + n}.5 kg." for n in range(400))
    model, case = RecordModel(), Case(text, "en")
    condensed = fitted_in(await events_of(model, case)).condensed
    assert all(len(chunk.split()) < 1500 for chunk in model.asked)
    assert_true(condensed, case)


@pytest.mark.parametrize("limit", [1, 3])
async def test_no_more_chunks_at_once_than_the_setting_says(limit: int) -> None:
    model = RecordModel()
    drafts = drafter(model, condense_requests=limit)
    async for _ in drafts.draft(record(40), Kind.LETTER):
        pass
    assert model.most == limit


async def test_the_failure_of_one_chunk_ends_the_others_and_is_told() -> None:
    answers = iter(["", ModelUnavailable("It broke off.", "Try again.")])
    model = RecordModel(answer=lambda _: next(answers, ""))
    with pytest.raises(ModelUnavailable, match="broke off"):
        await events_of(model, record(40))
    assert model.running == 0
    assert model.letters == []


async def test_leaving_in_the_middle_ends_all_chunks() -> None:
    model = RecordModel(holds=asyncio.Event())
    events = drafter(model).draft(record(40), Kind.LETTER)
    async for event in events:
        if isinstance(event, Condensing):
            break
    waiting = asyncio.ensure_future(anext(events))
    while model.running < 4:
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert model.running == 0
    assert model.letters == []


async def test_what_was_condensed_once_is_used_again() -> None:
    first, case = RecordModel(), record(40)
    condensed = fitted_in(await events_of(first, case)).condensed
    again = RecordModel()
    turns = [Turn("Dear colleague " * 40, "shorter please")]
    fitted = fitted_in(await events_of(again, case, turns, exemplars=(), condensed=condensed))
    assert again.asked == []
    assert fitted.condensed == condensed
    before, after = first.letters[0], again.letters[0]
    assert after[:2] == before, "the same beginning: it is in the model's cache"
    summary = await events_of(again, case, kind=Kind.SUMMARY, condensed=condensed)
    assert fitted_in(summary).condensed == condensed


async def test_a_letter_that_grew_long_has_the_record_condensed_anew() -> None:
    model, case = RecordModel(), record(40)
    condensed = fitted_in(await events_of(model, case)).condensed
    turns = [Turn("word " * 800, "shorter please")]
    fitted = fitted_in(await events_of(model, case, turns, exemplars=(), condensed=condensed))
    assert 0 < len(fitted.condensed) < len(condensed)
    assert fitted.meter.total <= fitted.meter.limit


@pytest.mark.parametrize(
    ("context", "draft"),
    [(450, 10), (1500, 1150)],
    ids=["no room beside the answer", "no room beside the letter"],
)
async def test_what_no_condensing_makes_fit_is_refused_in_plain_words(
    context: int, draft: int
) -> None:
    model = RecordModel(context=context)
    turns = [Turn("word " * draft, "shorter please")]
    with pytest.raises(PromptTooLong) as raised:
        await events_of(model, record(60), turns, exemplars=())
    assert raised.value.do
    assert "Erika" not in str(raised.value)
    assert model.letters == []


_SAID = st.lists(
    st.sampled_from(re.split(r"(?<=[.;]) ", record(6).text.removeprefix(FIELDS))), max_size=8
)


@given(said=_SAID, swap=st.tuples(st.sampled_from("0123456789"), st.sampled_from("0123456789")))
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_fact_of_a_condensed_record_is_borne_out_by_it(
    said: list[str], swap: tuple[str, str]
) -> None:
    case = record(20)
    answer = " ".join(said).replace(*swap)
    model = RecordModel(answer=lambda _: answer, context=1200)
    assert_true(fitted_in(asyncio.run(events_of(model, case))).condensed, case)
