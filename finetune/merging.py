"""An adapter added into its base, for servers that take no adapters: one folder, one model.

    adapter + base as trained on -> weights with the adapter in them -> are they still the adapter?

What is served stays the adapter beside its base: it is a thousandth of the size, several share one
base, and nothing is rounded. A merged weight is rounded to the base's own precision, and where an
adapter moves it by less than half of the last place it does not move at all. So what was lost is
measured on a letter.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import torch
from pydantic import ValidationError
from safetensors import SafetensorError
from transformers import GenerationConfig

from assistant.prompt import Kind
from finetune.adapter import load_adapter, load_base, load_tokenizer, merge_adapter
from finetune.card import Card, hash_files
from finetune.checkpoints import WEIGHTS, unwritten
from finetune.clinic_pairs import ClinicExamples
from finetune.config import ModelConfig
from finetune.pairs import Split
from index.errors import TrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

LOUD = 0.2
"""Noise above which the merged model is not the adapter any more. The demo's letters adapter has
0.04 in bfloat16, and would have 0.08 in int8 and 0.43 in nf4."""
_LOOKED_AT = 512
"""Tokens of the letter."""
_WEIGHTS = {".safetensors", ".bin", ".pt", ".pth", ".gguf"}


@dataclass(frozen=True)
class Merged:
    """What came out."""

    folder: Path
    precision: str
    noise: float
    """How far the merged model's log-probabilities are from the adapter's (root mean square), as a
    share of how far the adapter's are from the base's: 0 is the adapter, 1 as far off as none."""


def merge(adapter: Path, base: Path, out: Path, report: Callable[[str], None]) -> Merged:
    """Writes a model with the adapter in it: weights, tokenizer and chat template, and the card.

    Args:
        adapter: a folder that a training wrote.
        base: the folder that it was trained on, not quantised.
        out: must not be there yet.
        report: takes a line now and then.

    Raises:
        TrainingError: a folder can't be used, the base is another one, or the disk is full.
    """
    card = _card(adapter)
    if out.exists():
        raise TrainingError(
            f"{out} is there already, and nothing is overwritten.", "Choose another --out."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        line = f"{out} can't be written: {error.strerror}."
        raise TrainingError(line, "Choose another --out.") from error
    _refuse_quantised(base)
    tokenizer = load_tokenizer(base)
    report("is it the base that the adapter was trained on?")
    if hash_files(sorted(base.glob("*.safetensors"))) != card.base_hash:
        raise TrainingError(
            f"{base} is not the {card.base} that the adapter was trained on.",
            "Give by --base the folder that its training had as model.base.",
        )
    dtype = cast("Literal['float32', 'bfloat16']", card.precision.split()[0])
    report("loading")
    beside = load_adapter(load_base(ModelConfig(base=base, dtype=dtype)), adapter)
    messages = ClinicExamples(Kind(card.task), Split.TEST, 0, 1)[0].messages
    text = cast("str", tokenizer.apply_chat_template(cast("Any", list(messages)), tokenize=False))
    ids = cast("list[int]", tokenizer(text, add_special_tokens=False)["input_ids"])
    looked_at = torch.tensor([ids[:_LOOKED_AT]])
    report("what the adapter says")
    wanted = _says(cast("Any", beside), looked_at)
    with beside.disable_adapter():
        without = _says(cast("Any", beside), looked_at)
    report("merging")
    model = merge_adapter(beside)
    noise = _far(_says(model, looked_at), wanted) / _far(without, wanted)
    report("writing")
    shared = [path for path in sorted(base.iterdir()) if _beside_weights(path)]
    log = [path for path in [adapter / "log.jsonl"] if path.is_file()]
    _write(model, [*shared, *log], card.model_copy(update={"merged": dtype}), out)
    return Merged(out, dtype, noise)


def _card(adapter: Path) -> Card:
    if not (adapter / WEIGHTS).is_file():
        raise TrainingError(
            f"There is no adapter in {adapter}.", "Give a folder that `finetune train` wrote."
        )
    try:
        return Card.model_validate_json((adapter / "card.json").read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise TrainingError(
            f"card.json in {adapter} can't be read, which tells the base.",
            "Give a folder that `finetune train` wrote.",
        ) from error


def _refuse_quantised(base: Path) -> None:
    try:
        config: dict[str, Any] = json.loads((base / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"There is no config.json of a model in {base}.", "Give the base's folder by --base."
        ) from error
    if "quantization_config" in config:
        raise TrainingError(
            f"{base} is quantised: most of an adapter is lost in its rounding.",
            "Give the folder with the base's own weights (bfloat16) by --base.",
        )


def _says(model: PreTrainedModel, ids: torch.Tensor) -> torch.Tensor:
    """Log-probabilities of the next token, (1, tokens, vocabulary)."""
    model.eval()
    with torch.no_grad():
        return torch.log_softmax(model(ids).logits.float(), dim=-1)


def _far(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((one - other).pow(2).mean().sqrt())


def _beside_weights(path: Path) -> bool:
    """Tokenizer, chat template, where to stop, licence: served as they were trained with."""
    weights = path.suffix in _WEIGHTS or path.name.endswith(".index.json")
    return path.is_file() and not weights and path.name not in {"config.json", "log.jsonl"}


def _write(model: PreTrainedModel, others: Sequence[Path], card: Card, out: Path) -> None:
    """The whole folder or none."""
    draft = out.with_name(f"{out.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir()
        # Llama-2's own is one that transformers refuses to write; the base's file is taken.
        model.generation_config = GenerationConfig()
        model.save_pretrained(draft)
        (draft / "generation_config.json").unlink(missing_ok=True)
        for path in others:
            shutil.copyfile(path, draft / path.name)
        (draft / "card.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
        # safetensors writes for the owner alone, and a server may be another user.
        mode = (draft / "card.json").stat().st_mode
        for path in draft.glob("*.safetensors"):
            path.chmod(mode)
        os.replace(draft, out)
    except (OSError, RuntimeError, SafetensorError) as error:
        told = unwritten(error, out.parent)
        shutil.rmtree(draft, ignore_errors=True)
        if not told:
            raise
        reason, do = told
        line = f"{out} can't be written: {reason}."
        raise TrainingError(line, f"{do} and start again.") from error
