"""A base model that trains in no time, pairs for it, and a run of a few steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

from finetune.config import TrainingConfig, load_config
from finetune.pairs import Example, write_pairs
from finetune.pretraining.tokenizer import save_tokenizer, train_tokenizer

SMALL = {"data.max_tokens": 1024, "data.dev_examples": 2, "data.samples": 0, "run.threads": 1}


def note(index: int) -> Example:
    """Short, so that a step costs nothing: the data's way is what is tested, not letters."""
    name = f"Name{index}"
    return Example(
        (
            {"role": "user", "content": f"Who? {name}"},
            {"role": "assistant", "content": f"It is {name}."},
            {"role": "user", "content": "Again."},
            {"role": "assistant", "content": f"{name}."},
        ),
        (1, 3),
        name,
        (name,),
    )


def make_base(folder: Path) -> Path:
    """A Llama with random weights, the smallest that int8 and nf4 take."""
    texts = [m["content"] for i in range(30) for m in note(i).messages]
    tokenizer = train_tokenizer(texts, 300)
    save_tokenizer(tokenizer, folder)
    ends = [tokenizer.convert_tokens_to_ids(t) for t in ("<|end_of_text|>", "<|eot_id|>")]
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=1,
            max_position_embeddings=16384,
            tie_word_embeddings=True,
        )
    )
    model.generation_config = GenerationConfig(eos_token_id=ends)
    model.to(torch.bfloat16).save_pretrained(folder)
    return folder


def make_pairs(folder: Path) -> Path:
    write_pairs(folder / "train.jsonl", [note(i) for i in range(40)])
    write_pairs(folder / "dev.jsonl", [note(i) for i in range(100, 104)])
    return folder


def small_run(base: Path, pairs: Path, output: Path, **changes: Any) -> TrainingConfig:
    return load_config(
        "paper-llama3-8b-letters",
        SMALL
        | {
            "model.base": base,
            "model.quantisation": "none",
            "data.pairs": pairs,
            "output": output,
            "run.steps": 12,
            "run.accumulation": 1,
            "run.learning_rate": 3e-3,
            "run.log_steps": 1,
            "run.gradient_checkpointing": False,
        }
        | {key.replace("__", "."): value for key, value in changes.items()},
    )


def quiet(_: str) -> None:
    pass
