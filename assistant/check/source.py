"""A case, ready to be asked: what it says of this, and where."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.check.fact import CONCEPTS, Assertion, Fact, FactKind
from assistant.check.icd_library import title
from assistant.check.levels import Levels, find_levels
from assistant.check.mentions import find_concepts
from assistant.check.parts import find_parts
from assistant.check.passages import cut
from assistant.check.patient import ADDRESSES, addressed_names, any_among, patient_names
from assistant.check.people import TITLED
from assistant.check.plain_words import Lookup
from assistant.check.reading import Reading, read
from assistant.check.sides import words_beside
from assistant.check.vocabulary import vocabulary
from index.date_order import Order

_HEADER = 250
"""Characters at the beginning of a case in which the patient is presented."""
_GENERATION = 15


@dataclass(frozen=True)
class Source:
    """The case's reading with its indexes. All offsets are into the case's text."""

    reading: Reading

    @property
    def text(self) -> str:
        return self.reading.text

    @cached_property
    def by_kind(self) -> dict[FactKind, tuple[Fact, ...]]:
        found: dict[FactKind, list[Fact]] = defaultdict(list)
        for fact in self.reading.facts:
            found[fact.kind].append(fact)
        return {kind: tuple(facts) for kind, facts in found.items()}

    @cached_property
    def by_value(self) -> dict[tuple[FactKind, str], tuple[Fact, ...]]:
        found: dict[tuple[FactKind, str], list[Fact]] = defaultdict(list)
        for fact in self.reading.facts:
            found[fact.kind, fact.value].append(fact)
        return {key: tuple(facts) for key, facts in found.items()}

    @cached_property
    def by_concept(self) -> dict[str, tuple[Fact, ...]]:
        """Every concept that the case names, and the more general ones that those are."""
        known = vocabulary()
        found: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.reading.facts:
            if fact.kind in CONCEPTS:
                for name in known.family(fact.value):
                    found[name].append(fact)
                concept = known.concepts.get(fact.value)
                site = concept.site if concept else ""
                if site:
                    for name in known.family(site):
                        found[name].append(fact)
        for place in self._further_places:
            for name in known.family(place.value):
                found[name].append(place)
        for regimen, drugs in known.regimens.items():
            if regimen in found:
                for drug in drugs:
                    found[drug].extend(found[regimen])
        for class_name, members in known.classes.items():
            for member in sorted(members):
                found[class_name].extend(found.get(member, []))
        return {name: tuple(facts) for name, facts in found.items() if facts}

    @property
    def _further_places(self) -> Iterator[Fact]:
        """Sites whose words hold a side ("whole left breast"), and the spine's by its levels."""
        sites = {fact.start for fact in self.of(FactKind.SITE)}
        concepts = vocabulary().concepts
        found = [(m.name, m.start, m.end) for m in self.reading.mentions if m.start not in sites]
        for levels in self.levels:
            found += [(region, levels.start, levels.end) for region in sorted(levels.regions)]
        for name, start, end in found:
            if name in concepts and concepts[name].kind == "site":
                text = self.text[start:end]
                yield Fact(FactKind.SITE, name, frozenset(), start, end, text)

    @cached_property
    def levels(self) -> tuple[Levels, ...]:
        """The vertebrae it names."""
        return tuple(find_levels(self.text))

    @cached_property
    def counted(self) -> frozenset[str]:
        """The concepts that its units are of: the pack years of "40 py"."""
        units = {amount.value.split()[-1] for amount in self.of(FactKind.QUANTITY)}
        words = (cut(unit, "en").words for unit in sorted(units))
        return frozenset(m.name for unit in words for m in find_concepts(unit, "en"))

    @cached_property
    def words(self) -> Lookup:
        """To be asked for wordings."""
        return Lookup(self.reading.passages)

    @cached_property
    def told(self) -> dict[str, tuple[tuple[Fact, ...], bool]]:
        """Where it speaks of a family of statements, and whether in the same words; if asked."""
        return {}

    @cached_property
    def unread(self) -> frozenset[str]:
        """Stems of the words that are in no concept's, and abbreviations as they are written."""
        read = bytearray(len(self.text))
        for mention in self.reading.mentions:
            read[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        words = [w for w in self.reading.passages.words if not any(read[w.start : w.end])]
        return frozenset(w.text if w.text.isupper() else w.stem for w in words)

    @cached_property
    def parts(self) -> dict[str, tuple[Fact, ...]]:
        """By their organ: its lobes, thirds and quadrants."""
        found: dict[str, list[Fact]] = defaultdict(list)
        for part in find_parts(self.text, self.reading.passages.language):
            found[next(iter(part.about))].append(part)
        return {organ: tuple(facts) for organ, facts in found.items()}

    @cached_property
    def sides(self) -> dict[tuple[str, ...], tuple[Fact, ...]]:
        """By the words at once beside them."""
        found: dict[tuple[str, ...], list[Fact]] = defaultdict(list)
        for side in self.of(FactKind.LATERALITY):
            for words in words_beside(side, self.reading.passages):
                found[words].append(side)
        return {words: tuple(facts) for words, facts in found.items()}

    @cached_property
    def days(self) -> tuple[tuple[dt.date, Fact], ...]:
        """Dates as days; one without a year has that of its neighbour, a month its middle."""
        found: list[tuple[dt.date, Fact]] = []
        dates = self.of(FactKind.DATE)
        for place, fact in enumerate(dates):
            value = fact.value
            if value.startswith("--"):
                near = [
                    o for o in dates[max(0, place - 1) : place + 2] if o.value[:2] in ("19", "20")
                ]
                years = [o.value[:4] for o in sorted(near, key=lambda o: abs(o.start - fact.start))]
                value = f"{years[0]}{value[1:]}" if years else value
            elif len(value) == len("2026-02"):
                value += "-15"
            try:
                found.append((dt.date.fromisoformat(value), fact))
            except ValueError:
                continue
        return tuple(found)

    @cached_property
    def coded(self) -> tuple[tuple[Fact, Meaning], ...]:
        """The codes of the case, each with what it means."""
        return tuple((code, meaning(code.value)) for code in self.of(FactKind.CODE))

    @cached_property
    def born(self) -> dt.date | None:
        births = [d for d, fact in self.days if "birth" in fact.about and fact.value[:2] != "--"]
        if births:
            return births[0]
        # A header such as "Pt. Anna Berger, f, 12.03.1961": the first date, long before the others.
        early = [day for day, fact in self.days if fact.start < _HEADER]
        later = [day for day, fact in self.days if fact.start >= _HEADER] or early[1:]
        if early and later and early[0].year + _GENERATION <= min(later).year:
            return early[0]
        return None

    @cached_property
    def sex(self) -> Fact | None:
        """By the words said most often of the patient; None where the case doesn't tell."""
        said = [f for f in self.of(FactKind.SEX) if f.assertion is Assertion.AFFIRMED]
        said = [f for f in said if not self.is_other(f, self.reading)]
        for fact in said:
            if fact.text.lower() in ("female", "male", "weiblich", "männlich"):
                return fact
        for fact in said:
            if fact.text.lower() in ADDRESSES and self.patient:
                return fact
        women = [f for f in said if f.value == "female"]
        men = [f for f in said if f.value == "male"]
        more = women if len(women) > len(men) else men
        return more[0] if len(women) != len(men) else None

    @cached_property
    def patient(self) -> frozenset[str]:
        """The parts of the patient's name, where a line of the case tells it."""
        return patient_names(self.reading)

    def is_other(self, fact: Fact, reading: Reading) -> bool:
        """Whether a word that tells a sex is before the name of someone who isn't the patient."""
        if fact.text.lower() not in ADDRESSES:
            return False
        names = addressed_names(reading.text, fact)
        if self.patient and names:
            return not any_among(names, self.patient)
        return TITLED in fact.about

    def of(self, kind: FactKind) -> tuple[Fact, ...]:
        return self.by_kind.get(kind, ())

    def equal(self, fact: Fact) -> tuple[Fact, ...]:
        return self.by_value.get((fact.kind, fact.value), ())

    def dated(self, fact: Fact) -> bool:
        """Whether the sentence of a fact of the case gives a date."""
        return self.reading.sentence_at(fact.start) in self._dated

    @cached_property
    def _dated(self) -> frozenset[int]:
        return frozenset(self.reading.sentence_at(date.start) for date in self.of(FactKind.DATE))

    def around(self, fact: Fact) -> frozenset[str]:
        """All concepts and sites named in the sentence of a fact of the case."""
        return self.reading.around(fact)


@lru_cache(maxsize=16)
def source_of(text: str, language: str, order: Order | None = None) -> Source:
    """Cached: while a letter streams in, its case stays. For `order` see `read`."""
    return Source(read(text, language, order))


@dataclass(frozen=True)
class Meaning:
    """What a code's title says: the stems of its words, and its concepts with their families."""

    stems: frozenset[str]
    concepts: frozenset[str]


@lru_cache(maxsize=4096)
def meaning(code: str) -> Meaning:
    """Of a code of ICD-10; nothing where WHO has no such code."""
    words = cut(title(code), "en").words
    names = (vocabulary().family(mention.name) for mention in find_concepts(words, "en"))
    return Meaning(frozenset(word.stem for word in words), frozenset().union(*names))


@lru_cache(maxsize=65_536)
def related(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether any two of them are the same thing, or one is a kind of the other."""
    known = vocabulary()
    for a in one:
        for b in other:
            if a == b or a in known.family(b) or b in known.family(a) or _same_word(a, b):
                return True
            if a in known.classes.get(b, ()) or b in known.classes.get(a, ()):
                return True
            if a in known.regimens.get(b, ()) or b in known.regimens.get(a, ()):
                return True
    return False


def _same_word(one: str, other: str) -> bool:
    """Equal but for an ending, where neither is a concept: German inflection, plural."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= 6 and longer.startswith(f"{shorter} "):
        return True  # "progesterone 60 %" is of its receptor
    return (
        len(shorter) > 3
        and longer.startswith(shorter[: max(4, len(shorter) - 2)])
        and (len(longer) - len(shorter) <= 2)
    )
