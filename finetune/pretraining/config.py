"""What a pre-training run is told: shape, texts, time."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from finetune.pretraining.corpus import Stage
from finetune.pretraining.shape import ShapeConfig
from finetune.run_config import Positive, RunConfig
from index.errors import TrainingError


class PretrainConfig(BaseModel):
    """One run, from random weights to the base."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: ShapeConfig
    tokens_per_step: Positive
    """Of each process, padding included; a longer single text is a step of its own."""
    processes: Positive = 1
    """Each takes its share of the same texts; the gradients are averaged."""
    stages: tuple[Stage, ...] = Field(min_length=1)
    run: RunConfig


def load_pretrain_config(path: Path) -> PretrainConfig:
    """The config of a TOML file.

    Raises:
        TrainingError: no such file, not TOML, or a key or value that can't be.
    """
    try:
        return PretrainConfig.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise TrainingError(f"{path} can't be read.") from error
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise TrainingError(f"{path} is no pre-training config: {error}") from error
