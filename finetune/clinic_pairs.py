"""The demo clinics' training examples: any number, each drawn anew from a seed and its index.

patient -> case in one of its surface forms ─┐
other patients' letters -> exemplars ────────┼─> build_messages -> Example
letter, then refine turns ───────────────────┘
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import overload

from assistant.case_input import read_case
from assistant.prompt import Kind, Turn, build_messages, defuse
from finetune.clinic.cases import draw_case
from finetune.clinic.clinics import TOWN, Clinic, clinic_named
from finetune.clinic.facts import Fact, expected_facts, summary_facts
from finetune.clinic.letters import LetterOptions, letter_text, write_letter
from finetune.clinic.people import Style
from finetune.clinic.refinements import draw_refinement
from finetune.clinic.summaries import write_summary
from finetune.clinic.surfaces import PRACTICE, VISITORS, SurfaceForm, draw_form, surface
from finetune.clinic.thinning import thinned
from finetune.pairs import Example, Split, split_of
from index.case import Case, CaseDetails, Patient
from index.errors import TrainingError
from index.letter import Language, LetterMetadata
from retrieval.exemplar import Exemplar

WITH_EXEMPLARS = 0.3
"""So that style is taken from exemplars where there are some, and from the weights where not."""
_EXEMPLARS = (1, 1, 2)
_REFINED = 0.5
_TURNS = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3)
_SUMMARY_REFINED = 0.25
_THINNED = 0.4


@dataclass(frozen=True)
class ClinicExamples(Sequence[Example]):
    """`length` examples of a task; the same seed, split and index give the same example.

    Attributes:
        languages: of those that the clinic writes in, these alone.
        clinic: the name of a demo clinic, or several joined by `+`, which take turns.
        exemplars: the share of letters whose prompts show example letters.

    Raises:
        TrainingError: no such clinic, or none of its languages is among `languages`.
    """

    task: Kind
    split: Split
    seed: int
    length: int
    languages: tuple[Language, ...] = ("en", "de")
    clinic: str = TOWN.name
    exemplars: float = WITH_EXEMPLARS

    def __post_init__(self) -> None:
        if not self._turns:
            raise TrainingError(
                f"The demo clinic {self.clinic} writes no letters in {', '.join(self.languages)}.",
                "Set data.languages to its own.",
            )

    @cached_property
    def _turns(self) -> list[tuple[Clinic, Language]]:
        clinics = [clinic_named(name) for name in self.clinic.split("+")]
        return [(c, each) for c in clinics for each in self.languages if each in c.languages]

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Example]: ...
    def __getitem__(self, index: int | slice) -> Example | Sequence[Example]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self.length))]
        if not 0 <= index < self.length:
            raise IndexError(index)
        clinic, language = self._turns[index % len(self._turns)]
        rng = Random(clinic.seeded(f"{self.seed}/{self.split}/{self.task}/{index}"))
        details = draw_patient(rng, language, self.split, clinic)
        if self.task is Kind.SUMMARY:
            return _summary_example(details, rng, self.split, clinic)
        return _letter_example(details, rng, self.split, clinic, self.exemplars)


def draw_patient(
    rng: Random, language: Language, split: Split, clinic: Clinic = TOWN
) -> CaseDetails:
    """A case whose patient belongs to the split; in training, less is told of some."""
    while True:
        details = draw_case(rng, language, clinic=clinic)
        if split_of(details.patient.last_name) is split:
            thin = split is Split.TRAIN and rng.random() < _THINNED
            return thinned(details, rng) if thin else details


def clinic_case(details: CaseDetails, rng: Random, form: SurfaceForm) -> Case:
    """What the product makes of the text that a physician might have typed or pasted."""
    read = read_case(surface(details, rng, form))
    return Case(text=read.text, language=details.language, details=details)


def draw_clinic_case(details: CaseDetails, rng: Random, split: Split) -> Case:
    """A case in a form drawn for the split: in training, what is hard to read comes more often."""
    weights = PRACTICE if split is Split.TRAIN else VISITORS
    return clinic_case(details, rng, draw_form(rng, weights))


def author_style(details: CaseDetails, clinic: Clinic = TOWN) -> Style | None:
    """The style of the case's author, where the author is one of the clinic's."""
    authors = clinic.authors[details.language]
    return next((author.style for author in authors if author.name == details.author), None)


def draw_style(rng: Random, clinic: Clinic = TOWN) -> Style:
    return rng.choice(clinic.styles)


def draw_exemplars(
    rng: Random,
    language: Language,
    split: Split,
    style: Style,
    count: int,
    clinic: Clinic = TOWN,
) -> list[Exemplar]:
    """Other patients' letters in one style, as the index would hold them: with other names."""
    exemplars: list[Exemplar] = []
    for number in range(count):
        other = draw_patient(rng, language, split, clinic)
        text = letter_text(write_letter(other, style, _seed(rng), clinic=clinic))
        metadata = LetterMetadata(language=language)
        exemplars.append(Exemplar(f"exemplar-{number}", text, 0.0, (), metadata))
    return exemplars


def _letter_example(
    details: CaseDetails, rng: Random, split: Split, clinic: Clinic, with_exemplars: float
) -> Example:
    language = details.language
    case = draw_clinic_case(details, rng, split)
    count = rng.choice(_EXEMPLARS) if rng.random() < with_exemplars else 0
    own = author_style(details, clinic)
    style = draw_style(rng, clinic) if count or own is None else own
    exemplars = draw_exemplars(rng, language, split, style, count, clinic)
    seed, options = _seed(rng), LetterOptions()
    turns: list[Turn] = []
    letter = letter_text(write_letter(details, style, seed, clinic=clinic))
    facts = expected_facts(details, clinic=clinic)
    for _ in range(rng.choice(_TURNS) if rng.random() < _REFINED else 0):
        change = draw_refinement(details, options, rng, language, clinic)
        turns.append(Turn(letter, change.instruction))
        details, options = change.details, change.options
        letter = letter_text(write_letter(details, style, seed, options, clinic))
        facts += expected_facts(details, options, clinic)
    return _example(case, Kind.LETTER, exemplars, turns, letter, facts)


def _summary_example(details: CaseDetails, rng: Random, split: Split, clinic: Clinic) -> Example:
    case = draw_clinic_case(details, rng, split)
    seed = _seed(rng)
    turns: list[Turn] = []
    summary = write_summary(details, seed, clinic)
    facts = summary_facts(details, clinic)
    if rng.random() < _SUMMARY_REFINED:
        change = draw_refinement(details, LetterOptions(), rng, details.language, clinic)
        changed = write_summary(change.details, seed, clinic)
        # A letter's form, its addressee and its signer have nothing to change in a summary.
        if changed != summary:
            turns.append(Turn(summary, change.instruction))
            summary = changed
            facts += summary_facts(change.details, clinic)
    return _example(case, Kind.SUMMARY, [], turns, summary, facts)


def _example(
    case: Case,
    task: Kind,
    exemplars: Sequence[Exemplar],
    turns: Sequence[Turn],
    answer: str,
    facts: Sequence[Fact],
) -> Example:
    messages = build_messages(case, task, exemplars, turns)
    messages.append({"role": "assistant", "content": defuse(answer)})
    answers = tuple(i for i, message in enumerate(messages) if message["role"] == "assistant")
    patient = case.details.patient if case.details else Patient()
    return Example(
        tuple(messages),
        answers,
        f"{patient.first_name} {patient.last_name}".strip(),
        tuple(dict.fromkeys(fact.text for fact in facts)),
    )


def _seed(rng: Random) -> int:
    return rng.randrange(2**31)
