"""What a model is tried on: a prompt, and what a good answer to it holds.

Held-out cases of the demo clinics are drawn here; a hospital's own come from `finetune.held_out`.

A draft trial asks for a letter or a summary; a refine trial shows a right draft and asks for one
change. The patients are of the test split, whose names no training run has seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import count
from random import Random

from assistant.prompt import Kind, Message, Turn, build_messages
from finetune.clinic.clinics import TOWN, Clinic, clinic_named
from finetune.clinic.fact_groups import FactGroup, letter_groups, summary_groups
from finetune.clinic.facts import Fact, expected_facts, summary_facts
from finetune.clinic.letters import LetterOptions, letter_text, write_letter
from finetune.clinic.refinements import draw_refinement
from finetune.clinic.statements import full_name
from finetune.clinic.summaries import write_summary
from finetune.clinic.surfaces import SurfaceForm, draw_form
from finetune.clinic_pairs import (
    author_style,
    clinic_case,
    draw_exemplars,
    draw_patient,
    draw_style,
)
from finetune.pairs import Split
from index.case import CaseDetails
from index.letter import Language, SectionKind

_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class Change:
    """What a refine trial asks for.

    Attributes:
        kind: e.g. `short_history`; see `finetune.clinic.refinements`.
        gone: `pieces` of the draft that must not stay.
        brought: what must be there now and was not in the draft.
    """

    kind: str
    gone: tuple[str, ...]
    brought: tuple[Fact, ...]


@dataclass(frozen=True, kw_only=True)
class Target:
    """What an answer is held against.

    Attributes:
        case_id: tells the case from all others; the same with and without exemplars.
        patient: who it is about; cases of one patient count together in an interval.
        institution: where the case is from; empty where that is not told.
        kind: letter or summary.
        language: of case and answer.
        form: how a case of the demo clinic is written down.
        source: all that the answer may take facts from: the case and, if there is one, the change.
        exemplars: the texts of the example letters in the prompt.
        reference: the clinic's own answer.
        facts: what the answer must hold, where that is known by construction; None leaves it to the
            check to find it in the reference.
        groups: which of them belong together.
        sections: the parts that the answer must have; empty for a summary.
        refined: whether a draft is to be changed.
        change: what is asked for, where a draft of the demo clinic is refined.
    """

    case_id: str
    patient: str
    institution: str = ""
    kind: Kind
    language: Language
    form: SurfaceForm | None = None
    source: str
    exemplars: tuple[str, ...]
    reference: str
    facts: tuple[Fact, ...] | None = None
    groups: tuple[FactGroup, ...] = ()
    sections: tuple[SectionKind, ...] = ()
    refined: bool = False
    change: Change | None = None


@dataclass(frozen=True, kw_only=True)
class Trial(Target):
    """A prompt, and what its answer is held against."""

    messages: tuple[Message, ...]

    def target(self) -> Target:
        """Without the prompt."""
        return Target(**{each.name: getattr(self, each.name) for each in fields(Target)})


def draw_trials(
    kind: Kind,
    language: Language,
    count: int,
    *,
    seed: int = 0,
    exemplars: int = 0,
    refine: bool = False,
    clinic: str = TOWN.name,
) -> list[Trial]:
    """The same arguments give the same trials; every model gets the same cases.

    Raises:
        TrainingError: no demo clinic has that name.
    """
    house = clinic_named(clinic)
    names = (house.seeded(f"{seed}/trial/{kind}/{language}/{i}") for i in range(count))
    return [_draw_trial(kind, language, name, exemplars, refine, house) for name in names]


def _draw_trial(
    kind: Kind, language: Language, name: str, exemplar_count: int, refine: bool, clinic: Clinic
) -> Trial:
    rng = Random(name)
    details = draw_patient(rng, language, Split.TEST, clinic)
    form = draw_form(rng)
    case = clinic_case(details, rng, form)
    style = author_style(details, clinic) or draw_style(rng, clinic)
    seed, options = rng.randrange(2**31), LetterOptions()
    turns: Sequence[Turn] = ()
    source = case.text

    def write(details: CaseDetails, options: LetterOptions) -> tuple[str, tuple[SectionKind, ...]]:
        if kind is Kind.SUMMARY:
            return write_summary(details, seed, clinic), ()
        sections = write_letter(details, style, seed, options, clinic)
        return letter_text(sections), tuple(section.kind for section in sections)

    def expected() -> tuple[Fact, ...]:
        if kind is Kind.SUMMARY:
            return summary_facts(details, clinic)
        return expected_facts(details, options, clinic)

    reference, sections = write(details, options)
    change = None
    if refine:
        draft, before = reference, {*expected(), *_dictated(options)}
        drawn = (draw_refinement(details, options, rng, language, clinic) for _ in count())
        # Much that is asked of a letter changes nothing in a summary, which has no addressee, say.
        refinement = next(r for r in drawn if write(r.details, r.options)[0] != draft)
        details, options = refinement.details, refinement.options
        reference, sections = write(details, options)
        turns = (Turn(draft, refinement.instruction),)
        source = f"{source}\n\n{refinement.instruction}"
        change = Change(
            kind=refinement.kind,
            gone=_without(draft, reference),
            brought=tuple(f for f in (*expected(), *_dictated(options)) if f not in before),
        )
    shown = draw_exemplars(rng, language, Split.TEST, style, exemplar_count, clinic)
    return Trial(
        case_id=f"{name}/refine" if refine else name,
        refined=refine,
        patient=f"{full_name(details)} {details.patient.birth_date}",
        institution=clinic.name,
        kind=kind,
        language=language,
        form=form,
        messages=tuple(build_messages(case, kind, shown, turns)),
        source=source,
        exemplars=tuple(exemplar.text for exemplar in shown),
        reference=reference,
        facts=expected(),
        groups=letter_groups(details, options, clinic)
        if kind is Kind.LETTER
        else summary_groups(details, clinic),
        sections=sections,
        change=change,
    )


def _dictated(options: LetterOptions) -> list[Fact]:
    return [Fact("dictated", addition.text) for addition in options.additions]


def pieces(text: str) -> tuple[str, ...]:
    """Its sentences, and what stands between stops that end none: `Dr.`"""
    return tuple(_SENTENCE_ENDS.split(text.strip()))


def _without(draft: str, later: str) -> tuple[str, ...]:
    """The pieces of a draft that its next version doesn't have."""
    kept = set(pieces(later))
    return tuple(piece for piece in pieces(draft) if piece not in kept)
