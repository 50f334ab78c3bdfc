"""The drafts of an archive: which letters can be used, and why the others can't."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from finetune.pairing.drafts import Draft, DraftStages, LeftOut, Origin, with_details
from finetune.pairing.manifest import Support
from index.case import CaseDetails
from index.inventory import Inventory
from index.preparing import Job, prepare_blocks

Derive = Callable[[Sequence[Draft]], Sequence[tuple[CaseDetails, int]]]
"""Gives the case of each draft by the served model, and how many of its values were dropped."""

_BLOCK = 64
_WORTH_PROCESSES = 100
"""Letters; a process takes as long to start."""


@dataclass
class Gathered:
    """The letters that give pairs, and counts of all."""

    drafts: list[Draft] = field(default_factory=list[Draft])
    left_out: Counter[str] = field(default_factory=Counter[str])
    bad_cases: int = 0
    dropped: int = 0
    _tally: defaultdict[Origin, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter[str])
    )

    def add(self, draft: Draft, least_support: float) -> None:
        """Keeps the draft where its case supports enough of it."""
        facts = len(draft.facts)
        supported = sum(fact.supported for fact in draft.facts)
        by_fields = round(draft.by_fields * facts)
        enough = draft.support >= least_support
        self.bad_cases += draft.bad_case
        self._tally[draft.origin].update(
            letters=1,
            facts=facts,
            supported=supported,
            by_fields=by_fields,
            quoted=draft.quoted,
            left_out=not enough,
        )
        if enough:
            self.drafts.append(draft)
        else:
            self.left_out[LeftOut.UNSUPPORTED.value] += 1

    @property
    def support(self) -> dict[str, Support]:
        return {
            origin.value: Support(
                letters=of["letters"],
                facts=of["facts"],
                by_fields=round(of["by_fields"] / max(1, of["facts"]), 4),
                supported=round(of["supported"] / max(1, of["facts"]), 4),
                quoted=round(of["quoted"] / of["letters"], 3),
                left_out=of["left_out"],
            )
            for origin, of in self._tally.items()
        }


def gather(
    inventory: Inventory,
    stages: DraftStages,
    least_support: float,
    processes: int,
    say: Callable[[str], None],
    derive: Derive | None = None,
) -> Gathered:
    """Every letter once: of files with the same content the first.

    Raises:
        BuildBroken: a process was killed.
        ModelError: the model that is to derive cases can't be asked.
    """
    gathered = Gathered()
    gathered.left_out[LeftOut.UNREADABLE.value] += len(inventory.unread)
    files: dict[str, str] = {}
    for letter_id, content in inventory.hashes.items():
        gathered.left_out[LeftOut.COPY.value] += content in files
        files.setdefault(content, inventory.files[letter_id])
    done = 0
    for block in _blocks(inventory.folder, list(files.values()), stages, processes):
        drafts = [each for each in block if isinstance(each, Draft)]
        gathered.left_out.update(each.value for each in block if isinstance(each, LeftOut))
        if derive is not None:
            drafts, dropped = _derived(drafts, derive)
            gathered.dropped += dropped
        for draft in drafts:
            gathered.add(draft, least_support)
        done += len(block)
        say(f"letters: {done} of {len(files)}")
    gathered.left_out = +gathered.left_out  # without the reasons that there were none for
    return gathered


def _blocks(
    folder: Path, files: Sequence[str], stages: DraftStages, processes: int
) -> Iterator[list[Draft | LeftOut]]:
    jobs = [Job(folder, file) for file in files]
    blocks = (jobs[n : n + _BLOCK] for n in range(0, len(jobs), _BLOCK))
    prepared = prepare_blocks(blocks, stages, processes if len(files) >= _WORTH_PROCESSES else 0)
    try:
        yield from prepared
    finally:
        prepared.close()


def _derived(drafts: Sequence[Draft], derive: Derive) -> tuple[list[Draft], int]:
    """The drafts with the model's case where none lay beside the letter."""
    bare = [draft for draft in drafts if not draft.case]
    cases = list(derive(bare)) if bare else []
    left = iter(cases)
    made = [d if d.case else with_details(d, next(left)[0], Origin.MODEL) for d in drafts]
    return made, sum(dropped for _, dropped in cases)
