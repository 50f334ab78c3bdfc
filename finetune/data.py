"""What a run learns from: examples of the clinic or of a folder, as tokens, in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import torch
from torch.utils.data import Dataset

from finetune.clinic_pairs import ClinicExamples
from finetune.config import TrainingConfig
from finetune.labels import IGNORED, Encoded, encode
from finetune.pairs import Example, Split, read_pairs
from index.errors import TrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

ENDLESS = 10_000_000
"""Steps of a run that is ended by its minutes."""


def training_examples(config: TrainingConfig) -> tuple[Sequence[Example], Sequence[Example]]:
    """What a run learns from and what it is watched on.

    Raises:
        TrainingError: the pairs folder can't be used.
    """
    data, run = config.data, config.run
    if data.pairs is not None:
        learn, watch = (
            _of(data.institutions, data.pairs / f"{split}.jsonl")
            for split in (Split.TRAIN, Split.DEV)
        )
        shared = {e.patient for e in learn if e.patient} & {e.patient for e in watch}
        if shared:
            raise TrainingError(
                f"{len(shared)} patients stand in both train.jsonl and dev.jsonl.",
                "Write the pairs anew with `epikrise finetune pairs`.",
            )
        return fewer(learn, data.examples or len(learn)), watch[: data.dev_examples]
    seed = data.clinic_seed or 0
    steps = run.steps or ENDLESS
    count = data.examples or steps * run.batch * run.accumulation
    learn, watch = (
        ClinicExamples(
            config.task, split, seed, number, data.languages, data.clinic, data.exemplars
        )
        for split, number in ((Split.TRAIN, count), (Split.DEV, data.dev_examples))
    )
    return learn, watch


def fewer(examples: Sequence[Example], count: int) -> Sequence[Example]:
    """Some of the examples, in their order, patient by patient; fewer are always some of the more.

    Raises:
        TrainingError: there are not so many.
    """
    if count > len(examples):
        raise TrainingError(
            f"There are {len(examples):,} examples to learn from, fewer than the {count:,} of"
            " data.examples."
        )
    names = [example.patient or f"\0{number}" for number, example in enumerate(examples)]
    drawn = sorted(range(len(examples)), key=lambda n: (_drawn(names[n]), n))[:count]
    return [examples[number] for number in sorted(drawn)]


def _drawn(name: str) -> bytes:
    """An order that has nothing to do with the file's, nor with the alphabet."""
    return hashlib.sha256(name.encode()).digest()


def _of(institutions: Sequence[str], path: Path) -> list[Example]:
    """
    Raises:
        TrainingError: the file can't be read, or holds none of these institutions.
    """
    examples = read_pairs(path)
    own = [e for e in examples if not institutions or e.institution in institutions]
    if not own:
        known = ", ".join(sorted({e.institution for e in examples if e.institution}))
        raise TrainingError(
            f"{path} holds nothing of {' or '.join(institutions)}.",
            f"Its lines say as institution: {known}."
            if known
            else 'Have each line say its own: "institution": "…".',
        )
    return own


class Encodings(Dataset[Encoded]):
    """Examples, turned into tokens and labels when they are asked for."""

    def __init__(
        self,
        examples: Sequence[Example],
        tokenizer: PreTrainedTokenizerBase,
        stop_ids: frozenset[int],
        max_tokens: int,
    ) -> None:
        self._examples = examples
        self._tokenizer = tokenizer
        self._stop_ids = stop_ids
        self._max_tokens = max_tokens

    def __len__(self) -> int:
        return len(self._examples)

    def __getitem__(self, index: int) -> Encoded:
        example = self._examples[index]
        while True:
            encoded = encode(self._tokenizer, example, self._stop_ids, stressed=example.facts)
            if len(encoded.input_ids) <= self._max_tokens:
                return encoded
            shorter = example.shorter()
            if shorter is None:
                raise TrainingError(
                    f"Example {index} has {len(encoded.input_ids)} tokens, more than"
                    f" data.max_tokens {self._max_tokens}.",
                    "Raise data.max_tokens, or take the example out.",
                )
            example = shorter


class Padding:
    """Examples side by side, padded on the right.

    No attention mask is made: the padding stands behind everything that carries loss, and a causal
    model never looks there. Without a mask PyTorch takes its fast causal attention.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, stress: float = 1.0) -> None:
        pad, end = tokenizer.pad_token_id, tokenizer.eos_token_id
        self._pad_id = cast("int", end if pad is None else pad)
        self._stress = stress

    def __call__(self, examples: Sequence[Encoded]) -> dict[str, torch.Tensor]:
        """`input_ids` and `labels`, int64, and `weights`, float32, of shape (examples, longest)."""
        longest = max(len(e.input_ids) for e in examples)
        ids = torch.full((len(examples), longest), self._pad_id)
        labels = torch.full((len(examples), longest), IGNORED)
        weights = torch.ones(len(examples), longest)
        for row, example in enumerate(examples):
            ids[row, : len(example.input_ids)] = torch.tensor(example.input_ids)
            labels[row, : len(example.labels)] = torch.tensor(example.labels)
            weights[row, list(example.stressed)] = self._stress
        return {"input_ids": ids, "labels": labels, "weights": weights}
