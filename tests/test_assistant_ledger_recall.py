"""The check held against letters that are wrong in one place, and against true rewordings."""

from __future__ import annotations

import re
from random import Random

import pytest
from ledger.figures import Report, Row
from ledger.measure import measure
from ledger.pairs import HANDS, Hand, draw_pair
from ledger.perturb import LANGUAGES, LEFT_OUT, all_kinds, perturbed
from ledger.statements import facts_of
from ledger.tables import table
from ledger.template import slots_of
from ledger.wordlists import BANKS, Bank, statements
from ledger.wrong import differences

from finetune.clinic.cases import draw_case

# What the check reaches today; its goals, and how far it is from them, are shown by tests/bench.
_FOUND, _RIGHT, _ALARMS = 0.9, 0.9, 0.2


@pytest.fixture(scope="module")
def report() -> Report:
    return measure(seed=2, per_kind=3, true_letters=10)


def test_what_was_changed_is_found(report: Report) -> None:
    judged = [one for row in report.rows for one in row.judged]
    assert sum(one.found for one in judged) >= _FOUND * len(judged), f"\n{table(report)}"


def test_most_alarms_are_right(report: Report) -> None:
    whole = Row("all", "en", [one for row in report.rows for one in row.judged])
    assert whole.precision >= _RIGHT, f"\n{table(report)}"


def test_true_letters_raise_few_alarms(report: Report) -> None:
    letters = sum(row.letters for row in report.true_rows)
    assert sum(row.texts.total() for row in report.true_rows) <= _ALARMS * letters


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
