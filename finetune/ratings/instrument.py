"""What raters are asked: the paper's four dimensions, and the nine attributes of PDSQI-9.

The dimensions are those of arXiv 2408.10715, rated from 1 to 4. PDSQI-9 (arXiv 2501.08977) is rated
from 1 to 5, its last attribute by yes or no. The names are the published ones, the definitions
are in our own words: figures by them are not figures of the validated instrument.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Score = int | None
"""None: the rater says that the question does not apply."""


@dataclass(frozen=True)
class Item:
    """One question.

    Attributes:
        name: in the database and in exports.
        title: as raters and readers see it.
        asks: the question.
        levels: what the scores mean, lowest score first; not all of them need words.
        can_fail_to_apply: whether "does not apply" is an answer.
    """

    name: str
    title: str
    asks: str
    levels: Mapping[int, str]
    can_fail_to_apply: bool = False

    @property
    def scores(self) -> tuple[int, ...]:
        return tuple(range(min(self.levels), max(self.levels) + 1))

    def takes(self, score: object) -> bool:
        """Whether this is an answer; bool is none, though Python takes it for a number."""
        if score is None:
            return self.can_fail_to_apply
        return type(score) is int and score in self.scores


DIMENSIONS = (
    Item(
        "correctness",
        "Correctness",
        "Is what the draft says true of this case?",
        {
            1: "wrong where it matters: unsafe to use",
            2: "several errors, or one that matters",
            3: "small errors that do no harm",
            4: "all correct",
        },
    ),
    Item(
        "comprehensiveness",
        "Comprehensiveness",
        "Does it say all that the addressee needs to know?",
        {
            1: "most of it is missing",
            2: "something important is missing",
            3: "only small things are missing",
            4: "complete",
        },
    ),
    Item(
        "style",
        "Clinic-specific style",
        "Does it read like a letter of your own clinic: order, wording, set phrases?",
        {
            1: "not like ours at all",
            2: "ours in parts",
            3: "nearly ours",
            4: "could have been written here",
        },
    ),
    Item(
        "practicality",
        "Practicality",
        "How much work would it save you?",
        {
            1: "none: I would write it anew",
            2: "a little: much has to be changed",
            3: "most of it: a few changes",
            4: "all of it: I could sign it as it is",
        },
    ),
)

PDSQI_9 = (
    Item(
        "cited",
        "Cited",
        "Does it tell where its statements come from, rightly and where it matters?",
        {1: "no source, or wrong ones", 5: "each statement has its right source"},
        can_fail_to_apply=True,
    ),
    Item(
        "accurate",
        "Accurate",
        "Is it free of made-up and of distorted facts?",
        {1: "several grave ones", 5: "none"},
    ),
    Item(
        "thorough",
        "Thorough",
        "Is anything left out that matters?",
        {1: "several things that bear on care", 5: "nothing"},
    ),
    Item(
        "useful",
        "Useful",
        "Does it give this reader what the reader needs, at the right depth?",
        {1: "beside the point", 5: "just what is needed"},
    ),
    Item(
        "organized",
        "Organized",
        "Does its order help to follow the course of the illness?",
        {1: "no order", 5: "in the best order"},
    ),
    Item(
        "comprehensible",
        "Comprehensible",
        "Is each sentence clear at first reading?",
        {1: "hard to understand", 5: "clear throughout"},
    ),
    Item(
        "succinct",
        "Succinct",
        "Is it as short as it can be?",
        {1: "long-winded and repetitive", 5: "no word too many"},
    ),
    Item(
        "synthesized",
        "Synthesized",
        "Does it put findings together to a picture and draw the right conclusions?",
        {1: "a list, or wrong conclusions", 5: "a picture that goes beyond a list"},
        can_fail_to_apply=True,
    ),
    Item(
        "stigmatizing",
        "Stigmatizing",
        "Is there any wording that blames, doubts or labels the patient?",
        {0: "no", 1: "yes"},
    ),
)


def items_of(*, pdsqi: bool) -> tuple[Item, ...]:
    """The questions of a round."""
    return DIMENSIONS + PDSQI_9 if pdsqi else DIMENSIONS
