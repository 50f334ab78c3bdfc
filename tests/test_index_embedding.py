"""The packaged model, for real, and the settings that choose a model."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from index.embedding import EmbeddingModel, LocalEncoder
from index.errors import SettingsError
from index.settings import IndexSettings
from retrieval.settings import RetrievalSettings

BREAST = "Mammakarzinom links, pT1c pN0, Bestrahlung der Brust"
PROSTATE = "Prostatakarzinom, Gleason 7, Bestrahlung der Prostata"


@pytest.fixture(scope="module")
def encoder() -> LocalEncoder:
    return LocalEncoder(IndexSettings(encoder_batch=60))


@pytest.mark.filterwarnings("ignore")  # what PyTorch warns of while it is imported
def test_vectors_keep_the_order_of_their_texts_and_have_unit_length(encoder: LocalEncoder):
    texts = [PROSTATE, "short", BREAST + " " + BREAST, "short", ""]
    vectors = encoder.encode_passages(texts)
    assert vectors.shape == (5, encoder.model.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert encoder.encode_query(text) @ vector > 0.999
    assert vectors[0] @ vectors[2] < 0.95


def test_no_text_gives_no_vector(encoder: LocalEncoder):
    assert encoder.encode_passages([]).shape == (0, encoder.model.dimension)


def test_threads_may_share_it(encoder: LocalEncoder):
    expected = encoder.encode_query(BREAST)
    found: list[float] = []
    threads = [
        Thread(target=lambda: found.append(float(encoder.encode_query(BREAST) @ expected)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert min(found) > 0.999


def _model_folder(folder: Path) -> Path:
    folder.mkdir()
    (folder / "modules.json").write_text("[]")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_the_version_follows_the_weights_and_the_passage_prompt_alone(tmp_path: Path):
    folder = _model_folder(tmp_path / "model")

    def version(**settings: str) -> str:
        return LocalEncoder(IndexSettings(embedding_model=folder, **settings)).version

    first = version()
    assert version(query_prompt="query: ") == first
    assert version(passage_prompt="passage: ") != first
    (folder / "README.md").write_text("words")
    assert version() == first
    (folder / "model.safetensors").write_bytes(b"other weights")
    assert version() != first


WORDS = EmbeddingModel("words", "1a", 32, "query: ", "passage: ")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (WORDS, ""),
        (replace(WORDS, name="the same in another folder"), ""),
        (replace(WORDS, name="numbers", hash="2b"), "words 1a of 32 .*not numbers 2b of 32"),
        (replace(WORDS, dimension=64), "words 1a of 32 dimensions, not words 1a of 64"),
        (replace(WORDS, hash="2b", passage_prompt=""), "passages with the prompt 'passage: '"),
        (replace(WORDS, query_prompt=""), "queries with the prompt 'query: ', not ''"),
    ],
)
def test_what_a_models_queries_can_be_compared_with(other: EmbeddingModel, why: str):
    said = WORDS.differs(other)
    assert re.match(why, said)
    assert bool(said) is bool(why)


def test_a_folder_without_a_model_is_refused_by_name(tmp_path: Path):
    with pytest.raises(SettingsError, match="EPIKRISE_INDEX_EMBEDDING_MODEL"):
        LocalEncoder(IndexSettings(embedding_model=tmp_path))


# --- settings ----------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "epikrise.toml"
    monkeypatch.setenv("EPIKRISE_CONFIG", str(path))
    return path


def test_the_environment_comes_before_the_file_and_the_file_before_the_default(
    config: Path, monkeypatch: pytest.MonkeyPatch
):
    config.write_text('data_dir = "/srv/letters"\n[index]\nencoder_batch = 4\nbuild_block = 5\n')
    monkeypatch.setenv("EPIKRISE_INDEX_ENCODER_BATCH", "8")
    settings = IndexSettings.read()
    assert (settings.encoder_batch, settings.build_block) == (8, 5)
    assert settings.data_dir == RetrievalSettings.read().data_dir == Path("/srv/letters")
    monkeypatch.setenv("EPIKRISE_DATA_DIR", "/srv/other")
    assert IndexSettings.read().data_dir == Path("/srv/other")
    assert IndexSettings(data_dir=Path("/given")).data_dir == Path("/given")


@pytest.mark.parametrize(
    ("toml", "environ", "message"),
    [
        ("[index]\nencoder_bach = 4", {}, "encoder_bach"),
        ("", {"EPIKRISE_INDEX_ENCODER_BACH": "4"}, "EPIKRISE_INDEX_ENCODER_BACH"),
        ("", {"EPIKRISE_INDEX_DATA_DIR": "/srv"}, "EPIKRISE_INDEX_DATA_DIR"),
        ("[index]\nencoder_batch = 0", {}, "EPIKRISE_INDEX_ENCODER_BATCH"),
        ("", {"EPIKRISE_INDEX_CHROMA_URL": "chroma:8000"}, "http://"),
        ("index = 4", {}, "not a table"),
        ("[index", {}, "can't be read"),
    ],
)
def test_a_wrong_setting_is_named(
    toml: str,
    environ: dict[str, str],
    message: str,
    config: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    config.write_text(toml)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=message):
        IndexSettings.read()


def test_settings_do_not_change(config: Path):
    with pytest.raises(ValueError, match="frozen"):
        IndexSettings.read().encoder_batch = 3  # pyright: ignore[reportAttributeAccessIssue]
