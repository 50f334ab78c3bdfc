"""What one answer is worth, counted by rules: each measure as what it adds to a sum above and to a
sum below, so that any set of cases has a figure and an interval (`finetune.intervals`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from assistant.check import Fact, FactKind, Finding, Status, check, facts_of
from finetune.answers import Answer
from finetune.clinic.fact_groups import apart
from finetune.clinic.facts import absent
from finetune.clinic.surfaces import SurfaceForm
from finetune.intervals import Part
from finetune.scores import chrf, rouge, words
from finetune.trials import Change, Target, pieces
from index.sections import split_sections

Tally = dict[str, tuple[int, int]]
"""By kind: there and right, expected."""
_Stated = tuple[FactKind, str]


@dataclass(frozen=True)
class CaseScore:
    """One answer. A measure that has nothing to count in this case adds nothing below.

    Attributes:
        measures: by the names of `finetune.scorecard.Scores`.
        facts: by kind of fact.
        form: how the case was written down, as the model saw it; None outside the demo clinic.
        change: what was asked for and whether it was made; None where no draft was refined.
    """

    measures: dict[str, Part]
    facts: Tally
    form: SurfaceForm | None
    change: tuple[str, bool] | None


def score_case(target: Target, answer: Answer) -> CaseScore:
    """Everything that can be counted without a physician.

    What failed counts as it stands: an empty answer has no fact right.
    """
    text = answer.text
    own = _own(target.source, target.reference)
    ledger = check(target.source, text, target.exemplars)
    open_findings = [
        finding
        for finding in ledger.findings
        if finding.status is not Status.SUPPORTED and _stated(finding.fact) not in own.stated
    ]
    supported = {_stated(f.fact) for f in ledger.findings if f.status is Status.SUPPORTED}
    carried = own.borne_out & supported
    if target.facts is None:
        facts = _tally(
            Counter(kind.value for kind, _ in own.borne_out),
            Counter(kind.value for kind, _ in own.borne_out - carried),
        )
    else:
        lost = absent(text, target.facts)
        facts = _tally(Counter(f.kind for f in target.facts), Counter(f.kind for f in lost))
    left_out = {_stated(fact) for fact in ledger.omitted} - own.omitted
    changed = sum(finding.status is Status.CHANGED for finding in open_findings)
    alike = rouge(target.reference, text)
    found = {section.kind.part for section in split_sections(text, target.language)}
    written = not answer.failure
    measures: dict[str, Part] = {
        "facts_right": (sum(n for n, _ in facts.values()), sum(n for _, n in facts.values())),
        "in_place": (len(target.groups) - len(apart(text, target.groups)), len(target.groups)),
        "invented": (len(open_findings), len(ledger.findings)),
        "carried": (len(carried), len(own.borne_out)),
        "wrong": (changed, 1),
        "omitted": (len(left_out), 1),
        "leaked": (sum(finding.leaked for finding in open_findings), 1),
        "stopped": (answer.stopped, 1),
        "sections": (set(target.sections) <= found, 1) if target.sections else (0, 0),
        "exact": (text.strip() == target.reference, 1),
        "rouge1": (alike.rouge1, 1),
        "rouge2": (alike.rouge2, 1),
        "rouge_l": (alike.rouge_l, 1),
        "chrf": (chrf(target.reference, text), 1),
        "length": (words(text), words(target.reference)),
        "tokens": (answer.tokens * written, written),
        "seconds": (answer.seconds * written, written),
        "failed": (not written, 1),
    }
    return CaseScore(
        measures={name: (float(above), float(below)) for name, (above, below) in measures.items()},
        facts=facts,
        form=_seen(target.form),
        change=(target.change.kind, _made(target.change, text)) if target.change else None,
    )


@dataclass(frozen=True)
class _Own:
    """What the check says of the clinic's own answer; where it doubts that, it is mistaken.

    Attributes:
        stated: its facts, borne out by the case or not.
        borne_out: those that the case supports; an answer can be held against these.
        omitted: what it leaves out of the case, and an answer may, too.
    """

    stated: frozenset[_Stated]
    borne_out: frozenset[_Stated]
    omitted: frozenset[_Stated]


@lru_cache(maxsize=4096)
def _own(source: str, reference: str) -> _Own:
    """The same for every model that is asked."""
    stated = frozenset(map(_stated, facts_of(reference)))
    ledger = check(source, reference)
    return _Own(
        stated,
        stated & {_stated(f.fact) for f in ledger.findings if _is_supported(f)},
        frozenset(map(_stated, ledger.omitted)),
    )


def _is_supported(finding: Finding) -> bool:
    return finding.status is Status.SUPPORTED


def _stated(fact: Fact) -> _Stated:
    return fact.kind, fact.value


def _tally(expected: Counter[str], lost: Counter[str]) -> Tally:
    return {kind: (n - lost[kind], n) for kind, n in sorted(expected.items())}


def _seen(form: SurfaceForm | None) -> SurfaceForm | None:
    """JSON is read into the canonical lines before any model sees it."""
    return SurfaceForm.CANONICAL if form is SurfaceForm.JSON else form


def _made(change: Change, text: str) -> bool:
    return not absent(text, change.brought) and not set(change.gone) & set(pieces(text))
