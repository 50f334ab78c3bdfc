"""The adapter that is looked at, and letters that it has and has not learned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, get_args

from assistant.prompt import Kind
from finetune.card import Card, data_files, hash_files
from finetune.clinic_pairs import ClinicExamples
from finetune.pairs import Example, Split, read_pairs
from index.errors import TrainingError
from index.language import detect_language
from index.letter import Language

_UNSEEN = 1_000_003
"""Added to a clinic's seed: its patients are drawn as the training's were, and never trained on."""
OTHERS = 400
"""Further letters of a demo clinic, that show which words are everybody's."""
_CLINIC_CHANGED = (
    "The demo clinic has changed since this adapter was trained: its training letters may not be"
    " those that are drawn here."
)


@dataclass(frozen=True)
class Subject:
    """An adapter.

    Attributes:
        name: as it is served.
        folder: with its weights.
        card: what it was made of.
    """

    name: str
    folder: Path
    card: Card

    @property
    def kind(self) -> Kind:
        return Kind(self.card.task)


@dataclass(frozen=True)
class Letters:
    """As many letters that an adapter learned as letters that it did not, drawn alike.

    Attributes:
        learned: at most one a patient, as `held_out`.
        held_out: of other patients.
        languages: of the letters.
        others: further letters, of any patients.
        note: what is not as it should be; empty where nothing is.
    """

    learned: Sequence[Example]
    held_out: Sequence[Example]
    languages: tuple[Language, ...]
    others: Sequence[Example] = ()
    note: str = ""


def read_subject(given: str) -> Subject:
    """An adapter as the command line names it: `FOLDER`, or `NAME=FOLDER`.

    Raises:
        TrainingError: there is no adapter with a card.
    """
    name, equals, path = given.partition("=")
    folder = Path(path if equals else given)
    try:
        text = (folder / "card.json").read_text(encoding="utf-8")
        card = Card.model_validate_json(text)
        Kind(card.task)
    except OSError as error:
        raise TrainingError(
            f"There is no card.json in {folder}.", "Name an adapter's folder, or NAME=FOLDER."
        ) from error
    except ValueError as error:
        raise TrainingError(f"{folder / 'card.json'} is not an adapter's card.") from error
    return Subject(name if equals else folder.resolve().name, folder, card)


def draw_letters(subject: Subject, pairs: Path | None, count: int, seed: int) -> Letters:
    """Up to `count` letters of either kind, the same ones for the same arguments.

    Args:
        subject: whose card says what it learned.
        pairs: the folder that it learned from; of no use where that was the demo clinic.
        count: of learned letters, and of held-out ones.
        seed: which ones, where there are more.

    Raises:
        TrainingError: it learned from pairs, and `pairs` is not them or holds too few patients.
    """
    card = subject.card
    if card.data != "pairs":
        return _of_clinic(subject, count, seed)
    if pairs is None:
        raise TrainingError(
            f"The adapter {subject.name} was trained on pairs.", "Give their folder with --pairs."
        )
    learned = read_pairs(pairs / f"{Split.TRAIN}.jsonl")
    held_out = [e for s in (Split.TEST, Split.DEV) for e in read_pairs(pairs / f"{s}.jsonl")]
    if hash_files(data_files(pairs)) != card.data_hash:
        raise TrainingError(
            f"{pairs} is not what the adapter {subject.name} was trained on: its card has another"
            " hash.",
            "Give the pairs as they were, unchanged, with --pairs.",
        )
    one, other = (_one_a_patient(each, seed) for each in (learned, held_out))
    most = min(count, len(one), len(other))
    chosen = {id(example) for example in (*one[:most], *other[:most])}
    others = [each for each in (*learned, *held_out) if id(each) not in chosen]
    return Letters(one[:most], other[:most], _languages(other), others)


def _of_clinic(subject: Subject, count: int, seed: int) -> Letters:
    config = subject.card.config
    run, data = config["run"], config["data"]
    seen = subject.card.steps * int(run.get("batch") or 1) * int(run.get("accumulation") or 1)
    if not seen:
        raise TrainingError(f"The card of {subject.name} says that it was trained on nothing.")
    indices = Random(seed).sample(range(seen), min(count, seen))
    languages = tuple(each for each in get_args(Language) if each in data["languages"])

    def drawn(clinic_seed: int, which: Sequence[int]) -> list[Example]:
        # All of the training split: what is drawn for the test split is told more fully.
        found = ClinicExamples(subject.kind, Split.TRAIN, clinic_seed, 1 + max(which), languages)
        return [found[index] for index in which]

    own = int(data.get("clinic_seed") or 0)
    changed = hash_files(data_files(None)) != subject.card.data_hash
    note = _CLINIC_CHANGED if changed else ""
    others = drawn(own + 2 * _UNSEEN, range(OTHERS))
    return Letters(drawn(own, indices), drawn(own + _UNSEEN, indices), languages, others, note)


def _one_a_patient(examples: Iterable[Example], seed: int) -> list[Example]:
    """In an order by chance; of a patient's letters the first in it."""
    order = list(examples)
    Random(seed).shuffle(order)
    found: dict[Any, Example] = {}
    for number, example in enumerate(order):
        found.setdefault(example.patient or number, example)
    return list(found.values())


def _languages(examples: Sequence[Example]) -> tuple[Language, ...]:
    """Those of at least a tenth of the letters: a quoted report makes no language of its own."""
    told = [detect_language(e.messages[e.answers[0]]["content"]) for e in examples]
    return tuple(each for each in get_args(Language) if told.count(each) * 10 >= len(told))
