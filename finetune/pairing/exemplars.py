"""Example letters for the prompts: other patients', of those that are trained on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from finetune.pairing.drafts import Draft
from retrieval.exemplar import Exemplar

_COUNTS = (1, 1, 2)
_TRIES = 50


@dataclass(frozen=True)
class Pool:
    """Letters by language and author, and by language and tumour group.

    Attributes:
        drafts: the letters with the group that each belongs to.
        by: positions in `drafts`.
    """

    drafts: Sequence[tuple[Draft, int]]
    by: Mapping[tuple[str, ...], Sequence[int]]

    @classmethod
    def of(cls, drafts: Iterable[tuple[Draft, int]]) -> Pool:
        kept = [(draft, group) for draft, group in drafts if draft.letter.metadata.author]
        by: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for position, (draft, _) in enumerate(kept):
            for key in _keys(draft):
                by[key].append(position)
        return cls(kept, by)

    def choose(self, draft: Draft, group: int, rng: Random) -> list[Exemplar]:
        """One or two letters by the same author, of the same tumours where there are some; else of
        the same tumours by one other author. None of the letter's own group."""
        author, both, tumour = _keys(draft)
        wanted = rng.choice(_COUNTS)
        for key in (both, author, tumour):
            there = self.by.get(key, ())
            tried = rng.sample(there, min(len(there), _TRIES))
            found = [self.drafts[n][0] for n in tried if self.drafts[n][1] != group]
            if found and draft.letter.metadata.author:
                first = found[0].letter.metadata.author
                found = [each for each in found if each.letter.metadata.author == first]
            if found:
                return [_exemplar(each) for each in found[:wanted]]
        return []


def _keys(draft: Draft) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    metadata = draft.letter.metadata
    language, author, tumour = metadata.language, metadata.author, metadata.tumour_group
    return (language, "author", author), (language, author, tumour), (language, "tumour", tumour)


def _exemplar(draft: Draft) -> Exemplar:
    return Exemplar(draft.letter.id, draft.letter.text, 0.0, (), draft.letter.metadata)
