"""The demo clinic's letters, written by rules from the fields of a case.

A letter says every fact of its case in the form the case text has it, and nothing else: beside the
facts there are only stock sentences that hold for any patient. The three styles are those of the
clinic's authors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from finetune.clinic.people import Style
from finetune.clinic.phrasing import Wording, load_phrases
from finetune.clinic.statements import Statements, grammar
from index.case import CaseDetails
from index.letter import LETTER_PARTS, Section, SectionKind

ADVICE_COUNT: dict[Style, int] = {"prose": 3, "list": 3, "terse": 2}
"""How many stock sentences of advice a letter of the style has."""

FINDINGS_ORDER: dict[Style, tuple[str, ...]] = {
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
    details: CaseDetails, style: Style, seed: int, options: LetterOptions | None = None
) -> tuple[Section, ...]:
    """The letter, part by part; parts of which the case knows nothing are left out.

    The same arguments give the same letter. Another fact or option changes only the sentences that
    it concerns.
    """
    options = options or LetterOptions()
    sections = (_section(kind, details, style, seed, options) for kind in LETTER_PARTS)
    return tuple(section for section in sections if section.text)


def letter_text(sections: Sequence[Section]) -> str:
    """The parts as one text: headings on their own line, parts separated by a blank line."""
    return "\n\n".join(f"{part.heading}\n{part.text}".strip() for part in sections)


def _section(
    kind: SectionKind, details: CaseDetails, style: Style, seed: int, options: LetterOptions
) -> Section:
    phrases = load_phrases("phrases", details.language)
    words = grammar(phrases, details)
    variant = _variant(kind, style, options)
    say = Statements(details, Wording(phrases, variant, f"{seed}/{kind}", words))
    heading = Wording(phrases, style, f"{seed}/{kind}", words).say(f"heading_{kind}")
    bullets = style == "list"
    lines = [line for line in _PARTS[kind](say, style, options) if line]
    if kind in (SectionKind.SALUTATION, SectionKind.CLOSING):
        text = "\n\n".join(lines)
    else:
        added = [addition.text for addition in options.additions if addition.kind is kind]
        text = _bulleted([*lines, *added]) if bullets else _running([*lines, *added])
    return Section(kind, heading, text)


def _variant(kind: SectionKind, style: Style, options: LetterOptions) -> str:
    """The name of the phrasings to use in a section."""
    if kind is SectionKind.HISTORY and (options.short_history or options.brief):
        return "short"
    if kind in (SectionKind.SALUTATION, SectionKind.CLOSING) and options.formal:
        return "formal"
    return style


def _bulleted(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _running(sentences: Sequence[str]) -> str:
    return " ".join(text if text[-1] in ".!?" else f"{text}." for text in sentences)


def _salutation(say: Statements, style: Style, options: LetterOptions) -> Iterator[str]:
    yield say.greeting()
    stock = "" if options.brief else say.wording.say("overview")
    yield f"{say.opening()} {stock}".strip()


def _diagnoses(say: Statements, style: Style, options: LetterOptions) -> Iterator[str]:
    yield say.diagnosis()
    findings = {
        "staging": say.staging(),
        "histology": say.histology(),
        "first_diagnosis": say.first_diagnosis(),
    }
    yield from (findings[name] for name in FINDINGS_ORDER[style])
    yield say.comorbidities()


def _history(say: Statements, style: Style, options: LetterOptions) -> Iterator[str]:
    therapies = say.therapies()
    if not therapies and not say.details.toxicities:
        return
    if not (options.brief or options.short_history):
        yield say.wording.say("history_intro")
    yield from therapies
    yield say.toxicities()


def _recommendations(say: Statements, style: Style, options: LetterOptions) -> Iterator[str]:
    if not options.omit_medication:
        yield from say.medication(one_by_one=style == "list")
    if not options.brief:
        yield from say.wording.some("advice", ADVICE_COUNT[style])


def _schedule(say: Statements, style: Style, options: LetterOptions) -> Iterator[str]:
    if say.details.follow_up:
        yield from say.follow_up(one_by_one=style == "list")
    else:
        yield say.wording.say("no_appointment")
    if not options.brief:
        yield say.wording.say("visit")
        yield say.wording.say("contact")


def _closing(say: Statements, style: Style, options: LetterOptions) -> Iterator[str]:
    yield say.wording.say("closing", author=say.details.author)


_PARTS: dict[SectionKind, Callable[[Statements, Style, LetterOptions], Iterator[str]]] = {
    SectionKind.SALUTATION: _salutation,
    SectionKind.DIAGNOSES: _diagnoses,
    SectionKind.HISTORY: _history,
    SectionKind.RECOMMENDATIONS: _recommendations,
    SectionKind.SCHEDULE: _schedule,
    SectionKind.CLOSING: _closing,
}
