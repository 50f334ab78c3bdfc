"""`epikrise finetune pairs`."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.prompt import Kind
from finetune.commands.options import say
from index.errors import TrainingError

if TYPE_CHECKING:
    from finetune.pairing.build import Wanted
    from finetune.pairing.manifest import Manifest
    from finetune.pairing.tasks import Task

_TASKS = "letter, part, refine or summary; may be given several times"


def pairs_command(
    out: Annotated[Path, typer.Option(help="folder to be made, for train, dev and test.jsonl")],
    archive: Annotated[
        Path | None, typer.Argument(help="folder of letters; the demo clinic's without one")
    ] = None,
    task: Annotated[list[str] | None, typer.Option(help=_TASKS)] = None,
    cases: Annotated[
        Path | None, typer.Option(help="folder with cases, named as the letters are")
    ] = None,
    by_folder: Annotated[
        bool, typer.Option("--by-folder", help="each folder of the archive is an institution")
    ] = False,
    exemplars: Annotated[
        float, typer.Option(min=0, max=1, help="share of prompts with example letters")
    ] = 0.3,
    least_support: Annotated[
        float, typer.Option(min=0, max=1, help="of a letter's facts, what its case must support")
    ] = 0.95,
    test_from: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="letters from that day on are the test set"),
    ] = None,
    llm: Annotated[
        str, typer.Option(help="a served model that derives cases, e.g. base; else rules do")
    ] = "",
    processes: Annotated[
        int | None, typer.Option(min=0, help="that read the letters; one a core without it")
    ] = None,
    count: Annotated[int, typer.Option(min=10, help="of the demo clinic: conversations")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="another seed, other draws")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="print the manifest")] = False,
) -> None:
    """Make training pairs from an archive of letters, split by patient; names are replaced."""
    if archive is None:
        manifest = _clinic_pairs(out, task or [Kind.LETTER.value], count, seed)
    else:
        from finetune.pairing.build import Wanted
        from finetune.pairing.tasks import Task

        wanted = Wanted(
            archive=archive,
            out=out,
            tasks=frozenset(map(Task, _known(task or ["letter", "part", "refine"], Task))),
            exemplars=exemplars,
            least_support=least_support,
            test_from=test_from.date() if test_from else None,
            seed=seed,
            processes=len(os.sched_getaffinity(0)) if processes is None else processes,
            by_folder=by_folder,
        )
        manifest = _archive_pairs(wanted, cases, llm)
    if as_json:
        typer.echo(manifest.model_dump_json(indent=2))
    else:
        typer.echo("\n".join(manifest.lines()))


def _archive_pairs(wanted: Wanted, cases: Path | None, llm: str) -> Manifest:
    from dataclasses import replace

    from assistant.cli_deidentify import say_remarks
    from assistant.further_detectors import served_detector
    from finetune.pairing.build import build_pairs, refuse_existing
    from finetune.pairing.case_files import case_files
    from finetune.pairing.drafts import DraftStages
    from index.deidentify import Deidentifier
    from index.key import load_key
    from index.settings import IndexSettings
    from index.stages import deidentifier_version

    refuse_existing(wanted.out)
    settings = IndexSettings.read()
    with ExitStack() as stack:
        further = stack.enter_context(served_detector(settings, say))
        deidentifier, remarks = Deidentifier.of(settings, further)
        say_remarks(remarks)
        if further or settings.ner_model is not None:
            wanted = replace(wanted, processes=0)  # a model can't be sent to other processes
        key = load_key(settings.data_dir)
        found = case_files(cases) if cases else {}
        stages = DraftStages(key, deidentifier, found, derive=not llm, by_folder=wanted.by_folder)
        derive = None
        if llm:
            from assistant.settings import AssistantSettings
            from finetune.pairing.asking import model_deriving

            derive = stack.enter_context(model_deriving(AssistantSettings.read(), llm, say))
        version = deidentifier_version(key, deidentifier)
        return build_pairs(wanted, stages, version, say, derive)


def _clinic_pairs(out: Path, tasks: list[str], count: int, seed: int) -> Manifest:
    from finetune.clinic_pairs import ClinicExamples
    from finetune.pairing.build import new_folder
    from finetune.pairing.manifest import Manifest
    from finetune.pairs import Split, write_pairs

    if len(tasks) > 1:
        raise TrainingError("The demo clinic's pairs are of one task.", "Give one --task.")
    (task,) = map(Kind, _known(tasks, Kind))
    shares = {Split.TRAIN: count * 8 // 10, Split.DEV: count // 10, Split.TEST: count // 10}
    examples: dict[str, dict[str, dict[str, int]]] = {}
    with new_folder(out) as folder:
        for split, number in shares.items():
            drawn = ClinicExamples(task, split, seed, number)
            written = write_pairs(folder / f"{split}.jsonl", drawn)
            half = written // 2
            examples[split] = {task: {"de": half, "en": written - half}}
        manifest = Manifest(
            origin="demo clinic",
            deidentified="all patients are made up",
            options={"task": task.value, "count": count, "seed": seed},
            examples=examples,
        )
        manifest.write(folder)
    return manifest


def _known(given: list[str], known: type[Kind] | type[Task]) -> list[str]:
    for name in given:
        if name not in set(known):
            raise TrainingError(f"There is no task {name!r} here.", f"Known: {', '.join(known)}.")
    return given
