"""A case in one of its forms and a true letter about it, with facts beyond the clinic's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Literal

from finetune.clinic.cases import draw_case
from finetune.clinic.letters import Addition, LetterOptions, letter_text, write_letter
from finetune.clinic.surfaces import SurfaceForm, surface
from index.case import CaseDetails
from index.letter import Language, SectionKind

from .fields import matching
from .hand import hand_letter
from .statements import Statement, applicable, settled
from .template import Said
from .wordlists import Bank
from .writing import Writing

Hand = Literal["prose", "list", "terse", "other"]
HANDS: tuple[Hand, ...] = ("prose", "list", "terse", "other", "other", "other")
"""The clinic's three authors, and half of all letters by another hand."""


@dataclass(frozen=True)
class Pair:
    """A patient's case text and what letters about it are written from."""

    details: CaseDetails
    form: SurfaceForm
    case: str
    statements: tuple[Statement, ...]
    notes: Mapping[str, str]
    """What the case notes of a statement, by its topic."""
    hand: Hand
    seed: str
    bank: Bank

    @cached_property
    def true_letter(self) -> str:
        return self.letter()

    def letter(
        self,
        details: CaseDetails | None = None,
        said: Mapping[str, Said] | None = None,
        skipped: str = "",
    ) -> str:
        """The letter, true without arguments.

        Args:
            details: fields to write it from, in place of the case's.
            said: sentences in place of the true ones, by topic.
            skipped: the topic of a statement that the letter keeps to itself.
        """
        added: dict[str, list[str]] = {}
        for statement in self.statements:
            topic = statement.entry.topic
            text = (said or {}).get(topic) or self.say(statement)
            if text.text and topic != skipped:
                added.setdefault(statement.entry.section, []).append(text.text)
        return self._written(details or self.details, added)

    def say(self, statement: Statement, broken: str = "") -> Said:
        writing = Writing(self.details.language, f"{self.seed}/letter/writing")
        return statement.in_letter(writing, broken)

    def _written(self, details: CaseDetails, added: Mapping[str, Sequence[str]]) -> str:
        if self.hand == "other":
            return hand_letter(details, f"{self.seed}/letter", added, self.bank)
        additions = tuple(
            Addition(SectionKind(section), text)
            for section, sentences in added.items()
            for text in sentences
        )
        number = Random(f"{self.seed}/clinic").randrange(2**31)
        options = LetterOptions(additions=additions)
        return letter_text(write_letter(details, self.hand, number, options))


def draw_pair(
    seed: str,
    language: Language,
    *,
    kind: str = "",
    needs: str = "",
    extra: int = 2,
    hand: Hand | None = None,
    courses: int = 1,
    bank: Bank = "usual",
) -> Pair | None:
    """A pair; the same arguments give the same.

    Args:
        seed: of all chance.
        language: of case and letter.
        kind: the first statement can be broken so; None where none suits the patient.
        needs: fields that the case must have (`fields.matching`); None where it has none.
        extra: at most so many further statements.
        hand: who writes the letter; drawn where it is not given.
        courses: of systemic therapy.
        bank: whose wording of the statements and of the other hand.
    """
    rng = Random(seed)
    details = draw_case(rng, language, complete=rng.random() < 0.5)
    if courses > 1:
        details = _treated_again(details, rng)
    if needs and not matching(details, needs):
        return None
    if kind and not applicable(details, "", bank, kind):
        return None  # before the text is written, which takes most of the time
    form = rng.choice(list(SurfaceForm))
    bare = surface(details, Random(f"{seed}/surface"), form)
    statements: list[Statement] = []
    notes: dict[str, str] = {}
    wanted = [kind] if kind else []
    for number, asked in enumerate([*wanted, *[""] * rng.randint(0, extra)]):
        seen = "\n".join([bare, *notes.values()])
        options = [
            entry
            for entry in applicable(details, seen, bank, asked)
            if entry.topic not in {statement.entry.topic for statement in statements}
            and (asked == "invented" or "<invented" not in entry.letter[0])
        ]
        if not options and asked:
            return None
        if options:
            chosen = settled(rng.choice(options), details, f"{seed}/{number}", bank)
            statements.append(chosen)
            note = chosen.in_case(Writing(language, f"{seed}/case/{number}"))
            if note:
                notes[chosen.entry.topic] = note
    return Pair(
        details=details,
        form=form,
        case=_noted(bare, details, form, list(notes.values()), seed),
        statements=tuple(statements),
        notes=notes,
        hand=hand or rng.choice(HANDS),
        seed=seed,
        bank=bank,
    )


def _treated_again(details: CaseDetails, rng: Random) -> CaseDetails:
    """With a second course of drugs, which the clinic's patients never have."""
    own = {drug.split(" ")[0] for therapy in details.systemic for drug in therapy.drugs}
    for _ in range(20):
        for therapy in draw_case(rng, details.language, complete=True).systemic:
            if not own & {drug.split(" ")[0] for drug in therapy.drugs}:
                return details.model_copy(update={"systemic": (*details.systemic, therapy)})
    return details


def _noted(
    bare: str, details: CaseDetails, form: SurfaceForm, notes: Sequence[str], seed: str
) -> str:
    """The case's text with the notes in their field, or as lines or sentences of their own."""
    if not notes:
        return bare
    rng = Random(f"{seed}/noted")
    if form is SurfaceForm.JSON or rng.random() < 0.5:
        joined = rng.choice(("; ", ". ", " / ")).join(notes)
        return surface(
            details.model_copy(update={"notes": joined}), Random(f"{seed}/surface"), form
        )
    if form is SurfaceForm.PARAGRAPH:
        return " ".join([bare, *(re.sub(r"(?<![.!?])$", ".", note) for note in notes)])
    lines = bare.split("\n")
    bullet = (re.match(r"[-*] ", lines[0]) or [""])[0]
    for note in notes:
        lines.insert(rng.randint(1, len(lines)), f"{bullet}{note}")
    return "\n".join(lines)
