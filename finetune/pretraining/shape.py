"""The demo model's shape: a small Llama in Llama-3's form, with random weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pydantic import BaseModel, ConfigDict
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

from finetune.pretraining.tokenizer import CONTEXT, END, END_OF_TURN
from finetune.run_config import Positive

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


class ShapeConfig(BaseModel):
    """Of a Llama with tied embeddings and grouped queries."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hidden: Positive
    feed_forward: Positive
    layers: Positive
    heads: Positive
    key_heads: Positive
    vocabulary: Positive
    rope_theta: float = 10_000.0


def new_model(shape: ShapeConfig, tokenizer: PreTrainedTokenizerBase) -> LlamaForCausalLM:
    """A Llama with random weights that knows where to stop."""
    ends = [cast("int", tokenizer.convert_tokens_to_ids(token)) for token in (END, END_OF_TURN)]
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=shape.hidden,
        intermediate_size=shape.feed_forward,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.key_heads,
        max_position_embeddings=CONTEXT,
        rope_parameters={"rope_type": "default", "rope_theta": shape.rope_theta},
        rms_norm_eps=1e-5,
        tie_word_embeddings=True,
        bos_token_id=cast("int", tokenizer.bos_token_id),
        eos_token_id=ends,
        pad_token_id=cast("int", tokenizer.pad_token_id),
    )
    model = LlamaForCausalLM(config)
    model.generation_config = GenerationConfig(
        bos_token_id=config.bos_token_id,
        eos_token_id=ends,
        pad_token_id=config.pad_token_id,
        do_sample=False,
    )
    return model
