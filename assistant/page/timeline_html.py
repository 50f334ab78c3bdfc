"""The timeline of a case as HTML: a line of text for each event, with its bar beside it. Pure."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from assistant.page.timeline_scale import Scale, scale_of
from index.timeline import LASTING, Event, Lane, Timeline

Opens = Callable[[Event], str]
"""The attributes of the button that shows an event where it stands; empty where nothing does."""

SIGNS = {
    Lane.DIAGNOSIS: "◇",
    Lane.SURGERY: "✚",
    Lane.SYSTEMIC: "●",
    Lane.RADIOTHERAPY: "■",
    Lane.TOXICITY: "▲",
}
"""Beside colours and patterns: the kinds are told apart without them."""


def timeline_html(timeline: Timeline, opens: Opens) -> str:
    """Empty where there is no event. Bars are for the eye alone: the text says all of it."""
    if not timeline:
        return ""
    scale = scale_of(timeline.dated)
    rows = "".join(_row(event, opens, _bar(event, scale)) for event in timeline.dated)
    dated = f'{_axis(scale)}<ol class="events">{rows}</ol>' if rows else ""
    rows = "".join(_row(event, opens, _bar(event, scale)) for event in timeline.undated)
    undated = f'<h4>Without a date</h4><ul class="events">{rows}</ul>' if rows else ""
    count = len(timeline.dated) + len(timeline.undated)
    return (
        f'<details class="timeline" open><summary>Timeline: {count} '
        f"event{'' if count == 1 else 's'}</summary>{dated}{undated}</details>"
    )


def _row(event: Event, opens: Opens, bar: str) -> str:
    what = escape(event.what) or "?"
    if attributes := opens(event):
        what = f'<button type="button" {attributes}>{what}</button>'
    time = escape(event.told_time()) or "no date"
    notes = "".join(
        f" <small>({note})</small>"
        for note, holds in (
            ("planned", event.planned),
            ("ends before it begins", event.is_backwards),
        )
        if holds
    )
    lane = event.lane.value
    return (
        f'<li class="{_name(event.lane)}"><span class="time">{time}{notes}</span> '
        f'<span class="kind"><i aria-hidden="true">{SIGNS[event.lane]}</i> {lane}</span> '
        f'<span class="what">{what}</span>{bar}</li>'
    )


def _bar(event: Event, scale: Scale) -> str:
    if not event.first or not event.last:
        return '<span class="track" aria-hidden="true"></span>'
    left, right = scale.at(event.first), scale.at(event.last)
    looks = [_name(event.lane)]
    if event.first == event.last:
        looks.append("point")
    if any(date and not date.is_full for date in (event.start, event.end)):
        looks.append("vague")
    if event.lane in LASTING and (event.start is None or event.end is None):
        looks.append("until" if event.start is None else "since")
    if event.planned:
        looks.append("planned")
    sign = SIGNS[event.lane] if "point" in looks else ""
    style = f"left:{left:.2f}%;width:{max(right - left, 0):.2f}%"
    return (
        f'<span class="track" aria-hidden="true">{_breaks(scale)}'
        f'<i class="{" ".join(looks)}" style="{style}">{sign}</i></span>'
    )


def _axis(scale: Scale) -> str:
    ticks = "".join(f'<i style="left:{t.left:.2f}%">{t.label}</i>' for t in scale.ticks())
    beside = "".join(f'<span class="{name}"></span>' for name in ("time", "kind", "what"))
    axis = f'<span class="axis">{_breaks(scale)}{ticks}</span>'
    return f'<div class="row" aria-hidden="true">{beside}{axis}</div>'


def _breaks(scale: Scale) -> str:
    return "".join(f'<b style="left:{left:.2f}%"></b>' for left in scale.breaks)


def _name(lane: Lane) -> str:
    return lane.name.lower()
