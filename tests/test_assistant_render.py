from __future__ import annotations

import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from assistant.check import Fact, FactKind, Finding, Ledger, Status, check
from assistant.context import ContextMeter
from assistant.decisions import Accepted, accept, statement_of
from assistant.page.findings_html import findings_html
from assistant.page.marks_html import counter_html, letter_html
from assistant.page.refined_html import refined_html
from assistant.page.render import exemplars_html, meter_html
from assistant.review import Review, judged
from index.letter import LetterMetadata
from retrieval.exemplar import Exemplar

CASE = "Patient: Anna Berger\nRadiotherapy: 50 Gy in 25 fractions of 2 Gy"
WRONG = "Ms. Berger had 54 Gy in 25 fractions and metformin 500 mg."
AT = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)


def seen(draft: str, *exemplars: str, case: str = CASE) -> Review:
    return judged(case, draft, check(case, draft, exemplars), {})


def with_accepted(draft: str, words: str) -> Review:
    """The review after the physician accepted the finding with these words."""
    ledger = check(CASE, draft)
    finding = next(f for f in ledger.findings if f.fact.text == words)
    return judged(CASE, draft, ledger, accept({}, finding, "weber", AT))


def test_a_fact_stated_twice_is_one_line_of_the_findings() -> None:
    html = findings_html(seen("See her on 9 May 2031, that is 9 May 2031."))
    assert html.count("<b>9 May 2031</b> <em>date</em> (2 times)") == 1
    assert "Correct in 2 places: 25 fractions" in findings_html(seen("28 fractions, 28 fractions."))


def test_each_status_has_a_mark_of_its_own() -> None:
    html = letter_html(seen(WRONG))
    for name in ("supported", "changed", "unsupported"):
        assert f'<mark class="{name}"' in html


def test_each_mark_opens_a_panel_with_both_places() -> None:
    review = seen(WRONG)
    letter, findings = letter_html(review), findings_html(review)
    for number in range(len(review.ledger.findings)):
        assert f'data-place="place-{number}"' in letter
        assert f'id="place-{number}"' in findings
    panel = findings[findings.index('aria-label="54 Gy"') :]
    assert "had <mark>54 Gy</mark> in 25" in panel
    assert "Radiotherapy: <mark>50 Gy</mark> in 25" in panel
    assert "Correct: 50 Gy" in panel


def test_while_it_is_written_nothing_opens_and_nothing_is_left_out() -> None:
    review = seen("Ms. Berger had 54 Gy")
    for html in (letter_html(review, live=True), findings_html(review, live=True)):
        assert "place-" not in html
    assert "omitted" not in findings_html(review, live=True)
    assert "left out" not in counter_html(review, live=True)


def test_a_leaked_fact_is_the_loudest() -> None:
    draft = "Ms. Berger takes metformin 500 mg and had 54 Gy."
    html = findings_html(seen(draft, "metformin 500 mg"))
    assert html.index('<li class="leaked"') < html.index('<li class="changed"')


def test_what_is_accepted_is_quiet_and_says_by_whom() -> None:
    review = with_accepted(WRONG, "metformin")
    assert '<mark class="accepted"' in letter_html(review)
    html = findings_html(review)
    assert html.index('<li class="changed"') < html.index('<li class="accepted"')
    assert "Accepted by weber, 01 Mar 2026, 09:30 UTC." in html
    assert 'data-act="take_back"' in html


def test_the_counter_says_it_in_a_line() -> None:
    def fact(number: int) -> Fact:
        return Fact(FactKind.DRUG, f"drug {number}", frozenset(), number, number + 1, "x")

    def words(*statuses: Status, leaked: int = 0, known: int = 0, left_out: int = 0) -> str:
        found = [
            Finding(fact(n), status, "", leaked=n < leaked) for n, status in enumerate(statuses)
        ]
        ledger = Ledger(tuple(found), tuple(map(fact, range(left_out))))
        answered = {f: Accepted(statement_of(f), "weber", AT) for f in found[:known]}
        return re.sub("<[^>]+>", "", counter_html(Review("", "", ledger, answered)))

    yes, no, changed, asked = Status.SUPPORTED, Status.UNSUPPORTED, Status.CHANGED, Status.ASKED
    assert (
        words(changed, no, no, yes, yes, left_out=3)
        == "2 facts supported, 1 changed, 2 unsupported, 3 left out"
    )
    assert (
        words(changed, no, no, yes, asked, known=2)
        == "1 fact supported, 0 changed, 1 unsupported, 1 asked for, 2 accepted, 0 left out"
    )
    assert (
        words(no, no, leaked=1)
        == "0 facts supported, 0 changed, 1 unsupported, 1 from an example letter, 0 left out"
    )


def test_what_is_left_out_shows_its_line_of_the_case_and_two_ways_on() -> None:
    html = findings_html(seen("Ms. Berger."))
    # One row for a line, with all of it that is left out.
    assert html.count("Radiotherapy: <mark>50 Gy</mark> in <mark>25 fractions</mark>") == 1
    line = "Radiotherapy: 50 Gy in 25 fractions of 2 Gy"
    assert f'data-copy="{line}"' in html
    assert f'data-add="{line}"' in html


def test_a_refine_turn_tells_what_it_did_to_the_facts() -> None:
    html = refined_html("54 Gy in 25 fractions <b>", "50 Gy, metformin")
    assert "<summary>facts lost 1</summary>" in html
    assert "<summary>added 1</summary>" in html
    assert "<s>54 Gy</s> → <b>50 Gy</b>" in html
    assert "changed 0" in refined_html("", "")


@given(st.text(alphabet="<>&\"'scriptimgonerror=/ 0123456789Gy", max_size=120))
def test_no_markup_of_a_letter_reaches_the_page(text: str) -> None:
    review = seen(text, case=text)
    html = letter_html(review) + findings_html(review) + refined_html(text, "1 Gy")
    for tag in ("<script", "<img", "<svg"):
        assert tag not in html


def test_an_example_letter_is_escaped_too() -> None:
    exemplar = Exemplar("a<b>.txt", "<script>", 0.5, ("<i>",), LetterMetadata("en"))
    html = exemplars_html([exemplar], "<u>")
    assert not any(tag in html for tag in ("<script", "<b>.txt", "<i>", "<u>"))


def test_the_meter_tells_every_part_and_what_was_dropped() -> None:
    meter = ContextMeter(100, 200, 0, 900, 1250, 4096, dropped_exemplars=1)
    html = meter_html(meter)
    assert "case 100, examples 200" in html
    assert "1 example letter(s)" in html
