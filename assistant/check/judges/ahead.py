"""Intervals to come: "in three months", of which the case may have only the day."""

from __future__ import annotations

import datetime as dt
import re

from assistant.check.fact import Fact, FactKind
from assistant.check.order import whole_dates
from assistant.check.reading import Reading
from assistant.check.source import Source

# "in 3 months" is a plan, which no two dates of the past explain.
AHEAD = re.compile(r"\b(?:in|every|alle|jede)\s(?:about |etwa |ca\. )?$")
_CLAUSE = 80
_PAST = re.compile(
    r"\b(?:was|were|had|has (?:not |now )?\w+(?:ed|en|ne|st)|gave|received|fell"
    r"|dropped|rose|lost|grew|delivered|took"
    r"|war|waren|wurden?|hatte|erhielt\w*|gaben|fiel|sank|stieg|nahm|verlor|bestrahlten|hat|haben"
    r"|wuchs|ging|bekam\w*)\b",
    re.IGNORECASE,
)
_TO_COME = re.compile(
    r"\b(?:will|shall|would|plan\w*|next|again|repeat\w*|review\w*|follow-?up|due|asked?|arrang\w*|schedul\w*"
    r"|book\w*|request\w*|recommend\w*|suggest\w*|advis\w*|appointment|return|back|see"
    r"|soll\w*|werden|wird|geplant\w*|vorgesehen|vereinbart\w*|empf\w+|bitten|wieder\w*|erneut\w*|nächste\w*"
    r"|\w*kontroll\w*|\w*termin\w*|\w*vorstell\w*|einbestell\w*|angesetzt|terminiert|rat(?:en|sam))\b",
    re.IGNORECASE,
)
_LATEST = 4
_ROUGHLY = 0.15


def is_ahead(fact: Fact, draft: Reading) -> bool:
    """ "In 3 months", but not "45 Gy in five weeks", "has lost 8 kg in two months"."""
    number = draft.sentence_at(fact.start)
    sentence = draft.passages.sentences[number]
    group = draft.by_sentence[number]
    before = [f.kind for f in group if f.end <= fact.start]
    lasted = FactKind.DOSE in before or before.count(FactKind.DATE) > 1
    lead = draft.text[max(sentence.start, fact.start - _CLAUSE) : fact.start]
    past = _PAST.search(lead) and not _TO_COME.search(draft.text, sentence.start, sentence.end)
    return not (lasted or past) and bool(
        AHEAD.search(draft.text[max(0, fact.start - 16) : fact.start].lower())
    )


def to_appointment(days: float, draft: Reading, case: Source) -> bool:
    """ "In ten months", where the case gives the appointment's date: by its latest dates."""
    letter = {dt.date.fromisoformat(f.value) for f in whole_dates(draft)}
    latest = sorted({day for day, _ in case.days})[-_LATEST:]
    return any(
        abs((last - first).days - days) <= max(4, _ROUGHLY * days)
        for last in (day for day, fact in case.days if "follow_up" in fact.about)
        for first in {*latest, *letter}
    )
