"""Stand-ins for what an index is made with: an encoder of words, and stages that change nothing."""

from __future__ import annotations

import errno
import importlib.util
import os
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import pytest

from index.archive import read_letter
from index.build import build
from index.build_report import BuildReport
from index.catalogue import Catalogue
from index.chroma_server import open_store
from index.decisions import Decision, Verdict
from index.deidentify import Deidentifier, FindSpans
from index.embedding import EmbeddingModel, Vectors
from index.entries import State
from index.errors import LetterFileError
from index.letter import (
    DeidentifiedLetter,
    Language,
    LetterMetadata,
    Passage,
    Section,
    SectionKind,
)
from index.parts import open_parts
from index.passages import to_passages
from index.settings import IndexSettings
from index.spans import Label, Span
from index.stages import LetterStages, Prepared, Stages

DIMENSION = 32
KEY = b"k" * 32


class WordEncoder:
    """Texts with many words in common are near each other."""

    def __init__(self, version: str = "words-1", query_prompt: str = "") -> None:
        self.version = version
        self.query_prompt = query_prompt
        self.model = EmbeddingModel("words", version, DIMENSION, query_prompt)
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        vectors = [self.encode_query(text) for text in texts]
        return np.stack(vectors) if vectors else np.zeros((0, DIMENSION), np.float32)

    def encode_query(self, text: str) -> Vectors:
        words = [word.strip(".,:;") for word in text.lower().split()] or [""]
        vector = np.sum([_vector(word) for word in words], axis=0)
        return vector / np.linalg.norm(vector)

    def warm_up(self) -> None:
        pass


def _vector(word: str) -> Vectors:
    return np.random.default_rng(zlib.crc32(word.encode())).normal(size=DIMENSION).astype("f4")


class ListsItsModules:
    """Says of each letter which libraries the process that prepares it could import."""

    parser = deidentifier = "modules"
    portable = True

    def prepare(self, folder: Path, file: str, decision: Decision | None = None) -> Prepared:
        there = [each for each in (file, "re") if importlib.util.find_spec(each)]
        return Prepared(State.FAILED, " ".join(there))


class PlainStages:
    """Each paragraph is a section. The word REFUSE makes a letter fail, LATER for now, REVIEW sends
    it there until it is decided on."""

    parser = "plain"
    portable = False

    def __init__(
        self, deidentifier: str = "none", authors: Mapping[str, str] | None = None
    ) -> None:
        self.deidentifier = deidentifier
        self.authors = authors or {}
        self.prepared: list[str] = []

    def prepare(self, folder: Path, file: str, decision: Decision | None = None) -> Prepared:
        self.prepared.append(file)
        try:
            read = read_letter(folder, file)
        except LetterFileError as error:
            return Prepared(State.FAILED, str(error))
        text = read.text
        if "REFUSE" in text:
            return Prepared(State.FAILED, "refused")
        if "LATER" in text:
            return Prepared(State.FAILED, "no program reads it", retry=True)
        if decision and decision.verdict is Verdict.EXCLUDE:
            return Prepared(State.EXCLUDED, "decided")
        if "REVIEW" in text and not decision:
            return Prepared(State.IN_REVIEW, "suspect")
        author = self.authors.get(file, "")
        done = letter(code_of(file), text, read.language, author=author)
        return Prepared(State.INDEXED, passages=to_passages(done))


def first_only(text: str, _: Language) -> tuple[Span, ...]:
    """A detector that overlooks every later mention."""
    found = re.search(r"Hanna \w+", text)
    return (Span(found.start(), found.end(), Label.PATIENT),) if found else ()


def and_the_stent(text: str, language: Language) -> tuple[Span, ...]:
    """The detector of a later version."""
    stents = (Span(*match.span(), Label.ID) for match in re.finditer("stent", text))
    return (*first_only(text, language), *stents)


def nothing(_: str, __: Language) -> tuple[Span, ...]:
    return ()


def review_stages(find: FindSpans = first_only) -> LetterStages:
    """The stages of a real build, with detectors that are quick."""
    stages = LetterStages(KEY)
    stages._deidentifier = Deidentifier(KEY, find)  # pyright: ignore[reportPrivateUsage]
    return stages


def unreadable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a folder one that can't be listed, also for root, who may read everything."""
    scandir = os.scandir

    def refusing(path: str) -> Iterator[os.DirEntry[str]]:
        if Path(path) == folder:
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)


def code_of(file: str) -> str:
    """What the plain stages store a letter as."""
    return f"{zlib.crc32(file.encode()):016x}"


def letter(
    letter_id: str, text: str, language: Language = "en", **metadata: str
) -> DeidentifiedLetter:
    paragraphs = text.split("\n\n")
    ends = ["\n\n"] * (len(paragraphs) - 1) + [""]
    sections = tuple(
        Section(SectionKind.BODY, "", paragraph + end)
        for paragraph, end in zip(paragraphs, ends, strict=True)
    )
    known = LetterMetadata(language=language, **metadata)  # pyright: ignore[reportArgumentType]
    return DeidentifiedLetter(letter_id, text, sections, known)


def passages(letter_id: str, text: str, language: Language = "en", **kw: str) -> Sequence[Passage]:
    return to_passages(letter(letter_id, text, language, **kw))


S = TypeVar("S", bound=Stages)


@dataclass
class Clinic(Generic[S]):
    """A data folder with its archive."""

    settings: IndexSettings
    archive: Path
    stages: S
    encoder: WordEncoder = field(default_factory=WordEncoder)

    def write(self, **letters: str) -> None:
        self.archive.mkdir(exist_ok=True)
        for name, text in letters.items():
            (self.archive / f"{name}.txt").write_text(text)

    def build(self) -> BuildReport:
        return build(
            self.settings,
            archive=self.archive,
            encoder=self.encoder,
            stages=self.stages,
            who="me",
        )

    def texts(self) -> dict[str, str]:
        """What the active collection holds, by the letters' paths."""
        catalogue = Catalogue(self.settings.data_dir)
        known = catalogue.entries(catalogue.active()).values()
        paths = {each.code: each.id for each in known if each.state is State.INDEXED}
        with open_store(self.settings) as store:
            index = open_parts(store, catalogue, catalogue.active())
            hits = index.nearest(self.encoder.encode_query("cancer"), 100)
            letters = index.letters({hit.letter_id for hit in hits})
            passages = sum(each.passages for each in letters.values())
            assert len(hits) == passages
            assert index.base or index.own.count() == passages
            texts = index.texts(list(letters.values()))
        assert texts.keys() == paths.keys()
        return {paths[code]: text.rstrip("\n") for code, text in texts.items()}

    def stored(self) -> str:
        """All that Chroma has of the active index, written out."""
        catalogue = Catalogue(self.settings.data_dir)
        with open_store(self.settings) as store:
            index = open_parts(store, catalogue, catalogue.active())
            return "".join(str(each.raw.get()) for each in (index.own, index.base) if each)

    def collections(self) -> list[str]:
        with open_store(self.settings) as store:
            return store.names(Catalogue(self.settings.data_dir).own_prefix())
