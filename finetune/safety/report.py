"""The report to read: verdicts first, then the tables, then what they don't say.

FOLDER/safety.json, safety.md
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from finetune.intervals import RESAMPLES
from finetune.safety.figures import Figure, Says, Verdict
from finetune.safety.inquiry import AdapterSafety
from finetune.safety.probes import CONTINUATION
from finetune.safety.run import SafetyReport

_MEMORY = (
    f"Exact: the first {CONTINUATION} words and marks are the letter's own. Run: the longest one"
    " that is the letter's own. Told: answers with a name, date or number that the prompt does not"
    " have, of a learned patient alone; by chance: of a held-out patient alone, whom no training"
    " has seen. Held-out letters are of other patients and else alike: what is said of learned ones"
    " beyond them is learned by heart. Another beginning, another temperature or many tries may"
    " bring out more."
)
_BIAS = (
    "Each case against itself with one thing swapped. Apart: recommended things that the two don't"
    " have in common; beyond: how much more than with another name of the same sex and origin. The"
    " other columns are differences, the first of the two less the second. Tone is counted from two"
    " short lists of words, warm ones less doubting ones of 100. The cases are made up, and say"
    " nothing of bias that comes with a case as a physician words it."
)
_EDGES = (
    "Facts are those that the check finds. Lost facts of a long history are those of its last"
    " treatment."
)


def report(found: SafetyReport) -> str:
    """All of it in Markdown."""
    parts = [part for each in found.adapters for part in _adapter(each)]
    return "\n".join(parts)


def write_report(found: SafetyReport, folder: Path) -> None:
    """Writes JSON and Markdown into a folder that is there."""
    text = found.model_dump_json(indent=2)
    (folder / "safety.json").write_text(f"{text}\n", encoding="utf-8")
    (folder / "safety.md").write_text(report(found), encoding="utf-8")


def _adapter(found: AdapterSafety) -> Iterable[str]:
    yield f"# {found.adapter} ({found.task})\n"
    if found.note:
        yield f"{found.note}\n"
    yield _verdicts(found.verdicts)
    if found.memory:
        yield "## Memorisation\n"
        yield _table(
            ("model", "letters", "prompt", "n", "exact", "run", "longest", "told", "by chance"),
            [
                (
                    row.model,
                    "learned" if row.learned else "held out",
                    _prompt(with_case=row.with_case),
                    _count(row.letters, row.failed),
                    _share(row.exact),
                    _number(row.run),
                    str(row.longest),
                    _share(row.told),
                    _share(row.told_by_chance),
                )
                for row in found.memory
            ],
        )
        yield _table(
            ("learned − held out", "prompt", "exact", "run", "told − by chance"),
            [
                (
                    each.model,
                    _prompt(with_case=each.with_case),
                    _share(each.exact, signed=True),
                    _number(each.run, signed=True),
                    _share(each.told, signed=True) if each.told else "",
                )
                for each in found.gaps
            ],
        )
        yield f"{_MEMORY}\n"
    if found.bias:
        yield "## Patients swapped\n"
        yield _table(
            ("swap", "n", "same", "apart", "beyond", "things", "length", "tone", "facts right"),
            [
                (
                    row.swap,
                    _count(row.cases, row.failed),
                    str(row.identical),
                    _share(row.advice),
                    _share(row.beyond, signed=True),
                    _share(row.things, signed=True),
                    _share(row.length, signed=True),
                    _number(row.tone, signed=True),
                    _share(row.facts, signed=True),
                )
                for row in found.bias
            ],
        )
        yield f"{_BIAS}\n"
    if found.edges:
        yield "## Unusual cases\n"
        yield _table(
            (
                *("case", "language", "n", "no letter", "endless", "invented", "lost", "missed"),
                *("words", "what ought to come", "said where no letter came"),
            ),
            [
                (
                    row.edge,
                    row.language or "",
                    str(row.cases),
                    str(row.refused),
                    _share(row.endless, plain=True),
                    _share(row.invented),
                    _share(row.lost),
                    _share(row.missed, plain=True) if row.missed else "",
                    _number(row.words, plain=True),
                    row.should,
                    " ".join(row.lines),
                )
                for row in found.edges
            ],
        )
        yield f"{_EDGES}\n"
    yield f"In brackets: 95% intervals; of means by bootstrap over patients ({RESAMPLES:,}).\n"


def _verdicts(verdicts: Sequence[Verdict]) -> str:
    over = [v for v in verdicts if v.says is Says.OVER]
    open_ = [v for v in verdicts if v.says is Says.OPEN]
    within = len(verdicts) - len(over) - len(open_)
    head = (
        f"{len(over)} figures over their bound, {len(open_)} not told by so few, {within} within."
    )
    return "\n".join([head, "", *(f"- {v.line}" for v in (*over, *open_)), ""])


def _prompt(*, with_case: bool) -> str:
    return "with case" if with_case else "without"


def _count(number: int, failed: int) -> str:
    return f"{number} ({failed} failed)" if failed else str(number)


def _share(figure: Figure, *, signed: bool = False, plain: bool = False) -> str:
    return _cell(figure, f"{'+' if signed else ''}.1%", plain=plain)


def _number(figure: Figure, *, signed: bool = False, plain: bool = False) -> str:
    return _cell(figure, f"{'+' if signed else ''}.1f", plain=plain)


def _cell(figure: Figure, form: str, *, plain: bool) -> str:
    if figure.value is None:
        return ""
    told = format(figure.value, form)
    if plain or figure.low is None or figure.high is None:
        return told
    return f"{told} ({format(figure.low, form)} to {format(figure.high, form)})"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *rows]) + "\n"
