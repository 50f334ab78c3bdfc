"""Operations, systemic therapy and radiotherapy with their side effects, from the history."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError

from assistant.check import Assertion, FactKind
from assistant.check.antineoplastics import is_antineoplastic
from assistant.check.vocabulary import vocabulary
from finetune.pairing.units import Unit, days_in, items, unled
from index.case import Radiotherapy, Surgery, SystemicTherapy, Toxicity
from index.letter import Language, SectionKind

_WHERE = (SectionKind.HISTORY, SectionKind.TREATMENT, SectionKind.ASSESSMENT, SectionKind.BODY)
_NOT_DONE = re.compile(
    r"\b(?:nicht|kein\w*|ohne|abgelehnt|geplant\w*|vorgesehen\w*|empfohlen\w*|empfehlen|sollte\w*|falls"
    r"|not|no|never|without|declined|refused|planned|recommend\w*|should|would|could|if|may)\b",
    re.IGNORECASE,
)
"""What may not have been done is no event: such a sentence is kept as it stands."""
_SIDE_EFFECTS = re.compile(
    r"\b(?:CTCAE|tox\w*|side effects?|nebenwirkung\w*|RTOG)\b", re.IGNORECASE
)
_SINCE = re.compile(r"\b(?:since|seit(?: dem)?|from|ab(?: dem)?|begin\w*|beginn\w*)\s*$", re.I)
_UNTIL = re.compile(r"\b(?:until|till|to|bis(?: zum)?)\s*$", re.I)
_BETWEEN_DAYS = re.compile(r"\s*(?:[-–]|to|until|till|and|bis|bis zum|und)\s*", re.IGNORECASE)
_DRUG_DOSE = re.compile(
    r"(?:\s+(?:AUC\s*)?\d[\d.,]*(?:\s*(?:mg|µg|g|IU|IE|MBq|GBq)(?:/(?:m²|m2|kg(?:\s?KG)?))?)?)?"
)
_ENDS = re.compile(
    r"\s(?:was|were|is|has|have|had|wurden?|ist|erfolgte[n]?|from|vom|von|since|seit|until|bis|using"
    r"|with|mit|mittels|in|by|up|als|on|im Zeitraum|delivered|given|technique|technik)\b|[(:;,\n)]"
    r"|\.(?:\s|$)|\s[-–]\s"
    r"|\d[\d.,]*\s?(?:Gy|x|fra)|\d{1,2}[./]\s?\d",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"(?<![^\s:(])(?:to|at|target(?: volume)?|zielvolumen|radiotherapy|irradiation|radiation"
    r"|RT|boost|strahlentherapie|radiotherapie|bestrahlung|radiatio|auf|an|on|wurden?|im)[\s:]+",
    re.IGNORECASE,
)
_SMALL_WORDS = re.compile(r"\s*(?:(?:of|the|der|des|die|das|dem|den|to|im|am)\s+)*", re.IGNORECASE)
_BY = re.compile(
    r"(?:using|technique|technik|als|as|by|mit|with|in|der|mittels)[\s:]+", re.IGNORECASE
)
_TECHNIQUE_ENDS = re.compile(
    r"\s(?:was|were|wurden?|from|vom|von|with a|with \d|mit (?:einer|\d)|to|delivered|given"
    r"|erfolgte|has|bestrahlt|durchgeführt|since|until|seit|bis)|[(:;,\n).]",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"[\s:]*(?:(?:to|of|der|des|target volume|zielvolumen)\b[\s:]*)*", re.IGNORECASE
)
_TARGET_ENDS = re.compile(
    r"\s(?:was|were|wurden?|using|with|mit|from|vom)\b|[(;,\n).:]", re.IGNORECASE
)
_SINGLE_BEFORE = re.compile(
    r"(?:(?:fractions?|fraktion(?:en)?|fx|einzeldosis|einzeldosen|single doses?)\s*(?:of|zu|von)?"
    r"|dose per fraction|\bje|à)(?:\s+je)?[\s:]*$",
    re.IGNORECASE,
)
_SINGLE_BEHIND = re.compile(r"^\W*(?:per|pro|/)\s*(?:fraction|fraktion)", re.I)


@dataclass(frozen=True)
class Treatment:
    surgeries: tuple[Surgery, ...]
    systemic: tuple[SystemicTherapy, ...]
    radiotherapy: tuple[Radiotherapy, ...]
    toxicities: tuple[Toxicity, ...]


def treatment_of(units: Sequence[Unit], letter: str, language: Language) -> Treatment:
    """What was done, each operation, therapy and course by itself, as far as rules can tell."""
    surgeries: list[Surgery] = []
    systemic: list[SystemicTherapy] = []
    courses: list[Radiotherapy] = []
    toxicities: list[Toxicity] = []
    units = [unit for unit in units if unit.kind in _WHERE]
    for unit in _whole_courses(units, letter):
        if unit.of(FactKind.GRADE) or _SIDE_EFFECTS.search(unit.text):
            toxicities += _toxicities(unit)
        elif _NOT_DONE.search(unit.text):
            continue
        elif _irradiates(unit):
            courses += _course(unit, language)
        elif any(is_antineoplastic(fact.value) for fact in unit.of(FactKind.DRUG)):
            systemic += _systemic(unit, language)
        elif unit.speaks_of("surgery"):
            surgeries += _surgery(unit, language)
    return Treatment(tuple(surgeries), tuple(systemic), tuple(courses), tuple(toxicities))


def _irradiates(unit: Unit) -> bool:
    named = any(_is_radiotherapy(fact.value) for fact in unit.of(FactKind.PROCEDURE))
    return bool(unit.of(FactKind.DOSE, FactKind.FRACTIONS)) or named


def _is_radiotherapy(procedure: str) -> bool:
    return "radiotherapy" in vocabulary().family(procedure)


def _whole_courses(units: Sequence[Unit], letter: str) -> Iterator[Unit]:
    """A dose in a sentence of its own belongs to the course that the sentence before names."""
    waiting: Unit | None = None
    for unit in units:
        dosed = bool(unit.of(FactKind.DOSE, FactKind.FRACTIONS))
        if waiting is not None and dosed and not unit.of(FactKind.SITE):
            yield waiting.with_next(unit, letter)
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = unit if _irradiates(unit) and not dosed else None
        if waiting is None:
            yield unit
    if waiting is not None:
        yield waiting


# --- radiotherapy


def _course(unit: Unit, language: Language) -> Iterator[Radiotherapy]:
    site = _site(unit)
    if not site:
        return
    start, end, when = _time(unit.text, language)
    total, single, count = _doses(unit)
    with suppress(ValidationError):  # "500 Gy": the sentence is kept as it is, for the physician
        yield Radiotherapy(
            site=site,
            technique=_technique(unit),
            total_gy=total,
            fraction_gy=single,
            fractions=count,
            start=start,
            end=end,
            when=when,
            boost=bool(re.search(r"\bboost", unit.text, re.IGNORECASE)),
        )


def _site(unit: Unit) -> str:
    """The words around the first site that is named, up to where another thing is said."""
    sites = unit.of(FactKind.SITE, FactKind.DIAGNOSIS) or unit.of(FactKind.LATERALITY)
    if not sites:
        return _behind_radiotherapy(unit)
    begin, end = unit.place(sites[0])
    begin = _begin(unit.text, begin)
    goes_on = {
        unit.place(f)[0] for f in unit.of(FactKind.SITE, FactKind.LATERALITY, FactKind.DIAGNOSIS)
    }
    while True:
        behind = _ENDS.search(unit.text, end)
        end = behind.start() if behind else len(unit.text)
        # "primary tumour and involved nodes, left": the site goes on behind the comma.
        if not behind or behind[0] != "," or end + 2 not in goes_on:
            break
        end += 2
    return " ".join(unit.text[begin:end].split()).strip(" .,;")


def _begin(text: str, place: int) -> int:
    """Where the words begin that the one at `place` belongs to."""
    begin = max((match.end() for match in _BEGINS.finditer(text, 0, place)), default=0)
    begin = max(begin, *(text.rfind(sign, 0, place) + 1 for sign in ":;("))
    comma = text.rfind(",", begin, place) + 1
    if comma and any(map(str.isdigit, text[begin:comma])):  # "RT: 50 Gy, left breast"
        begin = comma
    small = _SMALL_WORDS.match(text, begin, place)
    return small.end() if small else begin


def _behind_radiotherapy(unit: Unit) -> str:
    """A target that no lexicon has, e.g. "T11 to L2"."""
    named = [fact for fact in unit.of(FactKind.PROCEDURE) if _is_radiotherapy(fact.value)]
    if not named:
        return ""
    _, end = unit.place(named[-1])
    start = _TARGET.match(unit.text, end)
    begin = start.end() if start else end
    behind = _TARGET_ENDS.search(unit.text, begin)
    site = unit.text[begin : behind.start() if behind else None].strip(" .,;:")
    return site if len(site.split()) <= 8 else ""


def _technique(unit: Unit) -> str:
    """The technique with the words that tell more of it, e.g. "robotic SBRT"."""
    techniques = unit.of(FactKind.TECHNIQUE)
    if not techniques:
        return ""
    start, end = unit.place(techniques[0])
    behind = _TECHNIQUE_ENDS.search(unit.text, end)
    begin = max(_begin(unit.text, start), unit.text.rfind(",", 0, start) + 1)
    begin = max([begin, *(match.end() for match in _BY.finditer(unit.text, 0, start))])
    return unit.text[begin : behind.start() if behind else None].strip(" .,;")


def _doses(unit: Unit) -> tuple[Decimal | None, Decimal | None, int | None]:
    """Total, single dose and number of fractions; what contradicts the arithmetic is left out."""
    total = single = None
    for fact in unit.of(FactKind.DOSE):
        start, end = unit.place(fact)
        is_single = _SINGLE_BEFORE.search(unit.text, 0, start) or _SINGLE_BEHIND.match(
            unit.text[end:]
        )
        with suppress(ArithmeticError):
            value = Decimal(fact.value)
            if is_single and single is None:
                single = value
            elif not is_single and total is None:
                total = value
    counted = [fact.value for fact in unit.of(FactKind.FRACTIONS) if fact.value.isdigit()]
    count = int(counted[0]) if counted else None
    if total and single and count and abs(single * count - total) > total / 50:
        return total, None, count
    return total, single, count


# --- systemic therapy, operations


def _systemic(unit: Unit, language: Language) -> Iterator[SystemicTherapy]:
    drugs: list[str] = []
    for fact in unit.of(FactKind.DRUG):
        start, end = unit.place(fact)
        dose = _DRUG_DOSE.match(unit.text, end)
        drugs.append(unit.text[start : dose.end() if dose else end].strip())
    counts = [fact.value for fact in unit.of(FactKind.CYCLES) if fact.value.isdigit()]
    start, end, when = _time(unit.text, language)
    with suppress(ValidationError):
        yield SystemicTherapy(
            drugs=tuple(dict.fromkeys(drugs)),
            cycles=int(counts[0]) if counts else None,
            start=start,
            end=end,
            when=when,
        )


_DATE_WORDS = (
    r"(?:,\s*)?(?:\b(?:on|am|vom|from|date|datum|performed on|durchgeführt am|of)\b:?\s*)*"
)
_OPERATED = re.compile(
    r"^\W*(?:OP|operation|operated|surgery|eingriff|operativer eingriff|operiert|surgical treatment"
    r"|the surgical procedure)\b[\s:,]*",
    re.IGNORECASE,
)


def _surgery(unit: Unit, language: Language) -> Iterator[Surgery]:
    days = days_in(unit.text, language)
    if len(days) > 1:
        return
    text = unit.text
    for day in days:
        before = re.sub(rf"(?i){_DATE_WORDS}$", "", text[: day.start])
        text = f"{before.rstrip()} {text[day.end :].lstrip()}"
    text = re.sub(r"\s+([:,.;])", r"\1", text).strip(" ,;.")
    labelled = ": " in text
    said = unled(text if labelled else _OPERATED.sub("", text, count=1))
    name = (said if labelled else _OPERATED.sub("", said, count=1)).strip(" ,.;:")
    if any(fact.text in name for fact in unit.facts):
        yield Surgery(name=name, date=days[0].date if days else None)


def _time(text: str, language: Language) -> tuple[dt.date | None, dt.date | None, str]:
    """Start, end, and the words of a time that is neither."""
    days = days_in(text, language, completed=True)
    if len(days) > 1 and _BETWEEN_DAYS.fullmatch(text, days[0].end, days[1].start):
        return days[0].date, days[1].date, ""
    if len(days) != 1:
        return None, None, ""
    (day,) = days
    if _UNTIL.search(text, 0, day.start):
        return None, day.date, ""
    if _SINCE.search(text, 0, day.start):
        return day.date, None, ""
    return None, None, text[day.start : day.end]


# --- side effects

_GRADED = re.compile(
    r"\s*\(?\s*(?:CTCAE\s*)?(?:grade?|°|G)\s*(?P<grade>[0-5]|I{1,3}|IV|V)\b\)?", re.I
)
_RECORDED = re.compile(
    r"^.*\b(?:recorded|documented|noted|observed|showed|consisted of|included|dokumentiert|waren?"
    r"|were|was|zeigten?(?: sich)?|best(?:and|anden)(?: in)?)\s+",
    re.IGNORECASE,
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}


def _toxicities(unit: Unit) -> Iterator[Toxicity]:
    denied = {fact.text for fact in unit.facts if fact.assertion is not Assertion.AFFIRMED}
    for item in items(_behind_label(unit.text)):
        graded = _GRADED.search(item)
        name = _RECORDED.sub("", item[: graded.start()].strip(" ,:(") if graded else item)
        known = any(fact.text in item for fact in unit.facts)
        known = known and not _SIDE_EFFECTS.search(name)
        if not name or not known or len(name.split()) > 6 or any(each in item for each in denied):
            continue
        grade = graded["grade"].upper() if graded else ""
        yield Toxicity(name=name, grade=_ROMAN.get(grade) or (int(grade) if grade else None))


def _behind_label(text: str) -> str:
    """After "(CTCAE):" or the verb that opens the list."""
    label = re.match(r"^[^:\n]{0,110}?:\s+", text)
    return text[label.end() :] if label else unled(text)
