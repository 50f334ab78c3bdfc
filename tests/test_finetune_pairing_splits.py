from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune.pairing.duplicates import near_duplicates
from finetune.pairing.splits import divide, largest_share
from finetune.pairs import Split

DAY = dt.date(2024, 6, 1)
KEYS = st.lists(
    st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=2), min_size=1, max_size=30
)


@given(KEYS, st.data())
def test_what_is_one_group_is_in_one_split(keys: list[list[str]], data: st.DataObject) -> None:
    numbers = st.integers(0, len(keys) - 1)
    near = data.draw(st.lists(st.tuples(numbers, numbers), max_size=5))
    days = data.draw(
        st.lists(
            st.sampled_from([None, DAY - dt.timedelta(1), DAY, DAY + dt.timedelta(1)]),
            min_size=len(keys),
            max_size=len(keys),
        )
    )
    test_from = data.draw(st.sampled_from([None, DAY]))
    divided = divide(keys, days, near, test_from)
    for one, other in combinations(range(len(keys)), 2):
        if set(keys[one]) & set(keys[other]):
            assert divided.splits[one] is divided.splits[other]
    assert all(divided.splits[one] is divided.splits[other] for one, other in near)
    if test_from:
        late = [day is not None and day >= DAY for day in days]
        assert all(
            s is Split.TEST for s, is_late in zip(divided.splits, late, strict=True) if is_late
        )
        tested = {g for g, s in zip(divided.groups, divided.splits, strict=True) if s is Split.TEST}
        assert tested == {g for g, is_late in zip(divided.groups, late, strict=True) if is_late}


def test_a_patient_on_both_sides_of_the_day_is_tested_on() -> None:
    keys = [["p"], ["p"], ["q"]]
    days = [dt.date(2023, 1, 1), dt.date(2024, 7, 1), dt.date(2023, 1, 1)]
    splits = divide(keys, days, [], DAY).splits
    assert splits[:2] == (Split.TEST, Split.TEST)
    assert splits[2] is not Split.TEST


def test_shares_of_many_patients() -> None:
    keys = [[f"p{n}"] for n in range(3000)]
    divided = divide(keys, [None] * 3000, [])
    shares = [divided.splits.count(split) / 3000 for split in Split]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.02)
    assert largest_share(divided.groups) == 1 / 3000


def test_more_letters_move_no_other_patient() -> None:
    keys = [[f"p{n}"] for n in range(50)]
    before = divide(keys, [None] * 50, []).splits
    after = divide([*keys, ["z"]], [None] * 51, []).splits
    assert after[:50] == before


def test_letters_that_a_copy_moved_are_counted() -> None:
    keys = [[f"p{n}"] for n in range(200)]
    alone = divide(keys, [None] * 200, [])
    train = alone.splits.index(Split.TRAIN)
    test = alone.splits.index(Split.TEST)
    assert alone.moved == 0
    assert divide(keys, [None] * 200, [(train, test)]).moved == 1


WORDS = [f"word{n}" for n in range(400)]


@pytest.mark.parametrize(
    ("changed", "near"), [(0, True), (2, True), (10, True), (40, False), (200, False)]
)
def test_near_duplicates(changed: int, near: bool) -> None:
    step = len(WORDS) // changed if changed else len(WORDS) + 1
    other = [f"other{n}" if n % step == step - 1 else word for n, word in enumerate(WORDS)]
    third = "something else that nobody has ever written before in such a letter"
    found = list(near_duplicates([" ".join(WORDS), third, " ".join(other)]))
    assert found == ([(0, 2)] if near else [])


def test_layout_makes_no_difference_and_empty_texts_are_alike() -> None:
    assert list(near_duplicates(["A b c d.\n\ne", "a  B, c d e"])) == [(0, 1)]
    assert list(near_duplicates(["", ""])) in ([], [(0, 1)])
