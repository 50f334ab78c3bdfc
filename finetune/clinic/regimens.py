"""The drugs of a regimen: as they are, reduced, or a related one in the place of one of them."""

from __future__ import annotations

import random
import re
from decimal import Decimal

from finetune.clinic import tables
from finetune.clinic.drawing import Draw
from finetune.clinic.entries import Doses, Regimen, Treatment
from index.case_text import format_number

_NUMBER = re.compile(r"\d+\.\d+")
_WEEK = 7


def pick_regimen(treatment: Treatment, draw: Draw) -> Regimen | None:
    if not treatment.regimens or not (draw.complete or draw.chance(treatment.systemic)):
        return None
    return draw.rng.choice(treatment.regimens)


def draw_drugs(regimen: Regimen, draw: Draw) -> tuple[str, ...]:
    """The regimen's drugs; now and then one is reduced in dose or a related one in its place."""
    rng = draw.rng
    drugs = list(regimen.drugs)
    place = rng.randrange(len(drugs))
    if draw.chance(0.25):
        drugs[place] = _related(drugs[place], regimen, rng) if regimen.swaps else drugs[place]
    elif regimen.reduces and draw.chance(0.25):
        drugs[place] = _reduced(drugs[place], rng)
    return tuple(_drug_name(drug, draw) for drug in drugs)


def _related(drug: str, regimen: Regimen, rng: random.Random) -> str:
    """A drug of the same class that the regimen doesn't have yet, in a dose usual for it."""
    taken = {_split_drug(other)[0] for other in regimen.drugs}
    name = _split_drug(drug)[0]
    for members in tables.antineoplastics().classes.values():
        if name in members:
            free = [m for m in members if m == name or m not in taken]
            usual = [(m, doses) for m in free if (doses := _doses(members[m], regimen))]
            if usual:
                other, doses = rng.choice(usual)
                return f"{other} {rng.choice(doses)}"
    return drug


def _doses(doses: Doses, regimen: Regimen) -> tuple[str, ...]:
    """Those that go with how often the regimen is given."""
    if not regimen.cycles:
        return doses.continuous
    return doses.weekly if regimen.every == _WEEK else doses.cycle


def _reduced(drug: str, rng: random.Random) -> str:
    """Of a dose by body surface, some three quarters to nine tenths."""
    match = re.fullmatch(r"(.*) (\d+) (mg/m²)", drug)
    if not match or int(match[2]) < 20:
        return drug
    dose = round(int(match[2]) * rng.choice((0.75, 0.8, 0.85, 0.9)))
    return f"{match[1]} {dose - dose % 5 if dose > 60 else dose} {match[3]}"


def _split_drug(drug: str) -> tuple[str, str]:
    names = (n for n in tables.antineoplastics().names if drug.startswith(f"{n} "))
    name = max(names, key=len)
    return name, drug.removeprefix(f"{name} ")


def _drug_name(drug: str, draw: Draw) -> str:
    name, dose = _split_drug(drug)
    if draw.language == "de":
        name = tables.antineoplastics().names[name]
    number = _NUMBER.sub(lambda m: format_number(Decimal(m[0]), draw.language), dose)
    return f"{name} {number}"
