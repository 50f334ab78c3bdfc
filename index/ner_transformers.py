"""Token classifiers of transformers as taggers. The only importer of its pipelines."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.ner import Tag, Tagged

_LONGEST = 512
"""Tokens at a time, at most; a longer text is read in windows that overlap by a fourth."""


def load_classifier(folder: Path) -> tuple[Tag, frozenset[str]]:
    """What tags a text, and the labels it may use.

    Raises:
        OSError, ValueError, LookupError, RuntimeError: the folder holds no such model.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    if not tokenizer.is_fast:
        raise ValueError("a tokenizer without offsets")
    model: Any = AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True)
    # Some models count positions from 2 on; what they were saved with may be no limit at all.
    positions = int(getattr(model.config, "max_position_embeddings", _LONGEST)) - 2
    longest = min(int(tokenizer.model_max_length), positions, _LONGEST)
    tokenizer.model_max_length = longest
    classify: Any = pipeline(
        "token-classification",
        model=model,
        tokenizer=tokenizer,
        aggregation_strategy="simple",
        stride=longest // 4,
    )

    def tag(text: str) -> Iterator[Tagged]:
        for found in classify(text) if text.strip() else ():
            yield int(found["start"]), int(found["end"]), str(found["entity_group"])

    return tag, frozenset(str(name) for name in model.config.id2label.values())
