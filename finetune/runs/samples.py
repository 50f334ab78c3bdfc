"""Texts that a model wrote while it was trained, and what they are worth. A line each.

The file holds cases and letters in clear: it is to be guarded as the pairs are.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

FILE = "samples.jsonl"


class Sample(BaseModel):
    """
    Attributes:
        step: of the run, after which it was written.
        case_id: the same at every step.
        case: what the text may take facts from.
        reference: the clinic's own.
        stopped: whether the text ended by itself.
        facts, facts_right: that belong in it, and those that stand in it.
        invented, wrong, omitted: see `finetune.case_scores`; wrong ones are invented, too.
    """

    model_config = ConfigDict(frozen=True)

    step: int
    case_id: str
    case: str
    reference: str
    text: str
    stopped: bool
    seconds: float
    facts: int
    facts_right: int
    invented: int
    wrong: int
    omitted: int

    @property
    def share(self) -> float | None:
        """Of the facts, those that are right; None where there is none to count."""
        return self.facts_right / self.facts if self.facts else None


def read_samples(path: Path) -> tuple[Sample, ...]:
    """Those in a file, oldest first; none where there is no file. What is no sample is passed over.

    Raises:
        OSError: it can't be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return ()
    samples: list[Sample] = []
    for line in lines:
        try:
            samples.append(Sample.model_validate_json(line))
        except ValidationError:
            continue  # half a line, of a run that was killed
    return tuple(samples)


def write_samples(path: Path, samples: Iterable[Sample]) -> None:
    """Whole each time, so that nobody reads half of it."""
    part = path.with_suffix(".part")
    part.write_text("".join(f"{each.model_dump_json()}\n" for each in samples), encoding="utf-8")
    os.replace(part, path)


def steps_of(samples: Iterable[Sample]) -> list[int]:
    return sorted({sample.step for sample in samples})


def ranked(samples: Iterable[Sample]) -> list[Sample]:
    """The best first: more facts right, then fewer invented, then fewer left out.

    Args:
        samples: of one step.
    """

    def worth(sample: Sample) -> tuple[float, int, int]:
        share = 1.0 if sample.share is None else sample.share
        return -share, sample.invented, sample.omitted

    return sorted(samples, key=worth)


def mean_share(samples: Sequence[Sample]) -> float | None:
    """Facts right of all facts, of these samples together."""
    facts = sum(sample.facts for sample in samples)
    return sum(sample.facts_right for sample in samples) / facts if facts else None
