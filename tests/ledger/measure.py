"""How many planted errors the ledger finds, and how often it cries wolf.

python -m tests.ledger.measure --seed 1 --per-kind 30 [--show negation] [--held-out]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

from assistant.check import Fact, Finding, Ledger, Status, check
from index.letter import Language

from .figures import Judged, Report, Row, TrueRow
from .pairs import Hand, draw_pair
from .perturb import LANGUAGES, LEFT_OUT, all_kinds, perturbed
from .tables import around, shown, shown_true, table
from .template import Span
from .wordlists import Bank

_TRUE = "true"
_ALARMS = (Status.CHANGED, Status.UNSUPPORTED)
_TRUE_SETS: dict[str, tuple[tuple[Hand, ...], int]] = {
    "clinic": (("prose", "list", "terse"), 0),
    "clinic, more facts": (("prose", "list", "terse"), 4),
    "reworded": (("other",), 0),
    "reworded, more facts": (("other",), 4),
}
"""Letters without an error: by whom, and with how many facts beyond the clinic's."""


def measure(
    seed: int,
    per_kind: int,
    kinds: Sequence[str] = (),
    true_letters: int = 60,
    bank: Bank = "usual",
) -> Report:
    """Runs the check over `per_kind` wrong letters of every kind and language.

    Raises:
        LookupError: a kind that no patient has anything for.
    """
    rows = [
        Row(kind, language, [_judged(kind, language, f"{seed}/{n}", bank) for n in range(per_kind)])
        for kind in kinds or all_kinds(bank)
        for language in LANGUAGES
    ]
    true_rows = [
        _true_row(name, language, seed, true_letters, bank)
        for name in _TRUE_SETS
        for language in LANGUAGES
    ]
    return Report(tuple(rows), tuple(true_rows))


def _judged(kind: str, language: Language, seed: str, bank: Bank) -> Judged:
    wrong = perturbed(kind, language, seed, bank)
    ledger = check(wrong.case, wrong.letter, wrong.exemplars)
    if kind == LEFT_OUT:
        there = {_place(fact) for fact in check(wrong.case, wrong.true_letter).omitted}
        gone = [fact for fact in ledger.omitted if _place(fact) not in there]
        return Judged(wrong, *_parted(((fact.text, _place(fact)) for fact in gone), wrong.missing))
    return Judged(
        wrong, *_parted(((f.fact.text, _place(f.fact)) for f in _alarms(ledger)), wrong.spans)
    )


def _place(fact: Fact) -> Span:
    return fact.start, fact.end


def _alarms(ledger: Ledger) -> Iterator[Finding]:
    return (finding for finding in ledger.findings if finding.status in _ALARMS)


def _parted(
    alarms: Iterable[tuple[str, Span]], spans: Sequence[Span]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those that overlap one of the spans, and the others."""
    right: list[str] = []
    false: list[str] = []
    for text, (start, end) in alarms:
        hit = any(start < high and low < end for low, high in spans)
        (right if hit else false).append(text)
    return tuple(right), tuple(false)


def _true_row(name: str, language: Language, seed: int, letters: int, bank: Bank) -> TrueRow:
    hands, extra = _TRUE_SETS[name]
    row = TrueRow(name, language)
    for number in range(letters):
        hand = hands[number % len(hands)]
        pair = draw_pair(
            f"{seed}/true/{name}/{language}/{number}", language, extra=extra, hand=hand, bank=bank
        )
        assert pair
        ledger = check(pair.case, pair.true_letter)
        found = list(_alarms(ledger))
        alarms = [f"{f.fact.text} [{f.fact.kind}, {f.status}]" for f in found]
        row.examples += [
            f"{language}, {pair.form}: {around(pair.true_letter, _place(f.fact))}" for f in found
        ]
        row.letters += 1
        row.alarmed += bool(alarms)
        row.omitted += len(ledger.omitted)
        row.texts.update(alarms)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-kind", type=int, default=30, help="wrong letters a language")
    parser.add_argument("--true-letters", type=int, default=60, help="of each set and language")
    parser.add_argument("--kinds", default="", help="only these, joined by commas")
    parser.add_argument(
        "--show", default="", help=f"missed examples of a kind; {_TRUE!r}: alarms on true letters"
    )
    parser.add_argument("--held-out", action="store_true", help="wording kept for measuring")
    asked = parser.parse_args()
    begun = time.perf_counter()
    bank: Bank = "held_out" if asked.held_out else "usual"
    kinds = [kind for kind in asked.kinds.split(",") if kind]
    if asked.show == _TRUE:
        kinds = kinds or [LEFT_OUT]  # the true letters are measured whatever the kinds
    elif asked.show and not kinds:
        kinds = [kind for kind in all_kinds(bank) if kind.startswith(asked.show)]
    report = measure(asked.seed, asked.per_kind, kinds, asked.true_letters, bank)
    text = table(report)
    if asked.show == _TRUE:
        text += f"\n\n{shown_true(report)}"
    elif asked.show:
        text += "".join(f"\n\n{shown(report, kind)}" for kind in kinds)
    sys.stdout.write(f"{text}\n\n{time.perf_counter() - begun:.0f} s\n")


if __name__ == "__main__":
    main()
