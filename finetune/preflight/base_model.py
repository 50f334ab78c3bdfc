"""The base model's folder: what config.json says, and whether the weights are those it tells of.

Only the headers of the weights are read, so that 16 GB take no longer than 16 MB.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

from finetune.preflight.verdict import Colour, Finding
from index.errors import TrainingError

MEASURED = frozenset({"llama", "mistral", "qwen2", "qwen3"})
"""Model types whose blocks have the form that the memory estimate counts."""
_LONGEST_HEADER = 100_000_000


@dataclass(frozen=True)
class Shape:
    """Of a decoder with gated feed-forward layers and grouped queries."""

    kind: str
    """`model_type` of config.json."""
    architecture: str
    hidden: int
    feed_forward: int
    layers: int
    heads: int
    key_heads: int
    head_size: int
    vocabulary: int
    context: int
    tied: bool

    @cached_property
    def block_linears(self) -> tuple[tuple[int, int], ...]:
        """(rows out, columns in) of the seven linear layers of a block."""
        h, f = self.hidden, self.feed_forward
        q, kv = self.heads * self.head_size, self.key_heads * self.head_size
        return (q, h), (kv, h), (kv, h), (h, q), (f, h), (f, h), (h, f)

    @cached_property
    def block_parameters(self) -> int:
        """Of all blocks' linear layers."""
        return self.layers * sum(out * into for out, into in self.block_linears)

    @cached_property
    def other_parameters(self) -> int:
        """Embeddings, head and norms: never quantised."""
        tables = 1 if self.tied else 2
        return tables * self.vocabulary * self.hidden + (2 * self.layers + 1) * self.hidden

    @cached_property
    def parameters(self) -> int:
        return self.block_parameters + self.other_parameters


def read_shape(base: Path) -> Shape:
    """The shape that config.json tells.

    Raises:
        TrainingError: no config.json, or not that of a causal language model.
    """
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    try:
        config: dict[str, Any] = json.loads((base / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"There is no config.json of a model in {base}.",
            "Set model.base to a folder with a model's files.",
        ) from error
    named: list[str] = config.get("architectures") or ["none named"]
    if named[0] not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.values() or "vision_config" in config:
        raise TrainingError(
            f"{base.name} is a {named[0]}, which writes no text or is not known.",
            "Take a causal language model, e.g. of the Llama family.",
        )
    try:
        heads, hidden = config["num_attention_heads"], config["hidden_size"]
        return Shape(
            kind=config["model_type"],
            architecture=named[0],
            hidden=hidden,
            feed_forward=config["intermediate_size"],
            layers=config["num_hidden_layers"],
            heads=heads,
            key_heads=config.get("num_key_value_heads") or heads,
            head_size=config.get("head_dim") or hidden // heads,
            vocabulary=config["vocab_size"],
            context=config["max_position_embeddings"],
            tied=bool(config.get("tie_word_embeddings", False)),
        )
    except KeyError as error:
        raise TrainingError(
            f"config.json of {base.name} has no {error.args[0]}.",
            "Take a causal language model of the Llama family.",
        ) from error


def check_base(base: Path, shape: Shape) -> Iterator[Finding]:
    """Whether weights are there, whole, and of the shape that config.json tells."""
    files = sorted(base.glob("*.safetensors"))
    if not files:
        yield Finding(Colour.RED, "base", f"There are no safetensors weights in {base}.")
        return
    weights: dict[str, tuple[int, ...]] = {}
    for file in files:
        try:
            weights |= read_header(file)
        except (ValueError, KeyError) as error:
            told = error if isinstance(error, _CutOff) else "is not a safetensors file"
            line = f"{file.name} {told}: copy or download it again."
            yield Finding(Colour.RED, "base", line)
            return
    if missing := _missing_files(base, {file.name for file in files}):
        line = f"{len(missing)} files of weights are missing, e.g. {missing[0]}."
        yield Finding(Colour.RED, "base", line)
        return
    if shape.kind not in MEASURED:
        line = f"{shape.architecture} was never measured: the memory estimate may be wrong."
        yield Finding(Colour.YELLOW, "base", line)
    elif wrong := next(_contradictions(shape, weights), ""):
        line = f"The weights are not those that config.json tells of: {wrong}."
        yield Finding(Colour.RED, "base", line)
        return
    count = sum(prod(each) for each in weights.values())
    yield Finding(Colour.GREEN, "base", f"{shape.architecture}, {_short(count)} parameters")


def read_header(file: Path) -> dict[str, tuple[int, ...]]:
    """Shapes by name.

    Raises:
        ValueError: not a safetensors file, or the end of it is missing.
    """
    with file.open("rb") as opened:
        length = int.from_bytes(opened.read(8), "little")
        if not 2 <= length <= _LONGEST_HEADER:
            raise ValueError(file.name)
        header: dict[str, Any] = json.loads(opened.read(length))
    header.pop("__metadata__", None)
    end = max((entry["data_offsets"][1] for entry in header.values()), default=0)
    if file.stat().st_size < 8 + length + end:
        raise _CutOff("is cut off")
    return {name: tuple(entry["shape"]) for name, entry in header.items()}


class _CutOff(ValueError):
    pass


def _missing_files(base: Path, there: set[str]) -> list[str]:
    index = base / "model.safetensors.index.json"
    if not index.is_file():
        return []
    named: dict[str, str] = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
    return sorted(set(named.values()) - there)


def _contradictions(shape: Shape, weights: dict[str, tuple[int, ...]]) -> Iterator[str]:
    q, kv = shape.heads * shape.head_size, shape.key_heads * shape.head_size
    last = f"model.layers.{shape.layers - 1}."
    expected = {
        "model.embed_tokens.weight": (shape.vocabulary, shape.hidden),
        "model.norm.weight": (shape.hidden,),
        f"{last}self_attn.q_proj.weight": (q, shape.hidden),
        f"{last}self_attn.k_proj.weight": (kv, shape.hidden),
        f"{last}mlp.gate_proj.weight": (shape.feed_forward, shape.hidden),
    }
    if not shape.tied:
        expected["lm_head.weight"] = (shape.vocabulary, shape.hidden)
    for name, wanted in expected.items():
        found = weights.get(name)
        if found is None:
            yield f"{name} is missing"
        elif found != wanted:
            yield f"{name} is {'x'.join(map(str, found))}, not {'x'.join(map(str, wanted))}"
    if f"model.layers.{shape.layers}.mlp.gate_proj.weight" in weights:
        yield f"they have more than {shape.layers} layers"


def _short(count: int) -> str:
    return f"{count / 1e9:.1f} billion" if count >= 1e9 else f"{count / 1e6:.1f} million"
