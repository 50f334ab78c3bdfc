"""What the page says of an uploaded record: as text, contradictions first."""

from __future__ import annotations

from assistant.page.imported_html import imported_html
from assistant.page.source_html import Shown
from index.case import Case
from index.importers.imported import Contradiction, Imported, NotUnderstood, Value
from index.importers.source_text import Block, Place, Source

CASE = Case("Diagnosis: rectal cancer", "en")


def test_a_record_read_whole_needs_no_word() -> None:
    assert imported_html(Imported(CASE)) == ""


def test_contradictions_come_first_with_all_their_places() -> None:
    dates = (Value("1950-05-01", "labs.csv row 2"), Value("1951-05-01", "notes.csv row 1"))
    lost = NotUnderstood("images.csv", "table", "its columns are unknown")
    html = imported_html(Imported(CASE, (), (lost,), (Contradiction("birth date", dates),)))
    assert html.index("contradicts itself: 1") < html.index("not in the case: 1")
    assert all(value.text in html and value.where in html for value in dates)
    assert "its columns are unknown" in html


def test_a_value_that_is_contradicted_leads_to_its_place() -> None:
    values = (Value("left", "row 2"), Value("right", "elsewhere"))
    read = Imported(CASE, (), (), (Contradiction("side", values),))
    source = Source((Block("", "side: left"),), {("row 2", "left"): Place(0, 6, 10)})
    html = imported_html(read, Shown(source))
    assert 'data-start="6" data-end="10">left</button> <small>(row 2)' in html
    assert "/ right <small>" in html


def test_what_comes_from_a_record_is_shown_as_text() -> None:
    lost = NotUnderstood("<script>", "<b>", "<img src=x>")
    html = imported_html(Imported(CASE, (), (lost,)))
    assert "<script>" not in html
    assert "<img" not in html
