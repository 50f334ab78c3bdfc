"""What a model's answers are worth, counted by rules: facts, inventions, endings, parts, ROUGE."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from assistant.check import Status, check, facts_of
from finetune.clinic.fact_groups import apart
from finetune.clinic.facts import absent
from finetune.clinic.surfaces import SurfaceForm
from finetune.scores import rouge
from finetune.trials import Change, Trial, pieces
from index.sections import split_sections


@dataclass(frozen=True)
class Answer:
    """What a model wrote; `stopped` is False where it ran out of room."""

    text: str
    stopped: bool
    tokens: int
    seconds: float


class Scores(BaseModel):
    """One model on one set of trials. Shares are 0 to 1."""

    model: str
    task: str
    language: str
    trials: int
    exemplars: int
    """Example letters in each prompt."""
    facts: dict[str, tuple[int, int]]
    """By kind: there and right, expected."""
    forms: dict[str, tuple[int, int]]
    """The same by the form in which the model saw the case."""
    changes: dict[str, tuple[int, int]]
    """By kind of change asked of a draft: made, asked. Made is what leaves no old sentence and has
    every new fact; whether the rest stayed as it was is told by `facts`."""
    facts_right: float
    """Wherever in the answer they stand."""
    in_place: float
    """Share of the groups of facts that belong together, e.g. a course's site, doses and dates,
    and stand together."""
    invented: float
    """Share of the answers' checkable facts (dates, doses, codes, TNM, names, numbers) that neither
    follow from the case nor stand in the clinic's own answer."""
    leaked: int
    """Invented facts that stand in an example letter of the prompt."""
    stopped: float
    sections: float | None
    """Share of letters with all their parts; None for summaries."""
    exact: float
    """Share of answers that are word for word the clinic's own."""
    rouge1: float
    rouge2: float
    rouge_l: float
    tokens: float
    """Mean length of an answer."""
    seconds: float
    """Mean time of an answer, under the load of the others."""


def score(model: str, trials: Sequence[Trial], answers: Sequence[Answer]) -> Scores:
    """Everything that can be counted without a physician.

    Args:
        model: its name, for the table.
        trials: at least one, all of one task and language.
        answers: one for each trial.
    """
    expected: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    in_form: Counter[str] = Counter()
    lost_in_form: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    made: Counter[str] = Counter()
    invented = findings = leaked = whole = grouped = scattered = 0
    rouges = [rouge(t.reference, a.text) for t, a in zip(trials, answers, strict=True)]
    for trial, answer in zip(trials, answers, strict=True):
        expected.update(fact.kind for fact in trial.facts)
        lost = absent(answer.text, trial.facts)
        missing.update(fact.kind for fact in lost)
        form = _seen(trial.form)
        in_form[form] += len(trial.facts)
        lost_in_form[form] += len(lost)
        grouped += len(trial.groups)
        scattered += len(apart(answer.text, trial.groups))
        if trial.change:
            asked[trial.change.kind] += 1
            made[trial.change.kind] += _made(trial.change, answer.text)
        ledger = check(trial.source, answer.text, trial.exemplars)
        # Where the check doubts the clinic's own answer too, the doubt is the check's mistake.
        own = {(fact.kind, fact.value) for fact in facts_of(trial.reference)}
        unfounded = [
            finding
            for finding in ledger.findings
            if finding.status is not Status.SUPPORTED
            and (finding.fact.kind, finding.fact.value) not in own
        ]
        findings += len(ledger.findings)
        invented += len(unfounded)
        leaked += sum(finding.leaked for finding in unfounded)
        found = {section.kind.part for section in split_sections(answer.text, trial.language)}
        whole += set(trial.sections) <= found
    count = len(trials)
    return Scores(
        model=model,
        task=trials[0].kind.value,
        language=trials[0].language,
        trials=count,
        exemplars=len(trials[0].exemplars),
        facts={kind: (n - missing[kind], n) for kind, n in sorted(expected.items())},
        forms={form: (n - lost_in_form[form], n) for form, n in sorted(in_form.items())},
        changes={kind: (made[kind], n) for kind, n in sorted(asked.items())},
        facts_right=1 - missing.total() / max(1, expected.total()),
        in_place=1 - scattered / max(1, grouped),
        invented=invented / max(1, findings),
        leaked=leaked,
        stopped=sum(answer.stopped for answer in answers) / count,
        sections=whole / count if trials[0].sections else None,
        exact=sum(a.text.strip() == t.reference for t, a in zip(trials, answers, strict=True))
        / count,
        rouge1=sum(r.rouge1 for r in rouges) / count,
        rouge2=sum(r.rouge2 for r in rouges) / count,
        rouge_l=sum(r.rouge_l for r in rouges) / count,
        tokens=sum(answer.tokens for answer in answers) / count,
        seconds=sum(answer.seconds for answer in answers) / count,
    )


def markdown(rows: Sequence[Scores]) -> str:
    """One row a model and language, then facts by kind and by form of case, and changes made."""
    head = (
        "| model | task | language | cases | examples | facts right | in place | invented"
        " | stopped | all parts | word for word | ROUGE-1 / 2 / L | tokens |\n" + "|---" * 13 + "|"
    )
    lines = [
        f"| {r.model} | {r.task} | {r.language} | {r.trials} | {r.exemplars}"
        f" | {r.facts_right:.1%} | {r.in_place:.1%}"
        f" | {r.invented:.1%}{f' ({r.leaked} leaked)' if r.leaked else ''} | {r.stopped:.0%}"
        f" | {'' if r.sections is None else f'{r.sections:.0%}'} | {r.exact:.0%}"
        f" | {r.rouge1:.2f} / {r.rouge2:.2f} / {r.rouge_l:.2f} | {r.tokens:.0f} |"
        for r in rows
    ]
    titles = " | ".join(f"{row.model} {row.task} {row.language}" for row in rows)
    counted = {
        "fact": [row.facts for row in rows],
        "case written as": [row.forms for row in rows],
        "change asked for": [row.changes for row in rows],
    }
    for name, columns in counted.items():
        kinds = sorted({kind for column in columns for kind in column})
        if kinds:
            lines += ["", f"| {name} | {titles} |", "|---" * (len(rows) + 1) + "|"]
        for kind in kinds:
            cells = (column.get(kind) for column in columns)
            lines.append(
                f"| {kind} | {' | '.join(f'{c[0]} of {c[1]}' if c else '' for c in cells)} |"
            )
    return "\n".join([head, *lines]) + "\n"


def _seen(form: SurfaceForm) -> SurfaceForm:
    """JSON is read into the canonical lines before any model sees it."""
    return SurfaceForm.CANONICAL if form is SurfaceForm.JSON else form


def _made(change: Change, text: str) -> bool:
    return not absent(text, change.brought) and not set(change.gone) & set(pieces(text))
