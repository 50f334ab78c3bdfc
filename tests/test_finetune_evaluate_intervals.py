from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune.intervals import Estimate, Part, difference, estimate

NAMES = [f"patient {number}" for number in range(40)]


def ends(figure: Estimate) -> tuple[float, float]:
    assert figure.low is not None
    assert figure.high is not None
    return figure.low, figure.high


def width(figure: Estimate) -> float:
    low, high = ends(figure)
    return high - low


def shares(count: int, seed: int = 1) -> list[Part]:
    rng = np.random.default_rng(seed)
    return [(float(rng.integers(0, 11)), 10.0) for _ in range(count)]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=30))
def test_a_share_lies_between_those_of_the_cases(counts: list[tuple[int, int]]) -> None:
    parts = [(float(right), float(right + wrong)) for right, wrong in counts]
    figure = estimate(parts, [""] * len(parts))
    each = [above / below for above, below in parts if below]
    if not each:
        assert figure == Estimate(None)
        return
    assert figure.value == pytest.approx(sum(a for a, _ in parts) / sum(b for _, b in parts))
    if figure.low is not None and figure.high is not None:
        assert min(each) - 1e-9 <= figure.low <= figure.high <= max(each) + 1e-9


@pytest.mark.parametrize(("patients", "known"), [(4, False), (5, True)])
def test_few_patients_have_no_interval(patients: int, known: bool) -> None:
    names = [NAMES[number % patients] for number in range(20)]
    assert (estimate(shares(20), names).low is not None) is known


def test_two_letters_about_one_patient_are_no_two_witnesses() -> None:
    once = estimate(shares(20), NAMES[:20])
    twice = estimate(shares(20) * 2, NAMES[:20] * 2)
    apart = estimate(shares(20) * 2, NAMES)
    assert ends(twice) == pytest.approx(ends(once))
    assert width(apart) < 0.8 * width(once)


def test_an_interval_holds_the_truth_nearly_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        parts = [(float(rng.random() < 0.7), 1.0) for _ in range(40)]
        low, high = ends(estimate(parts, NAMES))
        held += low <= 0.7 <= high
    assert 0.88 <= held / 200 <= 0.99


def test_what_is_hard_for_both_does_not_widen_a_difference() -> None:
    worse = shares(40)
    better = [(right + 0.1, expected) for right, expected in worse]
    figure = difference(better, worse, NAMES)
    assert figure.value == pytest.approx(0.01)
    assert ends(figure) == pytest.approx((0.01, 0.01))
    assert width(estimate(worse, NAMES)) > 0.1


def test_differences_have_a_sign_and_need_both_rows() -> None:
    low, high = shares(40, 1), [(10.0, 10.0)] * 40
    there, back = difference(high, low, NAMES), difference(low, high, NAMES)
    assert there.value == pytest.approx(-(back.value or 0))
    assert ends(there)[0] > 0 > ends(back)[1]
    assert difference([(0.0, 0.0)] * 40, low, NAMES) == Estimate(None)
    with pytest.raises(ValueError, match="39 cases, but 40 patients"):
        difference(low[:39], low[:39], NAMES)
