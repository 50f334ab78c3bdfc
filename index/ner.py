"""A tagger in a local folder as a further detector: spaCy's or a transformers token classifier.

Nothing is ever fetched. What the folder is, is told by its files; it is loaded when it is first
needed.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from index.data_files import table
from index.errors import SettingsError
from index.further import believed
from index.letter import Language
from index.spans import Label, Span

Tagged = tuple[int, int, str]
"""Start, end and the model's own name of what stands there."""
Tag = Callable[[str], Iterable[Tagged]]


class NerModel:
    """A detector that loads the folder's model at its first use; safe to share by threads.

    Raises:
        SettingsError: there is no model of either kind in the folder. At the first use: it can't
            be loaded, or finds nothing that identifies a person.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kind = _kind(folder)
        if not self._kind:
            raise SettingsError(
                f"There is no spaCy pipeline and no token classifier of transformers in {folder}.",
                "Set EPIKRISE_INDEX_NER_MODEL to the folder with its meta.json and config.cfg, or "
                "its config.json, tokenizer.json and weights.",
            )
        self._using = threading.Lock()

    def __reduce__(self) -> tuple[Callable[[Path], NerModel], tuple[Path]]:
        return ner_model, (self._folder,)  # another process loads it itself

    @property
    def version(self) -> str:
        return self._version

    @cached_property
    def _version(self) -> str:
        digest = hashlib.sha256()
        for file in sorted(each for each in self._folder.rglob("*") if each.is_file()):
            digest.update(file.relative_to(self._folder).as_posix().encode(errors="surrogatepass"))
            with file.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
        return f"ner:{digest.hexdigest()[:12]}"

    def __call__(self, text: str, language: Language) -> Iterator[Span]:
        with self._using:
            tagged = list(self._tag(text))
        spans = (
            Span(*_whole_words(text, start, end), label)
            for start, end, name in tagged
            if start < end and (label := label_of(name)) is not None
        )
        yield from believed(text, spans)

    @cached_property
    def _tag(self) -> Tag:
        try:
            if self._kind == "spacy":
                from index.ner_spacy import load_spacy

                tag, names = load_spacy(self._folder)
            else:
                from index.ner_transformers import load_classifier

                tag, names = load_classifier(self._folder)
        except (OSError, ValueError, LookupError, TypeError, RuntimeError, ImportError) as error:
            raise SettingsError(
                f"The tagger in {self._folder} can't be loaded ({type(error).__name__}).",
                "Set EPIKRISE_INDEX_NER_MODEL to a folder that is whole and fits this version.",
            ) from error
        if not any(label_of(name) for name in names):
            raise SettingsError(
                f"The tagger in {self._folder} finds nothing that identifies a person: "
                f"{', '.join(sorted(names)[:12]) or 'it has no labels'}.",
                "Set EPIKRISE_INDEX_NER_MODEL to one that tags names, dates or places.",
            )
        return tag


@cache
def ner_model(folder: Path) -> NerModel:
    """One of a folder for the whole process: the admin's page asks for it at every click.

    Raises:
        SettingsError: there is no model in the folder.
    """
    return NerModel(folder)


def label_of(name: str) -> Label | None:
    """Ours for a model's label, `B-PER` and `NAME_PATIENT` too; None for what tells nobody."""
    plain = re.sub(r"[\W_]+", "", re.sub(r"^[BIOESLU][-_]", "", name)).casefold()
    return _labels().get(plain)


@cache
def _labels() -> dict[str, Label]:
    own = {label.value.casefold(): label for label in Label if label is not Label.OTHER}
    return {
        name: Label[label] for label, names in table("ner_labels").items() for name in names
    } | own


def _kind(folder: Path) -> str:
    if (folder / "meta.json").is_file() and (folder / "config.cfg").is_file():
        return "spacy"
    try:
        config: Any = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        architectures: Any = config.get("architectures") or ()
    except (OSError, ValueError, AttributeError):
        return ""
    is_classifier = any(str(each).endswith("ForTokenClassification") for each in architectures)
    return "transformers" if is_classifier else ""


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A tagger that works on parts of words may find half a name."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start, end
