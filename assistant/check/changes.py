"""What a text tells to have become of what: "from A to B", of drugs, of doses and values.

A sentence is read as a row of drugs and amounts with what stands between them, in which the
wordings of both languages are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.check.fact import Fact, FactKind
from assistant.check.reading import Reading

DRUG, AMOUNT = "\ue000", "\ue001"
"""Stand for a drug and an amount in the row."""
_KINDS = {
    FactKind.DRUG: DRUG,
    FactKind.QUANTITY: AMOUNT,
    FactKind.NUMBER: AMOUNT,
    FactKind.DOSE: AMOUNT,
}
_TURNED = (
    r"(?:switch\w*|chang\w+|convert\w+|rotat\w+|reduc\w+|lower\w*|cut|drop\w*|increas\w+|rais\w+"
    r"|escalat\w+|went|fell|fall\w*|rose|ris\w+|declin\w+|improv\w+|taper\w*"
    r"|umgestell\w+|umstell\w+|gewechselt|wechsel\w*|reduz\w+|gesteigert|erhöht|gesenkt|umgesetzt"
    r"|stieg\w*|fiel\w*|sank\w*|gefallen|gestiegen|gesunken|verminder\w+|deeskaliert|eskaliert)"
)
_THEN = (
    r"(?:then|thereafter|subsequently|followed by|afterwards|later|dann|danach|anschließend"
    r"|nachfolgend|gefolgt von|später|hiernach|im Anschluss|in der Folge|next)"
)
_AT_FIRST = (
    r"(?:loading|start(?:ed|ing)?|initial\w*|beginning|begun|at first|first dose|bolus|induction"
    r"|Aufsättigung\w*|Startdosis|Initialdosis|beginnend|zunächst|anfangs|begonnen|eingeleitet)"
)
_FINALLY = r"(?:maintenance|Erhaltung\w*|continu\w+|weekly thereafter|Dauer\w*)"


@dataclass(frozen=True)
class Change:
    """Two drugs or two amounts, the one before the other in time; offsets of both words."""

    before: Fact
    after: Fact

    @property
    def start(self) -> int:
        return min(self.before.start, self.after.start)

    @property
    def end(self) -> int:
        return max(self.before.end, self.after.end)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    forms: list[str] = []
    for sign in (DRUG, AMOUNT):
        a, b = f"(?P<a>{sign})", f"(?P<b>{sign})"
        other = f"[^.;{DRUG}{AMOUNT}]" if sign == DRUG else f"[^.;{AMOUNT}]"

        def upto(characters: int, other: str = other) -> str:
            return rf"{other}{{0,{characters}}}?"

        forms += [
            rf"\b(?:from|von|vom)\s{upto(20)}{a}{upto(30)}\b(?:to|auf|zu)\s{upto(20)}{b}",
            rf"{a}\s*(?:→|-+>|=>|⇒|➔)\s*{b}",
            rf"{a}{upto(40)}\b{_TURNED}\b{upto(20)}\b(?:to|auf)\s{upto(16)}{b}",
            rf"{a}{upto(40)}\bauf\s{upto(16)}{b}{upto(40)}\b{_TURNED}\b",
            rf"{a}{upto(40)}\b{_THEN}\s{upto(24)}{b}",
            rf"{b}{upto(24)}\b(?:after|following|nach)\s{upto(16)}\b{_AT_FIRST}\b{upto(24)}{a}",
        ]
        if sign == AMOUNT:
            forms.append(
                rf"\b{_AT_FIRST}\b{upto(24)}{a}{upto(40)}\b(?:to|auf|{_FINALLY})\b{upto(16)}{b}"
            )
        else:
            forms += [
                rf"{a}{upto(30)}\b(?:replaced|substituted|exchanged)\s(?:by|with|for)\s{upto(16)}{b}",
                rf"\breplac\w+\s{upto(16)}{a}\s(?:by|with)\s{upto(16)}{b}",
                rf"{a}{upto(30)}\bdurch\s{upto(16)}{b}{upto(30)}\b(?:ersetzt|ausgetauscht|abgelöst)",
                rf"{a}{upto(30)}\b(?:in favou?r of|zugunsten(?: von)?)\s{upto(16)}{b}",
                rf"\bauf\s{upto(16)}{a}{upto(6)}\bfolgte\w*\s{upto(16)}{b}",
                rf"{b}\s(?:replaced|took the place of|ersetzte|löste)\s{upto(16)}{a}",
                rf"{b}\s{upto(12)}\b(?:instead of|in place of|in lieu of|statt|anstatt"
                rf"|anstelle(?: von)?)\s{upto(16)}{a}",
            ]
    return tuple(re.compile(rf"(?={form})", re.IGNORECASE) for form in forms)


@lru_cache(maxsize=16)
def changes(reading: Reading) -> tuple[Change, ...]:
    """Every change of a text, in the order of the text."""
    return tuple(sorted(set(_changes(reading)), key=lambda change: change.start))


def _changes(reading: Reading) -> Iterator[Change]:
    for sentence, group in zip(reading.passages.sentences, reading.by_sentence, strict=False):
        facts = [f for f in group if f.kind in _KINDS]
        if len(facts) < 2:
            continue
        row, places, position = "", dict[int, Fact](), sentence.start
        for fact in facts:
            if fact.start < position:
                continue
            row += reading.text[position : fact.start].replace("\n", " ")
            places[len(row)] = fact
            row += _KINDS[fact.kind]
            position = fact.end
        row += reading.text[position : sentence.end]
        for pattern in _patterns():
            for match in pattern.finditer(row):
                yield Change(places[match.start("a")], places[match.start("b")])
