"""From a letter with its case to training examples, one task after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from assistant.prompt import Kind, Part, Turn, build_messages, defuse
from finetune.pairing.drafts import Draft
from finetune.pairing.exemplars import Pool
from finetune.pairing.refine import refine
from finetune.pairing.support import share
from finetune.pairs import Example
from index.case import Case
from retrieval.exemplar import Exemplar


class Task(StrEnum):
    LETTER = "letter"
    PART = "part"
    """Each of the paper's parts that the letter has, alone."""
    SUMMARY = "summary"
    REFINE = "refine"


@dataclass(frozen=True)
class Maker:
    """Makes the examples of a letter.

    Args:
        tasks: which.
        exemplars: the share of prompts with example letters.
        least: the share of an answer's facts that its case must support.
        seed: of all that is drawn by chance.
        pool: where example letters are taken from.
        others: letters by language, for names in refine turns.
    """

    tasks: frozenset[Task]
    exemplars: float
    least: float
    seed: int
    pool: Pool
    others: Mapping[str, Sequence[Draft]]

    def examples(self, draft: Draft, group: int) -> Iterator[tuple[Task, Example]]:
        """In the order of the tasks; the same seed and letter give the same examples."""
        if draft.letter.metadata.letter_type == "summary":
            if Task.SUMMARY in self.tasks:
                yield Task.SUMMARY, self._example(draft, Kind.SUMMARY, (), draft.body.answer)
            return
        for task, make in (
            (Task.LETTER, self._letter),
            (Task.PART, self._parts),
            (Task.SUMMARY, self._summary),
            (Task.REFINE, self._refine),
        ):
            if task in self.tasks:
                rng = Random(f"{self.seed}/{task}/{draft.letter.id}")
                yield from ((task, example) for example in make(draft, group, rng))

    def _letter(self, draft: Draft, group: int, rng: Random) -> Iterator[Example]:
        shown = self._shown(draft, group, rng)
        yield self._example(draft, Kind.LETTER, shown, draft.body.answer)

    def _parts(self, draft: Draft, group: int, rng: Random) -> Iterator[Example]:
        if not draft.body.has_parts:
            return
        for part in Part:
            pieces = draft.body.part(part)
            inside = [f for f in draft.facts if any(p.start <= f.start < p.end for p in pieces)]
            if pieces and share(inside) >= self.least:
                shown = self._shown(draft, group, rng)
                answer = draft.body.words(pieces)
                yield self._example(draft, Kind.LETTER, shown, answer, part=part)

    def _summary(self, draft: Draft, group: int, rng: Random) -> Iterator[Example]:
        if draft.summary:
            yield self._example(draft, Kind.SUMMARY, (), draft.summary)

    def _refine(self, draft: Draft, group: int, rng: Random) -> Iterator[Example]:
        others = self.others.get(draft.letter.metadata.language, ())
        other = rng.choice(others) if others else draft
        if turn := refine(draft, other, rng):
            shown = self._shown(draft, group, rng)
            asked = Turn(turn.draft, turn.instruction)
            yield self._example(draft, Kind.LETTER, shown, turn.answer, turn=asked, case=turn.case)

    def _shown(self, draft: Draft, group: int, rng: Random) -> Sequence[Exemplar]:
        return self.pool.choose(draft, group, rng) if rng.random() < self.exemplars else ()

    def _example(
        self,
        draft: Draft,
        kind: Kind,
        shown: Sequence[Exemplar],
        answer: str,
        *,
        part: Part | None = None,
        turn: Turn | None = None,
        case: str = "",
    ) -> Example:
        asked = Case(case or draft.case, draft.letter.metadata.language)
        turns = (turn,) if turn else ()
        messages = build_messages(asked, kind, shown, turns, part)
        messages.append({"role": "assistant", "content": defuse(answer)})
        # What a draft was made to lack, or to have wrong, is not to be learned.
        answers = (len(messages) - 1,)
        facts = (f.text for f in draft.facts if f.supported and f.telling and f.text in answer)
        told = tuple(dict.fromkeys(facts))
        return Example(tuple(messages), answers, draft.keys[0], told, draft.institution)
