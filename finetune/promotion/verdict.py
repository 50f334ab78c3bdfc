"""What was looked at before an adapter may write, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from finetune.card import Comparison


@dataclass(frozen=True)
class Check:
    """One thing that has to be so.

    Attributes:
        name: what was looked at, in one word.
        line: what was found, with figure and bar where there are such.
    """

    name: str
    passed: bool
    line: str
    figure: float | None = None
    bar: float | None = None


@dataclass(frozen=True)
class Outcome:
    """
    Attributes:
        checks: in the order in which they were made.
        name: of the promoted copy; empty where it was refused.
        served: None where it was not compared.
        loaded: a running server has it; else it is served from the next start.
    """

    checks: tuple[Check, ...]
    name: str = ""
    served: Comparison | None = None
    loaded: bool = False

    @property
    def failed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed)
