"""How the demo's model is made, from nothing, on one CPU.

clinic texts -> tokenizer -> base (learns to copy) -> letters adapter, summary adapter -> table
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from assistant.prompt import Kind
from assistant.settings import BASE_MODEL_NAME, AssistantSettings
from finetune.config import load_config
from finetune.evaluate import Plan, evaluate
from finetune.evaluation_report import report
from finetune.pretraining.config import load_pretrain_config
from finetune.pretraining.run import pretrain
from finetune.train import train

ADAPTERS = {"letters": Kind.LETTER, "summary": Kind.SUMMARY}
"""The demo's adapters, by served name; each has a config `demo-<name>`."""


def make_demo(out: Path, *, share: float, cases: int, say: Callable[[str], None]) -> str:
    """Writes `out/base`, `out/letters` and `out/summary`, and returns the table of their figures.

    A run that was cut off goes on where it was when it is started again.

    Args:
        out: a folder, made if need be.
        share: of the recipe's minutes; a hundredth tries the recipe, and gives no usable model.
        cases: held-out cases per language and task.
        say: takes a line now and then.
    """
    base = _make_base(out, share, say)
    for name in ADAPTERS:
        folder = out / name
        if (folder / "card.json").exists():
            continue
        say(f"adapter {name}")
        given = load_config(f"demo-{name}")
        minutes = (given.run.minutes or 0) * share
        changes = {"model.base": base, "output": folder, "run.minutes": minutes}
        train(load_config(f"demo-{name}", changes), report=say, resume=True)
    settings = AssistantSettings.read().model_copy(
        update={
            "vllm_url": None,
            "base_model": base,
            "adapters": {name: out / name for name in ADAPTERS},
        }
    )
    tables = [
        report(evaluate(settings, _compared(name, kind), Plan(kind, cases), say, own=True))
        for name, kind in ADAPTERS.items()
    ]
    table = "\n".join(tables)
    (out / "evaluation.md").write_text(table, encoding="utf-8")
    return table


def _compared(adapter: str, kind: Kind) -> list[str]:
    """The base, asked for letters, shows what an adapter adds."""
    return [BASE_MODEL_NAME, adapter] if kind is Kind.LETTER else [adapter]


def _make_base(out: Path, share: float, say: Callable[[str], None]) -> Path:
    folder, work = out / "base", out / "base-training"
    if folder.exists():
        return folder
    source = resources.files("finetune.pretraining") / "demo-base.toml"
    with resources.as_file(source) as path:
        config = load_pretrain_config(path)
    minutes = (config.run.minutes or 0) * share
    say(f"tokenizer and base, {minutes:.0f} minutes")
    run = config.run.model_copy(update={"minutes": minutes})
    model = pretrain(config.model_copy(update={"run": run}), work, resume=True)
    part = out / "base.part"
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(model, part)
    shutil.copy(work / "log.jsonl", part)
    # Moved only when it is whole: a folder of this name counts as finished.
    os.replace(part, folder)
    shutil.rmtree(work)
    return folder
