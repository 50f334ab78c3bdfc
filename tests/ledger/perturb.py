"""A true letter made wrong by exactly one change of a named kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
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
from .wordlists import statements
from .wrong import Wrong, rewritten, wrong_letter

LANGUAGES: tuple[Language, ...] = ("en", "de")
LEFT_OUT, LEAKED = "left_out", "leaked"
_LEAKS = (
    "radiotherapy.*.site|diagnosis.name|diagnosis.histology|surgeries.*.name|toxicities.*.name",
    "comorbidities.*|follow_up.*.what|patient.last_name|referrer|medication.*.drug",
    "radiotherapy.*.total_gy|surgeries.*.date|systemic.*.start|systemic.*.drugs.*",
)
_ATTEMPTS = 400


def all_kinds() -> tuple[str, ...]:
    marked = {
        kind
        for language in LANGUAGES
        for entry in statements(language)
        for text in entry.letter
        for kind in kinds_of(text)
    }
    return tuple(dict.fromkeys([*CHANGES, *sorted(marked | SWAPS), LEFT_OUT, LEAKED]))


def perturbed(kind: str, language: Language, seed: str) -> Wrong:
    """A wrong letter of the kind; the same arguments give the same one.

    Raises:
        LookupError: no drawn patient has what the kind needs.
    """
    ways = list(_ways(kind, language))
    rng = Random(f"{seed}/{kind}/{language}")
    for _ in range(_ATTEMPTS):
        way = rng.choice(ways)
        found = way(f"{seed}/{kind}/{language}/{rng.random()}")
        if found:
            return found
    raise LookupError(f"No patient has anything to make wrong by {kind!r}.")


Way = Callable[[str], Wrong | None]


def _ways(kind: str, language: Language) -> Iterator[Way]:
    """Of the kind: by each kind of field, by a statement, by an exchange."""
    marked = any(kind in kinds_of(text) for e in statements(language) for text in e.letter)
    if marked:
        yield lambda seed: _by_statement(kind, language, seed)
    for pattern, change in CHANGES.get(kind, ()):
        yield lambda seed, p=pattern, c=change: _by_field(kind, language, seed, p, c)
    if kind in SWAPS:
        yield lambda seed: _by_exchange(kind, language, seed)
    if kind == LEFT_OUT:
        yield lambda seed: _by_omission(language, seed)
    if kind == LEAKED:
        for pattern in _LEAKS:
            yield lambda seed, p=pattern: _by_leak(language, seed, p)


def _by_statement(kind: str, language: Language, seed: str) -> Wrong | None:
    pair = draw_pair(seed, language, kind=kind)
    if pair is None:
        return None
    said = pair.say(pair.statements[0], kind)
    letter = pair.letter(said={pair.statements[0].entry.topic: said})
    start = letter.find(said.text)
    if start < 0 or letter == pair.true_letter:
        return None
    return wrong_letter(kind, pair, letter, shifted(said.spans, start), said.change)


def _by_field(
    kind: str, language: Language, seed: str, pattern: str, change: Change
) -> Wrong | None:
    pair = draw_pair(seed, language, needs=pattern)
    if pair is None:
        return None
    rng = Random(f"{seed}/change")
    path, leaf = rng.choice(matching(pair.details, pattern))
    wrong = change(Source(pair.details, pair.case, rng), leaf)
    if wrong is None or wrong == leaf:
        return None
    return rewritten(kind, pair, changed(pair.details, (path, wrong)), f"{leaf!s} -> {wrong!s}")


def _by_exchange(kind: str, language: Language, seed: str) -> Wrong | None:
    pair = draw_pair(seed, language, courses=2 if kind == "swapped_drugs" else 1)
    assert pair
    details = swapped(kind, pair.details, Random(f"{seed}/change"))
    return rewritten(kind, pair, details, "exchanged") if details else None


def _by_omission(language: Language, seed: str) -> Wrong | None:
    pair = draw_pair(seed, language, extra=3)
    found = left_out(pair, Random(f"{seed}/change")) if pair else None
    if pair is None or found is None:
        return None
    return Wrong(
        kind=LEFT_OUT,
        language=language,
        form=pair.form,
        case=pair.case,
        letter=found.letter,
        spans=(),
        was=found.text,
        true_letter=pair.true_letter,
        missing=found.places,
    )


def _by_leak(language: Language, seed: str, pattern: str) -> Wrong | None:
    """A fact of another patient, whose letter is given as an example."""
    pair = draw_pair(seed, language, needs=pattern)
    if pair is None:
        return None
    rng = Random(f"{seed}/change")
    source = Source(pair.details, pair.case, rng)
    stranger = source.stranger()
    path, leaf = rng.choice(matching(pair.details, pattern))
    field = ".".join("*" if isinstance(step, int) else step for step in path)
    own = {str(value).casefold() for _, value in leaves(pair.details)}
    foreign = [value for _, value in matching(stranger, field) if str(value).casefold() not in own]
    foreign = [value for value in foreign if not source.has(str(value))]
    if not foreign:
        return None
    wrong = rng.choice(foreign)
    found = rewritten(LEAKED, pair, changed(pair.details, (path, wrong)), f"{leaf!s} -> {wrong!s}")
    exemplar = letter_text(write_letter(stranger, "prose", rng.randrange(2**31)))
    return replace(found, exemplars=(exemplar,)) if found else None
