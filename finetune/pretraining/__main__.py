"""The pre-training's command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from finetune.pretraining.config import load_pretrain_config
from finetune.pretraining.run import pretrain


def main() -> None:
    """`python -m finetune.pretraining CONFIG --out FOLDER [--start MODEL] [--resume]`"""
    parser = argparse.ArgumentParser(description="Pre-train the demo model's base.")
    parser.add_argument("config", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a model to begin with, instead of none")
    parser.add_argument("--resume", action="store_true")
    given = parser.parse_args()
    config = load_pretrain_config(given.config)
    pretrain(config, given.out, resume=given.resume, start=given.start)


if __name__ == "__main__":
    main()
