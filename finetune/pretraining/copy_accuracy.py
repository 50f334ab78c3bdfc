"""How well a model copies: whole facts, since a name with one wrong letter is a wrong name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import torch

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM, PreTrainedTokenizerBase

    from finetune.pretraining.exercises import Exercise


@torch.no_grad()
def copied(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerBase, exercises: Sequence[Exercise]
) -> float:
    """The share of facts in the last answers whose every token is the model's first choice.

    The answer before the fact is given (teacher forcing), so one slip costs one fact.
    """
    right = total = 0
    for exercise in exercises:
        *before, last = (
            {"role": str(m["role"]), "content": m["content"]} for m in exercise.example.messages
        )
        prompt = tokenizer.apply_chat_template(before, tokenize=False, add_generation_prompt=True)
        prompt = cast("str", prompt)
        encoding = tokenizer(
            prompt + last["content"], add_special_tokens=False, return_offsets_mapping=True
        )
        ids = torch.tensor([encoding["input_ids"]])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(input_ids=ids, use_cache=False).logits
        hits = (logits[0, :-1].argmax(-1) == ids[0, 1:]).tolist()
        for fact in exercise.facts:
            at = last["content"].find(fact)
            if at < 0:
                continue
            start, end = len(prompt) + at, len(prompt) + at + len(fact)
            offsets = cast("list[tuple[int, int]]", encoding["offset_mapping"])
            inside = [i for i, (a, b) in enumerate(offsets) if a < end and b > start]
            right += all(hits[i - 1] for i in inside)
            total += 1
    return right / max(1, total)
