"""From an adapter in a folder to one that writes for users, and back.

card, evaluation -> fits what is served? -> bars -> copy -> served as trained? -> history
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.lora import load_missing
from assistant.promoted import Act, Promoted
from assistant.prompt import Kind
from assistant.serving import Endpoint, running
from assistant.settings import AssistantSettings
from finetune.card import Approval, Comparison, hash_files
from finetune.promotion.bars import check_bars
from finetune.promotion.candidate import (
    CARD,
    Candidate,
    check_candidate,
    read_candidate,
    served_now,
)
from finetune.promotion.shelf import claimed, copied, free_name, put
from finetune.promotion.verdict import Check, Outcome
from finetune.settings import FinetuneSettings
from index.errors import TrainingError

__all__ = ["Check", "Outcome", "Wanted", "promote"]

_PROMPTS = 4
"""Held-out answers a language, for the comparison with the server."""

Say = Callable[[str], None]
Trail = Callable[[str, str, str], AbstractContextManager[None]]
"""Action, adapter, hash: what is done in the block leaves its row in the trail."""


@dataclass(frozen=True)
class Wanted:
    """
    Attributes:
        adapter: the folder that `train` has written.
        evaluation: the folder that `evaluate --out` has written.
        base: the folder of the base that is served.
        department: empty for the whole institution.
        by: who approves of it.
        pairs: the folder whose `test.jsonl` it was evaluated on; None for the demo clinic's cases.
        without_server: promote it even though nothing tells how it will be served.
        examples: the product shows example letters.
    """

    adapter: Path
    evaluation: Path
    base: Path
    kind: Kind
    department: str
    by: str
    pairs: Path | None
    without_server: bool
    examples: bool


def promote(
    wanted: Wanted, settings: AssistantSettings, bars: FinetuneSettings, trail: Trail, say: Say
) -> Outcome:
    """Has an adapter write from now on, if it is good enough; else says what isn't.

    Raises:
        Busy: another one is being promoted.
        ModelError: the running server refuses the adapter, or does not answer.
        TrainingError: a file is missing or can't be read, or the data folder can't be written.
    """
    candidate = read_candidate(wanted.adapter, wanted.evaluation, wanted.kind)
    if candidate.card.data == "pairs" and wanted.pairs is None and not wanted.without_server:
        raise TrainingError(
            "It was trained on pairs, and is compared with the server on their test.jsonl.",
            "Name their folder: --pairs.",
        )
    say("hashing the base")
    checks = _looked_at(candidate, wanted, settings, bars)
    server = running(settings)
    if server is None and not wanted.without_server:
        line = "no server runs to compare it with: start Epikrise, or give --without-server"
        checks.append(Check("served", False, line))
    if any(not check.passed for check in checks):
        return Outcome(tuple(checks))
    promoted = Promoted(settings.data_dir)
    with claimed(promoted.folder), copied(promoted.folder, candidate) as part:
        found = None
        if server is not None and not wanted.without_server:
            found = _compared(server, part, candidate, wanted, say)
            checks += _gap_checks(found, bars)
            if any(not check.passed for check in checks):
                return Outcome(tuple(checks), served=found)
        at = dt.datetime.now(dt.UTC)
        approval = Approval(
            by=wanted.by,
            at=at,
            task=wanted.kind.value,
            department=wanted.department,
            evaluation_hash=hash_files([candidate.evaluated]),
            passed=[check.line for check in checks],
            served=found,
        )
        name = free_name(promoted.folder, candidate, at.date())
        place = put(part, name, candidate.card.model_copy(update={"approval": approval}))
        act = Act(at=at, by=wanted.by, kind=wanted.kind, department=wanted.department, name=name)
        with _taken_back(place):
            if server is not None:
                say(f"giving {name} to the server")
                load_missing(server, {name: place})
            with trail("adapter.promoted", name, hash_files([place / CARD])):
                promoted.add(act)
    return Outcome(tuple(checks), name, found, loaded=server is not None)


def _looked_at(
    candidate: Candidate, wanted: Wanted, settings: AssistantSettings, bars: FinetuneSettings
) -> list[Check]:
    from finetune.adapter import load_tokenizer

    template = load_tokenizer(wanted.base).chat_template
    served = served_now(settings, wanted.base, template)
    return [
        *check_candidate(candidate, served),
        *check_bars(candidate.rows(), bars, examples=wanted.examples),
    ]


def _compared(
    server: Endpoint, part: Path, candidate: Candidate, wanted: Wanted, say: Say
) -> Comparison:
    from finetune.evaluate import Plan
    from finetune.promotion.precision import compare

    trials = Plan(wanted.kind, _PROMPTS, pairs=wanted.pairs).trials(0)
    return compare(server, part, wanted.base, candidate.card, trials, say)


def _gap_checks(found: Comparison, bars: FinetuneSettings) -> list[Check]:
    from finetune.promotion.precision import check_gaps

    return list(check_gaps(found, bars))


@contextmanager
def _taken_back(place: Path) -> Generator[None]:
    """What the server refuses, or the trail or the history can't be told of, leaves no folder."""
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            shutil.rmtree(place, ignore_errors=True)
