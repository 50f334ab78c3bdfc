"""spaCy's pipelines as taggers. The only importer of spacy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import spacy

if TYPE_CHECKING:
    from index.ner import Tag, Tagged


def load_spacy(folder: Path) -> tuple[Tag, frozenset[str]]:
    """What tags a text, and the labels it may use.

    Raises:
        OSError, ValueError, LookupError: the folder holds no pipeline that can be loaded.
    """
    pipeline = spacy.load(folder)
    names = frozenset(each for labels in pipeline.pipe_labels.values() for each in labels)

    def tag(text: str) -> Iterator[Tagged]:
        for start in range(0, len(text), pipeline.max_length):
            for entity in pipeline(text[start : start + pipeline.max_length]).ents:
                yield start + entity.start_char, start + entity.end_char, entity.label_

    return tag, names
