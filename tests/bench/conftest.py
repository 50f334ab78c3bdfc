"""What the benchmarks run on: one product for all of them, and the tables at the end.

EPIKRISE_BENCH_ROUNDS    how often each comparison is made (default 5)
EPIKRISE_BENCH_TOKENS    the longest letter, in tokens (default: the product's own)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from measuring import Extent
from product import Product, running_product

from assistant.serving import Endpoint, serving
from assistant.settings import AssistantSettings
from index.embedding import LocalEncoder
from index.settings import IndexSettings
from retrieval.search import Retriever
from retrieval.settings import RetrievalSettings

_TABLES = pytest.StashKey[list[str]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What starts products of its own goes first: a second product beside it would share its pages.
    items.sort(key=lambda item: "endpoint" in getattr(item, "fixturenames", ()))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for table in config.stash.get(_TABLES, []):
        terminalreporter.write_line(f"\n{table}")


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keeps a table for the end of the run, with how busy the machine was."""

    def keep(table: str) -> None:
        cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
        note = f"({cores} cores, load {load:.1f} when this was done)"
        request.config.stash.setdefault(_TABLES, []).append(f"{table}\n\n{note}")

    return keep


@pytest.fixture(scope="session")
def extent() -> Extent:
    own = AssistantSettings().letter_tokens
    return Extent(
        rounds=int(os.environ.get("EPIKRISE_BENCH_ROUNDS", "5")),
        letter_tokens=int(os.environ.get("EPIKRISE_BENCH_TOKENS", own)),
    )


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("product")


@pytest.fixture(scope="session")
def settings(data_dir: Path, extent: Extent) -> AssistantSettings:
    return AssistantSettings(data_dir=data_dir, letter_tokens=extent.letter_tokens)


@pytest.fixture(scope="session")
def product(data_dir: Path) -> Iterator[Product]:
    with running_product(data_dir) as started:
        yield started


@pytest.fixture(scope="session")
def endpoint(product: Product, settings: AssistantSettings) -> Iterator[Endpoint]:
    """The product's own vLLM."""
    assert not [line for line in product.lines if line.startswith("problem")]
    with serving(settings, product.lines.append) as served:
        yield served


@pytest.fixture(scope="session")
def encoder(data_dir: Path) -> LocalEncoder:
    encoder = LocalEncoder(IndexSettings(data_dir=data_dir))
    encoder.warm_up()
    return encoder


@pytest.fixture(scope="session")
def retriever(endpoint: Endpoint, data_dir: Path, encoder: LocalEncoder) -> Iterator[Retriever]:
    """On the product's own Chroma."""
    with Retriever(IndexSettings(data_dir=data_dir), encoder, RetrievalSettings()) as connected:
        yield connected
