"""Refine turns from archived letters, by rules alone.

Most undo a change: the draft is the letter with something else in it or something gone, and what
is asked for leads back to the letter as its author wrote it. Where the draft is the letter itself,
the answer is the letter without some of it. No sentence of an answer is made up.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from random import Random

from finetune.clinic.phrasing import Phrases, fill, load_phrases
from finetune.pairing.body import Piece
from finetune.pairing.date_forms import FORMS, form_of, in_form
from finetune.pairing.drafts import Draft
from finetune.pairing.people import addressee, signers
from finetune.pairing.units import Unit, days_in
from index.letter import Language, SectionKind
from index.sections import closing_pattern

_PARTS = (
    *(SectionKind.HISTORY, SectionKind.FINDINGS, SectionKind.TREATMENT, SectionKind.ASSESSMENT),
    *(SectionKind.RECOMMENDATIONS, SectionKind.MEDICATION, SectionKind.SCHEDULE),
)
_EXAMPLE = dt.date(2024, 3, 5)


@dataclass(frozen=True)
class Refined:
    """A turn: the draft, what is asked of it, and the answer. `case` is the one of the prompt."""

    kind: str
    case: str
    draft: str
    instruction: str
    answer: str


@dataclass(frozen=True)
class _Letter:
    draft: Draft
    other: Draft
    """Of the same language, for names that are not this letter's."""
    rng: Random

    @property
    def answer(self) -> str:
        return self.draft.body.answer

    @property
    def language(self) -> Language:
        return self.draft.letter.metadata.language

    def words(self, phrases: Phrases, kind: str, **facts: str) -> str:
        fitting = [text for each in phrases[kind]["any"] if (text := fill(each, facts, {}))]
        return self.rng.choice(fitting)

    def ours(self, kind: str, **facts: str) -> str:
        return self.words(_instructions()[self.language], kind, **facts)

    def clinics(self, kind: str, **facts: str) -> str:
        return self.words(load_phrases("refinements", self.language), kind, **facts)

    def piece(self) -> Piece | None:
        """A section with a heading, which an instruction can name."""
        named = [piece for piece in self.draft.body.of(*_PARTS) if _heading(piece)]
        return self.rng.choice(named) if named else None

    def turn(self, kind: str, instruction: str, draft: str, answer: str = "") -> Refined | None:
        answer = answer or self.answer
        if draft == answer or not draft.strip():
            return None
        return Refined(kind, self.draft.case, draft, instruction, answer)


def refine(draft: Draft, other: Draft, rng: Random) -> Refined | None:
    """A turn of a kind that this letter can have; None where it can have none."""
    kinds = list(KINDS)
    rng.shuffle(kinds)
    letter = _Letter(draft, other, rng)
    return next((turn for kind in kinds if (turn := KINDS[kind](letter, kind))), None)


def _drop_part(letter: _Letter, kind: str) -> Refined | None:
    if not (piece := letter.piece()):
        return None
    instruction = letter.ours(kind, heading=_heading(piece))
    return letter.turn(kind, instruction, letter.answer, letter.draft.body.without(piece))


def _add_part(letter: _Letter, kind: str) -> Refined | None:
    if not (piece := letter.piece()):
        return None
    instruction = letter.ours(kind, heading=_heading(piece))
    return letter.turn(kind, instruction, letter.draft.body.without(piece))


def _short_part(letter: _Letter, kind: str) -> Refined | None:
    """Without the sentences that tell no fact."""
    if not (piece := letter.piece()):
        return None
    units = _units(letter.draft, piece)
    empty = [unit for unit in units if not unit.facts]
    if not empty or len(empty) == len(units):
        return None
    instruction = letter.ours(kind, heading=_heading(piece))
    return letter.turn(kind, instruction, letter.answer, _without(letter.draft, empty))


def _date_format(letter: _Letter, kind: str) -> Refined | None:
    form = form_of(letter.answer, letter.language)
    if form is None:
        return None
    own = form(_EXAMPLE).lstrip("0")  # "05 March" for "5 March" would be no change to ask for
    others = [each for each in FORMS[letter.language] if each(_EXAMPLE).lstrip("0") != own]
    draft = in_form(letter.answer, letter.language, letter.rng.choice(others))
    return letter.turn(kind, letter.ours(kind, example=form(_EXAMPLE)), draft)


_FORMAL = re.compile(r"^(?:Sehr (?:geehrt|verehrt)e[rs]?|Dear)\b")
_LOOSE: dict[Language, tuple[tuple[str, str], ...]] = {
    "de": (("Hallo", "Viele Grüße"), ("Guten Tag", "Liebe Grüße")),
    "en": (("Hi", "Best wishes"), ("Hello", "Cheers")),
}


