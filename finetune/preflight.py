"""A look at a run before an hour is spent on it: does the data fit the model, and does it stop?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from finetune.adapter import load_tokenizer
from finetune.config import TrainingConfig
from finetune.data import training_examples
from finetune.labels import IGNORED, encode, stop_tokens
from index.errors import TrainingError

LOOKED_AT = 200
"""Examples whose tokens are counted."""


@dataclass(frozen=True)
class Finding:
    """One line of the verdict; red ones stop a run."""

    colour: Literal["green", "yellow", "red"]
    line: str


def preflight(config: TrainingConfig) -> list[Finding]:
    """Everything that can be told without loading the model's weights."""
    return list(_findings(config))


def _findings(config: TrainingConfig) -> Iterator[Finding]:
    from transformers import GenerationConfig

    base = config.model.base
    try:
        tokenizer = load_tokenizer(base)
        learn, watch = training_examples(config)
    except TrainingError as error:
        yield Finding("red", str(error))
        return
    if not any(base.glob("*.safetensors")):
        yield Finding("red", f"There are no safetensors weights in {base}.")
    generation = base / "generation_config.json"
    stops = stop_tokens(
        tokenizer, GenerationConfig.from_pretrained(base) if generation.is_file() else None
    )
    yield Finding("green", f"{len(learn)} examples to learn from, {len(watch)} to watch")
    limit = config.data.max_tokens
    lengths: list[int] = []
    answers: list[int] = []
    hopeless = 0
    try:
        for example in learn[: min(LOOKED_AT, len(learn))]:
            encoded = encode(tokenizer, example, stops)
            lengths.append(len(encoded.input_ids))
            answers.append(sum(label != IGNORED for label in encoded.labels))
            if lengths[-1] > limit:
                while shorter := example.shorter():
                    example = shorter
                hopeless += len(encode(tokenizer, example, stops).input_ids) > limit
    except TrainingError as error:
        yield Finding("red", str(error))
        return
    yield Finding("green", "every answer ends with a token that stops the model")
    lengths.sort()
    looked = len(lengths)
    yield Finding(
        "green",
        f"tokens: half have {lengths[looked // 2]} or fewer, 9 of 10 {lengths[looked * 9 // 10]},"
        f" the longest {lengths[-1]}; {sum(answers) / max(1, sum(lengths)):.0%} carry loss",
    )
    if long := sum(length > limit for length in lengths):
        yield Finding(
            "red" if hopeless else "yellow",
            f"{long} of {looked} examples are longer than data.max_tokens {limit}; cutting their"
            f" last turns off makes {long - hopeless} of them fit",
        )
