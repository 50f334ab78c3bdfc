"""Plots: bars with intervals, curves and matrices, each as PNG and SVG. Nothing is shown on screen.

The only file that knows matplotlib.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_COLOURS = ("#4c72b0", "#dd8452", "#55a868", "#8172b3", "#937860", "#c44e52", "#64b5cd", "#8c8c8c")
_STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "epikrise",  # the same figures give the same file
}
Interval = tuple[float, float]


@dataclass(frozen=True)
class Bars:
    """One colour of a bar chart.

    Attributes:
        name: for the legend.
        heights: one for each label of the chart; None leaves a gap.
        intervals: the ends of each one's interval; None where there is none.
    """

    name: str
    heights: Sequence[float | None]
    intervals: Sequence[Interval | None]


@dataclass(frozen=True)
class Chart:
    """One of the bar charts side by side.

    Attributes:
        title: above it.
        labels: below its groups of bars.
        bars: a colour each, the same ones in every chart of a plot.
        top: where the axis ends; None lets the bars decide.
    """

    title: str
    labels: Sequence[str]
    bars: Sequence[Bars]
    top: float | None = None


@dataclass(frozen=True)
class Curve:
    """A line through points; `band` holds the ends of each one's interval, where there are any."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    band: Sequence[Interval] | None = None


def plot_bars(path: Path, charts: Sequence[Chart], *, columns: int = 3) -> list[Path]:
    """Bar charts in rows of `columns`; returns the files: `path` with `.png` and with `.svg`."""
    rows = -(-len(charts) // columns)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(3.6 * min(columns, len(charts)), 2.8 * rows), layout="constrained")
        for number, chart in enumerate(charts, 1):
            _bar_chart(figure.add_subplot(rows, min(columns, len(charts)), number), chart)
        handles, names = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=4, frameon=False)
        return _saved(figure, path)


def plot_curves(
    path: Path,
    title: str,
    x_axis: str,
    y_axis: str,
    curves: Sequence[Curve],
    *,
    log_x: bool = False,
) -> list[Path]:
    """Curves in one chart; returns the files."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(6.4, 4), layout="constrained")
        axes = figure.add_subplot(title=title, xlabel=x_axis, ylabel=y_axis)
        for curve, colour in zip(curves, _cycled(len(curves)), strict=True):
            axes.plot(curve.x, curve.y, color=colour, label=curve.name, marker="." * log_x)
            if curve.band:
                low, high = zip(*curve.band, strict=True)
                axes.fill_between(curve.x, low, high, color=colour, alpha=0.2, linewidth=0)
        if log_x:
            axes.set_xscale("log")
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
        return _saved(figure, path)


def plot_matrix(
    path: Path,
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    form: str = "{:.2f}",
) -> list[Path]:
    """A table with a colour for every value, and the value in it; returns the files.

    Args:
        path: the files' name without its ending.
        title: above it.
        rows: names on the left, e.g. what was trained on.
        columns: names below, e.g. what was tested on.
        values: of shape (rows, columns); None leaves a gap.
        form: how a value is written.
    """
    shown = [[float("nan") if value is None else value for value in row] for row in values]
    known = [value for row in values for value in row if value is not None]
    with mpl.rc_context(_STYLE):
        size = (2.4 + 0.9 * len(columns), 1.4 + 0.6 * len(rows))
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot(title=title)
        axes.imshow(shown, cmap="Blues", aspect="auto")
        axes.set_xticks(range(len(columns)), columns, rotation=30, ha="right")
        axes.set_yticks(range(len(rows)), rows)
        middle = (min(known) + max(known)) / 2 if known else 0.0
        for y, row in enumerate(values):
            for x, value in enumerate(row):
                if value is not None:
                    colour = "white" if value > middle else "black"
                    axes.text(x, y, form.format(value), ha="center", va="center", color=colour)
        return _saved(figure, path)


def _bar_chart(axes: Axes, chart: Chart) -> None:
    width = 0.8 / max(1, len(chart.bars))
    for number, (bars, colour) in enumerate(zip(chart.bars, _cycled(len(chart.bars)), strict=True)):
        offset = (number - (len(chart.bars) - 1) / 2) * width
        places = [place + offset for place in range(len(chart.labels))]
        heights = [0.0 if height is None else height for height in bars.heights]
        axes.bar(places, heights, width * 0.92, color=colour, label=bars.name)
        for place, height, interval in zip(places, heights, bars.intervals, strict=True):
            if interval:
                # A percentile interval need not hold the figure itself.
                ends = [[max(0.0, height - interval[0])], [max(0.0, interval[1] - height)]]
                axes.errorbar(place, height, ends, color="#333333", capsize=2, linewidth=0.9)
    axes.set_title(chart.title)
    axes.set_xticks(range(len(chart.labels)), chart.labels)
    axes.set_ylim(0, chart.top)
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)


def _cycled(count: int) -> list[str]:
    return [_COLOURS[number % len(_COLOURS)] for number in range(count)]


def _saved(figure: Figure, path: Path) -> list[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name such as `lora-0.5` has an ending of its own that stays.
    files = [path.parent / f"{path.name}.png", path.parent / f"{path.name}.svg"]
    figure.savefig(files[0], dpi=150)
    figure.savefig(files[1], metadata={"Date": None})
    return files
