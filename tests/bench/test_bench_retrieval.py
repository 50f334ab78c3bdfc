"""Finding exemplars in the demo archive, beside a bare query of the vector. Goal: p95 25 ms."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from measuring import Extent, draw_cases, markdown, spread

from index.catalogue import Catalogue
from index.chroma_server import open_store
from index.embedding import LocalEncoder
from index.settings import IndexSettings
from retrieval.query import build_query
from retrieval.search import HITS, Retriever

pytestmark = pytest.mark.bench

CASES = 100
FIND, ENCODE, QUERY = "Retriever.find", "of it: encoding the query", "bare Chroma query"
HEADER = ("what", "p50 (ms)", "p95 (ms)", "p50 / bare query", "p95 / bare query")


def test_how_long_finding_exemplars_takes(
    retriever: Retriever,
    encoder: LocalEncoder,
    data_dir: Path,
    extent: Extent,
    show: Callable[[str], None],
) -> None:
    cases = draw_cases("retrieval", CASES)
    queries = [build_query(case) for case in cases]
    vectors = [encoder.encode_query(query) for query in queries]
    seconds: dict[str, list[list[float]]] = {FIND: [], ENCODE: [], QUERY: []}
    with open_store(IndexSettings(data_dir=data_dir)) as store:
        raw = store.open(Catalogue(data_dir).active()).raw
        does: dict[str, Callable[[int], object]] = {
            FIND: lambda i: retriever.find(cases[i]),
            ENCODE: lambda i: encoder.encode_query(queries[i]),
            QUERY: lambda i: raw.query(
                query_embeddings=vectors[i][np.newaxis], n_results=HITS, include=["distances"]
            ),
        }
        for each in does.values():
            each(0)
        for _ in range(extent.rounds):
            for taken in seconds.values():
                taken.append([])
            for number in range(CASES):
                # Another one is the first for every case.
                names = [*does][number % len(does) :] + [*does][: number % len(does)]
                for name in names:
                    began = time.perf_counter()
                    does[name](number)
                    seconds[name][-1].append(time.perf_counter() - began)
    show(markdown(_title(extent), HEADER, [_row(name, seconds) for name in seconds]))


def _title(extent: Extent) -> str:
    return f"Retrieval, {CASES} cases, {extent.rounds} rounds (goal: p95 under 25 ms)"


def _row(name: str, seconds: dict[str, list[list[float]]]) -> list[str]:
    cells = [name]
    for divisor in (None, seconds[QUERY]):
        for percent in (50, 95):
            own = [float(np.percentile(taken, percent)) for taken in seconds[name]]
            if divisor is None:
                cells.append(spread(own, 1, 1000))
            else:
                bare = [float(np.percentile(taken, percent)) for taken in divisor]
                cells.append(spread((a / b for a, b in zip(own, bare, strict=True)), 2))
    return cells
