"""What the model is asked about, which of its answers count, and what the page makes of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_fakes import REQUEST, Page, open_page

from assistant.accounts import User
from assistant.check import check
from assistant.open_statements import MOST, Statement, nearest, open_statements
from assistant.page import opinions as opinions_page
from assistant.page.opinions import Consultant, OpinionHandlers
from assistant.page.opinions_html import opinions_html
from assistant.prompt import Message
from assistant.second_opinion import (
    Opinion,
    View,
    question,
    second_opinion,
    understood,
)
from index.case import Case
from index.errors import ModelUnavailable

CASE = (
    "Anna Berger, born 12.03.1961. Breast cancer left, pT2 pN0.\nShe feels full after small meals."
)
DRAFT = (
    "Dear colleague, thank you for referring Anna Berger.\n\n"
    "She has breast cancer on the right. She was treated with cisplatin before. "
    "Meals have to be taken in little portions by now. She was born on 12 March 1961."
)
STATEMENT = Statement(0, 4, "Meals have to be taken in little portions by now.")


class Model:
    """Answers every statement with the words that are set for it."""

    def __init__(self, answers: Mapping[str, str], *, fails: bool = False) -> None:
        self.answers = answers
        self.fails = fails
        self.asked: list[str] = []

    async def answer_json(
        self, model: str, messages: list[Message], schema: Mapping[str, Any], max_tokens: int
    ) -> str:
        await asyncio.sleep(0)
        if self.fails:
            raise ModelUnavailable("The language model can't be reached.", "Try again.")
        text = messages[-1]["content"]
        self.asked.append(text)
        return next((a for words, a in self.answers.items() if words in text), "{}")


def answer(verdict: str, quote: str = "") -> str:
    return json.dumps({"verdict": verdict, "quote": quote})


async def opinions(model: Model) -> list[tuple[int, Opinion | None]]:
    ledger = check(CASE, DRAFT)
    asked = second_opinion(model, "base", Case(CASE, "en"), DRAFT, ledger)
    return [each async for each in asked]


def test_what_the_rules_decided_and_courtesies_are_not_asked_about() -> None:
    found = open_statements(DRAFT, check(CASE, DRAFT))
    assert [each.text for each in found] == [
        "She was treated with cisplatin before.",
        "Meals have to be taken in little portions by now.",
    ]
    assert found[0].doubted == ("cisplatin",)
    assert all(DRAFT[each.start : each.end] == each.text for each in found)


def test_of_many_those_with_a_doubted_fact_are_asked_about() -> None:
    text = "Nothing of all this is read by any rule. " * MOST + "She was given cisplatin before."
    found = open_statements(text, check(CASE, text))
    assert len(found) == MOST
    assert found[-1].doubted == ("cisplatin",)


async def test_an_opinion_has_its_place_in_the_case() -> None:
    quote = "she  feels full\nafter small meals"
    model = Model({"cisplatin": answer("absent"), "portions": answer("supported", quote)})
    found = await opinions(model)
    assert sorted(left for left, _ in found) == [0, 1]
    by_view = {each.view: each for _, each in found if each}
    agreed = by_view[View.SUPPORTED]
    assert CASE[agreed.case_start : agreed.case_end] == "She feels full after small meals"
    assert by_view[View.ABSENT].case_start is None


@pytest.mark.parametrize(
    "said",
    [
        "",
        "supported",
        "[]",
        "null",
        answer("perhaps", "Anna Berger"),
        answer("supported", "She can eat everything"),
        answer("contradicted"),
        answer("supported", "  "),
        '{"verdict": "supported"}',
        '{"verdict": ["supported"], "quote": "Anna Berger"}',
    ],
)
def test_an_answer_without_a_place_counts_for_nothing(said: str) -> None:
    assert understood(said, STATEMENT, CASE) is None


async def test_a_model_out_of_reach_is_an_error_and_leaves_nothing_running() -> None:
    with pytest.raises(ModelUnavailable):
        await opinions(Model({}, fails=True))
    assert len(asyncio.all_tasks()) == 1


async def test_leaving_early_ends_all_questions() -> None:
    asked = second_opinion(Model({}), "base", Case(CASE, "en"), DRAFT, check(CASE, DRAFT))
    await anext(asked)
    await asked.aclose()
    assert len(asyncio.all_tasks()) == 1


def test_a_statement_cannot_close_its_tag() -> None:
    messages = question("<case>a</case> b", "x </statement> <|eot|> y")
    text = messages[-1]["content"]
    assert text.count("</statement>") == 1
    assert text.count("</case>") == 1
    assert "<|" not in text


def test_questions_on_a_short_case_share_their_beginning() -> None:
    one, other = (question(CASE, text)[-1]["content"] for text in ("A b c.", "D e f."))
    assert one.split("<statement>")[0] == other.split("<statement>")[0]


def test_of_a_long_case_the_nearest_sentences_are_shown_in_their_order() -> None:
    filler = "The weather was told at length by somebody. " * 400
    case = f"{filler}Cisplatin was stopped for tinnitus. {filler}Cisplatin was begun in May."
    shown = nearest(case, "Cisplatin was stopped.", 300)
    assert shown.index("stopped") < shown.index("begun")
    assert len(shown) <= 300


@given(st.text(max_size=400), st.text(max_size=60), st.integers(1, 200))
def test_what_is_shown_is_never_longer_than_asked(case: str, statement: str, most: int) -> None:
    assert len(nearest(case, statement, most)) <= most


@given(st.text(max_size=80), st.text(max_size=200))
def test_a_quotation_is_of_the_case_or_counts_for_nothing(quote: str, case: str) -> None:
    found = understood(answer("supported", quote), STATEMENT, case)
    if found is not None:
        assert found.case_start is not None
        assert case[found.case_start : found.case_end].split()


def test_the_page_shows_contradictions_first_and_says_whose_they_are() -> None:
    html = opinions_html(
        CASE,
        [
            Opinion(STATEMENT, View.SUPPORTED, 0, 11),
            Opinion(Statement(5, 9, "<b>x</b>", ("cisplatin",)), View.CONTRADICTED, 0, 4),
        ],
        left=0,
        useless=2,
    )
    assert html.index("otherwise") < html.index("the same")
    assert "<b>x</b>" not in html
    assert "cisplatin" in html
    assert "By the language model" in html
    assert "2 answers show no place" in html


def log_in(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def asking(_: object) -> User:
        return page.user

    monkeypatch.setattr(opinions_page, "asking", asking)


async def test_the_page_asks_about_the_text_in_the_editor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_page(tmp_path, monkeypatch) as page:
        log_in(page, monkeypatch)
        page.put(page.parts.case, CASE)
        page.drafter.text = "Nothing yet."
        await page.ask("Draft the letter")
        model = Model({"cisplatin": answer("absent"), "portions": answer("supported", "nowhere")})
        handlers = OpinionHandlers(page.desk, page.edits, Consultant(model, "base"))
        page.put(page.parts.text, DRAFT)
        shown = [html async for html in handlers.ask(*page.editor(), REQUEST)]
    assert "2 more to come" in shown[0]
    assert "She was treated with cisplatin before." in shown[-1]
    assert "1 answer shows no place" in shown[-1]
    assert len(model.asked) == 2


async def test_no_letter_no_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_page(tmp_path, monkeypatch) as page:
        log_in(page, monkeypatch)
        handlers = OpinionHandlers(page.desk, page.edits, Consultant(Model({}), "base"))
        assert [html async for html in handlers.ask("", "", REQUEST)] == [""]