def _formal(letter: _Letter, kind: str) -> Refined | None:
    closing = list(closing_pattern().finditer(letter.answer))
    if not _FORMAL.match(letter.answer) or not closing:
        return None
    hello, bye = letter.rng.choice(_LOOSE[letter.language])
    last = closing[-1]
    line_end = letter.answer.find("\n", last.end())
    rest = letter.answer[line_end:] if line_end >= 0 else ""
    draft = f"{letter.answer[: last.start()]}{bye}{rest}"
    return letter.turn(kind, letter.clinics(kind), _FORMAL.sub(hello, draft, count=1))


def _sentence(letter: _Letter, kind: str) -> Refined | None:
    """The last sentence of a section, as if it had been dictated."""
    if not (piece := letter.piece()):
        return None
    units = _units(letter.draft, piece)
    if len(units) < 2 or "\n" in units[-1].text:
        return None
    sentence = units[-1].text.lstrip("-–•* \t")
    instruction = letter.clinics(kind, section=_heading(piece), sentence=sentence)
    return letter.turn(kind, instruction, _without(letter.draft, units[-1:]))


def _sign(letter: _Letter, kind: str) -> Refined | None:
    own = signers(letter.draft.letter.text, letter.draft.written)
    return _renamed(letter, kind, own, signers(letter.other.letter.text, letter.other.written))


def _address(letter: _Letter, kind: str) -> Refined | None:
    own = addressee(letter.draft.letter.text, letter.draft.written)
    return _renamed(letter, kind, own, addressee(letter.other.letter.text, letter.other.written))


def _renamed(letter: _Letter, kind: str, own: str, other: str) -> Refined | None:
    if not own or not other or "," in own or "," in other or own == other:
        return None
    instruction = letter.clinics(kind, name=own)
    return _corrected(letter, kind, own, other, instruction)


def _birth_date(letter: _Letter, kind: str) -> Refined | None:
    own = letter.draft.details.patient.birth_date if letter.draft.details else None
    days = [d for d in days_in(letter.answer, letter.language) if d.date == own]
    if not own or len(days) != 1:
        return None
    written = letter.answer[days[0].start : days[0].end]
    form = next((f for f in FORMS[letter.language] if f(own) == written), None)
    if form is None:
        return None
    wrong = form(own + dt.timedelta(days=letter.rng.choice((-1, 1)) * letter.rng.randint(1, 900)))
    instruction = letter.clinics(kind, new=written, old=wrong)
    return _corrected(letter, kind, written, wrong, instruction)


def _icd10(letter: _Letter, kind: str) -> Refined | None:
    codes = re.findall(r"\b[A-Z]\d{2}\.\d\b", letter.answer)
    if len(codes) != 1:
        return None
    (own,) = codes
    wrong = f"{own[:-1]}{letter.rng.choice([n for n in '0123456789' if n != own[-1]])}"
    instruction = letter.clinics(kind, new=own, old=wrong)
    return _corrected(letter, kind, own, wrong, instruction)


def _corrected(
    letter: _Letter, kind: str, right: str, wrong: str, instruction: str
) -> Refined | None:
    """Case and draft have it wrong; what is asked for counts against both."""
    case, answer = letter.draft.case, letter.answer
    if answer.count(right) != 1 or case.count(right) != 1:
        return None
    turn = letter.turn(kind, instruction, answer.replace(right, wrong))
    return turn and Refined(kind, case.replace(right, wrong), turn.draft, instruction, answer)


KINDS: Mapping[str, Callable[[_Letter, str], Refined | None]] = {
    "drop_part": _drop_part,
    "add_part": _add_part,
    "short_part": _short_part,
    "date_format": _date_format,
    "formal": _formal,
    "sentence": _sentence,
    "sign": _sign,
    "address": _address,
    "birth_date": _birth_date,
    "icd10": _icd10,
}
"""Each kind of turn; None where it doesn't apply to the letter."""


def _heading(piece: Piece) -> str:
    return piece.heading.strip(" \t\n:#*").strip()


def _units(draft: Draft, piece: Piece) -> list[Unit]:
    return [unit for unit in draft.units if piece.start <= unit.start < piece.end]


def _without(draft: Draft, units: list[Unit]) -> str:
    """The answer without some of its sentences, and without the lines that they leave empty."""
    text, position = "", draft.body.start
    for unit in units:
        text += draft.letter.text[position : unit.start]
        position = unit.end
        if text.endswith("\n") and draft.letter.text[position : position + 1] == "\n":
            position += 1
        elif text.endswith(" "):
            text = text[:-1]
    return (text + draft.letter.text[position:]).strip()


@cache
def _instructions() -> Mapping[str, Phrases]:
    source = resources.files("finetune.pairing") / "instructions.toml"
    phrases: dict[str, Phrases] = tomllib.loads(source.read_text(encoding="utf-8"))
    return phrases
