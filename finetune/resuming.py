"""What a run that goes on must have kept: else it would be another run under the same name.

Every checkpoint holds the config it came from. What a run may change is what one is told to change
when memory is short or the loss breaks, and what only says how long it goes and what it writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from finetune.card import hash_files
from finetune.config import TrainingConfig
from index.errors import TrainingError

FILE = "run.json"
_FREE = {
    "name": True,
    "output": True,
    "model": {"base", "revision", "quantisation", "attention"},
    "data": {"pairs", "deidentified", "max_tokens", "dev_examples", "samples"},
    "run": {
        *("steps", "minutes", "batch", "accumulation", "batch_tokens", "gradient_checkpointing"),
        *("learning_rate", "warmup_steps", "decay_from", "final_rate", "log_steps", "threads"),
        *("checkpoint_minutes", "evaluate_minutes"),
    },
}


def fixed(config: TrainingConfig) -> dict[str, Any]:
    """What may not change from one sitting of a run to the next, by dotted key."""
    given: dict[str, Any] = config.model_dump(mode="json", exclude=_FREE)
    flat: dict[str, Any] = {}
    for key, value in given.items():
        inner = {f"{key}.{k}": v for k, v in value.items()} if isinstance(value, dict) else None
        flat |= inner if inner is not None else {key: value}
    run, pairs = config.run, config.data.pairs
    if run.batch_tokens is None:
        flat["run.batch times run.accumulation"] = run.batch * run.accumulation
    if pairs is not None:
        flat["data.pairs"] = hash_files(sorted(pairs.glob("*.jsonl")))
    return flat


def record(began: Mapping[str, Any], checkpoint: Path) -> None:
    """Writes `fixed` into a checkpoint.

    Raises:
        OSError: it can't be written.
    """
    (checkpoint / FILE).write_text(json.dumps(began, indent=2) + "\n", encoding="utf-8")


def refuse_another_run(now: Mapping[str, Any], checkpoint: Path) -> None:
    """Compares with what the checkpoint's run began with.

    Raises:
        TrainingError: something that is `fixed` is another one now.
    """
    began: dict[str, Any] = json.loads((checkpoint / FILE).read_text(encoding="utf-8"))
    for key in sorted({*began, *now}):
        was, wanted = began.get(key), now.get(key)
        if was == wanted:
            continue
        if key == "data.pairs":
            what = "The pairs are not those that the run began with."
        else:
            what = f"{key} is {json.dumps(wanted)}, and the run began with {json.dumps(was)}."
        raise TrainingError(what, "Put it back, or begin anew in another output folder.")
