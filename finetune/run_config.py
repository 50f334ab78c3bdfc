"""How long, how fast and in which steps a run goes; pre-training shares this part of a config."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[int, Field(gt=0)]


class Strict(BaseModel):
    """Refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RunConfig(Strict):
    """How long, how fast and in which steps. The rate warms up, stays, and falls at the end."""

    steps: Positive | None = None
    minutes: float | None = Field(default=None, gt=0)
    """Wall clock, all sittings together; with `steps` too, whichever is reached first."""
    batch: Positive = 2
    """Examples that a device takes at once, one behind the other in a row without padding."""
    batch_tokens: Positive | None = None
    """Instead of `batch`: as many examples as fit into a row of so many tokens."""
    accumulation: Positive = 1
    """Rows of a device that make a step together."""
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
