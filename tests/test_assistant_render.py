from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.check import check
from assistant.context import ContextMeter
from assistant.page.render import exemplars_html, findings_html, letter_html, meter_html
from index.letter import LetterMetadata
from retrieval.exemplar import Exemplar

CASE = "Patient: Anna Berger\nRadiotherapy: 50 Gy in 25 fractions of 2 Gy"


def test_a_fact_stated_twice_is_one_line_of_the_findings() -> None:
    html = findings_html(check(CASE, "See her on 9 May 2031, that is 9 May 2031."), CASE)
    assert html.count("<b>9 May 2031</b>") == 1
    assert "(2 times)" in html


def test_each_status_has_a_mark_of_its_own() -> None:
    draft = "Ms. Berger had 54 Gy in 25 fractions and metformin 500 mg."
    html = letter_html(draft, check(CASE, draft))
    for name in ("supported", "changed", "unsupported"):
        assert f'<mark class="{name}"' in html


def test_a_leaked_fact_is_the_loudest() -> None:
    draft = "Ms. Berger takes metformin 500 mg and had 54 Gy."
    html = findings_html(check(CASE, draft, ["metformin 500 mg"]), CASE)
    assert html.index('<li class="leaked"') < html.index('<li class="changed"')


def test_what_is_left_out_shows_its_line_of_the_case() -> None:
    html = findings_html(check(CASE, "Ms. Berger."), CASE)
    assert "<q>Radiotherapy: <mark>50 Gy</mark>" in html


@given(st.text(alphabet="<>&\"'scriptimgonerror=/ 0123456789Gy", max_size=120))
def test_no_markup_of_a_letter_reaches_the_page(text: str) -> None:
    html = letter_html(text, check(text, text))
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
