"""One adapter's letters begun, twins and unusual cases, asked of the server and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from pydantic import BaseModel

from assistant.client import ModelClient
from assistant.prompt import Kind, build_messages
from assistant.settings import BASE_MODEL_NAME
from finetune.answers import Answer
from finetune.pairs import Example
from finetune.safety import bias, edge_scores, memorisation
from finetune.safety.bias import BiasRow, Pairs, Written
from finetune.safety.edge_scores import EdgeRow
from finetune.safety.edges import Edge, EdgeCase, draw_edges, lengthened
from finetune.safety.figures import Verdict
from finetune.safety.identifiers import Known, known
from finetune.safety.kept_answers import KeptAnswers
from finetune.safety.memorisation import (
    Asked,
    Continuation,
    MemoryGap,
    MemoryRow,
    added_gap,
    continuation,
)
from finetune.safety.plan import Part, Plan
from finetune.safety.probes import ROOM, probe
from finetune.safety.subject import Letters, Subject
from finetune.safety.swaps import Swap, Twins, draw_twins
from finetune.trials import Trial
from index.case import Case, CaseDetails
from index.case_text import render_case

_TRIED_ENTRIES = 40
_MARGIN = 0.98
"""Of the entries that a history should hold by arithmetic: some are longer than others."""
_BEYOND = 1.3


class AdapterSafety(BaseModel):
    """All figures of one adapter."""

    adapter: str
    task: Kind
    note: str
    memory: list[MemoryRow] = []
    gaps: list[MemoryGap] = []
    bias: list[BiasRow] = []
    edges: list[EdgeRow] = []
    verdicts: list[Verdict] = []


@dataclass(frozen=True)
class Inquiry:
    """One adapter, asked.

    Attributes:
        client: counts tokens.
        answers: asks.
        plan: how much.
        subject: the adapter.
        letters: that it learned, and others.
        room: tokens that an answer may have.
    """

    client: ModelClient
    answers: KeptAnswers
    plan: Plan
    subject: Subject
    letters: Letters
    room: int

    async def all(self) -> AdapterSafety:
        """The parts of the plan.

        Raises:
            ModelError: the server refuses, or none of the answers came.
        """
        name = self.subject.name
        found = AdapterSafety(adapter=name, task=self.subject.kind, note=self.letters.note)
        if Part.MEMORISATION in self.plan.parts:
            kept = known(self.letters.learned, self.letters.held_out, self.letters.others)
            asked = [await self._begun(model, kept) for model in (name, BASE_MODEL_NAME)]
            for adapter, base in zip(*asked, strict=True):
                found.memory += [*memorisation.rows(adapter), *memorisation.rows(base)]
                found.gaps += [memorisation.own_gap(adapter), memorisation.own_gap(base)]
                found.gaps.append(added_gap(adapter, base))
            found.verdicts += memorisation.verdicts(name, found.gaps)
        if Part.BIAS in self.plan.parts:
            found.bias = bias.rows(*await self._swapped())
            found.verdicts += bias.verdicts(name, found.bias)
        if Part.EDGES in self.plan.parts:
            cases = await self._unusual()
            trials = [_trial(each.name, each.case, self.subject.kind) for each in cases]
            answers = await self.answers.of(name, trials, self.room, "unusual cases")
            found.edges = edge_scores.rows(cases, answers)
            found.verdicts += edge_scores.verdicts(name, found.edges)
        return found

    async def _begun(self, model: str, kept: Known) -> list[Asked]:
        """A model's continuations, with the cases and without them; all are asked in one go, as
        the server's batches make it fast."""
        sets = (self.letters.learned, self.letters.held_out)
        asked = {
            (with_case, learned): self._probes(examples, learned=learned, with_case=with_case)
            for with_case in (True, False)
            for learned, examples in zip((True, False), sets, strict=True)
        }
        every = [trial for trials in asked.values() for trial in trials]
        answers = iter(await self.answers.of(model, every, ROOM, "begun letters"))
        got = {key: list(islice(answers, len(trials))) for key, trials in asked.items()}

        def continued(key: tuple[bool, bool]) -> list[Continuation]:
            both = zip(asked[key], got[key], strict=True)
            return [continuation(trial, answer, kept) for trial, answer in both]

        def failed(key: tuple[bool, bool]) -> int:
            return sum(bool(answer.failure) for answer in got[key])

        return [
            Asked(
                model,
                with_case,
                continued((with_case, True)),
                continued((with_case, False)),
                (failed((with_case, True)), failed((with_case, False))),
            )
            for with_case in (True, False)
        ]

    def _probes(
        self, examples: Sequence[Example], *, learned: bool, with_case: bool
    ) -> list[Trial]:
        kind, words = self.subject.kind, self.plan.words
        name = "learned" if learned else "held out"
        probes = (
            probe(example, f"{name}/{number}", kind, with_case=with_case, words=words)
            for number, example in enumerate(examples)
        )
        return [trial for trial in probes if trial]

    async def _swapped(self) -> tuple[Pairs, int]:
        """What is compared, and how many cases are not as an answer failed."""
        kind, name = self.subject.kind, self.subject.name
        twins = [
            each
            for language in self.letters.languages
            for each in draw_twins(language, self.plan.cases, self.plan.seed)
        ]
        wanted = list(dict.fromkeys(c for each in twins for pair in _pairs(each) for c in pair))
        trials = [_trial(str(n), render_case(each), kind) for n, each in enumerate(wanted)]
        answers = await self.answers.of(name, trials, self.room, "swapped cases")
        read = dict(zip(wanted, map(self._written, wanted, answers), strict=True))
        first = [trials[wanted.index(each.case)] for each in twins]
        again = await self.answers.of(name, first, self.room, "the same cases again", repeat=1)
        read_again = map(self._written, (each.case for each in twins), again)
        found: dict[str, dict[Swap, tuple[Written, Written]]] = {}
        for each, second in zip(twins, read_again, strict=True):
            pairs = {swap: (read[a], read[b]) for swap, (a, b) in each.pairs.items()}
            pairs[Swap.AGAIN] = (second, read[each.case])
            whole = {swap: (a, b) for swap, (a, b) in pairs.items() if a and b}
            if len(whole) == len(pairs):
                found[each.name] = whole
        return found, len(twins) - len(found)

    def _written(self, details: CaseDetails, answer: Answer) -> Written | None:
        return bias.written(render_case(details), self.subject.kind, answer)

    async def _unusual(self) -> list[EdgeCase]:
        found: list[EdgeCase] = []
        for language in self.letters.languages:
            drawn = draw_edges(language, self.plan.edges, self.plan.seed)
            ordinary = [each for each in drawn if each.edge is Edge.ORDINARY]
            long = [await self._filled(each) for each in ordinary]
            found += [*drawn, *(each for both in long for each in both)]
        return found

    async def _filled(self, edge: EdgeCase) -> tuple[EdgeCase, EdgeCase]:
        """The case with a history that fits the context just so, and with one that does not."""

        async def tokens(entries: int) -> tuple[int, int]:
            case = lengthened(edge, entries, Edge.LONG).case
            messages = build_messages(case, self.subject.kind)
            count = await self.client.count_tokens(self.subject.name, messages)
            return count.tokens, count.context

        (bare, context), (tried, _) = await tokens(0), await tokens(_TRIED_ENTRIES)
        room = context - self.room
        entries = max(0, int((room - bare) / (tried - bare) * _TRIED_ENTRIES))
        fitting = entries
        while fitting and (await tokens(fitting))[0] > room:
            fitting = int(fitting * _MARGIN)
        beyond = int(entries * _BEYOND) + _TRIED_ENTRIES
        return lengthened(edge, fitting, Edge.LONG), lengthened(edge, beyond, Edge.TOO_LONG)


def _pairs(twins: Twins) -> Sequence[tuple[CaseDetails, CaseDetails]]:
    return list(twins.pairs.values())


def _trial(name: str, case: Case, kind: Kind) -> Trial:
    return Trial(
        case_id=name,
        patient=name,
        kind=kind,
        language=case.language,
        source=case.text,
        exemplars=(),
        reference="",
        messages=tuple(build_messages(case, kind)),
    )
