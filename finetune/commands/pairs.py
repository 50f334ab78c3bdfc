"""`epikrise finetune pairs`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.prompt import Kind
from finetune.commands.options import say


def pairs_command(
    out: Annotated[Path, typer.Option(help="folder for train.jsonl, dev.jsonl and test.jsonl")],
    task: Annotated[Kind, typer.Option(help="what the answers are")] = Kind.LETTER,
    count: Annotated[int, typer.Option(min=10, help="conversations in all")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="another seed, other patients")] = 0,
) -> None:
    """Write training pairs of the demo clinic, split by patient."""
    from finetune.clinic_pairs import ClinicExamples
    from finetune.pairs import Split, write_pairs

    shares = {Split.TRAIN: count * 8 // 10, Split.DEV: count // 10, Split.TEST: count // 10}
    for split, number in shares.items():
        written = write_pairs(out / f"{split}.jsonl", ClinicExamples(task, split, seed, number))
        say(f"{out / f'{split}.jsonl'}: {written} conversations")
