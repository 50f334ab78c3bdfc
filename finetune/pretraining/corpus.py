"""What the base reads: copying exercises, texts of the demo clinic, and exercises over its cases.

The assistant's own instructions never occur: what to write when a physician asks for a letter or a
summary is left to the adapters. Only patients of the training split occur, so the dev and test
patients stay unseen from the first step on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, cast, get_args

from pydantic import BaseModel, ConfigDict, Field

from assistant.prompt import Kind, Message, build_messages
from finetune.clinic.facts import expected_facts
from finetune.clinic.letters import LetterOptions, Style, letter_text, write_letter
from finetune.clinic.refinements import draw_refinement
from finetune.clinic.summaries import write_summary
from finetune.clinic_pairs import author_style, draw_clinic_case, draw_patient
from finetune.labels import Encoded, encode
from finetune.pairs import Example, Split
from finetune.pretraining.exercises import Difficulty, Exercise, Skill, framed, make_exercise
from finetune.pretraining.tokenizer import BEGIN, END
from index.case import Case, CaseDetails
from index.case_text import render_case
from index.letter import Language, Section, SectionKind

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

LANGUAGES: tuple[Language, ...] = get_args(Language)
STYLES: tuple[Style, ...] = get_args(Style)


class Source(StrEnum):
    """Where a training text comes from."""

    ECHO = "echo"
    LINES = "lines"
    PROSE = "prose"
    EDIT = "edit"
    RESTATE = "restate"
    """A clinic case in any form, to be given back as lines."""
    PART = "part"
    """A clinic case in any form, and parts of its letter, up to all of them."""
    REVISE = "revise"
    """A clinic letter and an instruction, to be given back changed."""
    TEXT = "text"
    """A clinic letter, summary or case, as plain text."""


class Stage(BaseModel):
    """A part of the run: what is read, in which shares, and how hard the exercises are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    until: float = Field(gt=0, le=1)
    """The share of the run at which the stage ends."""
    mix: dict[Source, float]
    """The share of the steps on each source, relative to the others."""
    fields: tuple[int, int]
    framed: float = Field(ge=0, le=1)
    examples: float = Field(ge=0, le=1)
    longest: int = Field(gt=0)
    """Tokens; what is longer is left out."""

    @property
    def difficulty(self) -> Difficulty:
        return Difficulty(self.fields, self.framed, self.examples)


def draw(
    source: Source, stage: Stage, tokenizer: PreTrainedTokenizerBase, random: Random
) -> Encoded:
    """A new training example, as tokens and labels."""
    if source is Source.TEXT:
        text = f"{BEGIN}{clinic_text(random)}{END}"
        ids: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
        return Encoded(ids, ids)
    exercise = draw_exercise(source, stage, random)
    ends = frozenset((cast("int", tokenizer.eos_token_id),))
    return encode(tokenizer, exercise.example, ends, stressed=exercise.facts)


def draw_exercise(
    source: Source, stage: Stage, random: Random, split: Split = Split.TRAIN
) -> Exercise:
    """A new exercise of any source but plain text."""
    match source:
        case Source.RESTATE:
            return _restate(stage, random, split)
        case Source.PART:
            return _part(stage, random, split)
        case Source.REVISE:
            return _revise(random, split)
        case _:
            return make_exercise(Skill(source.value), stage.difficulty, random)


def held_out(stage: Stage, count: int, seed: int) -> dict[Source, list[Exercise]]:
    """Exercises to watch a run on, `count` of each kind; clinic patients are of the dev split."""
    random = Random(f"held out {seed}")
    return {
        source: [draw_exercise(source, stage, random, Split.DEV) for _ in range(count)]
        for source in stage.mix
        if source is not Source.TEXT
    }


def tokenizer_texts(count: int, seed: int) -> Iterator[str]:
    """`count` texts of each kind, for the tokenizer: the clinic's, the prompt's, exercises."""
    random = Random(seed)
    simple = Stage(until=1, mix={}, fields=(2, 6), framed=0.1, examples=0.3, longest=1)
    for _ in range(count):
        yield clinic_text(random)
        yield render_case(_draw_details(random, Split.TRAIN)).text
        exercise = make_exercise(random.choice(list(Skill)), simple.difficulty, random)
        for message in exercise.example.messages:
            yield message["content"]
        # Every prompt has the fixed texts, and they should cost few tokens.
        empty = Case("", random.choice(LANGUAGES))
        for message in build_messages(empty, random.choice(list(Kind))):
            yield message["content"]


def clinic_text(random: Random) -> str:
    """A letter, a summary or a case of a training patient."""
    details = _draw_details(random, Split.TRAIN)
    return random.choices((_letter, _summary, _case), weights=(6, 2, 2))[0](details, random)


