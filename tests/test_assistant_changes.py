"""What differs between two versions: facts, and words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.fact_changes import fact_changes
from assistant.page.diff_html import changed_words_html, diff_html, pieces


@pytest.mark.parametrize(
    ("before", "after", "lost", "added", "changed"),
    [
        ("54 Gy.", "54 Gy, 54 Gy.", [], [], []),
        ("54 Gy in 25 fractions.", "54 Gy.", ["25 fractions"], [], []),
        ("54 Gy.", "54 Gy in 25 fractions.", [], ["25 fractions"], []),
        ("28 fractions.", "25 fractions.", [], [], [("28 fractions", "25 fractions")]),
        (
            "Tamoxifen 20 mg, metformin 500 mg.",
            "Tamoxifen 40 mg, metformin 850 mg.",
            [],
            [],
            [("20 mg", "40 mg"), ("500 mg", "850 mg")],
        ),
        # Of several, none is known to have become the other.
        (
            "See 1 May 2026, 2 May 2026.",
            "See 3 May 2026.",
            ["1 May 2026", "2 May 2026"],
            ["3 May 2026"],
            [],
        ),
    ],
)
def test_facts_are_lost_added_or_changed(
    before: str, after: str, lost: list[str], added: list[str], changed: list[tuple[str, str]]
) -> None:
    changes = fact_changes(before, after)
    assert [fact.text for fact in changes.lost] == lost
    assert [fact.text for fact in changes.added] == added
    assert [(one.text, other.text) for one, other in changes.changed] == changed


WORDS = st.text(alphabet="ab 1.,\n<&", max_size=40)


@given(WORDS, WORDS)
def test_what_is_lost_one_way_is_added_the_other(one: str, other: str) -> None:
    there, back = fact_changes(one, other), fact_changes(other, one)
    assert len(there.lost) == len(back.added)
    assert len(there.changed) == len(back.changed)
    assert fact_changes(one, one) == fact_changes("", "")


@given(WORDS, WORDS)
def test_a_diff_holds_both_texts_whole(before: str, after: str) -> None:
    parts = list(pieces(before, after))
    assert "".join(part.after for part in parts) == after
    assert "".join(part.before for part in parts) == before
    for part in parts:
        if part.same:
            assert "".join(part.before.split()) == "".join(part.after.split())


@given(WORDS, WORDS)
def test_no_markup_of_a_version_reaches_the_page(before: str, after: str) -> None:
    for html in (diff_html(before, after), changed_words_html(before, after)):
        assert "<" not in re.sub(r"</?(?:div|p|ins|del)\b[^<>]*>", "", html)


def test_insertions_and_deletions_have_elements_of_their_own() -> None:
    html = diff_html("It was 54 Gy.", "It was 50 Gy today.")
    assert "<del>54</del> <ins>50</ins> Gy <ins>today</ins>" in html
    assert "No word differs" in diff_html("a  b", "a b")


def test_where_little_changed_little_is_shown() -> None:
    same = "word " * 40
    html = changed_words_html(f"{same}It was 54 Gy. {same}", f"{same}It was 50 Gy. {same}")
    assert "It was <del>54</del> <ins>50</ins> Gy." in html
    assert html.count("word") < 16
    assert "No word differs" in changed_words_html(same, same)
