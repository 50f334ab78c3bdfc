"""How alike two texts are: ROUGE, the one figure that all papers on letters give, and chrF.

The only file that knows rouge-score and sacrebleu. rouge-score's own tokenizer deletes every letter
beyond ASCII and with it all umlauts, so it gets another, and no stemmer, which would be English.
chrF (Popović 2015) compares characters and forgives German endings and compounds what ROUGE does
not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rouge_score.rouge_scorer import RougeScorer
    from sacrebleu.metrics.chrf import CHRF

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Rouge:
    """F-measures, 0 to 1: shared words, shared pairs of words, longest common subsequence."""

    rouge1: float
    rouge2: float
    rouge_l: float


class UnicodeWords:
    """rouge-score's tokenizer interface, over words of any script."""

    def tokenize(self, text: str) -> list[str]:
        return _WORD.findall(text.casefold())


def rouge(reference: str, written: str) -> Rouge:
    """How much of a reference stands in what was written, and the other way round."""
    scores = _scorer().score(reference, written)
    return Rouge(*(float(scores[name].fmeasure) for name in ("rouge1", "rouge2", "rougeL")))


def chrf(reference: str, written: str) -> float:
    """F-measure (beta 2) of shared runs of 1 to 6 characters, 0 to 1; white space doesn't count."""
    return float(_chrf().sentence_score(written, [reference]).score) / 100


def words(text: str) -> int:
    """How many words of any script there are."""
    return len(_WORD.findall(text))


@cache
def _scorer() -> RougeScorer:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rouge1", "rouge2", "rougeL"], tokenizer=UnicodeWords())


@cache
def _chrf() -> CHRF:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF()
