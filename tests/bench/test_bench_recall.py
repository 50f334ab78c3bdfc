"""HNSW's recall@10 against exact search over the demo archive's passages. Goal: 0.99.

EPIKRISE_BENCH_PASSAGES    numbers of passages (default 15000,100000)
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from measuring import draw_cases, markdown

from finetune.clinic.archive import write_archive
from index.build import build
from index.catalogue import Catalogue
from index.chroma_server import open_store
from index.collection import ROWS
from index.embedding import LocalEncoder, Vectors
from index.settings import IndexSettings
from index.store import HNSW, Store
from retrieval.query import build_query

pytestmark = pytest.mark.bench

SIZES = tuple(map(int, os.environ.get("EPIKRISE_BENCH_PASSAGES", "15000,100000").split(",")))
TRIED = [(m, ef) for m in (8, 16, 32) for ef in (100, 200, 1000)]
"""HNSW's M and ef_search."""
CHOSEN = [(int(HNSW["max_neighbors"]), ef) for ef in (200, int(HNSW["ef_search"]))]
"""More of them would take hours where there are more passages."""
QUERIES = 200
K = 10
PASSAGES_A_LETTER = 5.9
"""A little less than there are, so that there are enough."""
HEADER = ("passages", "M", "ef_search", "recall@10 of cases", "of passages", "ms a query")


def test_what_hnsw_finds_of_what_exact_search_finds(
    tmp_path: Path, show: Callable[[str], None]
) -> None:
    settings = IndexSettings(data_dir=tmp_path / "data", archive=tmp_path / "letters")
    assert settings.archive
    write_archive(settings.archive, seed=13, per_language=int(max(SIZES) / PASSAGES_A_LETTER / 2))
    encoder = LocalEncoder(settings)
    build(settings, encoder=encoder)
    cases = draw_cases("recall", QUERIES)
    asked = np.stack([encoder.encode_query(build_query(case)) for case in cases])
    rows: list[list[str]] = []
    with open_store(settings) as store:
        vectors = all_vectors(store.open(Catalogue(settings.data_dir).active()).raw)
        order = np.random.default_rng(0).permutation(len(vectors))
        for size in SIZES:
            some = vectors[order[:size]]
            queries = (asked, some[:QUERIES])
            for m, ef in TRIED if size == min(SIZES) else CHOSEN:
                raw = filled(store, f"bench-{size}-{m}-{ef}", m, ef, some)
                began = time.perf_counter()
                found = [f"{recall(raw, some, each):.4f}" for each in queries]
                taken = (time.perf_counter() - began) / sum(map(len, queries))
                rows.append([f"{size}", f"{m}", f"{ef}", *found, f"{1000 * taken:.1f}"])
                store.drop(raw.name)
    show(markdown(f"Recall against exact search; the product's are {HNSW}", HEADER, rows))


def all_vectors(raw: Any) -> Vectors:
    pages: list[Vectors] = []
    while len(page := raw.get(limit=ROWS, offset=ROWS * len(pages), include=["embeddings"])["ids"]):
        got = raw.get(ids=page, include=["embeddings"])["embeddings"]
        pages.append(np.asarray(got, np.float32))
    return np.concatenate(pages)


def filled(store: Store, name: str, m: int, ef: int, vectors: Vectors) -> Any:
    client: Any = store._client  # pyright: ignore[reportPrivateUsage]
    settings = {"hnsw": {**HNSW, "max_neighbors": m, "ef_search": ef}}
    raw = client.create_collection(name, configuration=settings, embedding_function=None)
    for start in range(0, len(vectors), ROWS):
        part = vectors[start : start + ROWS]
        raw.add(ids=[f"{start + n}" for n in range(len(part))], embeddings=part)
    return raw


def recall(raw: Any, vectors: Vectors, queries: Vectors) -> float:
    found = 0
    for query in queries:
        true = set(np.argpartition(-(vectors @ query), K)[:K].tolist())
        hits: Sequence[str] = raw.query(query_embeddings=query[np.newaxis], n_results=K)["ids"][0]
        found += len(true.intersection(map(int, hits)))
    return found / (K * len(queries))
