"""De-identifying letters of the demo archive beside Presidio. Goal: 5 times its pace.

Presidio's side is its AnalyzerEngine as it comes, with the same recognisers, on spaCy's tokenizer
(`spacy.blank`) and with its own look at the words around. Ours is timed in one process, and with
the processes that a build has.

EPIKRISE_BENCH_LETTERS    how many letters (default 300)
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
import spacy
from measuring import Extent, markdown, spread
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from finetune.clinic.archive import write_archive
from index.analyzer import THRESHOLD, recognizers
from index.archive import read_letter
from index.deidentify import Deidentifier
from index.detectors import DETECTORS
from index.inventory import take_inventory
from index.letter import Letter

pytestmark = pytest.mark.bench

LETTERS = int(os.environ.get("EPIKRISE_BENCH_LETTERS", "300"))
LANGUAGES: tuple[str, ...] = ("en", "de")
ONE, SHARED, PRESIDIO = "ours, one process", "ours, a build's processes", "Presidio, one at a time"
HEADER = ("what", "letters a second", "times Presidio's pace")


def test_how_fast_letters_are_deidentified(
    tmp_path: Path, extent: Extent, show: Callable[[str], None]
) -> None:
    write_archive(tmp_path, seed=11, per_language=LETTERS // 2)
    files = take_inventory(tmp_path, lambda n, of: None).files
    letters = [read_letter(tmp_path, files[each]) for each in sorted(files)]
    deidentifier, engine = Deidentifier(b"a key for a benchmark alone"), presidio()
    workers = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:

        def shared() -> None:
            list(pool.map(review_all, [letters[n::workers] for n in range(workers)]))

        does: dict[str, Callable[[], object]] = {
            ONE: lambda: [deidentifier.review(each) for each in letters],
            SHARED: shared,
            PRESIDIO: lambda: [
                engine.analyze(each.text, each.language, score_threshold=THRESHOLD)
                for each in letters
            ],
        }
        for each in does.values():  # patterns are compiled at their first use
            each()
        pace: dict[str, list[float]] = {name: [] for name in does}
        for _ in range(extent.rounds):
            for name, each in does.items():
                began = time.perf_counter()
                each()
                pace[name].append(len(letters) / (time.perf_counter() - began))
    rows = [
        [name, spread(own, 1), spread((a / b for a, b in zip(own, pace[PRESIDIO], strict=True)), 2)]
        for name, own in pace.items()
    ]
    title = f"De-identification, {len(letters)} letters, {extent.rounds} rounds, {workers} workers"
    show(markdown(title, HEADER, rows))


def review_all(letters: Sequence[Letter]) -> int:
    """In a process of the pool; the analyzer is built at its first letter and stays."""
    deidentifier = Deidentifier(b"a key for a benchmark alone")
    return len([deidentifier.review(each) for each in letters])


class _BlankSpacy(SpacyNlpEngine):
    """Presidio's own engine on spaCy's tokenizers, which need no model to be fetched."""

    def load(self) -> None:
        self.nlp = {each: spacy.blank(each) for each in LANGUAGES}


def presidio() -> AnalyzerEngine:
    """Presidio as it comes, with the recognisers that ours runs."""
    languages = list(LANGUAGES)
    nlp = _BlankSpacy([{"lang_code": each, "model_name": "blank"} for each in LANGUAGES])
    nlp.load()
    registry = RecognizerRegistry(recognizers(DETECTORS), supported_languages=languages)
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=languages)