def _draw_details(random: Random, split: Split) -> CaseDetails:
    return draw_patient(random, random.choice(LANGUAGES), split)


def _letter(details: CaseDetails, random: Random) -> str:
    return letter_text(write_letter(details, _style(details, random), random.getrandbits(32)))


def _style(details: CaseDetails, random: Random) -> Style:
    """The author's own, so that it can be learned from the case."""
    return author_style(details) or random.choice(STYLES)


def _summary(details: CaseDetails, random: Random) -> str:
    return write_summary(details, random.getrandbits(32))


def _case(details: CaseDetails, random: Random, split: Split = Split.TRAIN) -> str:
    return draw_clinic_case(details, random, split).text


_RESTATE = {
    "en": ("List the case's fields.", "Give the case as lines."),
    "de": ("Liste die Felder des Falls auf.", "Gib den Fall als Zeilen wieder."),
}


_PART = {
    "en": ("Write only this: {parts}.", "Of the letter, just {parts}.", "Give me {parts}."),
    "de": ("Schreibe nur dies: {parts}.", "Vom Brief nur {parts}.", "Gib mir {parts}."),
}
_WHOLE = 0.5
"""The share of requests for all parts: only there it's learned to end one and go on to the next."""
_PARTS: dict[str, dict[SectionKind, str]] = {
    "en": {
        SectionKind.SALUTATION: "the salutation",
        SectionKind.DIAGNOSES: "the diagnoses",
        SectionKind.HISTORY: "the treatment history",
        SectionKind.RECOMMENDATIONS: "the recommendations",
        SectionKind.SCHEDULE: "the appointments",
        SectionKind.CLOSING: "the closing",
    },
    "de": {
        SectionKind.SALUTATION: "die Anrede",
        SectionKind.DIAGNOSES: "die Diagnosen",
        SectionKind.HISTORY: "den Behandlungsverlauf",
        SectionKind.RECOMMENDATIONS: "die Empfehlungen",
        SectionKind.SCHEDULE: "die Termine",
        SectionKind.CLOSING: "den Schluss",
    },
}


def _restate(stage: Stage, random: Random, split: Split) -> Exercise:
    """A case in any form, as its canonical lines."""
    details = _draw_details(random, split)
    request = random.choice(_RESTATE[details.language])
    exemplars = _exemplars(details, stage, random, split, random.choice(STYLES))
    messages = framed(_case(details, random, split), details.language, request, exemplars)
    messages.append({"role": "assistant", "content": render_case(details).text})
    return _exercise(Skill.LINES, messages, details)


def _part(stage: Stage, random: Random, split: Split) -> Exercise:
    """Up to four parts of a letter in any order, or all in theirs, in the style of the letters
    before or else of the case's author."""
    details = _draw_details(random, split)
    style = random.choice(STYLES)
    exemplars = _exemplars(details, stage, random, split, style)
    if not exemplars:
        style = _style(details, random)
    sections = write_letter(details, style, random.getrandbits(32))
    chosen: Sequence[Section] = sections
    if random.random() >= _WHOLE:
        chosen = random.sample(sections, min(len(sections), random.choice((1, 2, 3, 4))))
    names = ", ".join(_PARTS[details.language][section.kind] for section in chosen)
    request = random.choice(_PART[details.language]).format(parts=names)
    messages = framed(_case(details, random, split), details.language, request, exemplars)
    messages.append({"role": "assistant", "content": letter_text(chosen)})
    return _exercise(Skill.PROSE, messages, details)


def _exemplars(
    details: CaseDetails, stage: Stage, random: Random, split: Split, style: Style
) -> list[str]:
    """Other patients' letters in this style; mostly none."""
    if random.random() >= stage.examples:
        return []
    others = [
        draw_patient(random, details.language, split) for _ in range(random.choice((1, 1, 2)))
    ]
    return [letter_text(write_letter(o, style, random.getrandbits(32))) for o in others]


def _revise(random: Random, split: Split) -> Exercise:
    """A letter, and the same letter after what a physician asked for."""
    details = _draw_details(random, split)
    style, seed = _style(details, random), random.getrandbits(32)
    before = LetterOptions()
    change = draw_refinement(details, before, random, details.language)
    old = letter_text(write_letter(details, style, seed, before))
    new = letter_text(write_letter(change.details, style, seed, change.options))
    messages: list[Message] = [
        {"role": "user", "content": f"{old}\n\n{change.instruction}"},
        {"role": "assistant", "content": new},
    ]
    return _exercise(Skill.EDIT, messages, change.details)


def _exercise(skill: Skill, messages: list[Message], details: CaseDetails) -> Exercise:
    facts = tuple(fact.text for fact in expected_facts(details))
    return Exercise(skill, Example(tuple(messages), (len(messages) - 1,)), facts)
