"""A true letter made wrong by exactly one change of a named kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from random import Random

from finetune.clinic.letters import letter_text, write_letter
from index.letter import Language

from .changes import CHANGES
from .fields import changed, leaves, matching
from .omissions import left_out
from .pairs import draw_pair
from .sources import Change, Source
from .swaps import SWAPS, swapped
from .template import kinds_of, shifted
from .wordlists import Bank, statements
from .wrong import Wrong, rewritten, wrong_letter

LANGUAGES: tuple[Language, ...] = ("en", "de")
LEFT_OUT, LEAKED = "left_out", "leaked"
_LEAKS = (
    "radiotherapy.*.site|diagnosis.name|diagnosis.histology|surgeries.*.name|toxicities.*.name",
    "comorbidities.*|follow_up.*.what|patient.last_name|referrer|medication.*.drug",
    "radiotherapy.*.total_gy|surgeries.*.date|systemic.*.start|systemic.*.drugs.*",
)
_ATTEMPTS = 400


@cache
def all_kinds(bank: Bank = "usual") -> tuple[str, ...]:
    marked = {
        kind
        for language in LANGUAGES
        for entry in statements(language, bank)
        for text in entry.letter
        for kind in kinds_of(text)
    }
    return tuple(dict.fromkeys([*CHANGES, *sorted(marked | SWAPS), LEFT_OUT, LEAKED]))


def perturbed(kind: str, language: Language, seed: str, bank: Bank = "usual") -> Wrong:
    """A wrong letter of the kind; the same arguments give the same one.

    Raises:
        LookupError: no drawn patient has what the kind needs.
    """
    ways = list(_Maker(kind, language, bank).ways())
    if not ways:
        raise LookupError(f"No kind is called {kind!r}.")
    rng = Random(f"{seed}/{kind}/{language}")
    for _ in range(_ATTEMPTS):
        way = rng.choice(ways)
        found = way(f"{seed}/{kind}/{language}/{rng.random()}")
        if found:
            return found
    raise LookupError(f"No patient has anything to make wrong by {kind!r}.")


@dataclass(frozen=True)
class _Maker:
    kind: str
    language: Language
    bank: Bank

    def ways(self) -> Iterator[Callable[[str], Wrong | None]]:
        """From a seed to a wrong letter: by a statement, a kind of field, an exchange."""
        entries = statements(self.language, self.bank)
        if any(self.kind in kinds_of(text) for entry in entries for text in entry.letter):
            yield self._by_statement
        for pattern, change in CHANGES.get(self.kind, ()):
            yield partial(self._by_field, pattern, change)
        if self.kind in SWAPS:
            yield self._by_exchange
        if self.kind == LEFT_OUT:
            yield self._by_omission
        if self.kind == LEAKED:
            yield from (partial(self._by_leak, pattern) for pattern in _LEAKS)

    def _by_statement(self, seed: str) -> Wrong | None:
        pair = draw_pair(seed, self.language, kind=self.kind, bank=self.bank)
        if pair is None:
            return None
        said = pair.say(pair.statements[0], self.kind)
        letter = pair.letter(said={pair.statements[0].entry.topic: said})
        start = letter.find(said.text)
        if start < 0 or letter == pair.true_letter:
            return None
        return wrong_letter(self.kind, pair, letter, shifted(said.spans, start), said.change)

    def _by_field(self, pattern: str, change: Change, seed: str) -> Wrong | None:
        pair = draw_pair(seed, self.language, needs=pattern, bank=self.bank)
        if pair is None:
            return None
        rng = Random(f"{seed}/change")
        path, leaf = rng.choice(matching(pair.details, pattern))
        wrong = change(Source(pair.details, pair.case, rng), leaf)
        if wrong is None or wrong == leaf:
            return None
        details = changed(pair.details, (path, wrong))
        return rewritten(self.kind, pair, details, f"{leaf!s} -> {wrong!s}")

    def _by_exchange(self, seed: str) -> Wrong | None:
        courses = 2 if self.kind == "swapped_drugs" else 1
        pair = draw_pair(seed, self.language, courses=courses, bank=self.bank)
        details = swapped(self.kind, pair.details, Random(f"{seed}/change")) if pair else None
        return rewritten(self.kind, pair, details, "exchanged") if pair and details else None

    def _by_omission(self, seed: str) -> Wrong | None:
        pair = draw_pair(seed, self.language, extra=3, bank=self.bank)
        found = left_out(pair, Random(f"{seed}/change")) if pair else None
        if pair is None or found is None:
            return None
        wrong = wrong_letter(self.kind, pair, found.letter, (), found.text)
        return replace(wrong, missing=found.places)

    def _by_leak(self, pattern: str, seed: str) -> Wrong | None:
        """A fact of another patient, whose letter is given as an example."""
        pair = draw_pair(seed, self.language, needs=pattern, bank=self.bank)
        if pair is None:
            return None
        rng = Random(f"{seed}/change")
        source = Source(pair.details, pair.case, rng)
        stranger = source.stranger()
        path, leaf = rng.choice(matching(pair.details, pattern))
        field = ".".join("*" if isinstance(step, int) else step for step in path)
        own = {str(value).casefold() for _, value in leaves(pair.details)}
        foreign = [
            value
            for _, value in matching(stranger, field)
            if str(value).casefold() not in own and not source.has(str(value))
        ]
        if not foreign:
            return None
        wrong = rng.choice(foreign)
        details = changed(pair.details, (path, wrong))
        found = rewritten(self.kind, pair, details, f"{leaf!s} -> {wrong!s}")
        exemplar = letter_text(write_letter(stranger, "prose", rng.randrange(2**31)))
        return replace(found, exemplars=(exemplar,)) if found else None
