"""Answers of two models to made-up cases, a round of them, and scores."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from finetune.ratings.drafts import Answers, read_answers
from finetune.ratings.records import Rating

GIVEN = {"correctness": 4, "comprehensiveness": 3, "style": 2, "practicality": 3}


def row(case: int, model: str, /, **more: object) -> dict[str, object]:
    return {
        "case_id": f"c{case}",
        "model": model,
        "case": f"Patient: Ada <b>Muster</b> {case}\nDiagnosis: glioblastoma",
        "draft": f"Dear colleague,\n\nwe saw <i>Ms Muster</i> {case} ({len(model)}).",
        **more,
    }


def write(file: Path, *rows: Mapping[str, object]) -> Path:
    file.write_text("\n".join(json.dumps(each) for each in rows), encoding="utf-8")
    return file


def answers(folder: Path, cases: int = 3) -> Answers:
    rows = [row(case, model) for model in ("base", "letters") for case in range(cases)]
    return read_answers([write(folder / "answers.jsonl", *rows)])


def rating(rater: str, case: int, model: str, **scores: int | None) -> Rating:
    return Rating(rater, f"c{case}", model, scores)
