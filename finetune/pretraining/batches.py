"""The texts of a run in batches."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

from finetune.labels import Encoded
from finetune.pretraining.config import PretrainConfig
from finetune.pretraining.corpus import Source, Stage, draw

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


class Batches:
    """Training examples without end, examples of one source and of like length side by side.

    Every process draws the same, and takes batches of about the same size as the others' at each
    step, so that none waits long for another.
    """

    def __init__(
        self,
        config: PretrainConfig,
        tokenizer: PreTrainedTokenizerBase,
        random: Random,
        rank: int = 0,
    ) -> None:
        self._rank, self._processes = rank, config.processes
        self._stages = config.stages
        self._size = config.tokens_per_step
        self._tokenizer = tokenizer
        self._random = random
        self._waiting: dict[tuple[float, Source], list[list[Encoded]]] = {}
        self._left: dict[tuple[float, Source], list[Encoded]] = {}

    def next(self, progress: float) -> tuple[Source, list[Encoded]]:
        """The next batch at this share of the run."""
        stage = stage_at(self._stages, progress)
        source = self._random.choices(list(stage.mix), weights=list(stage.mix.values()))[0]
        waiting = self._waiting.setdefault((stage.until, source), [])
        while not waiting:
            waiting.extend(self._fill(stage, source))
        return source, waiting.pop()

    def _fill(self, stage: Stage, source: Source) -> list[list[Encoded]]:
        """Some batches at once: sorting a few by length saves most of the padding."""
        drawn: list[Encoded] = []
        while sum(len(e.input_ids) for e in drawn) < 4 * self._size * self._processes:
            encoded = draw(source, stage, self._tokenizer, self._random)
            if len(encoded.input_ids) <= stage.longest:
                drawn.append(encoded)
        key = stage.until, source
        drawn += self._left.pop(key, [])
        drawn.sort(key=lambda e: len(e.input_ids))
        batches: list[list[Encoded]] = [[]]
        for encoded in drawn:
            if batches[-1] and (len(batches[-1]) + 1) * len(encoded.input_ids) > self._size:
                batches.append([])
            batches[-1].append(encoded)
        # Those over are the longest: thrown away, long texts would be missing from the run.
        even = len(batches) - len(batches) % self._processes
        self._left[key] = [encoded for batch in batches[even:] for encoded in batch]
        steps = [batches[at : at + self._processes] for at in range(0, even, self._processes)]
        self._random.shuffle(steps)
        return [step[self._rank] for step in steps]


def stage_at(stages: Sequence[Stage], progress: float) -> Stage:
    """The stage at this share of the run."""
    return next((stage for stage in stages if progress < stage.until), stages[-1])
