"""Copying exercises: random fields in one form, to be given back in another.

A small model that reads letters first learns the clinic's phrases and never the patient's name.
These exercises come before: fields with random values (`values.py`) stand as lines or as
prose; the answer gives some of them back in the order asked for, as lines or sentences, with dates
spelled anew. A second turn may change one thing, as a refine turn does. Example blocks hold
other values of the same fields, which must not be taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random
from typing import Any, Literal

from assistant.prompt import Kind, Message, build_messages, defuse
from finetune.pairs import Example
from finetune.pretraining.values import KINDS, Person, Value, phrasebook, random_value, written
from index.case import Case
from index.letter import Language, LetterMetadata
from retrieval.exemplar import Exemplar

Form = Literal["lines", "sentences"]


class Skill(StrEnum):
    """What an exercise trains; accuracy is told for each."""

    ECHO = "echo"
    """Values without labels, to be said again: the shortest way into copying."""
    LINES = "lines"
    PROSE = "prose"
    EDIT = "edit"


@dataclass(frozen=True)
class Exercise:
    """A conversation and the strings of its last answer that have to be right."""

    skill: Skill
    example: Example
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    label: str
    kind: str
    value: Value
    template: int
    """Which of the kind's sentences tells it."""


@dataclass(frozen=True)
class Difficulty:
    """How long and how well wrapped the exercises are."""

    fields: tuple[int, int]
    """The fewest and the most."""
    framed: float
    """The share that stands in the assistant's own prompt, system text and case tags and all."""
    examples: float
    """The share of the framed ones with example blocks before the case."""


def make_exercise(skill: Skill, difficulty: Difficulty, random: Random) -> Exercise:
    """A new exercise of this skill; the same state of `random` gives the same one."""
    language: Language = random.choice(("en", "de"))
    fields = random_fields(language, random.randint(*difficulty.fields), random)
    if skill is Skill.ECHO:
        return _echo(fields, language, random)
    form: Form = random.choice(("lines", "sentences"))
    forms: list[str] = phrasebook()[language]["date_forms"]
    given, wanted = random.choice(forms), random.choice(forms)
    asked = [f for f in fields if random.random() < random.choice((0.6, 1.0))] or fields[:1]
    everything = random.random() < 0.3
    if everything:
        asked = fields
    else:
        random.shuffle(asked)

    source = _SOURCES[skill](fields, language, given, random)
    answer = tell(asked, form, language, wanted)
    request = _request(None if everything else asked, form, language, wanted, random)
    exemplars: list[str] = []
    if random.random() < difficulty.framed:
        if random.random() < difficulty.examples:
            for _ in range(random.choice((1, 1, 2))):
                others = [_other(f, language, random) for f in asked]
                exemplars.append(tell(others, form, language, wanted))
        messages = framed(source, language, request, exemplars)
    else:
        messages: list[Message] = [{"role": "user", "content": f"{source}\n\n{request}"}]
    messages.append({"role": "assistant", "content": answer})
    if skill is not Skill.EDIT:
        return Exercise(
            skill,
            Example(tuple(messages), (len(messages) - 1,)),
            _facts(asked, language, wanted),
        )

    instruction, edited = _edit(asked, language, wanted, random)
    messages.append({"role": "user", "content": instruction})
    messages.append({"role": "assistant", "content": tell(edited, form, language, wanted)})
    answers = (len(messages) - 3, len(messages) - 1)
    return Exercise(skill, Example(tuple(messages), answers), _facts(edited, language, wanted))


def _echo(fields: Sequence[Field], language: Language, random: Random) -> Exercise:
    form: str = random.choice(phrasebook()[language]["date_forms"])
    text = "\n".join(written(f.value, language, form) for f in fields)
    messages: tuple[Message, ...] = (
        {"role": "user", "content": text},
        {"role": "assistant", "content": text},
    )
    return Exercise(Skill.ECHO, Example(messages, (1,)), _facts(fields, language, form))


def framed(
    source: str, language: Language, request: str, exemplars: Sequence[str] = ()
) -> list[Message]:
    """The assistant's own prompt for a case, with another request at its end."""
    metadata = LetterMetadata(language=language)
    shown = [Exemplar("", text, 1.0, (), metadata) for text in exemplars]
    *before, user = build_messages(Case(source, language), Kind.LETTER, shown)
    case = user["content"].rpartition("\n\n")[0]
    return [*before, {"role": "user", "content": f"{case}\n\n{defuse(request)}"}]


