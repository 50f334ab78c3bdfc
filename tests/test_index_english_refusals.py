"""What a tagger's proposal in an English letter is when it identifies nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.english_refusals import identifying
from index.spans import Label, Span


def kept(text: str, label: Label) -> list[str]:
    """What is left of the proposal between brackets."""
    before, written, _ = text.replace("]", "[").split("[")
    plain = text.replace("[", "").replace("]", "")
    span = Span(len(before), len(before) + len(written), label)
    return [each.of(plain) for each in identifying(plain, [span])]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("continue [Lantus] at night", Label.PATIENT),
        ("closed with [Vicryl]", Label.DOCTOR),
        ("Dear Sir/[Madam]", Label.LOCATION),
        ("[PHYSICAL THERAPY EVALUATION]\n", Label.LOCATION),
        ("the [NEWBORN] unit", Label.HOSPITAL),
        ("He is [79] and well", Label.AGE),
        ("given at [0900].", Label.DATE),
        ("from 14:00-[14]:50", Label.DATE),
        ("weight [2210] g", Label.ID),
        ("BP 84/[50], lactate 3", Label.DATE),
        ("strength [0/5] on the left", Label.DATE),
        ("each [Wednesday] at the mart", Label.DATE),
        ("on [Thursdays] only", Label.DATE),
        ("variant c.942+3[A]>T", Label.ID),
    ],
)
def test_what_identifies_nobody_is_refused(text: str, label: Label):
    assert kept(text, label) == []


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("seen by [Kwabena]", Label.PATIENT, "Kwabena"),
        ("her husband [Sunday] came", Label.PATIENT, "Sunday"),
        ("THE [MERCY] WARD", Label.HOSPITAL, "MERCY"),
        ("aged [93] now", Label.AGE, "93"),
        ("until [2019].", Label.DATE, "2019"),
        ("reviewed [7/20].", Label.DATE, "7/20"),
        ("on 11/l[0/22] again", Label.DATE, "0/22"),
        ("on [Wednesday], 3 May", Label.DATE, "Wednesday"),
    ],
)
def test_what_may_identify_somebody_is_kept(text: str, label: Label, expected: str):
    assert kept(text, label) == [expected]


@given(st.text(alphabet="AbM 1/0:\n", max_size=30), st.sampled_from(list(Label)))
def test_nothing_is_added(text: str, label: Label):
    spans = [Span(i, i + 1, label) for i in range(0, len(text), 2)]
    assert set(identifying(text, spans)) <= set(spans)
