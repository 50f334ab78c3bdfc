"""Curves as SVG for the page: in its own colours, and readable without colour. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from finetune.runs.history import Point, thinned

_WIDTH, _HEIGHT = 440, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 22, 8, 26
_MOST = 150
"""Points of a curve; more can't be told apart."""
_LOOKS = 6
"""Kinds of lines that the page's style tells apart: `.line0` to `.line5`."""


@dataclass(frozen=True)
class Line:
    """
    Attributes:
        name: told where the mouse rests on it.
        look: its kind, the same for the same run in all charts.
    """

    name: str
    points: Sequence[Point]
    look: int


def curves_svg(title: str, lines: Sequence[Line]) -> str:
    """A chart over steps; empty where there is nothing to show.

    Its height is that of what comes after the first twentieth of the steps: the fall at the
    beginning would leave the rest a flat line. What is higher or lower is drawn at the edge.

    Args:
        title: what the values are.
        lines: those without points are left out.
    """
    shown = [(line, thinned(line.points, _MOST)) for line in lines if line.points]
    if not shown:
        return ""
    everything = [point for _, points in shown for point in points]
    last = max(x for x, _ in everything)
    values = [y for x, y in everything if x >= last / 20]
    ys = ticks(min(values), max(values))
    xs = [x for x in ticks(0, last) if x <= last or x == 0]
    low, high = ys[0], ys[-1]

    def place(x: float, y: float) -> tuple[float, float]:
        right = _LEFT + (_WIDTH - _LEFT - _RIGHT) * (x / last if last else 0)
        share = (min(max(y, low), high) - low) / (high - low)
        return right, _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * share

    parts = [_grid(ys, xs, place(0, low)[1], place)]
    for line, points in shown:
        at = [place(*point) for point in points]
        parts.append(
            f'<g class="line{line.look % _LOOKS}"><title>{escape(line.name)}</title>'
            f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in at)}"/>'
            f'<circle cx="{at[-1][0]:.1f}" cy="{at[-1][1]:.1f}" r="2.5"/></g>'
        )
    told = "; ".join(f"{line.name}: {_short(line.points[-1][1])} at last" for line, _ in shown)
    return (
        f'<figure class="chart"><figcaption>{escape(title)}</figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}. {escape(told)}">{"".join(parts)}</svg></figure>'
    )


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers that enclose these two: at least two, the distance 1, 2 or 5 times a power of
    ten."""
    span = high - low
    if span <= abs(high) * 1e-9:  # all the same: something around it
        low, span = low - (abs(low) / 2 or 0.5), abs(low) or 1.0
        high = low + span
    power = 10 ** math.floor(math.log10(span / most))
    step = next(power * n for n in (1, 2, 5, 10, 20) if span / (power * n) <= most)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, last + 1)]


def _grid(
    ys: Sequence[float],
    xs: Sequence[float],
    floor: float,
    place: Callable[[float, float], tuple[float, float]],
) -> str:
    across = "".join(
        f'<path d="M{_LEFT} {at:.1f}H{_WIDTH - _RIGHT}"/>'
        f'<text x="{_LEFT - 5}" y="{at + 3.5:.1f}" text-anchor="end">{_short(y)}</text>'
        for y, at in ((y, place(0, y)[1]) for y in ys)
    )
    below = "".join(
        f'<text x="{place(x, ys[0])[0]:.1f}" y="{floor + 15:.1f}" text-anchor="middle">'
        f"{_short(x)}</text>"
        for x in xs
    )
    return f'<g class="grid">{across}{below}</g>'


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
