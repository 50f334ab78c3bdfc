"""What the tab of the case shows, as updates of its parts."""

from __future__ import annotations

import json
import secrets

from assistant.check import facts_of
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
from index.importers.imported import Fact, Imported
from index.importers.source_text import Block, Place, Source
from index.timeline import Event

_NO_RECORD = (
    '<p class="quiet">The record is not kept: upload it again to see where a fact stands in it.</p>'
)
NO_EVENTS = '<p class="quiet">The case names no diagnosis and no therapy with a date.</p>'
_NO_SOURCE = Source((), {})


class CaseView:
    """The updates that show a case."""

    def __init__(self, parts: CaseParts) -> None:
        self._parts = parts

    def blank(self) -> Updates:
        parts = self._parts
        shown = {parts.form: "", parts.source: "", parts.timeline: NO_CASE}
        return shown | {parts.problems: "", parts.fields: "", parts.filled: ""}

    def kept(self, case: Case) -> Updates:
        """The case of a conversation, whose record is not kept."""
        shown = self.given(Imported(case))
        return shown | ({self._parts.source: _NO_RECORD} if case.details else {})

    def begun(self, case: Case) -> Updates:
        """A form for a case that was a text; the text beside it stays as it is."""
        shown = self.given(Imported(case))
        del shown[self._parts.source]
        return shown

    def given(self, read: Imported, source: Source | None = None, title: str = "") -> Updates:
        """A case, and the record that it came from, where there is one, beside it."""
        case, parts = read.case, self._parts
        if case.details is None:
            text = Source((Block("", case.text),), {})
            form = read_facts_html(facts_of(case.text), Shown(text))
            beside = source_html(text, title or "The case")
        else:
            shown = Shown(source or _NO_SOURCE)
            facts: dict[str, list[Fact]] = {}
            for fact in read.facts if source else ():
                facts.setdefault(fact.item, []).append(fact)
            found = {item: facts_html(group, shown) for item, group in facts.items()}
            form = case_form_html(values_of(case.details), found, secrets.token_hex(8))
            beside = source_html(source, title) if source else ""
        return {
            **self.blank(),
            parts.form: form,
            parts.source: beside,
            parts.timeline: _timeline(case),
        }


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
