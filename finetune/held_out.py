"""A hospital's own held-out pairs as trials: `test.jsonl` of a pairs folder.

The prompt is the conversation up to the answer, and the answer is what it is held against. Which
facts it must hold is told by the check: those of the hospital's own letter that the case supports.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product, zip_longest
from pathlib import Path
from random import Random
from typing import Any, get_args

from assistant.prompt import Kind, Message, defuse
from finetune.pairs import Example, Split, read_pairs
from finetune.trials import Trial
from index.errors import TrainingError
from index.language import detect_language
from index.letter import Language, SectionKind
from index.sections import split_sections

_EXAMPLE = re.compile(r"<example>\n(.*?)\n</example>\n\n", re.DOTALL)
_CASE = re.compile(r"<case>\n(.*?)\n</case>", re.DOTALL)


@dataclass(frozen=True)
class _Pair:
    """A line of a pairs file.

    Attributes:
        name: its split and the number of its line.
        example: the conversation.
        task: what its answers are; empty where the file doesn't say.
        language: of the answer.
    """

    name: str
    example: Example
    task: str
    language: Language

    @property
    def institution(self) -> str:
        return self.example.institution

    def answer(self, number: int) -> str:
        return self.example.messages[self.example.answers[number]]["content"]


def held_out_trials(
    folder: Path,
    kind: Kind,
    count: int,
    *,
    seed: int = 0,
    exemplars: int = 0,
    refine: bool = False,
) -> list[Trial]:
    """Trials of both languages; the same arguments give the same ones.

    Args:
        folder: holds `test.jsonl`, and `train.jsonl` where example letters are wanted.
        kind: pairs that say they are of another task are left out.
        count: the most pairs of one language and institution.
        seed: which pairs, where there are more, and which example letters.
        exemplars: example letters in each prompt: those that the pair has, then letters of
            `train.jsonl` in the same language, of the same institution and of other patients.
        refine: ask for the last answer of conversations with several, not for the first.

    Raises:
        TrainingError: a file can't be read, holds nothing for this, or a patient stands in both.
    """
    pairs = [pair for pair in _pairs(folder, Split.TEST) if pair.task in ("", kind.value)]
    if refine:
        pairs = [pair for pair in pairs if len(pair.example.answers) > 1]
    if not pairs:
        wanted = f"{kind} with a change asked for" if refine else str(kind)
        raise TrainingError(f"{folder / 'test.jsonl'} holds no {wanted}.")
    shelf = _shelf(folder, kind, pairs, needed=exemplars > 0)
    trials: list[Trial] = []
    houses = sorted({pair.institution for pair in pairs})
    for house, language in product(houses, get_args(Language)):
        own = [pair for pair in pairs if (pair.institution, pair.language) == (house, language)]
        Random(f"{seed}/{language}").shuffle(own)
        trials += [
            _trial(pair, kind, -1 if refine else 0, _shown(pair, shelf, exemplars, seed))
            for pair in own[:count]
        ]
    return trials


def watched_trials(
    folder: Path, kind: Kind, count: int, institutions: Sequence[str] = ()
) -> list[Trial]:
    """Trials on which a training is watched: of `dev.jsonl`, with the example letters they have.

    Args:
        folder: of pairs.
        kind: pairs that say they are of another task are left out.
        count: the most; the languages take turns.
        institutions: those that are learned from; without any, all.

    Raises:
        TrainingError: the file can't be read.
    """
    pairs = [
        pair
        for pair in _pairs(folder, Split.DEV)
        if pair.task in ("", kind.value) and (not institutions or pair.institution in institutions)
    ]
    by_language = [[p for p in pairs if p.language == each] for each in get_args(Language)]
    in_turns = [pair for turn in zip_longest(*by_language) for pair in turn if pair]
    return [
        _trial(pair, kind, 0, tuple(_EXAMPLE.findall(_request(pair.example))))
        for pair in in_turns[:count]
    ]


def _pairs(folder: Path, split: Split) -> list[_Pair]:
    path = folder / f"{split}.jsonl"
    examples = read_pairs(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(_told(split, examples, [json.loads(line) for line in lines]))


def _told(split: Split, examples: Sequence[Example], rows: list[dict[str, Any]]) -> Iterator[_Pair]:
    for number, (example, row) in enumerate(zip(examples, rows, strict=True), 1):
        answer = example.messages[example.answers[0]]["content"]
        language: Any = row.get("language") or row.get("lang")
        yield _Pair(
            name=f"{split}/{number}",
            example=example,
            task=str(row.get("task") or ""),
            language=language if language in get_args(Language) else detect_language(answer),
        )


def _shelf(folder: Path, kind: Kind, pairs: Sequence[_Pair], *, needed: bool) -> list[_Pair]:
    """The letters that may be shown as examples, once it is sure that no test patient is there."""
    if not needed and not (folder / f"{Split.TRAIN}.jsonl").exists():
        return []
    learned = _pairs(folder, Split.TRAIN)
    shared = {p.example.patient for p in learned if p.example.patient}
    shared &= {p.example.patient for p in pairs}
    if shared:
        raise TrainingError(
            f"{len(shared)} patients stand in both train.jsonl and test.jsonl of {folder}.",
            "Write the pairs anew with `epikrise finetune pairs`.",
        )
    return [pair for pair in learned if pair.task in ("", kind.value)]


def _shown(pair: _Pair, shelf: Sequence[_Pair], count: int, seed: int) -> tuple[str, ...]:
    """The example letters of a prompt."""
    own = _EXAMPLE.findall(_request(pair.example))[:count]
    alike = [
        other
        for other in shelf
        if (other.language, other.institution) == (pair.language, pair.institution)
    ]
    missing = min(count - len(own), len(alike))
    drawn = Random(f"{seed}/{pair.name}").sample(alike, missing)
    return (*own, *(defuse(other.answer(0)) for other in drawn))


def _trial(pair: _Pair, kind: Kind, number: int, shown: tuple[str, ...]) -> Trial:
    example = pair.example
    messages: list[Message] = list(example.messages[: example.answers[number]])
    first = _first_user(example)
    request = _EXAMPLE.sub("", messages[first]["content"])
    letters = "".join(f"<example>\n{text}\n</example>\n\n" for text in shown)
    messages[first] = {"role": "user", "content": f"{letters}{request}"}
    case = _CASE.search(request)
    changes = [m["content"] for m in messages[first + 1 :] if m["role"] == "user"]
    reference = pair.answer(number).strip()
    found = {section.kind.part for section in split_sections(reference, pair.language)}
    parts = sorted(found - {SectionKind.BODY}) if kind is Kind.LETTER else []
    return Trial(
        case_id=f"{pair.name}/refine" if number else pair.name,
        refined=number != 0,
        patient=example.patient,
        institution=pair.institution,
        kind=kind,
        language=pair.language,
        source="\n\n".join([case[1] if case else request, *changes]),
        exemplars=shown,
        reference=reference,
        sections=tuple(parts),
        messages=tuple(messages),
    )


def _request(example: Example) -> str:
    return example.messages[_first_user(example)]["content"]


def _first_user(example: Example) -> int:
    """Where the case stands."""
    roles = [message["role"] for message in example.messages]
    return roles.index("user") if "user" in roles else 0
