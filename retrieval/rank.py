"""From hits to the letters that serve as examples. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from index.letter import DocumentType, Language, LetterMetadata
from index.rows import Hit, StoredLetter
from retrieval.exemplar import Exemplar
from retrieval.settings import RetrievalSettings
from retrieval.words import Match


@dataclass(frozen=True)
class Wish:
    """What an example for a case should be like. The first three it must be, the rest it should.

    Attributes:
        document_types: any of them; with none any at all.
        author: the pseudonym of the physician who will sign, or empty.
    """

    language: Language
    letter_type: str
    document_types: tuple[DocumentType, ...] = ()
    tumour_group: str = ""
    author: str = ""
    department: str = ""

    def allows(self, metadata: LetterMetadata) -> bool:
        of_form = (metadata.language, metadata.letter_type) == (self.language, self.letter_type)
        of_kind = not self.document_types or metadata.document_type in self.document_types
        return of_form and of_kind

    @property
    def where(self) -> Mapping[str, str | tuple[str, ...]]:
        """What it must be, for the store."""
        form = {"language": self.language, "letter_type": self.letter_type}
        return form | ({"document_type": self.document_types} if self.document_types else {})


@dataclass(frozen=True)
class Ranked:
    """A letter with its similarity to the case, and why it stands where it stands.

    Attributes:
        score: cosine similarity of its best passage.
        relevance: the score with the bonus for the tumour group; what the threshold is for.
        rank: the relevance with the bonuses for style, the author's and the department's, and
            then the one for words.
    """

    letter: StoredLetter
    score: float
    relevance: float
    rank: float
    reasons: tuple[str, ...]


def best_scores(hits: Iterable[Hit]) -> dict[str, float]:
    """Each letter's best hit, in the order of the hits."""
    scores: dict[str, float] = {}
    for hit in hits:
        scores[hit.letter_id] = max(hit.score, scores.get(hit.letter_id, -1.0))
    return scores


def rank(
    letters: Iterable[StoredLetter],
    scores: dict[str, float],
    wish: Wish,
    settings: RetrievalSettings,
) -> list[Ranked]:
    """The letters above the threshold that the wish allows, best first."""
    allowed = [each for each in letters if wish.allows(each.metadata)]
    ranked = [_ranked(each, scores[each.id], wish, settings) for each in allowed]
    good = [each for each in ranked if each.relevance >= settings.threshold]
    return _in_order(good)


def rank_by_words(
    ranked: Iterable[Ranked], matches: Mapping[str, Match], settings: RetrievalSettings
) -> list[Ranked]:
    """The letters ranked anew with the bonus for the words that they share with the case.

    Args:
        matches: of every letter, by its code.
    """
    return _in_order(_with_words(each, matches[each.letter.id], settings) for each in ranked)


def choose(found: Iterable[Exemplar], settings: RetrievalSettings) -> tuple[Exemplar, ...]:
    """The first of `found` that fit: not too many, not too long, no two nearly the same."""
    chosen: list[Exemplar] = []
    room = settings.max_characters
    for exemplar in found:
        if len(chosen) == settings.exemplars:
            break
        if len(exemplar.text) > room or _near_duplicate(exemplar.text, chosen, settings):
            continue
        chosen.append(exemplar)
        room -= len(exemplar.text)
    return tuple(chosen)


def likeness(one: str, other: str) -> float:
    """Jaccard index of two texts' word triples, 0 to 1. Digits don't count: dates and doses
    differ between two copies of a letter."""
    triples = (_triples(one), _triples(other))
    union = triples[0] | triples[1]
    return len(triples[0] & triples[1]) / len(union) if union else 1.0


def _ranked(letter: StoredLetter, score: float, wish: Wish, settings: RetrievalSettings) -> Ranked:
    metadata = letter.metadata
    relevance = score
    style = 0.0
    reasons = [f"similar case: {score:.2f}"]
    if wish.tumour_group and metadata.tumour_group == wish.tumour_group:
        relevance += settings.tumour_group_bonus
        reasons.append(f"same tumour group: {wish.tumour_group}")
    if wish.author and metadata.author == wish.author:
        style += settings.author_bonus
        reasons.append("same author")
    if wish.department and metadata.department.casefold() == wish.department.casefold():
        style += settings.author_bonus
        reasons.append("same department")
    return Ranked(letter, score, relevance, relevance + style, tuple(reasons))


def _with_words(ranked: Ranked, match: Match, settings: RetrievalSettings) -> Ranked:
    reasons = (f"same words: {', '.join(match.words)}",) if match.words else ()
    bonus = settings.word_bonus * match.score
    return replace(ranked, rank=ranked.rank + bonus, reasons=(*ranked.reasons, *reasons))


def _in_order(ranked: Iterable[Ranked]) -> list[Ranked]:
    return sorted(ranked, key=lambda each: (-each.rank, each.letter.id))


def _near_duplicate(text: str, chosen: Sequence[Exemplar], settings: RetrievalSettings) -> bool:
    return any(likeness(text, each.text) >= settings.near_duplicate for each in chosen)


def _triples(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return set(zip(words, words[1:], words[2:], strict=False))
