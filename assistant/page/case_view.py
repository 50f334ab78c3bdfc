"""What the tab of the case shows, as updates of its parts."""

from __future__ import annotations

import json
import secrets

from assistant.check import facts_of
from assistant.origin import Origin
from assistant.page.case_fields import form_sections
from assistant.page.case_form import Filled, values_of
from assistant.page.case_form_html import case_form_html, problems_html
from assistant.page.case_layout import NO_CASE, CaseParts
from assistant.page.letters_view import Updates
from assistant.page.source_html import Shown, facts_html, read_facts_html, source_html
from assistant.page.timeline_html import timeline_html
from assistant.timeline_reading import timeline_of_case
from index.case import Case
from index.case_text import render_case
from index.importers.imported import Fact
from index.importers.source_text import Block, Place, Source
from index.timeline import Event

NO_EVENTS = '<p class="quiet">The case names no diagnosis and no therapy with a date.</p>'


class CaseView:
    """The updates that show a case."""

    def __init__(self, parts: CaseParts) -> None:
        self._parts = parts

    def blank(self) -> Updates:
        parts = self._parts
        shown = {parts.form: "", parts.source: "", parts.timeline: NO_CASE}
        shown |= {parts.problems: "", parts.fields: "", parts.filled: ""}
        return shown | {parts.origin: None}

    def begun(self, case: Case) -> Updates:
        """A form for a case that was a text; the text beside it stays as it is."""
        shown = self.given(case)
        del shown[self._parts.source]
        return shown

    def given(self, case: Case, origin: Origin | None = None, title: str = "The case") -> Updates:
        """A case, and beside it the record that it came from, or its own text under a title."""
        parts = self._parts
        if case.details is None:
            text = Source((Block("", case.text),), {})
            form = read_facts_html(facts_of(case.text), Shown(text))
            beside = source_html(text, title)
        else:
            found = _found(origin) if origin else {}
            form = case_form_html(values_of(case.details), found, secrets.token_hex(8))
            beside = source_html(origin.source, origin.title) if origin else ""
        return {
            **self.blank(),
            parts.form: form,
            parts.source: beside,
            parts.timeline: _timeline(case),
            parts.origin: origin,
        }


def _found(origin: Origin) -> dict[str, list[str]]:
    """What the record says of each part of the case."""
    shown = Shown(origin.source)
    facts: dict[str, list[Fact]] = {}
    for fact in origin.facts:
        facts.setdefault(fact.item, []).append(fact)
    return {item: facts_html(group, shown) for item, group in facts.items()}


def filled_json(filled: Filled, token: str) -> str:
    """What the browser is to show for a form that was filled in (`SHOW_FILLED`).

    Text and timeline are null, and stay as they are, where a field has a problem.
    """
    text = timeline = None
    if filled.details is not None:
        case = render_case(filled.details)
        text, timeline = case.text, _timeline(case)
    problems = [[each.section, each.row, each.field] for each in filled.problems]
    shown = [text, timeline, problems_html(filled.problems)]
    return json.dumps({"of": token, "problems": problems, "shown": shown})


def _timeline(case: Case) -> str:
    shown = Shown(Source((Block("", case.text),), {}))
    return timeline_html(timeline_of_case(case), lambda event: _opens(event, shown)) or NO_EVENTS


def _opens(event: Event, shown: Shown) -> str:
    if event.item:
        name, _, number = event.item.rstrip("]").partition("[")
        section = name if any(name == each.name for each in form_sections()) else ""
        return f'data-item="{section}/{number or 0}"'
    return shown.shows(Place(0, *event.place)) if event.place else ""
