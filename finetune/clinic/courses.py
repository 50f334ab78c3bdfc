"""Radiotherapy of a made-up case: doses whose product is exact, and days of treatment."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finetune.clinic.entries import BoostEntry, Treatment

_NEAR = tuple(Decimal(c) / 100 for c in (*range(170, 345, 5), 212, 214, 262, 266, 267))
_NEARNESS = Decimal("0.21")
_LARGE = Decimal(4)
"""Gy per fraction from which on another number of fractions would be another treatment."""
_QUARTERS = tuple(Decimal(quarters) / 4 for quarters in range(16, 81))
_WIDTH = Decimal("0.05")
_DAY = dt.timedelta(days=1)
_HOLIDAYS = frozenset({(12, 25), (12, 26), (1, 1)})
"""Month and day on which nobody is irradiated; courses go on between them."""


@dataclass(frozen=True)
class Scheme:
    """A fractionation: doses in Gy."""

    fractions: int
    fraction_gy: Decimal

    @property
    def total_gy(self) -> Decimal:
        return plain(self.fractions * self.fraction_gy)


def plain(number: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent."""
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def parse_scheme(text: str) -> Scheme:
    """`25x2` is 25 fractions of 2 Gy."""
    fractions, _, dose = text.partition("x")
    return Scheme(int(fractions), Decimal(dose))


def widen(scheme: Scheme, rng: random.Random) -> Scheme:
    """A less usual scheme near the given one, or itself: the total stays within 5 %."""
    count, dose = scheme.fractions, scheme.fraction_gy
    if count <= 2:
        return scheme
    if dose >= _LARGE:
        doses, counts = _QUARTERS, range(count, count + 1)
    else:
        doses = tuple(other for other in _NEAR if abs(other - dose) <= _NEARNESS)
        counts = range(1, 2 * count)
    total = count * dose
    near = [
        Scheme(n, other)
        for other in doses
        for n in counts
        if abs(n * other - total) <= _WIDTH * total
    ]
    return rng.choice(near or [scheme])


def draw_schemes(
    treatment: Treatment, rng: random.Random, *, boost: BoostEntry | None
) -> tuple[Scheme, Scheme | None]:
    """The scheme of the course and, where the limit of the boost leaves room, of the boost."""
    main = parse_scheme(rng.choice(treatment.schemes))
    if boost:
        fitting = [s for s in map(parse_scheme, treatment.schemes) if _boosts(s, boost)]
        main = rng.choice(fitting) if fitting else main
    if not treatment.exact_scheme and rng.random() < 0.3:
        wider = widen(main, rng)
        main = wider if not boost or _boosts(wider, boost) else main
    if not boost or not (options := _boosts(main, boost)):
        return main, None
    chosen = rng.choice(options)
    if rng.random() < 0.3:
        wider = widen(chosen, rng)
        if main.total_gy + wider.total_gy <= boost.max_total:
            chosen = wider
    return main, chosen


def _boosts(main: Scheme, boost: BoostEntry) -> list[Scheme]:
    schemes = map(parse_scheme, boost.schemes)
    return [s for s in schemes if main.total_gy + s.total_gy <= boost.max_total]


def pick_boost(
    options: Sequence[BoostEntry], rng: random.Random, *, sure: bool
) -> BoostEntry | None:
    """One of the boosts by its share, or none; `sure` always gives one where there is any."""
    shares = [entry.share for entry in options]
    if not options or (not sure and rng.random() >= sum(shares)):
        return None
    return rng.choices(options, weights=shares)[0]


def working_day(date: dt.date) -> dt.date:
    """The date itself, or the first day after a weekend or Christmas week."""
    while (
        date.weekday() > 4 or (date.month, date.day) >= (12, 24) or (date.month, date.day) == (1, 1)
    ):
        date += dt.timedelta(days=1)
    return date


def add_working_days(date: dt.date, count: int) -> dt.date:
    """`count` working days after a working day."""
    for _ in range(count):
        date += _DAY
        while date.weekday() > 4 or (date.month, date.day) in _HOLIDAYS:
            date += _DAY
    return date


def last_day(start: dt.date, scheme: Scheme, step: int) -> dt.date:
    """The day of the last fraction, `step` working days apart."""
    return add_working_days(start, (scheme.fractions - 1) * step)
