"""The demo model's tokenizer: byte-level BPE with a small vocabulary, in Llama-3's form.

Digits stay single tokens and names fall into a few familiar pieces: both are what lets a small
model copy them. Every text can be written, since every byte is a token.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

BEGIN = "<|begin_of_text|>"
END = "<|end_of_text|>"
END_OF_TURN = "<|eot_id|>"
PAD = "<|finetune_right_pad_id|>"
SPECIAL = (BEGIN, END, "<|start_header_id|>", "<|end_header_id|>", END_OF_TURN, PAD)

CONTEXT = 4096
"""Tokens the model can see."""

# Words with the space before them, digits one by one, and runs of anything else; a line break
# never joins what follows it, so that a line starts with the same token wherever it stands.
_PIECES = Regex(r" ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+|\n+| +|\s")


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """A tokenizer for these texts.

    Args:
        texts: what the model will read and write; a text given twice counts twice.
        vocabulary: tokens in all, special ones and the 256 bytes included.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(_PIECES, behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=BEGIN,
        eos_token=END_OF_TURN,
        pad_token=PAD,
        clean_up_tokenization_spaces=False,
        model_max_length=CONTEXT,
    )
    template = resources.files("finetune.pretraining") / "chat_template.jinja"
    fast.chat_template = template.read_text(encoding="utf-8")
    return fast


def save_tokenizer(tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Writes what transformers' `AutoTokenizer` and vLLM load, the chat template beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(folder)
