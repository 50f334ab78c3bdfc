"""The check held against letters that are wrong in one place, and against true rewordings.

The goals are those of the product, not of the day: where one is missed, the whole table is shown.
"""

from __future__ import annotations

import re
from random import Random

import pytest
from ledger.figures import Report
from ledger.measure import measure
from ledger.pairs import HANDS, Hand, draw_pair
from ledger.perturb import LANGUAGES, LEFT_OUT, all_kinds, perturbed
from ledger.statements import facts_of
from ledger.tables import table
from ledger.template import slots_of
from ledger.wordlists import BANKS, Bank, statements
from ledger.wrong import differences

from finetune.clinic.cases import draw_case

_PER_KIND = 18
"""Of each kind and language: more than 2,000 single changes in all."""


@pytest.fixture(scope="module")
def report() -> Report:
    return measure(seed=1, per_kind=_PER_KIND)


def test_the_ledger_finds_what_was_changed(report: Report) -> None:
    assert not report.missed(), f"\n{table(report)}"


def test_the_ledger_alarms_for_nothing_else(report: Report) -> None:
    assert not report.noisy(), f"\n{table(report)}"


def test_true_letters_raise_no_alarms(report: Report) -> None:
    assert not report.alarmed(), f"\n{table(report)}"


def test_enough_is_changed(report: Report) -> None:
    assert sum(len(row.judged) for row in report.rows) >= 2000


@pytest.mark.parametrize("bank", BANKS)
def test_a_wrong_letter_differs_from_the_true_one_where_it_says(bank: Bank) -> None:
    for kind in all_kinds(bank):
        for language in LANGUAGES:
            wrong = perturbed(kind, language, "here", bank)
            assert wrong == perturbed(kind, language, "here", bank)
            assert wrong.letter != wrong.true_letter
            assert bool(wrong.spans) is (kind != LEFT_OUT)
            assert bool(wrong.missing) is (kind == LEFT_OUT)
            if wrong.spans:
                places = differences(wrong.true_letter, wrong.letter)
                assert all(any(a < d and c < b for c, d in wrong.spans) for a, b in places)


@pytest.mark.parametrize("bank", BANKS)
def test_every_place_of_a_phrasing_can_be_filled(bank: Bank) -> None:
    random = Random(1)
    for language in LANGUAGES:
        cases = [draw_case(random, language, complete=True) for _ in range(150)]
        known = {name for case in cases for name in facts_of(case, bank)}
        for entry in statements(language, bank):
            for text in (*entry.case, *entry.letter):
                assert slots_of(text) <= known | entry.slots.keys(), (entry.topic, text)


@pytest.mark.parametrize("hand", sorted(set(HANDS)))
def test_a_seed_gives_the_same_true_letter(hand: Hand) -> None:
    for language in LANGUAGES:
        one, other = (draw_pair("same", language, extra=4, hand=hand) for _ in range(2))
        assert one
        assert other
        assert (one.case, one.true_letter) == (other.case, other.true_letter)
        assert not re.search(r"[{}<>«»|]", one.true_letter)
