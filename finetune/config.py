"""A training run's configuration: one TOML file, every key checked before anything is loaded.

load_config("demo-letters")      a config shipped with the package
load_config("hospital.toml")     a file of one's own
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.prompt import Kind
from index.errors import TrainingError
from index.letter import Language

Positive = Annotated[int, Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelConfig(_Strict):
    """The base model, which stays as it is."""

    base: Path
    """A folder with weights, tokenizer and chat template."""
    quantisation: Literal["none", "int8", "nf4"] = "none"
    dtype: Literal["float32", "bfloat16"] = "bfloat16"
    """Of the base's weights; it should be what the base is served in."""
    attention: Literal["sdpa", "blocked_causal"] = "sdpa"
    """blocked_causal: ours, faster on a CPU (`finetune.attention`)."""
    revision: str = ""
    """Free text for the card, e.g. the commit of the downloaded weights."""


class AdapterConfig(_Strict):
    """Low-rank matrices beside the base's linear layers (LoRA, arXiv 2106.09685)."""

    rank: Positive = 32
    alpha: Positive = 64
    dropout: float = Field(default=0.0, ge=0, lt=1)
    layers: Literal["all-linear"] = "all-linear"


class DataConfig(_Strict):
    """Where the examples come from: the demo clinic without end, or a folder of pairs."""

    clinic_seed: int | None = Field(default=None, ge=0)
    languages: tuple[Language, ...] = Field(default=("en", "de"), min_length=1)
    pairs: Path | None = None
    """A folder with train.jsonl and dev.jsonl, as `finetune pairs` writes it."""
    deidentified: str = ""
    """For pairs that `finetune pairs` didn't write: by whom and how they were de-identified."""
    max_tokens: Positive = 2048
    """The longest example. A longer one loses its last refine turns, whole ones, since the end of
    an answer teaches the model to stop; where none is left, the run is refused."""
    dev_examples: Positive = 16
    """How many of the dev patients the loss is watched on."""


class RunConfig(_Strict):
    """How long, how fast and in which steps. The rate warms up, stays, and falls at the end."""

    steps: Positive | None = None
    minutes: float | None = Field(default=None, gt=0)
    """Wall clock, all sittings together; with `steps` too, whichever is reached first."""
    batch: Positive = 2
    """Examples a step and device."""
    accumulation: Positive = 1
    learning_rate: float = Field(gt=0, lt=1)
    optimiser: Literal["adamw_torch", "adamw_torch_fused", "adamw_8bit", "paged_adamw_8bit"] = (
        "adamw_torch"
    )
    weight_decay: float = Field(default=0.0, ge=0)
    beta2: float = Field(default=0.999, gt=0, lt=1)
    warmup_steps: int = Field(default=0, ge=0)
    decay_from: float = Field(default=1.0, gt=0, le=1)
    """The share of the run after which the rate falls in a line to `final_rate`; 1: never."""
    final_rate: float = Field(default=0.0, ge=0, le=1)
    """A share of `learning_rate`."""
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    """bfloat16: matrix products in bfloat16, the adapter's weights stay float32."""
    gradient_checkpointing: bool = False
    """Less memory, about a third slower."""
    checkpoint_minutes: float = Field(default=5.0, gt=0)
    evaluate_minutes: float = Field(default=10.0, gt=0)
    log_steps: Positive = 20
    threads: Positive | None = None
    """CPU threads; unset: PyTorch's own choice."""
    seed: int = 0
    stress: float = Field(default=1.0, ge=1)
    """How much the tokens count at which it is decided which fact comes next (`labels.encode`);
    the others count 1. Most of what is left of a late loss is the free choice of words, and drowns
    the few decisions that still go wrong."""


class TrainingConfig(_Strict):
    """One adapter: what it learns, from which data, on which base."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
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
        if run.steps is None and run.minutes is None:
            raise ValueError("run: give steps, minutes or both")
        if run.steps is not None and run.warmup_steps >= run.steps:
            raise ValueError("run.warmup_steps must be below run.steps")
        if run.decay_from == 1 and run.final_rate:
            raise ValueError("run.final_rate has no effect while run.decay_from is 1")
        if self.model.dtype == "bfloat16" and run.precision == "float32":
            raise ValueError('run.precision "float32" needs model.dtype "float32"')
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
