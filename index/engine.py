"""What turns letters into vectors: this machine, or a cluster.

Whichever it is, the same functions read, de-identify and embed a letter, so that the index is the
same. What is stored and noted of a build is not its business.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from index.embedding import Encoder, LocalEncoder, Vectors
from index.errors import SettingsError
from index.preparing import Job, prepare_blocks, processes_for

if TYPE_CHECKING:
    from index.settings import IndexSettings
    from index.stages import Prepared, Stages


@dataclass(frozen=True)
class Embedded:
    """
    Attributes:
        letters: what became of each letter of a block, in the block's order.
        vectors: of their passages, in order: float32 of shape (passages, dimension).
    """

    letters: Sequence[Prepared]
    vectors: Vectors

    def holding(self, letters: Sequence[Prepared]) -> Embedded:
        """The same letters, some of which have lost their passages, with what vectors are left."""
        rows: list[int] = []
        start = 0
        for mine, its in zip(self.letters, letters, strict=True):
            end = start + len(mine.passages)
            rows += range(start, end) if its.passages else ()
            start = end
        return Embedded(letters, self.vectors[rows])


class Engine(Protocol):
    def embed(self, blocks: Iterable[Sequence[Job]], letters: int) -> Generator[Embedded]:
        """Every block in order. To be closed by a caller who leaves before the end.

        Args:
            letters: how many there are in all blocks.

        Raises:
            BuildBroken: a process was killed.
        """
        ...


class LocalEngine:
    """Reads and de-identifies in processes beside this one, embeds in this one."""

    def __init__(self, stages: Stages, encoder: Encoder, processes: int | None = None) -> None:
        """`processes`: see `processes_for`."""
        self._stages = stages
        self._encoder = encoder
        self._processes = processes

    def embed(self, blocks: Iterable[Sequence[Job]], letters: int) -> Generator[Embedded]:
        processes = processes_for(letters, self._stages, self._processes)
        with closing(prepare_blocks(blocks, self._stages, processes)) as prepared:
            for block in prepared:
                yield embedded(block, self._encoder)


def ray_engine(
    settings: IndexSettings,
    stages: Stages,
    make_encoder: Callable[[IndexSettings], Encoder] = LocalEncoder,
) -> Engine:
    """The machines of a Ray cluster.

    Args:
        make_encoder: called on each machine that embeds.

    Raises:
        SettingsError: Ray is not installed, or the stages can't be shared with other machines.
    """
    if not stages.portable:
        raise SettingsError(
            "A de-identifying model can't be shared with other machines.",
            "Leave out --engine ray, or unset ner_model and deidentify_model.",
        )
    if not all(find_spec(each) for each in ("ray", "pyarrow")):
        raise SettingsError(
            "Ray is not installed.",
            'Install it with pip install "epikrise[ray]", or leave out --engine ray.',
        )
    from index.ray_engine import RayEngine

    folder = settings.embedding_model and settings.embedding_model.absolute()
    there = settings.model_copy(update={"embedding_model": folder})
    return RayEngine(stages, partial(make_encoder, there), settings.build_processes)


def embedded(block: Sequence[Prepared], encoder: Encoder) -> Embedded:
    texts = [passage.text for prepared in block for passage in prepared.passages]
    return Embedded(block, encoder.encode_passages(texts))
