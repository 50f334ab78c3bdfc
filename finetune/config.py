"""A training run's configuration: one TOML file, every key checked before anything is loaded.

load_config("demo-letters")      a config shipped with the package
load_config("hospital.toml")     a file of one's own
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from assistant.prompt import Kind
from finetune.clinic.clinics import clinic_named
from finetune.run_config import Positive, RunConfig, Strict
from index.errors import TrainingError
from index.letter import Language

NAME = r"[a-z0-9][a-z0-9._-]*"
"""What an adapter may be called; it becomes the name of a folder."""


class ModelConfig(Strict):
    """The base model, which stays as it is."""

    base: Path
    """A folder with weights, tokenizer and chat template."""
    quantisation: Literal["none", "int8", "nf4"] = "none"
    dtype: Literal["float32", "bfloat16"] = "bfloat16"
    """Of the base's weights; it should be what the base is served in."""
    attention: Literal["sdpa", "blocked_causal", "flash_attention_2"] = "sdpa"
    """blocked_causal: ours, faster on a CPU (`finetune.attention`); flash_attention_2 needs a GPU
    and the flash_attn package."""
    revision: str = ""
    """Free text for the card, e.g. the commit of the downloaded weights."""


class AdapterConfig(Strict):
    """Low-rank matrices beside the base's linear layers (LoRA, arXiv 2106.09685)."""

    rank: Positive = 32
    alpha: Positive = 64
    dropout: float = Field(default=0.0, ge=0, lt=1)
    layers: Literal["all-linear"] = "all-linear"


class DataConfig(Strict):
    """Where the examples come from: the demo clinics without end, or a folder of pairs."""

    clinic_seed: int | None = Field(default=None, ge=0)
    clinic: str = "town"
    """A demo clinic's name, or several joined by `+`, which take turns."""
    exemplars: float = Field(default=0.3, ge=0, le=1)
    """The share of the demo clinics' letters whose prompts show example letters."""
    languages: tuple[Language, ...] = Field(default=("en", "de"), min_length=1)
    pairs: Path | None = None
    """A folder with train.jsonl and dev.jsonl, as `finetune pairs` writes it."""
    institutions: tuple[str, ...] = ()
    """Of the pairs those whose `institution` is one of these; none named: all."""
    examples: Positive | None = None
    """How many are learned from, over and over until the run ends; unset: all. Fewer are always
    some of the more, and of whole patients but for the last."""
    deidentified: str = ""
    """For pairs that `finetune pairs` didn't write: by whom and how they were de-identified."""
    max_tokens: Positive = 2048
    """The longest example. A longer one loses its last refine turns, whole ones, since the end of
    an answer teaches the model to stop; where none is left, the run is refused."""
    dev_examples: Positive = 16
    """How many of the dev patients the loss is watched on."""
    samples: int = Field(default=4, ge=0, le=32)
    """How many letters are written for held-out patients each time the loss is watched, so that
    one sees what is learned; all of them take a twentieth of the run's time at most, but for the
    first and the last time."""

    @field_validator("clinic")
    @classmethod
    def _clinics_known(cls, names: str) -> str:
        try:
            for name in names.split("+"):
                clinic_named(name)
        except TrainingError as error:
            raise ValueError(f"data.clinic: {error}".removesuffix(".")) from error
        return names


class TrainingConfig(Strict):
    """One adapter: what it learns, from which data, on which base."""

    name: str = Field(pattern=f"^{NAME}$")
    """The adapter's name when served."""
    task: Kind
    output: Path
    model: ModelConfig
    adapter: AdapterConfig = AdapterConfig()
    data: DataConfig
    run: RunConfig

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        data, run = self.data, self.run
        if (data.clinic_seed is None) == (data.pairs is None):
            raise ValueError("data: give either clinic_seed or pairs")
        if data.pairs is not None and "clinic" in data.model_fields_set:
            raise ValueError("data.clinic needs data.clinic_seed; of pairs, name data.institutions")
        if data.pairs is None and data.institutions:
            raise ValueError("data.institutions needs data.pairs; of the demo, name data.clinic")
        if run.steps is None and run.minutes is None:
            raise ValueError("run: give steps, minutes or both")
        if run.steps is not None and run.warmup_steps >= run.steps:
            raise ValueError("run.warmup_steps must be below run.steps")
        if run.decay_from == 1 and run.final_rate:
            raise ValueError("run.final_rate has no effect while run.decay_from is 1")
        model = self.model
        if model.dtype == "bfloat16" and run.precision == "float32":
            raise ValueError('run.precision "float32" needs model.dtype "float32"')
        if model.quantisation != "none" and model.dtype != "bfloat16":
            raise ValueError(
                f'model.quantisation "{model.quantisation}" needs model.dtype "bfloat16"'
            )
        if run.batch_tokens is not None:
            if "batch" in run.model_fields_set:
                raise ValueError("run: give either batch or batch_tokens")
            if data.pairs is None:
                raise ValueError("run.batch_tokens needs data.pairs: it has to know every length")
            if run.batch_tokens < data.max_tokens:
                raise ValueError("run.batch_tokens must not be below data.max_tokens")
        return self


def load_config(name: str, changes: Mapping[str, Any] | None = None) -> TrainingConfig:
    """The config of a file, or of a name shipped in `finetune/configs`.

    Args:
        name: path of a TOML file, or a shipped config's name without its ending.
        changes: keys that win over the file's, by dotted path, e.g. `{"model.base": folder}`.

    Raises:
        TrainingError: not found, not TOML, an unknown key or an impossible value, by name.
    """
    try:
        table: dict[str, Any] = tomllib.loads(_source(name))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrainingError(f"{name} is not a TOML file: {error}.") from error
    for path, value in (changes or {}).items():
        *parents, key = path.split(".")
        at = table
        for parent in parents:
            at = at.setdefault(parent, {})
        at[key] = value
    try:
        return TrainingConfig.model_validate(table)
    except ValidationError as error:
        raise TrainingError(f"{name}: {_reasons(error)}.") from error


def shipped_configs() -> list[str]:
    """The names of the configs that come with the package."""
    folder = resources.files("finetune") / "configs"
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir())


def _source(name: str) -> str:
    path = Path(name)
    if path.is_file():
        return path.read_text(encoding="utf-8")
    if name in shipped_configs():
        return (resources.files("finetune") / "configs" / f"{name}.toml").read_text("utf-8")
    raise TrainingError(
        f"No training config {name!r}.",
        f"Give the path of a TOML file or one of: {', '.join(shipped_configs())}.",
    )


def _reasons(error: ValidationError) -> str:
    """Every complaint on one line, each with the key it is about."""
    reasons: list[str] = []
    for detail in error.errors(include_url=False, include_context=False, include_input=False):
        key = ".".join(str(part) for part in detail["loc"])
        match detail["type"]:
            case "extra_forbidden":
                reasons.append(f"{key} is not a known key")
            case "missing":
                reasons.append(f"{key} is missing")
            case "value_error":
                reasons.append(detail["msg"].removeprefix("Value error, "))
            case _:
                reasons.append(f"{key}: {detail['msg'][0].lower()}{detail['msg'][1:]}")
    return "; ".join(reasons)
