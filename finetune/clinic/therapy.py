"""Surgery, drugs and radiotherapy of a made-up case, on dates that follow each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from finetune.clinic.courses import (
    add_working_days,
    draw_schemes,
    last_day,
    pick_boost,
    plain,
    working_day,
)
from finetune.clinic.drawing import Draw
from finetune.clinic.entries import BoostEntry, Text, Treatment
from finetune.clinic.regimens import draw_drugs, pick_regimen
from index.case import Radiotherapy, Surgery, SystemicTherapy


@dataclass(frozen=True)
class Therapy:
    surgeries: tuple[Surgery, ...]
    systemic: tuple[SystemicTherapy, ...]
    radiotherapy: tuple[Radiotherapy, ...]
    end: dt.date
    """The last day of radiotherapy."""
    cytotoxic: bool
    """The drugs are of a kind that has side effects on the blood count."""


def draw_therapy(treatment: Treatment, diagnosed: dt.date, draw: Draw) -> Therapy:
    """The treatment on dates from the diagnosis on."""
    rng = draw.rng
    regimen = pick_regimen(treatment, draw)
    timing = regimen.timing if regimen else None
    cycles = rng.randint(*regimen.cycles) if regimen and regimen.cycles else None
    span = dt.timedelta(days=regimen.every * (cycles - 1)) if regimen and cycles else None
    drug_start: dt.date | None = None
    drug_end: dt.date | None = None

    day = diagnosed
    if timing in ("before", "neoadjuvant"):
        drug_start = working_day(day + draw.days(12, 30))
        drug_end = drug_start + span if span else None
        day = drug_end or drug_start + draw.days(60, 240)
    surgeries, day = _draw_surgeries(treatment, diagnosed, day, draw, early=timing == "neoadjuvant")
    if timing == "adjuvant":
        drug_start = working_day(day + draw.days(28, 42))
        drug_end = drug_start + span if span else None
        day = drug_end or day
    if timing == "hormone":
        # What is operated on first relapses before it needs hormones.
        waited = draw.days(*treatment.gap) if treatment.surgeries else dt.timedelta()
        drug_start = working_day(day + waited + draw.days(10, 40))
        day = drug_start + draw.days(40, 90)
    elif surgeries and timing not in ("adjuvant", "before"):
        day += draw.days(*treatment.gap)
    else:
        day += draw.days(14, 42)
    rt_start = working_day(day)
    radiotherapy, end = _draw_radiotherapy(treatment, rt_start, draw)
    if regimen and timing == "concurrent" and cycles and span:
        length = (end - rt_start).days
        fitting = length // regimen.every + 1
        drug_start = rt_start
        if fitting < 2:  # the first cycle comes before the radiotherapy
            drug_start = rt_start - dt.timedelta(days=regimen.every)
            fitting += 1
        cycles = max(2, min(cycles, fitting))
        drug_end = drug_start + dt.timedelta(days=regimen.every * (cycles - 1))
    elif timing == "radiation":
        drug_start, drug_end = rt_start, end
    elif timing == "ongoing":
        drug_start = rt_start - draw.days(3, 14)
    systemic = (
        (
            SystemicTherapy(
                drugs=draw_drugs(regimen, draw), cycles=cycles, start=drug_start, end=drug_end
            ),
        )
        if regimen
        else ()
    )
    return Therapy(
        surgeries=surgeries,
        systemic=systemic,
        radiotherapy=radiotherapy,
        end=end,
        cytotoxic=timing not in (None, "hormone", "ongoing"),
    )


def _draw_surgeries(
    treatment: Treatment, diagnosed: dt.date, day: dt.date, draw: Draw, *, early: bool
) -> tuple[tuple[Surgery, ...], dt.date]:
    """The operations and the day from which the treatment goes on."""
    rng = draw.rng
    done: list[Surgery] = []

    def add(options: tuple[Text, ...], date: dt.date) -> None:
        known = None if draw.omitted(0.05) else date
        done.append(Surgery(name=draw.say(rng.choice(options)), date=known))

    if treatment.biopsies and draw.chance(0.3):
        add(treatment.biopsies, diagnosed)
    if treatment.surgeries:
        main = working_day(day + (draw.days(21, 35) if day > diagnosed else draw.days(7, 35)))
        small = treatment.procedures if draw.chance(0.2) else ()
        if small and early:
            add(small, working_day(diagnosed + draw.days(3, 9)))
        add(treatment.surgeries, main)
        day = main
        if treatment.second_surgeries and not done[:-1] and draw.chance(0.15):
            day = working_day(main + draw.days(14, 24))
            add(treatment.second_surgeries, day)
        elif small and not early:
            add(small, working_day(main + draw.days(10, 20)))
    elif treatment.procedures and draw.chance(0.3):
        add(treatment.procedures, working_day(diagnosed + draw.days(3, 9)))
    if draw.complete and not done:
        add(treatment.biopsies or treatment.procedures, diagnosed)
    return tuple(done), day


def _draw_radiotherapy(
    treatment: Treatment, start: dt.date, draw: Draw
) -> tuple[tuple[Radiotherapy, ...], dt.date]:
    rng = draw.rng
    boost = pick_boost(treatment.boosts, rng, sure=draw.complete)
    main, extra = draw_schemes(treatment, rng, boost=boost)
    end = last_day(start, main, treatment.step)

    def course(
        table: Treatment | BoostEntry, fractions: int, dose: Decimal, first: dt.date, last: dt.date
    ) -> Radiotherapy:
        technique = "" if draw.omitted(0.05) else draw.say(rng.choice(table.techniques))
        return Radiotherapy(
            site=draw.say(rng.choice(table.sites)),
            technique=technique,
            total_gy=plain(fractions * dose),
            fraction_gy=plain(dose),
            fractions=fractions,
            start=first,
            end=last,
            boost=isinstance(table, BoostEntry),
        )

    courses = [course(treatment, main.fractions, main.fraction_gy, start, end)]
    if boost and extra:
        first = add_working_days(end, 1)
        end = last_day(first, extra, boost.step)
        courses.append(course(boost, extra.fractions, extra.fraction_gy, first, end))
    return tuple(courses), end
