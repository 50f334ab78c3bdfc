"""The demo clinics' letters, written by rules from the fields of a case.

A letter says every fact of its case in the house's notation, and nothing else: beside the facts
there are only stock sentences that hold for any patient. The styles are those of the clinic's
authors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from finetune.clinic.clinics import TOWN, Clinic, Part
from finetune.clinic.people import Style
from finetune.clinic.phrasing import Wording
from finetune.clinic.statements import Statements, grammar
from index.case import CaseDetails
from index.letter import Section, SectionKind

_FINDINGS_ORDER: dict[Style, tuple[str, ...]] = {
    "prose": ("staging", "histology", "first_diagnosis"),
    "list": ("first_diagnosis", "histology", "staging"),
    "terse": ("histology", "staging", "first_diagnosis"),
}
"""An author keeps to one order. With a new one for each letter, a small model forgot what it had
said, and left out the stage of every second patient."""


@dataclass(frozen=True)
class Addition:
    """A sentence that the physician dictated word for word, at the end of a section."""

    kind: SectionKind
    text: str


@dataclass(frozen=True)
class LetterOptions:
    """What a physician may ask for beyond the case and the style.

    Attributes:
        short_history: the treatment history in telegram style, all facts kept.
        formal: formal opening and closing phrases.
        omit_medication: without the current medication.
        brief: short history and no stock sentences anywhere.
        additions: sentences given word for word.
    """

    short_history: bool = False
    formal: bool = False
    omit_medication: bool = False
    brief: bool = False
    additions: tuple[Addition, ...] = ()


def write_letter(
    details: CaseDetails,
    style: Style,
    seed: int,
    options: LetterOptions | None = None,
    clinic: Clinic = TOWN,
) -> tuple[Section, ...]:
    """The letter, part by part; parts of which the case knows nothing are left out.

    A section's kind is the one of the six parts that it belongs to, whatever the house calls it.

    The same arguments give the same letter. Another fact or option changes only the sentences that
    it concerns.
    """
    writer = _Writer(details, style, seed, options or LetterOptions(), clinic)
    sections = (_section(part, writer) for part in clinic.parts)
    return tuple(section for section in sections if section.text)


def letter_text(sections: Sequence[Section]) -> str:
    """The parts as one text: headings on their own line, parts separated by a blank line."""
    return "\n\n".join(f"{part.heading}\n{part.text}".strip() for part in sections)


@dataclass(frozen=True)
class _Writer:
    """One letter being written; the arguments of `write_letter`."""

    details: CaseDetails
    style: Style
    seed: int
    options: LetterOptions
    clinic: Clinic

    @property
    def listing(self) -> bool:
        """A line for each thing, rather than running text."""
        return self.style == "list"


def _section(part: Part, writer: _Writer) -> Section:
    details, style, options = writer.details, writer.style, writer.options
    kind, seed = part.kind, f"{writer.seed}/{part.kind}"
    phrases = writer.clinic.wording(details.language)
    words = grammar(phrases, details)
    variant = _variant(kind, style, options)
    say = Statements(details, Wording(phrases, variant, seed, words), writer.clinic.notation)
    heading = Wording(phrases, style, seed, words).say(f"heading_{kind}")
    lines = [line for name in part.says for line in _SAYS[name](say, writer) if line]
    if kind in (SectionKind.SALUTATION, SectionKind.CLOSING):
        return Section(kind.part, heading, "\n\n".join(lines))
    lines += [addition.text for addition in options.additions if addition.kind is kind]
    if not writer.listing:
        text = _running(lines)
    else:
        text = _numbered(lines) if part.numbered else _bulleted(lines)
    return Section(kind.part, heading, text)


_TOLD = frozenset({SectionKind.HISTORY, SectionKind.TREATMENT, SectionKind.FINDINGS})
"""The sections that a shorter history makes shorter."""


def _variant(kind: SectionKind, style: Style, options: LetterOptions) -> str:
    """The name of the phrasings to use in a section."""
    if kind in _TOLD and (options.short_history or options.brief):
        return "short"
    if kind in (SectionKind.SALUTATION, SectionKind.CLOSING) and options.formal:
        return "formal"
    return style


def _bulleted(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _running(sentences: Sequence[str]) -> str:
    return " ".join(text if text[-1] in ".!?" else f"{text}." for text in sentences)


def _letterhead(say: Statements, writer: _Writer) -> Iterator[str]:
    yield say.wording.say("letterhead")


def _greeting(say: Statements, writer: _Writer) -> Iterator[str]:
    yield say.greeting()


def _opening(say: Statements, writer: _Writer) -> Iterator[str]:
    stock = "" if writer.options.brief else say.wording.say("overview")
    yield f"{say.opening()} {stock}".strip()


def _diagnosis(say: Statements, writer: _Writer) -> Iterator[str]:
    yield say.diagnosis()


def _findings(say: Statements, writer: _Writer) -> Iterator[str]:
    findings = {
        "staging": say.staging(),
        "histology": say.histology(),
        "first_diagnosis": say.first_diagnosis(),
    }
    yield from (findings[name] for name in _FINDINGS_ORDER[writer.style])


def _problem(say: Statements, writer: _Writer) -> Iterator[str]:
    """The tumour with all that is known of it: one entry, or some sentences."""
    told = [say.diagnosis(), say.staging(), say.histology(), say.first_diagnosis()]
    yield from ["; ".join(filter(None, told))] if writer.listing else told


def _comorbidities(say: Statements, writer: _Writer) -> Iterator[str]:
    yield from say.comorbidities()


def _further_problems(say: Statements, writer: _Writer) -> Iterator[str]:
    yield from say.comorbidities(one_by_one=writer.listing)


def _course(say: Statements, writer: _Writer) -> Iterator[str]:
    therapies = say.therapies()
    if not therapies and not say.details.toxicities:
        return
    if not (writer.options.brief or writer.options.short_history):
        yield say.wording.say("history_intro")
    yield from therapies


def _toxicities(say: Statements, writer: _Writer) -> Iterator[str]:
    yield say.toxicities()


def _medication(say: Statements, writer: _Writer) -> Iterator[str]:
    if not writer.options.omit_medication:
        yield from say.medication(one_by_one=writer.listing)


def _advice(say: Statements, writer: _Writer) -> Iterator[str]:
    if not writer.options.brief:
        yield from say.wording.some("advice", writer.clinic.advice[writer.style])


def _care(say: Statements, writer: _Writer) -> Iterator[str]:
    if not writer.options.brief:
        yield say.wording.say("care")


def _appointments(say: Statements, writer: _Writer) -> Iterator[str]:
    if say.details.follow_up:
        yield from say.follow_up(one_by_one=writer.listing)
    else:
        yield say.wording.say("no_appointment")


def _visit(say: Statements, writer: _Writer) -> Iterator[str]:
    if not writer.options.brief:
        yield say.wording.say("visit")


def _contact(say: Statements, writer: _Writer) -> Iterator[str]:
    if not writer.options.brief:
        yield say.wording.say("contact")


def _closing(say: Statements, writer: _Writer) -> Iterator[str]:
    yield say.wording.say("closing", author=say.details.author)


_SAYS: dict[str, Callable[[Statements, _Writer], Iterator[str]]] = {
    "letterhead": _letterhead,
    "greeting": _greeting,
    "opening": _opening,
    "diagnosis": _diagnosis,
    "findings": _findings,
    "problem": _problem,
    "comorbidities": _comorbidities,
    "further_problems": _further_problems,
    "course": _course,
    "toxicities": _toxicities,
    "medication": _medication,
    "advice": _advice,
    "care": _care,
    "appointments": _appointments,
    "visit": _visit,
    "contact": _contact,
    "closing": _closing,
}
"""What a part of a letter may say, by the names that `finetune.clinic.clinics` uses."""
