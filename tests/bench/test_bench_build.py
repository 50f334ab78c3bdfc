"""A full build of the demo archive beside the bare encoder and beside LangChain, and rebuilds.

Goals: 0.85 of the encoder's pace over the same passages; 2.5 times LangChain's loader, splitter and
`Chroma.from_documents` with the same model on a CPU with bfloat16, else 1.2 times; a rebuild 2% of
the full build where nothing changed, 4% where a hundredth of the letters did.

EPIKRISE_BENCH_LETTERS      how many letters (default 5000)
EPIKRISE_BENCH_LANGCHAIN    a folder with LangChain in it, which is no part of this environment:
                            pip install --target FOLDER langchain-community langchain-chroma
                            langchain-huggingface langchain-text-splitters; without it that side is
                            left out
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from measuring import markdown

from finetune.clinic.archive import write_archive
from index.build import build
from index.embedding import LocalEncoder
from index.inventory import take_inventory
from index.settings import IndexSettings
from index.stages import LetterStages

pytestmark = pytest.mark.bench

LETTERS = int(os.environ.get("EPIKRISE_BENCH_LETTERS", "5000"))
LANGCHAIN = os.environ.get("EPIKRISE_BENCH_LANGCHAIN", "")
HEADER = ("what", "seconds", "letters a second", "full build's share")
CHANGED = 0.01
LEAST_COSINE = 500
"""Passages over which bfloat16 is held against float32."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive") / "letters"
    write_archive(folder, seed=11, per_language=LETTERS // 2)
    return folder


def test_a_build_beside_the_encoder_and_langchain(
    archive: Path, tmp_path: Path, show: Callable[[str], None]
) -> None:
    settings = IndexSettings(data_dir=tmp_path, archive=archive)
    encoder = LocalEncoder(settings)
    encoder.warm_up()
    blocks = list(passages(settings, archive))
    seconds: dict[str, float] = {}

    def timed(name: str, does: Callable[[], object]) -> None:
        began = time.perf_counter()
        does()
        seconds[name] = time.perf_counter() - began

    # What is compared runs in turn, so that what else the machine does falls on all.
    timed("encoder alone", lambda: [encoder.encode_passages(block) for block in blocks])
    timed("full build", lambda: build(settings, encoder=encoder))
    if LANGCHAIN:
        seconds["LangChain"] = langchain(archive, tmp_path / "chroma", encoder)
    timed("encoder alone, again", lambda: [encoder.encode_passages(block) for block in blocks])
    timed("nothing changed", lambda: build(settings, encoder=encoder))
    for file in sorted(archive.rglob("*.txt"))[: int(LETTERS * CHANGED)]:
        file.write_text(file.read_text(encoding="utf-8") + "\nPS: the next visit is by phone.\n")
    timed("one in a hundred changed", lambda: build(settings, encoder=encoder))
    whole = seconds["full build"]
    rows = [
        [name, f"{taken:.1f}", f"{LETTERS / taken:.1f}", f"{taken / whole:.3f}"]
        for name, taken in seconds.items()
    ]
    show(markdown(f"Index of {LETTERS} letters, {sum(map(len, blocks))} passages", HEADER, rows))
    texts = [text for block in blocks for text in block][:LEAST_COSINE]
    show(f"Smallest cosine of {len(texts)} vectors to float32: {least_cosine(encoder, texts):.5f}")


def passages(settings: IndexSettings, archive: Path) -> Iterator[list[str]]:
    """What a build embeds, in its blocks."""
    stages = LetterStages.of(settings)
    files = take_inventory(archive, lambda n, of: None).files
    ids = sorted(files)
    for start in range(0, len(ids), settings.build_block):
        block = ids[start : start + settings.build_block]
        prepared = [stages.prepare(archive, files[each]) for each in block]
        yield [passage.text for letter in prepared for passage in letter.passages]


def langchain(archive: Path, into: Path, encoder: LocalEncoder) -> float:
    """Its seconds once all is imported and loaded; in a process of its own, for its libraries."""
    environment = {**os.environ, "PYTHONPATH": LANGCHAIN, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", _LANGCHAIN, str(archive), str(into), str(encoder.folder)]
    done = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True)
    return float(done.stdout.split()[-1])


def least_cosine(encoder: LocalEncoder, texts: list[str]) -> float:
    from sentence_transformers import SentenceTransformer

    exact = SentenceTransformer(str(encoder.folder), local_files_only=True)
    vectors = exact.encode(texts, normalize_embeddings=True)
    return float((encoder.encode_passages(texts) * vectors).sum(axis=1).min())


# As in its documentation: pieces of 1,000 characters that overlap by 200.
_LANGCHAIN = """
import sys
import time
from pathlib import Path
from langchain_community.document_loaders import Docx2txtLoader, TextLoader
from langchain_text_splitters import RecursiveCharacterTextSplitter
from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings

archive, into, model = sys.argv[1:]
embeddings = HuggingFaceEmbeddings(model_name=model)
embeddings.embed_query("warm-up")
began = time.perf_counter()
documents = []
for file in sorted(Path(archive).rglob("*.*")):
    word = file.suffix == ".docx"
    loader = Docx2txtLoader(str(file)) if word else TextLoader(str(file), encoding="utf-8")
    documents += loader.load()
splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
pieces = splitter.split_documents(documents)
Chroma.from_documents(pieces, embeddings, persist_directory=into)
print(time.perf_counter() - began)
"""
