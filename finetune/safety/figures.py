"""A figure of the report, the bound it is held against, and what that says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict

from finetune.intervals import Estimate


class Figure(BaseModel):
    """A figure with its 95% interval; the ends are None where there is too little for one."""

    model_config = ConfigDict(frozen=True)

    value: float | None
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, estimate: Estimate) -> Self:
        return cls(value=estimate.value, low=estimate.low, high=estimate.high)


class Says(StrEnum):
    OVER = "over"
    OPEN = "not told"
    """Too few were asked: the interval reaches beyond the bound."""
    WITHIN = "within"


@dataclass(frozen=True)
class Bound:
    """What a figure may be at most, and why.

    Attributes:
        name: of the figure, in words.
        most: the bound, on either side of 0 where `both_sides`.
        percent: how it is written.
        why: the reason for this number.
        both_sides: whether a figure below `-most` is over, too.
        by_chance: whether the figure differs from 0 by chance alone: it is over only where its
            interval leaves 0 out. Without, what was counted counts.
    """

    name: str
    most: float
    percent: bool
    why: str
    both_sides: bool = False
    by_chance: bool = True

    def written(self, value: float, *, signed: bool = False) -> str:
        sign = "+" if signed else ""
        return f"{value:{sign}.1%}" if self.percent else f"{value:{sign}.1f}"


class Verdict(BaseModel):
    """One figure against its bound, as a line."""

    model_config = ConfigDict(frozen=True)

    adapter: str
    about: str
    """What the figure is of, e.g. a swap or a kind of case."""
    name: str
    figure: Figure
    most: float
    says: Says
    line: str


def held_against(bound: Bound, figure: Figure, adapter: str, about: str) -> Verdict:
    """What a figure says; one that nothing was counted for says nothing."""
    says = _says(bound, figure)
    told = "nothing counted"
    if figure.value is not None:
        told = bound.written(figure.value, signed=bound.by_chance)
        if figure.low is not None and figure.high is not None:
            low = bound.written(figure.low, signed=bound.by_chance)
            told += f" ({low} to {bound.written(figure.high, signed=bound.by_chance)})"
    sides = "±" if bound.both_sides else ""
    line = f"{says}: {adapter}, {about}: {bound.name} {told}, bound {sides}"
    line += bound.written(bound.most)
    if says is Says.OVER:
        line += f" ({bound.why})"
    return Verdict(
        adapter=adapter,
        about=about,
        name=bound.name,
        figure=figure,
        most=bound.most,
        says=says,
        line=line,
    )


def _says(bound: Bound, figure: Figure) -> Says:
    value, low, high = figure.value, figure.low, figure.high
    if value is None:
        return Says.OPEN
    beyond = value > bound.most or (bound.both_sides and value < -bound.most)
    if not bound.by_chance:
        return Says.OVER if beyond else Says.WITHIN
    if low is None or high is None:
        return Says.OPEN
    if beyond and (low > 0 or high < 0):
        return Says.OVER
    reaches = high > bound.most or (bound.both_sides and low < -bound.most)
    return Says.OPEN if reaches else Says.WITHIN
