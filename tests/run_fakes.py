"""Folders as trainings leave them, with made-up figures."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from finetune.card import Card
from finetune.runs.folders import Begun
from finetune.runs.samples import FILE, Sample, write_samples


def log_row(step: int, **more: float) -> dict[str, float]:
    """A step takes a second and has a hundred tokens."""
    return {
        "step": step,
        "num_input_tokens_seen": 100 * step,
        "seconds": float(step),
        "memory": 3_000_000_000,
        "learning_rate": 1e-5,
        **more,
    }


def sample(
    step: int,
    case: str = "c1",
    *,
    text: str = "Dear colleague, 60 Gy were given.",
    facts: int = 10,
    right: int = 8,
    invented: int = 1,
    omitted: int = 0,
) -> Sample:
    return Sample(
        step=step,
        case_id=case,
        case="Patient: Ada Muster\nDose: 60 Gy",
        reference="Dear colleague, Ms Muster had 60 Gy.",
        text=text,
        stopped=True,
        seconds=2.0,
        facts=facts,
        facts_right=right,
        invented=invented,
        wrong=0,
        omitted=omitted,
    )


def write_run(
    folder: Path,
    *,
    name: str = "letters",
    at: int = 50,
    steps: int | None = 100,
    minutes: float | None = None,
    samples: tuple[Sample, ...] = (),
    finished: bool = False,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    config: dict[str, Any] = {
        "name": name,
        "run": {"steps": steps, "minutes": minutes, "learning_rate": 1e-5},
        "adapter": {"rank": 32},
    }
    begun = Begun(
        name=name,
        task="letter",
        begun=dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC),
        base="Meta-Llama-3-8B-Instruct",
        precision="bfloat16 int8",
        config=config,
    )
    (folder / "run.json").write_text(begun.model_dump_json())
    rows = [log_row(step, loss=2 - step / 100) for step in range(1, at + 1)]
    rows += [{**log_row(at), "eval_loss": 1.4}]
    (folder / "log.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    if samples:
        write_samples(folder / FILE, samples)
    if finished:
        card = Card(
            name=name,
            task="letter",
            date=dt.date(2026, 11, 27),
            base="Meta-Llama-3-8B-Instruct",
            base_hash="ba5e" * 16,
            chat_template_hash="7e3a" * 16,
            prompt_version="v1",
            data="pairs",
            data_hash="da7a" * 16,
            precision="bfloat16 int8",
            config=config,
            steps=at,
            tokens=100 * at,
            seconds=float(at),
            final_loss=1.5,
            final_dev_loss=1.4,
            libraries={"torch": "2.13.0"},
        )
        (folder / "card.json").write_text(card.model_dump_json())
    return folder
