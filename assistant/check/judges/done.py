"""What is done against what is to come; what happened again against what didn't."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.check.everyday import Family
from assistant.check.fact import Assertion, Fact
from assistant.check.judges.verdict import Verdict, changed
from assistant.check.reading import Reading
from assistant.check.source import Source

_CLAUSE_END = re.compile(r"[.;!?](?:\s|$)|\n|,\s+(?:and|but|while|whereas|und|aber|während)\s")
_AHEAD = re.compile(
    r"\b(?:will|shall|planned|scheduled|booked|due|pending|is to|are to|to be|awaiting|applied for"
    r"|wird|werden wir|soll|sollte|geplant|vorgesehen|beantragt|angemeldet|terminiert|steht an"
    r"|steht aus|noch)\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\b(?:completed|finished|done|has been|has had|last (?:week|month)|took place"
    r"|was (?:performed|carried out|given|removed|closed|placed|inserted)|beendet|hinter sich"
    r"|abgeschlossen|absolviert|erfolgte?|entfernt|durchgeführt|stattgefunden)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:again|further|recurrent|more|new(?! year)|another|erneut\w*|weitere\w*|wieder"
    r"|neue\w*)\b",
    re.IGNORECASE,
)
_STROKE = re.compile(r"\s[/|]\s|\n")
_SINCE = re.compile(
    r"\b(?:since|further|more|again|recurrence|seit\w*|weitere\w*|mehr|erneut\w*)\b", re.IGNORECASE
)


def clause(fact: Fact, draft: Reading) -> tuple[int, int]:
    """Where the clause of a fact begins and ends in its text."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    text = draft.text
    begin = max(
        (m.end() for m in _CLAUSE_END.finditer(text, sentence.start, fact.start)),
        default=sentence.start,
    )
    end = _CLAUSE_END.search(text, fact.end, sentence.end)
    return begin, end.start() if end else sentence.end


def phrase(fact: Fact, reading: Reading) -> tuple[int, int]:
    """Where what stands between the commas around a fact begins and ends: one verb."""
    begin, end = clause(fact, reading)
    comma = reading.text.rfind(",", begin, fact.start)
    following = reading.text.find(",", fact.end, end)
    return (begin if comma < 0 else comma + 1), (end if following < 0 else following)


def otherwise_in_time(
    fact: Fact, family: Family, places: Sequence[Fact], draft: Reading, case: Source
) -> Verdict | None:
    """Changed where the case plans what the draft has done, or has done what the draft plans."""
    said = draft.text[slice(*phrase(fact, draft))]
    theirs = [case.text[slice(*phrase(place, case.reading))] for place in places]
    if family.kind == "measure":
        behind = [bool(_BEHIND.search(text)) for text in theirs]
        ahead = [bool(_AHEAD.search(text)) for text in theirs]
        if _AHEAD.search(said) and not _BEHIND.search(said) and any(behind) and not any(ahead):
            return changed(places[behind.index(True)], "By the case it was done.")
        if _BEHIND.search(said) and not _AHEAD.search(said) and all(ahead) and not any(behind):
            return changed(places[0], "The case only plans it.")
    if family.kind == "symptom" and _AGAIN.search(said):
        for place, text in zip(places, theirs, strict=True):
            if place.assertion is Assertion.NEGATED and _SINCE.search(text):
                return changed(place, f"The case denies it: {text.strip()}.")
    return None


def of_other_item(text: str, cue: tuple[int, int] | None, fact: Fact) -> bool:
    """In a list with strokes between, "no fever / PEG: yes", the "no" is of its item alone."""
    if cue is None:
        return False
    between = text[min(cue[1], fact.end) : max(cue[0], fact.start)]
    return bool(_STROKE.search(between))
