"""The clinical tables in `data/`, read once each."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pydantic import Field

from finetune.clinic.entries import (
    Antineoplastics,
    ComorbidityEntry,
    DrugEntry,
    Group,
    Metastases,
    Table,
    ToxicityEntry,
)

GROUPS = (
    "breast", "prostate", "lung", "rectum", "head_neck", "brain", "cervix", "oesophagus",
    "endometrium", "bladder", "pancreas", "lymphoma", "anus",
)  # fmt: skip


class _Comorbidities(Table):
    comorbidities: tuple[ComorbidityEntry, ...] = Field(min_length=50)


class _Drugs(Table):
    drugs: tuple[DrugEntry, ...] = Field(min_length=60)


class _Toxicities(Table):
    toxicities: tuple[ToxicityEntry, ...] = Field(min_length=30)


def load_toml(name: str) -> dict[str, object]:
    """A table of `data/` as it stands."""
    source = resources.files("finetune.clinic") / "data" / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def group(name: str) -> Group:
    return Group.model_validate(load_toml(f"group_{name}"))


@cache
def metastases() -> Metastases:
    return Metastases.model_validate(load_toml("metastases"))


@cache
def antineoplastics() -> Antineoplastics:
    return Antineoplastics.model_validate(load_toml("drugs"))


@cache
def comorbidities() -> tuple[ComorbidityEntry, ...]:
    return _Comorbidities.model_validate(load_toml("comorbidities")).comorbidities


@cache
def drugs() -> tuple[DrugEntry, ...]:
    return _Drugs.model_validate(load_toml("medication")).drugs


@cache
def toxicities() -> tuple[ToxicityEntry, ...]:
    return _Toxicities.model_validate(load_toml("toxicities")).toxicities