def random_fields(language: Language, count: int, random: Random) -> list[Field]:
    """Fields with labels that differ."""
    book = phrasebook()[language]
    fields: dict[str, Field] = {}
    while len(fields) < count:
        kind = random.choice(KINDS)
        label = random.choice(book["labels"][kind].split("|"))
        if random.random() < 0.1:
            label = str(random_value("word", language, random)).capitalize()
        if label not in fields:
            value = random_value(kind, language, random)
            fields[label] = Field(label, kind, value, random.randrange(60))
    return list(fields.values())


def tell(fields: Sequence[Field], form: Form, language: Language, date_form: str) -> str:
    """The fields as lines, or as sentences in one or more paragraphs."""
    if form == "lines":
        return "\n".join(f"{f.label}: {written(f.value, language, date_form)}" for f in fields)
    return " ".join(_sentence(f, language, date_form) for f in fields)


def _sentence(field: Field, language: Language, date_form: str) -> str:
    book = phrasebook()[language]
    templates: list[str] = book["sentences"].get(field.kind.removesuffix("s"), [])
    if field.template % 2 or not templates:
        templates = [*templates, *book["sentences"]["any"]]
    value = written(field.value, language, date_form)
    if isinstance(field.value, tuple):
        *first, last = field.value
        value = f"{', '.join(first)} {book['and']} {last}"
    person = field.value if isinstance(field.value, Person) else None
    return templates[field.template % len(templates)].format(
        label=field.label,
        value=value,
        last=person.last if person else "",
        title=book["title"]["female" if person and person.female else "male"],
    )


def _facts(fields: Sequence[Field], language: Language, date_form: str) -> tuple[str, ...]:
    """What the answer has to hold; of a list, each entry."""
    return tuple(
        fact
        for f in fields
        for fact in (
            f.value if isinstance(f.value, tuple) else (written(f.value, language, date_form),)
        )
    )


def _request(
    asked: Sequence[Field] | None, form: Form, language: Language, date_form: str, random: Random
) -> str:
    requests: dict[str, Any] = phrasebook()[language]["requests"]
    if asked is None:
        text: str = random.choice(requests[f"all_{form}"])
    else:
        text = random.choice(requests[form]).format(labels=", ".join(f.label for f in asked))
    return text + requests["date"].format(date=_model_date(language, date_form))


def _model_date(language: Language, date_form: str) -> str:
    """What a form is called in a request: one and the same date, written so."""
    return written(dt.date(2001, 2, 3), language, date_form)


def _other(field: Field, language: Language, random: Random) -> Field:
    return replace(field, value=random_value(field.kind, language, random))


def _edit(
    fields: Sequence[Field], language: Language, date_form: str, random: Random
) -> tuple[str, list[Field]]:
    """An instruction, and the fields once it is followed."""
    edits: dict[str, list[str]] = phrasebook()[language]["edits"]
    at = random.randrange(len(fields))
    field = fields[at]
    ways = ["replace", "replace", "label", "add"] + ["remove"] * (len(fields) > 1)
    way = random.choice(ways)
    if way == "add":
        new = random_fields(language, 1, random)[0]
        edited = [*fields, new]
    elif way == "remove":
        new, edited = field, [*fields[:at], *fields[at + 1 :]]
    else:
        new = _other(field, language, random)
        edited = [*fields[:at], new, *fields[at + 1 :]]
    instruction = random.choice(edits[way]).format(
        label=new.label,
        old=written(field.value, language, date_form),
        new=written(new.value, language, date_form),
    )
    return instruction, edited


def _as_lines(fields: Sequence[Field], language: Language, date_form: str, _: Random) -> str:
    return tell(fields, "lines", language, date_form)


def _as_prose(fields: Sequence[Field], language: Language, date_form: str, random: Random) -> str:
    shuffled = random.sample(list(fields), len(fields))
    # Told by the value's own words, not by {last} alone: the answer needs the whole name.
    whole = [replace(f, template=0) if isinstance(f.value, Person) else f for f in shuffled]
    return tell(whole, "sentences", language, date_form)


_SOURCES = {
    Skill.LINES: _as_lines,
    Skill.EDIT: _as_lines,
    Skill.PROSE: _as_prose,
}
