"""The record that a case came from: written, read again, and followed through a change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.origin import Origin, read_origin, write_origin
from index.case import CaseDetails, Patient, Surgery
from index.importers.imported import Fact
from index.importers.source_text import Block, Place, Source

FIRST, SECOND = Surgery(name="Lumpectomy", when="2024-03"), Surgery(name="Re-excision")
DETAILS = CaseDetails(patient=Patient(last_name="Berger"), surgeries=(FIRST, SECOND))
WORDS = st.text(st.characters(), max_size=20)


def origin(*items: str) -> Origin:
    facts = tuple(Fact("surgery.name", f"{n}", f"row {n}", item) for n, item in enumerate(items))
    return Origin("record.csv", Source((Block("row", "text"),), {}), DETAILS, facts)


def items(changed: Origin) -> dict[str, str]:
    return {fact.value: fact.item for fact in changed.facts}


def test_facts_follow_the_part_that_they_are_of() -> None:
    before = origin("surgeries[0]", "surgeries[1]", "patient")
    assert items(before.of(DETAILS)) == {
        "0": "surgeries[0]",
        "1": "surgeries[1]",
        "2": "patient",
    }
    removed = DETAILS.model_copy(update={"surgeries": (SECOND,)})
    assert items(before.of(removed)) == {"1": "surgeries[0]", "2": "patient"}
    renamed = DETAILS.model_copy(update={"patient": Patient(last_name="Bergmann")})
    assert items(before.of(renamed)) == {"0": "surgeries[0]", "1": "surgeries[1]"}


@given(
    WORDS,
    st.lists(st.tuples(WORDS, WORDS)),
    st.dictionaries(st.tuples(WORDS, WORDS), st.tuples(*[st.integers(0, 99)] * 3)),
    st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS)),
)
def test_what_is_read_is_what_was_written(
    title: str,
    blocks: list[tuple[str, str]],
    places: dict[tuple[str, str], tuple[int, int, int]],
    facts: list[tuple[str, str, str, str]],
) -> None:
    source = Source(
        tuple(Block(*each) for each in blocks), {k: Place(*v) for k, v in places.items()}, 3
    )
    kept = Origin(title, source, DETAILS, tuple(Fact(*each) for each in facts))
    again = read_origin(write_origin(kept), DETAILS)
    assert (again.title, again.source, again.details, again.facts) == (
        *(title, source, DETAILS),
        kept.facts,
    )
    assert write_origin(kept).isascii()
