"""An adapter's card: what it was made of, so that it can be judged, repeated and taken back."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from assistant.prompt import VERSION as PROMPT_VERSION
from finetune.config import TrainingConfig

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_PATHS: Any = {"output": True, "model": {"base"}, "data": {"pairs"}}
_LIBRARIES = ("torch", "transformers", "peft", "bitsandbytes")


class Comparison(BaseModel):
    """How far the adapter as it is served is from the adapter as it was trained.

    Gaps are differences of log probabilities, in nats, of the tokens of held-out answers.
    """

    model_config = ConfigDict(extra="forbid")

    trained: str
    """How the base was held here: as while training."""
    device: str
    prompts: int
    tokens: int
    mean_gap: float
    max_gap: float
    adapter_gap: float
    """The mean gap between the base with the adapter and without, for scale."""


class Approval(BaseModel):
    """Who let an adapter write, and on what grounds."""

    model_config = ConfigDict(extra="forbid")

    by: str
    at: dt.datetime
    task: str
    department: str
    """Empty for the whole institution."""
    evaluation_hash: str
    """Of `evaluation.json`, as it lies beside the card."""
    passed: list[str]
    """A line each: what was looked at, with figure and bar."""
    served: Comparison | None
    """None where no server ran: it was promoted without."""


class Card(BaseModel):
    """Hashes are SHA-256 in hexadecimal; paths are left out, since they are one machine's."""

    model_config = ConfigDict(extra="forbid")

    name: str
    task: str
    date: dt.date
    base: str
    base_hash: str
    chat_template_hash: str
    prompt_version: str
    data: str
    """`clinic seed N`, or `pairs`"""
    data_hash: str
    """Of the pairs' files; for the clinic, of the generator's source."""
    precision: str
    """How the base was held while training: serve it in the same."""
    config: dict[str, Any]
    steps: int
    tokens: int
    seconds: float
    final_loss: float | None
    """Mean over the last tenth of the run, nats an answer token."""
    final_dev_loss: float | None
    libraries: dict[str, str]
    approval: Approval | None = None
    """Of a promoted copy."""
    merged: str | None = None
    """The precision in which the adapter was added into its base; None: it stands beside it."""


def make_card(
    config: TrainingConfig,
    tokenizer: PreTrainedTokenizerBase,
    history: Sequence[dict[str, float]],
    *,
    seconds: float,
) -> Card:
    """The card of a finished run.

    Args:
        config: what was run.
        tokenizer: the base's, with the chat template that was trained on.
        history: the Trainer's log, oldest first.
        seconds: of training, all sittings together.
    """
    losses = [row["loss"] for row in history if "loss" in row]
    last = losses[-max(1, len(losses) // 10) :]
    dev = [row["eval_loss"] for row in history if "eval_loss" in row]
    model, data = config.model, config.data
    quantised = "" if model.quantisation == "none" else f" {model.quantisation}"
    return Card(
        name=config.name,
        task=config.task.value,
        date=dt.datetime.now(dt.UTC).date(),
        base=model.base.name,
        base_hash=base_hash(model.base),
        chat_template_hash=template_hash(tokenizer.chat_template),
        prompt_version=PROMPT_VERSION,
        data="pairs" if data.pairs else f"clinic seed {data.clinic_seed}",
        data_hash=hash_files(data_files(data.pairs)),
        precision=f"{model.dtype}{quantised}",
        config=config.model_dump(
            mode="json", exclude={"output": True, "model": {"base"}, "data": {"pairs"}}
        ),
        steps=int(max((row.get("step", 0) for row in history), default=0)),
        tokens=int(max((row.get("num_input_tokens_seen", 0) for row in history), default=0)),
        seconds=round(seconds, 1),
        final_loss=round(sum(last) / len(last), 4) if last else None,
        final_dev_loss=round(dev[-1], 4) if dev else None,
        libraries={name: found for name in _LIBRARIES if (found := _version(name))},
    )


def base_hash(folder: Path) -> str:
    """Of a base model's weights."""
    return hash_files(sorted(folder.glob("*.safetensors")))


def adapter_hash(folder: Path) -> str:
    """Of an adapter's weights and of how they are applied."""
    return hash_files(sorted([*folder.glob("*.safetensors"), *folder.glob("adapter_config.json")]))


def template_hash(template: object) -> str:
    return hashlib.sha256(str(template).encode()).hexdigest()


def hash_files(paths: Iterable[Path]) -> str:
    """SHA-256 over names and contents, in the order given."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def data_files(pairs: Path | None) -> list[Path]:
    """What a card's `data_hash` is of: the files of a pairs folder, or the clinic's generator."""
    if pairs is not None:
        return sorted(pairs.glob("*.jsonl"))
    here = Path(__file__).parent
    clinic = [p for p in sorted((here / "clinic").rglob("*")) if p.suffix in {".py", ".toml"}]
    return [here / "pairs.py", *clinic]


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
