"""What a model's answers are worth as one row of a table, and how two rows differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pydantic import BaseModel

from finetune.answers import Answer, arm
from finetune.case_scores import CaseScore, Tally, score_case
from finetune.intervals import difference, estimate
from finetune.trials import Target

Share = float | None
"""0 to 1; None where there was nothing to count."""


class Scores(BaseModel):
    """One model on one set of trials."""

    model: str
    task: str
    language: str
    institution: str = ""
    trials: int
    patients: int = 0
    exemplars: int
    """Example letters in each prompt."""
    refined: bool = False
    """Whether drafts were to be changed."""
    facts: Tally
    """By kind: there and right, expected."""
    forms: Tally
    """The same by the form in which the model saw the case."""
    changes: Tally
    """By kind of change asked of a draft: made, asked. Made is what leaves no old sentence and has
    every new fact; whether the rest stayed as it was is told by `facts`."""
    facts_right: Share
    """Wherever in the answer they stand. The demo clinic's facts are known by construction; of a
    hospital's pairs they are `carried`."""
    in_place: Share
    """Share of the groups of facts that belong together, e.g. a course's site, doses and dates,
    and stand together."""
    invented: Share
    """Share of the answers' checkable facts (dates, doses, codes, TNM, names, numbers) that neither
    follow from the case nor stand in the clinic's own answer."""
    leaked: int
    """Invented facts that stand in an example letter of the prompt; the interval is of their number
    in an answer."""
    carried: Share
    """Of the facts in the clinic's own answer that the case supports, by the check: those that the
    answer states too."""
    wrong: Share
    """Invented facts of an answer of which the case says otherwise; a mean."""
    omitted: Share
    """Facts of the case that an answer leaves out and the clinic's own does not; a mean."""
    stopped: Share
    sections: Share
    """Share of letters with all their parts; None for summaries."""
    exact: Share
    """Share of answers that are word for word the clinic's own."""
    rouge1: Share
    rouge2: Share
    rouge_l: Share
    chrf: Share
    length: Share
    """Words of the answers to words of the clinic's own; 1 is as long."""
    tokens: Share
    """Mean length of an answer."""
    seconds: Share
    """Mean time of an answer, under the load of the others."""
    failed: int
    """Prompts that got no whole answer, e.g. since they were too long; they count as they stand."""
    intervals: dict[str, tuple[float, float]] = {}
    """By measure: the ends of its 95% interval; see `finetune.intervals`."""


class Difference(BaseModel):
    """How much higher the first row's measures are than the second's, on the same cases."""

    first: str
    second: str
    task: str
    language: str
    institution: str
    trials: int
    measures: dict[str, tuple[float, float, float]]
    """The difference and the ends of its 95% interval; without those that nothing was counted of,
    and without all where there are too few patients."""


_COUNTS = {"failed", "leaked"}
"""What is told as a number of cases."""


def score(model: str, trials: Sequence[Target], answers: Sequence[Answer]) -> Scores:
    """Everything that can be counted without a physician.

    Args:
        model: its name, for the table.
        trials: at least one, all of one task and language.
        answers: one for each trial.
    """
    cases = [score_case(trial, answer) for trial, answer in zip(trials, answers, strict=True)]
    return summed(model, len(trials[0].exemplars), trials, cases)


def summed(
    model: str, exemplars: int, targets: Sequence[Target], cases: Sequence[CaseScore]
) -> Scores:
    """A row of cases that are scored already.

    Args:
        model: its name, for the table.
        exemplars: example letters that were asked for in each prompt.
        targets: at least one, all of one task, language and institution.
        cases: one for each target.
    """
    patients = [target.patient for target in targets]
    first = targets[0]
    figures = {
        name: estimate([case.measures[name] for case in cases], patients)
        for name in cases[0].measures
    }
    failed, leaked = (sum(c.measures[name][0] for c in cases) for name in ("failed", "leaked"))
    return Scores(
        model=model,
        task=first.kind.value,
        language=first.language,
        institution=first.institution,
        trials=len(cases),
        patients=len({name or number for number, name in enumerate(patients)}),
        exemplars=exemplars,
        refined=first.refined,
        facts=_total(case.facts for case in cases),
        forms=_total({c.form.value: _all(c.facts)} for c in cases if c.form),
        changes=_total({c.change[0]: (int(c.change[1]), 1)} for c in cases if c.change),
        leaked=int(leaked),
        failed=int(failed),
        intervals={
            name: (figure.low, figure.high)
            for name, figure in figures.items()
            if figure.low is not None and figure.high is not None
        },
        **{name: figure.value for name, figure in figures.items() if name not in _COUNTS},
    )


def differing(
    first: Scores,
    second: Scores,
    targets: Sequence[Target],
    cases: Sequence[tuple[CaseScore, CaseScore]],
) -> Difference:
    """How two rows differ.

    Args:
        first: the row of which it is told how much higher it is.
        second: the row it is held against.
        targets: the cases that both were asked.
        cases: both rows' scores of each.
    """
    patients = [target.patient for target in targets]
    measures: dict[str, tuple[float, float, float]] = {}
    for name in cases[0][0].measures:
        found = difference(
            [one.measures[name] for one, _ in cases],
            [two.measures[name] for _, two in cases],
            patients,
        )
        if found.value is not None and found.low is not None and found.high is not None:
            measures[name] = (found.value, found.low, found.high)
    return Difference(
        first=arm(first.model, first.exemplars),
        second=arm(second.model, second.exemplars),
        task=first.task,
        language=first.language,
        institution=first.institution,
        trials=len(cases),
        measures=measures,
    )


def _total(tallies: Iterable[Tally]) -> Tally:
    right: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    for tally in tallies:
        right.update({kind: n for kind, (n, _) in tally.items()})
        expected.update({kind: n for kind, (_, n) in tally.items()})
    return {kind: (right[kind], n) for kind, n in sorted(expected.items())}


def _all(facts: Tally) -> tuple[int, int]:
    return sum(n for n, _ in facts.values()), sum(n for _, n in facts.values())
