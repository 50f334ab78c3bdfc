"""Whether this machine has the memory and the disk that a run needs, and what would fit else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from finetune.preflight.base_model import Shape
from finetune.preflight.memory import Load, Memory, adapter_parameters, estimate
from finetune.preflight.verdict import Colour, Finding

_CHECKPOINT_BYTES = 4 + 8
"""Of a parameter of the adapter: itself and two states of AdamW."""
_CHECKPOINTS = 3
"""Two that are kept, and the one being written."""
_NEEDS_GPU = 1_000_000_000
"""Parameters from which on a run on a CPU takes weeks."""
_TIGHT = 0.9


@dataclass(frozen=True)
class Machine:
    """Bytes that are free here.

    Attributes:
        gpu: name of the card that is trained on; empty without one.
        memory: of the card, or of this computer.
        disk: where the adapter is written.
    """

    gpu: str
    memory: int
    disk: int


def this_machine(output: Path) -> Machine:
    import torch

    there = output.absolute()
    while not there.exists():
        there = there.parent
    disk = shutil.disk_usage(there).free
    if torch.cuda.is_available():
        free, _ = torch.cuda.mem_get_info(0)
        return Machine(torch.cuda.get_device_name(0), free, disk)
    return Machine("", _free_memory(), disk)


def _free_memory() -> int:
    """Of this computer: what can be had without swapping."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    kib = next(line.split()[1] for line in lines if line.startswith("MemAvailable"))
    return int(kib) * 1024


def check_memory(shape: Shape, load: Load, machine: Machine) -> Iterator[Finding]:
    """The estimate, part by part, against what is free; and what would make it fit."""
    needed = estimate(shape, load)
    where = machine.gpu or "this computer, without a GPU"
    line = (
        f"about {_gb(needed.total)} for {load.tokens} tokens at once; free on {where}:"
        f" {_gb(machine.memory)}"
    )
    parts = _parts(needed)
    if shape.parameters >= _NEEDS_GPU and not machine.gpu:
        line = (
            f"There is no GPU here, and {shape.parameters / 1e9:.1f} billion parameters need one"
            f" with about {_gb(needed.total)}."
        )
        yield Finding(Colour.RED, "memory", line, parts)
    elif needed.total > machine.memory:
        line = f"Out of memory to be expected: {line}. {_advice(shape, load, machine)}"
        yield Finding(Colour.RED, "memory", line, parts)
    elif needed.total > _TIGHT * machine.memory:
        yield Finding(Colour.YELLOW, "memory", f"tight: {line}", parts)
    else:
        yield Finding(Colour.GREEN, "memory", line, parts)


def check_disk(shape: Shape, rank: int, machine: Machine) -> Iterator[Finding]:
    """Room for checkpoints and the adapter."""
    needed = adapter_parameters(shape, rank) * (_CHECKPOINTS * _CHECKPOINT_BYTES + 2)
    line = f"checkpoints and adapter take about {_gb(needed)}; free: {_gb(machine.disk)}"
    if needed > machine.disk:
        line = f"The disk is too full: {line}. Free it, or give another output folder."
        yield Finding(Colour.RED, "room", line)
    else:
        colour = Colour.YELLOW if 2 * needed > machine.disk else Colour.GREEN
        yield Finding(colour, "room", line)


def smaller(shape: Shape, load: Load) -> Iterator[tuple[str, int]]:
    """What could be set otherwise, the cheapest first, and the bytes needed then."""
    one = load.longest
    fewer, halved = "run.batch = 1", "data.max_tokens"
    if load.filled:
        fewer, halved = f"run.batch_tokens and data.max_tokens = {one}", "these"
    changes = (
        ("run.gradient_checkpointing = true", replace(load, checkpointing=True)),
        (f"{fewer} with a higher run.accumulation", replace(load, tokens=one)),
        ('model.quantisation = "nf4"', replace(load, quantisation="nf4")),
        (
            "all three",
            replace(load, checkpointing=True, tokens=one, quantisation="nf4"),
        ),
        (
            f"all three and {halved} halved",
            replace(
                load, checkpointing=True, tokens=one // 2, longest=one // 2, quantisation="nf4"
            ),
        ),
    )
    for name, other in changes:
        if other != load:
            yield name, estimate(shape, other).total


def _advice(shape: Shape, load: Load, machine: Machine) -> str:
    for name, needed in smaller(shape, load):
        if needed <= _TIGHT * machine.memory:
            return f"It fits with {name} ({_gb(needed)})."
    return "No setting makes it fit: take a smaller base or a larger card."


def _parts(needed: Memory) -> tuple[str, ...]:
    named = (
        ("the base's weights", needed.weights),
        ("adapter and optimiser", needed.adapter),
        ("activations kept", needed.activations),
        ("at the worst moment", needed.work),
        ("CUDA itself", needed.device),
    )
    return tuple(f"{_gb(count):>9}  {name}" for name, count in named if count)


def _gb(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.0f} MB"
