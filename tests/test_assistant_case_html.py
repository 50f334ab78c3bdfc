"""The case as HTML: all of it text, places in the browser's count, bars within their line."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check import facts_of
from assistant.page.case_form import filled, values_of
from assistant.page.case_form_html import case_form_html, problems_html
from assistant.page.source_html import Shown, facts_html, read_facts_html, source_html
from assistant.page.timeline_html import SIGNS, timeline_html
from assistant.page.timeline_scale import scale_of
from index.case import CaseDetails, Patient, Report, Surgery
from index.importers.imported import Fact
from index.importers.source import import_source
from index.importers.source_text import Block, Place, Source, source_text
from index.partial_dates import on_day, partial_date
from index.timeline import Event, Lane, Timeline

EVIL = "</textarea></pre><script>alert(1)</script><img src=x onerror='a'>\" onfocus=\"a"
DANGEROUS = re.compile(r"<script|<img|\"\s*onfocus|\sonerror=(?!&)")


def is_harmless(html: str) -> bool:
    return not DANGEROUS.search(html)


def no_place(_: Event) -> str:
    return ""


# --- the form


def test_what_a_form_shows_is_text() -> None:
    details = CaseDetails(
        patient=Patient(last_name=EVIL),
        comorbidities=(EVIL,),
        surgeries=(Surgery(name=EVIL, when=EVIL),),
        reports=(Report(text=f"{EVIL}\n{EVIL}", title=EVIL),),
        notes=EVIL,
    )
    html = case_form_html(values_of(details), {}, 'a"b')
    assert is_harmless(html)
    assert html.count("alert(1)") >= 6
    assert 'data-form="a&quot;b"' in html


def test_a_text_of_several_lines_keeps_them_and_its_first_one() -> None:
    details = CaseDetails(reports=(Report(text="One.\n\nTwo."),), notes="Note")
    html = case_form_html(values_of(details), {}, "")
    areas = [
        unescape(text) for text in re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", html, re.S)
    ]
    assert "One.\n\nTwo." in areas


def test_the_facts_of_the_record_stand_beside_what_they_became() -> None:
    html = case_form_html(
        values_of(CaseDetails(surgeries=(Surgery(name="Biopsy"), Surgery(name="Lumpectomy")))),
        {"surgeries[1]": ["FACT"], "referrer": ["NAME"]},
        "",
    )
    (row,) = [row for row in html.split("<details") if "FACT" in row]
    assert "Lumpectomy" in row
    (letter,) = [part for part in html.split("<section") if "NAME" in part]
    assert "Referring physician" in letter


def test_problems_lead_to_their_fields() -> None:
    assert problems_html(()) == ""
    values = {"radiotherapy": [{"site": "breast", "total_gy": "x"}]}
    html = problems_html(filled(values).problems)
    assert 'role="alert"' in html
    assert 'data-field="radiotherapy/0/total_gy"' in html


# --- the record


def test_a_record_is_shown_as_text() -> None:
    block, fact = Block(EVIL, EVIL), Fact("a.b", EVIL, EVIL)
    source = Source((block,), {(EVIL, EVIL): Place(0, 0, 3)})
    (button,) = facts_html([fact], Shown(source))
    assert is_harmless(source_html(source, EVIL))
    assert is_harmless(button)
    assert is_harmless("".join(facts_html([fact], Shown(Source((), {})))))


def test_html_of_notes_stays_text_from_the_file_to_the_page() -> None:
    data = b'NoteID,PatientID,NoteText\n1,p1,"Well <script>alert(1)</script>"\n'
    imported = import_source(data, "notes.csv")
    source = source_text(data, "notes.csv", imported)
    html = source_html(source, "notes.csv") + "".join(facts_html(imported.facts, Shown(source)))
    assert is_harmless(html)
    assert "&lt;script&gt;" in html


def places_in(html: str) -> list[tuple[int, int]]:
    return [(int(a), int(b)) for a, b in re.findall(r'data-start="(\d+)" data-end="(\d+)"', html)]


@given(st.text("aä🎗\n", max_size=30), st.data())
def test_a_place_is_counted_as_browsers_count(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    ((first, last),) = places_in(Shown(Source((Block("", text),), {})).shows(Place(0, start, end)))
    in_utf16 = text.encode("utf-16-le")[2 * first : 2 * last].decode("utf-16-le")
    assert in_utf16 == text[start:end]


def test_what_is_said_again_is_a_number_and_what_has_no_place_is_no_button() -> None:
    facts = [Fact("diagnosis.icd10", "C50", where) for where in ("one", "two", "three")]
    source = Source((Block("", "C50 C50"),), {("one", "C50"): Place(0, 0, 3)})
    first, second, third = facts_html(facts, Shown(source))
    assert first.startswith("<button")
    assert "icd10: C50" in first
    assert second.startswith("<span")
    assert second.endswith(">2</span>")
    assert third.endswith(">3</span>")


def test_the_facts_of_a_text_lead_to_their_words() -> None:
    text = "🎗 Radiotherapy with 50 Gy. No chemotherapy was given."
    html = read_facts_html(facts_of(text), Shown(Source((Block("", text),), {})))
    shown = {
        text.encode("utf-16-le")[2 * a : 2 * b].decode("utf-16-le") for a, b in places_in(html)
    }
    assert "50 Gy" in shown
    assert "(negated)" in html


def test_of_too_long_a_record_it_is_said() -> None:
    assert "3 more parts" in source_html(Source((Block("", "x"),), {}, left_out=3), "")
    assert source_html(Source((), {}), "x") == ""


# --- the timeline


def shown(*events: Event) -> str:
    return timeline_html(Timeline.of(events), no_place)


DAY = on_day(dt.date(2024, 3, 12))


def test_events_are_text_and_bars_are_not_read_out() -> None:
    html = shown(Event(Lane.SURGERY, EVIL, DAY), Event(Lane.TOXICITY, "x", given=EVIL))
    assert is_harmless(html)
    for bar in re.findall(r'<span class="track"[^>]*>', html):
        assert 'aria-hidden="true"' in bar
    assert shown() == ""


@pytest.mark.parametrize(
    ("event", "words", "looks"),
    [
        (Event(Lane.SURGERY, "Lumpectomy", DAY), ["12 March 2024", "surgery"], "surgery point"),
        (Event(Lane.SURGERY, "x", partial_date(2024, 3)), ["March 2024"], "surgery vague"),
        (Event(Lane.SYSTEMIC, "x", DAY), ["since 12 March 2024"], "systemic point since"),
        (Event(Lane.RADIOTHERAPY, "x", None, DAY), ["until 12"], "radiotherapy point until"),
        (
            Event(Lane.RADIOTHERAPY, "x", DAY, on_day(dt.date(2024, 3, 1))),
            ["(ends before it begins)"],
            "radiotherapy",
        ),
        (Event(Lane.SURGERY, "x", DAY, planned=True), ["(planned)"], "surgery point planned"),
    ],
)
def test_the_text_says_what_the_bar_shows(event: Event, words: list[str], looks: str) -> None:
    html = shown(event)
    assert all(word in html for word in words)
    assert f'<i class="{looks}"' in html
    assert SIGNS[event.lane] in html


def test_undated_events_are_listed() -> None:
    html = shown(Event(Lane.TOXICITY, "dermatitis", given="under radiotherapy"))
    assert "Without a date" in html
    assert "under radiotherapy" in html
    assert "<ol" not in html


def test_an_event_leads_to_where_it_stands() -> None:
    timeline = Timeline.of([Event(Lane.SURGERY, "x", DAY, item="surgeries[0]")])
    html = timeline_html(timeline, lambda event: f'data-item="{event.item}"')
    assert '<button type="button" data-item="surgeries[0]">x</button>' in html


days = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
near = st.dates(dt.date(2015, 1, 1), dt.date(2026, 12, 31))
partial = st.one_of(
    days.map(on_day),
    near.map(on_day),
    near.map(lambda day: partial_date(day.year, day.month)),
    near.map(lambda day: partial_date(day.year)),
)
events = st.builds(Event, st.sampled_from(Lane), st.just("x"), partial, st.none() | partial)


@given(st.lists(events, min_size=1, max_size=15))
def test_every_day_of_an_event_has_its_place_on_the_line(found: list[Event]) -> None:
    scale = scale_of(found)
    limits = sorted({day for event in found for day in (event.first, event.last) if day})
    places = [scale.at(day) for day in limits]
    assert places == sorted(places)
    assert all(-0.01 <= place <= 100.01 for place in places)
    ticks = [tick.left for tick in scale.ticks()]
    assert ticks
    assert ticks == sorted(ticks)
    assert all(0 <= left <= 100 for left in ticks)
    assert all(0 < left < 100 for left in scale.breaks)


def test_a_tumour_of_long_ago_takes_no_room_from_what_is_new() -> None:
    old = Event(Lane.DIAGNOSIS, "x", on_day(dt.date(1998, 5, 1)))
    new = [Event(Lane.SURGERY, "x", on_day(dt.date(2024, month, 1))) for month in (1, 6)]
    scale = scale_of([old, *new])
    assert len(scale.breaks) == 1
    assert scale.at(dt.date(2024, 6, 1)) - scale.at(dt.date(2024, 1, 1)) > 50
