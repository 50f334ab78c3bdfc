"""From an archive to a folder of pairs: `train.jsonl`, `dev.jsonl`, `test.jsonl`, `manifest.json`.

The folder appears when it is whole; what was cut off leaves none.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.pairing.drafts import Draft, DraftStages
from finetune.pairing.duplicates import near_duplicates
from finetune.pairing.exemplars import Pool
from finetune.pairing.gather import Derive, Gathered, gather
from finetune.pairing.manifest import Manifest, counted, hashed
from finetune.pairing.splits import Divided, divide, largest_share
from finetune.pairing.tasks import Maker, Task
from finetune.pairs import Example, Split, write_pairs
from index.errors import TrainingError
from index.inventory import Inventory, take_inventory

LEAST_LETTERS = 30
"""With fewer, no split by patients leaves a test set that says anything."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        archive: folder of letters.
        out: the folder to be made.
        tasks: what the answers are.
        exemplars: share of the prompts that get example letters.
        least_support: of a letter's facts, the share that its case must support.
        test_from: letters from that day on are test.
        seed: of all that is drawn by chance.
        processes: that read and de-identify; 0 does all in this one.
        by_folder: each folder right under the archive's is an institution.
    """

    archive: Path
    out: Path
    tasks: frozenset[Task] = frozenset((Task.LETTER, Task.PART, Task.REFINE))
    exemplars: float = 0.3
    least_support: float = 0.95
    test_from: dt.date | None = None
    seed: int = 0
    processes: int = 0
    by_folder: bool = False


def build_pairs(
    wanted: Wanted,
    stages: DraftStages,
    version: str,
    say: Callable[[str], None],
    derive: Derive | None = None,
) -> Manifest:
    """Writes the pairs and tells of them.

    Args:
        stages: make the drafts.
        version: of the de-identifier.
        derive: asks the model for cases; without it the stages have derived them.

    Raises:
        ArchiveError: no such archive, or no letter in it.
        TrainingError: the folder exists, or the letters are too few.
        BuildBroken: a process was killed.
        ModelError: the model can't be asked.
    """
    with new_folder(wanted.out) as folder:
        inventory = take_inventory(wanted.archive, lambda done, total: None)
        _refuse_few(len(inventory.hashes), inventory, "readable")
        gathered = gather(inventory, stages, wanted.least_support, wanted.processes, say, derive)
        drafts = gathered.drafts
        _refuse_few(len(drafts), inventory, _usable(gathered))
        near = near_duplicates([draft.body.answer for draft in drafts])
        keys, days = [draft.keys for draft in drafts], [draft.day for draft in drafts]
        divided = divide(keys, days, near, wanted.test_from)
        _refuse_empty(divided, wanted)
        rows = _write(folder, wanted, drafts, divided)
        manifest = Manifest(
            origin="archive",
            deidentified="by epikrise",
            deidentifier=version,
            options=_options(wanted),
            read=len(inventory.files),
            left_out=dict(gathered.left_out),
            examples=counted(rows),
            support=gathered.support,
            near_duplicates=divided.moved,
            largest_group=round(largest_share(divided.groups), 4),
            undated=sum(day is None for day in days),
            bad_cases=gathered.bad_cases,
            dropped=gathered.dropped,
            letters=_hashes(drafts, divided),
        )
        manifest.write(folder)
    return manifest


def refuse_existing(out: Path) -> None:
    """
    Raises:
        TrainingError: there is something at `out`.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise TrainingError(f"{out} exists already.", "Give another --out, or remove it first.")


@contextmanager
def new_folder(out: Path) -> Generator[Path]:
    """A folder beside `out` that becomes it at the end, and is gone after a failure.

    Raises:
        TrainingError: there is something at `out`.
    """
    refuse_existing(out)
    folder = out.with_name(f".{out.name}.{os.getpid()}")
    folder.mkdir(parents=True)
    try:
        yield folder
        if out.exists():
            out.rmdir()
        folder.replace(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(
    folder: Path, wanted: Wanted, drafts: Sequence[Draft], divided: Divided
) -> list[tuple[Split, str, str]]:
    """Writes the three files; returns split, task and language of every example."""
    placed = list(zip(drafts, divided.groups, divided.splits, strict=True))
    trained = [(draft, group) for draft, group, split in placed if split is Split.TRAIN]
    others: defaultdict[str, list[Draft]] = defaultdict(list)
    for draft, _ in trained:
        others[draft.letter.metadata.language].append(draft)
    maker = Maker(
        tasks=wanted.tasks,
        exemplars=wanted.exemplars,
        least=wanted.least_support,
        seed=wanted.seed,
        pool=Pool.of(trained),
        others=others,
    )
    rows: list[tuple[Split, str, str]] = []

    def examples(of: Split) -> Iterator[Example]:
        for draft, group, split in placed:
            if split is of:
                for task, example in maker.examples(draft, group):
                    rows.append((split, task.value, draft.letter.metadata.language))
                    yield example

    for split in Split:
        write_pairs(folder / f"{split}.jsonl", examples(split))
    return rows


def _usable(gathered: Gathered) -> str:
    reasons = ", ".join(f"{count} {reason}" for reason, count in gathered.left_out.items())
    return f"usable ({reasons})" if reasons else "usable"


def _refuse_few(count: int, inventory: Inventory, what: str) -> None:
    if count < LEAST_LETTERS:
        raise TrainingError(
            f"The archive has {len(inventory.files)} letters, {count} of them {what}: too few for "
            f"a training, a development and a test set.",
            f"It takes {LEAST_LETTERS} at least, and some hundreds to learn a style.",
        )


def _refuse_empty(divided: Divided, wanted: Wanted) -> None:
    for split in Split:
        if split not in divided.splits:
            do = "Give more letters"
            do += ", or another --test-from." if wanted.test_from else "."
            raise TrainingError(f"No patient's letters fall into the {split} set.", do)


def _options(wanted: Wanted) -> dict[str, Any]:
    return {
        "tasks": sorted(task.value for task in wanted.tasks),
        "exemplars": wanted.exemplars,
        "least_support": wanted.least_support,
        "test_from": str(wanted.test_from or ""),
        "seed": wanted.seed,
        "by_folder": wanted.by_folder,
    }


def _hashes(drafts: Sequence[Draft], divided: Divided) -> dict[str, list[str]]:
    hashes: dict[str, list[str]] = {split.value: [] for split in Split}
    for draft, split in zip(drafts, divided.splits, strict=True):
        hashes[split.value].append(hashed(draft.letter.text))
    return {split: sorted(each) for split, each in hashes.items()}
