"""A look at a run before an hour is spent on it.

    data, privacy -> base -> template, lengths -> memory, disk -> (two steps) -> verdict

Nothing here loads the base's weights but the dry run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from finetune.adapter import load_tokenizer
from finetune.config import TrainingConfig
from finetune.data import training_examples
from finetune.pairs import Example, Split
from finetune.preflight.base_model import Shape, check_base, read_shape
from finetune.preflight.data import check_data
from finetune.preflight.memory import Load
from finetune.preflight.privacy import check_privacy
from finetune.preflight.room import Machine, check_disk, check_memory, this_machine
from finetune.preflight.rows import read_rows
from finetune.preflight.tokens import check_lengths, check_template, measure, served_stops
from finetune.preflight.verdict import Colour, Finding, verdict
from index.errors import TrainingError
from index.further import FurtherDetector

__all__ = ["Colour", "Finding", "preflight", "refuse_red", "verdict"]

_DRAWN = 64
"""Of the clinic's endless examples, what is looked at."""


def preflight(
    config: TrainingConfig,
    *,
    known: FurtherDetector | None = None,
    machine: Machine | None = None,
    try_steps: bool = False,
    report: Callable[[str], None] | None = None,
) -> list[Finding]:
    """Everything that can be told before training.

    Args:
        config: of the run.
        known: finds the hospital's known patients in the pairs.
        machine: what is free; this machine's without it.
        try_steps: train for two steps, too.
        report: is told what is being looked at.
    """
    findings: list[Finding] = []
    say = report or _silent
    say("data")
    examples, places = _examples(config, known, findings)
    say("base")
    shape = _shape(config, findings)
    if not examples or shape is None:
        return findings
    say(f"tokens of {len(examples)} examples")
    lengths = _lengths(config, examples, places, shape, findings)
    if lengths is None:
        return findings
    limit = config.data.max_tokens
    machine = machine or this_machine(config.output)
    load = Load.of(config, min(limit, max(lengths)), on_gpu=bool(machine.gpu))
    findings += check_memory(shape, load, machine)
    findings += check_disk(shape, config.adapter.rank, machine)
    if try_steps and verdict(findings) is not Colour.RED:
        from finetune.preflight.dry_run import dry_run

        say("two steps")
        findings += dry_run(config, examples, lengths)
    return findings


def refuse_red(
    config: TrainingConfig,
    *,
    known: FurtherDetector | None = None,
    report: Callable[[str], None] | None = None,
) -> None:
    """Lets a run begin that nothing red was found of.

    Raises:
        TrainingError: what is red, in one line.
    """
    findings = preflight(config, known=known, report=report)
    if red := [finding.line for finding in findings if finding.colour is Colour.RED]:
        raise TrainingError(f"Preflight is red. {' '.join(red)}")


def _silent(line: str) -> None:
    pass


def _examples(
    config: TrainingConfig, known: FurtherDetector | None, findings: list[Finding]
) -> tuple[Sequence[Example], Sequence[int]]:
    """What is learned from, with line numbers."""
    folder = config.data.pairs
    if folder is None:
        learn, _ = training_examples(config)
        drawn = learn[: min(_DRAWN, len(learn))]
        line = f"the demo clinic's, drawn anew each time; {len(drawn)} are looked at"
        findings.append(Finding(Colour.GREEN, "data", line))
        return drawn, range(1, len(drawn) + 1)
    rows, wrong = read_rows(folder)
    findings += wrong
    if rows:
        findings += check_data(rows)
        findings += check_privacy(folder, rows, config.data.deidentified, known)
    learned = [row for row in rows if row.split is Split.TRAIN]
    return [row.example for row in learned], [row.line for row in learned]


def _shape(config: TrainingConfig, findings: list[Finding]) -> Shape | None:
    base: Path = config.model.base
    try:
        shape = read_shape(base)
    except TrainingError as error:
        findings.append(Finding(Colour.RED, "base", str(error)))
        return None
    findings += check_base(base, shape)
    return shape


def _lengths(
    config: TrainingConfig,
    examples: Sequence[Example],
    places: Sequence[int],
    shape: Shape,
    findings: list[Finding],
) -> Sequence[int] | None:
    """Tokens of the examples as they are trained on; None where they can't be."""
    limit = config.data.max_tokens
    try:
        tokenizer = load_tokenizer(config.model.base)
    except TrainingError as error:
        findings.append(Finding(Colour.RED, "template", str(error)))
        return None
    stops = served_stops(tokenizer, config.model.base)
    template: Iterator[Finding] = check_template(tokenizer, examples[0], stops)
    findings += template
    if verdict(findings[-1:]) is Colour.RED:
        return None
    try:
        lengths = measure(tokenizer, examples, stops, limit)
    except TrainingError as error:
        findings.append(Finding(Colour.RED, "template", str(error)))
        return None
    findings += check_lengths(lengths, limit, shape.context, places)
    return lengths.kept
