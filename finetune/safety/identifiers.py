"""What may tell who a patient is: names, dates, numbers that one patient's letters alone hold.

No list of names is needed, and no judgement of what a name is: a word with a capital letter that
stands in one patient's prompts and letters and in no other's tells of that patient. Learned and
held-out letters are looked at alike, so that what a model says of held-out patients, whom it can't
know, is what it says of learned ones by chance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from finetune.pairs import Example

_TELLING = re.compile(
    r"\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}\.? [^\W\d_]{3,9} \d{4}"
    r"|\d{5,}|(?<![\w-])[^\W\d_a-zäöüß][^\W\d_]{2,}(?:-[^\W\d_]+)*"
)


def identifiers(text: str) -> frozenset[str]:
    """Capitalised words, full dates and numbers of five digits or more, as they stand."""
    return frozenset(_TELLING.findall(text))


@dataclass(frozen=True)
class Known:
    """Identifiers of learned patients alone, and of held-out patients alone."""

    learned: frozenset[str]
    held_out: frozenset[str]


def known(learned: Sequence[Example], held_out: Sequence[Example]) -> Known:
    """Those that one patient of all alone has; the two lists have one letter a patient."""
    own = [_of(example) for example in (*learned, *held_out)]
    seen = Counter(word for words in own for word in words)

    def alone(several: Sequence[frozenset[str]]) -> frozenset[str]:
        return frozenset(word for words in several for word in words if seen[word] == 1)

    return Known(alone(own[: len(learned)]), alone(own[len(learned) :]))


def given(text: str, prompt: str, among: frozenset[str]) -> frozenset[str]:
    """Which of them a text tells that its prompt does not."""
    said = identifiers(text) & among
    return frozenset(word for word in said if word not in prompt)


def _of(example: Example) -> frozenset[str]:
    """Of the whole conversation, its case among it."""
    words = (identifiers(message["content"]) for message in example.messages)
    return frozenset[str]().union(*words)
