"""Values with names against the case's of the same name: platelets of 78, where it has 178."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from assistant.check.fact import Fact, FactKind, Finding, Status
from assistant.check.judges.verdict import close, hedged
from assistant.check.named_values import Value, known, told
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.value_names import ALIKE, judged_here
from assistant.check.vocabulary import vocabulary

_TEN = defaultdict[tuple[str, str], tuple[Decimal, ...]](
    tuple, {("", "g/dl"): (Decimal("0.1"),), ("g/dl", ""): (Decimal(10),)}
)
"""Of a haemoglobin without its unit: 118 of 11.8 g/dl."""
_ABOVE = re.compile(
    r"(?:\b(?:over|above|more than|greater than|at least|exceed\w*|in excess of|upwards of|beyond"
    r"|über|mehr als|mindestens|oberhalb(?: von)?|jenseits(?: von)?|größer als)|[>≥])\s*$",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?:\b(?:under|below|less than|fewer than|lower than|at most|up to|no more than|short of"
    r"|unter|unterhalb(?: von)?|weniger als|höchstens|maximal|kleiner als|bis zu)|[<≤])\s*$",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:now|today|currently|at present|most recent(?:ly)?|latest|aktuell|derzeit|zuletzt|jetzt"
    r"|heute|momentan|gegenwärtig)\b",
    re.IGNORECASE,
)
_AMOUNTS = (FactKind.QUANTITY, FactKind.NUMBER)
_FROM = re.compile(r"\b(?:from|von|vom)\s(?:\w+\s)?$", re.IGNORECASE)
"""Before a value that was there before."""
_NEAR_MONTH = 30
"""Characters from a month without its year to the value that it is of."""
_BESIDE = 14
"""Characters between a value and the "now" that it is of."""


def misnamed(draft: Reading, case: Source) -> tuple[list[Finding], list[Value]]:
    """The values of the draft that its names don't have in the case, and those that they have."""
    there = known(case.text, case.reading.passages.language)
    wrong: list[Finding] = []
    right: list[Value] = []
    for value in told(draft):
        if not judged_here(value.name):
            continue
        theirs = [o for o in _of_name(value, there) if _comparable(value.unit, o.unit)]
        agreed = [o for o in theirs if _agrees(value, o, draft)]
        if theirs and not agreed and not _unnamed(value, case, there):
            wrong.append(_finding(value, theirs[-1], draft, case))
        elif agreed and (rival := _of_that_time(value, theirs, agreed, draft)):
            wrong.append(_finding(value, rival, draft, case))
        elif agreed:
            right.append(value)
    return wrong, right


def _of_name(value: Value, there: Mapping[str, Sequence[Value]]) -> list[Value]:
    own = list(there.get(value.name, ()))
    kin = ALIKE if value.name in ALIKE else frozenset[str]()
    if not own or (kin and value.name == "PD-L1"):
        own += [o for name in sorted(kin - {value.name}) for o in there.get(name, ())]
    return own


def _comparable(one: str, other: str) -> bool:
    return one == other or not one or not other


def _agrees(value: Value, other: Value, draft: Reading) -> bool:
    """Whether the one is the other: rounded, in thousands, or on the side of it that is said."""
    mine, theirs = value.amount, other.amount
    before = draft.text[max(0, value.start - 24) : value.start]
    if _ABOVE.search(before) and theirs >= mine:
        return True
    if _BELOW.search(before) and theirs <= mine:
        return True
    fact = Fact(FactKind.NUMBER, "", frozenset(), value.start, value.end, "")
    if hedged(fact, draft) and close(str(mine), str(theirs)):
        return True
    if (
        value.unit != other.unit
        and mine != 0
        and theirs / mine in (Decimal(1000), Decimal("0.001"), *_TEN[value.unit, other.unit])
    ):
        return True
    step = Decimal(1).scaleb(int(mine.as_tuple().exponent)) if mine % 1 else Decimal(1)
    return mine in (
        theirs.quantize(step, ROUND_HALF_UP),
        theirs.quantize(step, ROUND_HALF_DOWN),
        theirs,
    )


def _unnamed(value: Value, case: Source, there: Mapping[str, Sequence[Value]]) -> bool:
    """Whether the case has the number where no name is near: it may call the thing otherwise."""
    if len(str(value.amount).replace(".", "").strip("0")) < 3:
        return False
    owned = {o.start for values in there.values() for o in values}
    for kind in (FactKind.QUANTITY, FactKind.NUMBER):
        for other in case.of(kind):
            amount, _, unit = other.value.partition(" ")
            if (
                other.start not in owned
                and _comparable(unit, value.unit)
                and amount == str(value.amount)
            ):
                return True
    return False


def _of_that_time(
    value: Value, theirs: Sequence[Value], agreed: Sequence[Value], draft: Reading
) -> Value | None:
    """The case's value of the day that the draft gives, where that is another one."""
    text = draft.text
    if _FROM.search(text, 0, value.start) or not all(o.date[:1].isdigit() for o in agreed):
        return None
    sentence = draft.passages.sentences[draft.sentence_at(value.start)]
    facts = draft.by_sentence[draft.sentence_at(value.start)]
    begins = [f.end for f in facts if f.kind in _AMOUNTS and f.end <= value.start]
    days = [f for f in facts if f.kind is FactKind.DATE]
    # A month alone is that of the value at once behind it only.
    days = [f for f in days if len(f.value) > len("--02") or not _parted(f, value, begins)]
    near = text[max([sentence.start, *begins]) : value.end + _BESIDE]
    dated = [o for o in theirs if o.date[:1].isdigit()]
    if _LATEST.search(near) and not days:
        last = max(o.date for o in dated)
        then = [o for o in dated if o.date == last]
    else:
        of_it = [f for f in days if f.end <= min([value.start, *begins])]
        of_it += [f for f in days if 0 <= f.start - value.end <= _BESIDE]
        then = [o for o in dated if len(of_it) == 1 and _same_day(of_it[0].value, o.date)]
    return None if not then or any(o in then for o in agreed) else then[0]


def _parted(month: Fact, value: Value, begins: Sequence[int]) -> bool:
    return any(month.end <= end for end in begins) or value.start - month.end > _NEAR_MONTH


def _same_day(one: str, other: str) -> bool:
    if len(one) == len("--02"):
        return one[2:] == (other[2:4] if other.startswith("--") else other[5:7])
    if one.startswith("-"):
        return other.endswith(one[1:] if one.startswith("--") else one)
    return other.startswith(one)


def _finding(value: Value, other: Value, draft: Reading, case: Source) -> Finding:
    text = draft.text[value.start : value.end]
    fact = Fact(
        FactKind.QUANTITY, str(value.amount), frozenset({value.name}), value.start, value.end, text
    )
    name = value.name if value.name in vocabulary().concepts else ""
    message = f"The case says {name} {case.text[other.start : other.end]}."
    return Finding(fact, Status.CHANGED, message, other.start, other.end)
