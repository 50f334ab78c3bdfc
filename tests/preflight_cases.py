"""A base with random weights, and pairs that are short or as long as letters."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import torch
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

from finetune.config import TrainingConfig, load_config
from finetune.pairs import Example
from finetune.pretraining.tokenizer import save_tokenizer, train_tokenizer

_WORDS = (
    *("patient", "radiotherapy", "dose", "tumour", "course", "field", "treatment", "lymph"),
    *("node", "weekly", "nausea", "mild", "skin", "margin", "resection", "lung"),
    *("breast", "brain", "follow", "imaging", "stable", "response", "toxicity", "grade"),
    *("plan"),
)


def note(index: int) -> Example:
    """Two short answers about one name."""
    name = f"Name{index}"
    return Example(
        (
            {"role": "user", "content": f"Who? {name}"},
            {"role": "assistant", "content": f"It is {name}."},
            {"role": "user", "content": "Again, please, and in a whole sentence."},
            {"role": "assistant", "content": f"Here is the name again, {name}."},
        ),
        (1, 3),
        name,
        (name,),
    )


def letter(index: int, signed: str = "The physicians") -> Example:
    """An answer of 90 words, drawn by chance, with salutation and closing."""
    rng = Random(index)
    body = " ".join(rng.choice(_WORDS) for _ in range(90))
    answer = f"Dear colleague,\n{body}.\nYours sincerely,\n{signed}"
    asked = {"role": "user", "content": f"Case {index}\n\nWrite the letter."}
    return Example((asked, {"role": "assistant", "content": answer}), (1,), f"Patient {index}")


def tiny_base(folder: Path, **shape: Any) -> Path:
    """A Llama's folder, the smallest that int8 and nf4 take unless `shape` says otherwise."""
    texts = [m["content"] for i in range(30) for e in (note(i), letter(i)) for m in e.messages]
    tokenizer = train_tokenizer(texts, 304)
    save_tokenizer(tokenizer, folder)
    ends = [tokenizer.convert_tokens_to_ids(t) for t in ("<|end_of_text|>", "<|eot_id|>")]
    torch.manual_seed(0)
    given: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": 64,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "max_position_embeddings": 1024,
        "tie_word_embeddings": True,
    }
    model = LlamaForCausalLM(LlamaConfig(**(given | shape)))
    model.generation_config = GenerationConfig(eos_token_id=ends)
    model.to(torch.bfloat16).save_pretrained(folder)
    return folder


def small_config(base: Path, pairs: Path, output: Path, **changes: Any) -> TrainingConfig:
    given = {
        "model.base": base,
        "model.quantisation": "none",
        "data.pairs": pairs,
        "data.max_tokens": 1024,
        "data.dev_examples": 2,
        "output": output,
        "run.steps": 12,
        "run.accumulation": 1,
        "run.gradient_checkpointing": False,
        "run.threads": 1,
    }
    more = {key.replace("__", "."): value for key, value in changes.items()}
    return load_config("paper-llama3-8b-letters", given | more)
