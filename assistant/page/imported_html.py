"""What an uploaded record holds that the case does not, and what contradicts itself, as HTML."""

from __future__ import annotations

from html import escape

from assistant.page.source_html import Shown
from index.importers.imported import Imported, Value


def imported_html(read: Imported, shown: Shown | None = None) -> str:
    """Contradictions open, what was not understood folded; nothing where there is neither.

    Args:
        shown: the record beside it, in which a click on a value shows its place.
    """
    parts: list[str] = []
    if read.contradictions:
        rows = "".join(
            f"<li><b>{escape(each.what)}</b>: "
            + " / ".join(
                f"{_value(value, shown)} <small>({escape(value.where)})</small>"
                for value in each.values
            )
            + "</li>"
            for each in read.contradictions
        )
        title = f"The record contradicts itself: {len(read.contradictions)}"
        parts.append(f"<details open><summary>{title}</summary><ul>{rows}</ul></details>")
    if read.not_understood:
        rows = "".join(
            f"<li>{escape(each.what)}: {escape(each.why)} "
            f"<small>({escape(each.where)})</small></li>"
            for each in read.not_understood
        )
        title = f"Of the record, not in the case: {len(read.not_understood)}"
        parts.append(f"<details><summary>{title}</summary><ul>{rows}</ul></details>")
    return "".join(parts)


def _value(value: Value, shown: Shown | None) -> str:
    text = escape(value.text)
    place = shown.source.places.get((value.where, value.text)) if shown else None
    if shown is None or place is None:
        return text
    return f'<button type="button" class="fact" {shown.shows(place)}>{text}</button>'
