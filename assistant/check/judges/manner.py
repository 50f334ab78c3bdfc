"""How a draft says it: plainly ahead, not done at all, over, arranged, doubted in so many words."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache

from assistant.check.appointments import Appointment, appointments
from assistant.check.cues import cues_of
from assistant.check.fact import Assertion, Fact, FactKind, Stress
from assistant.check.judges.telling import SHOWS, telling
from assistant.check.judges.times import of_letter
from assistant.check.order import whole_dates
from assistant.check.reading import Reading
from assistant.check.source import Source
from assistant.check.vocabulary import vocabulary
from assistant.check.wordlists import lexicon

THERAPY = {FactKind.PROCEDURE, FactKind.DRUG}
TREATS = frozenset(
    {"surgery", "resection", "radiotherapy", "chemotherapy", "systemic therapy", "therapy",
     "transplantation", "transfusion", "stoma formation"}
)  # fmt: skip


def is_shown(fact: Fact) -> bool:
    """Examinations are done again and again."""
    return _shows(fact.value)


@cache
def _shows(name: str) -> bool:
    return bool(vocabulary().family(name) & SHOWS)


_DOUBTED = {FactKind.DIAGNOSIS, FactKind.FINDING, FactKind.TERM}
_DOUBTS = (
    *("suspect", "suspic", "is suspected", "was suspected", "possibl", "may ", "probabl"),
    *("not proven", "is possible", "remains possible", "cannot be excluded", "could not be"),
    *("cannot be ruled", "not ruled out", "not excluded"),
    *("verdacht", "der verdacht", "v.a", "v. a", "vermutet", "wird vermutet", "wurde vermutet"),
    *("möglich", "fraglich", "vermutlich", "nicht gesichert", "ungesichert"),
)


def doubts(fact: Fact, draft: Reading) -> bool:
    """Whether the draft suspects it in so many words; "likely" may be politeness."""
    cue = draft.text[fact.cue[0] : fact.cue[1]].lower() if fact.cue else ""
    if not telling(fact) and not cue.startswith(("suspect", "suspic", "verdacht", "der verdacht")):
        return False
    return fact.kind in _DOUBTED and cue.startswith(_DOUBTS)


@cache
def _again() -> re.Pattern[str]:
    words = "|".join(lexicon()["said_of_more"])
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


def will_be(fact: Fact, places: tuple[Fact, ...], draft: Reading, case: Source) -> bool:
    """Whether a therapy that the case tells as done is plainly said to lie ahead."""
    if fact.kind not in THERAPY or not fact.cue:
        return False
    if is_shown(fact) and not is_operation(fact, draft):
        return False
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    # Not in its own name: "second opinion", "5-fluorouracil".
    said = f"{draft.text[sentence.start : fact.start]} {draft.text[fact.end : sentence.end]}"
    if _again().search(said):
        return False  # "will be continued", "the next one is planned"
    drug = fact.kind is FactKind.DRUG
    behind = any(p.stress is Stress.DONE or (not drug and case.dated(p)) for p in places)
    if not behind and re.search(r"\d", said):
        return False  # figures of its own: another course of it
    cue = draft.text[fact.cue[0] : fact.cue[1]].lower()
    return bool(_AHEAD.search(cue)) and not _OF_WHAT_WAS.search(draft.text, 0, fact.cue[0])


_OF_WHAT_WAS = re.compile(r"\b(?:of|von|der)\s(?:(?:the|den|her|his|[a-zäöü]+)\s)?\Z", re.I)
""" "Of the planned dozen she had ten": what was planned once is told of what was done."""


_OPERATED = re.compile(r"\b(?:procedure|operation|surgery|Eingriff|OP)\b", re.IGNORECASE)


def is_operation(fact: Fact, draft: Reading) -> bool:
    """Whether an examination is told as an operation: "the following procedure"."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    return bool(_OPERATED.search(draft.text, sentence.start, sentence.end))


_AHEAD = re.compile(
    r"planned|scheduled|intended|to be|\bbe\b|will|still|outstanding|ahead|yet|pending|to follow"
    r"|geplant|planen|vorgesehen|bevor|künftig|steht|ausstehend|soll|erfolgen|stattfinden|werden"
)
_ARRANGED = re.compile(
    r"planned|scheduled|envisaged|will|to follow|to be\b|arranged"
    r"|geplant|vorgesehen|terminiert|vereinbart|steht an|bevor|wird"
)
_PERHAPS = re.compile(
    r"\b(?:if|should|could|may|might|consider\w*|would|case of|needed|option\w*"
    r"|falls|ggf|bei Bedarf|sollte|könnte|erw[oä]gen|Fall|sofern|möglich\w*|please|bitte"
    r"|discuss\w*|besprochen)\b",
    re.IGNORECASE,
)


def arranged(fact: Fact, draft: Reading) -> bool:
    """Whether a treatment is plainly said to be planned, and not for some case that may be."""
    treats = fact.kind is FactKind.DRUG or bool(vocabulary().family(fact.value) & TREATS)
    if fact.assertion is not Assertion.PLANNED or not treats or not fact.cue:
        return False
    cue = draft.text[fact.cue[0] : fact.cue[1]].lower()
    return bool(_ARRANGED.search(cue)) and not is_perhaps(fact, draft)


def proposed(fact: Fact, draft: Reading) -> bool:
    """Whether a drug is to be given, without an "if" or a "perhaps": a plan is the case's, too."""
    drug = fact.kind is FactKind.DRUG and fact.assertion is Assertion.PLANNED
    return drug and not is_perhaps(fact, draft)


def is_perhaps(fact: Fact, draft: Reading) -> bool:
    """Whether its sentence speaks of what may be, or asks for it."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    return bool(_PERHAPS.search(draft.text[sentence.start : sentence.end]))


_NOT_DONE = re.compile(
    r"not (?:done|performed|carried out|given|received)|never"
    r"|nie|nicht (?:durchgef|vorgen|verabr|erfolgt|geg)"
)


def not_done(fact: Fact, draft: Reading) -> bool:
    """Whether it is plainly said not to have been done at all."""
    if not fact.cue:
        return False
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    figures = re.search(r"\d", draft.text[sentence.start : sentence.end])
    at_once = fact.cue[1] + 1 == fact.start and not figures and not is_shown(fact)
    return at_once or bool(_NOT_DONE.search(draft.text[fact.cue[0] : fact.cue[1]].lower()))


_NO_LONGER = ("free of", "free from", "no longer", "nicht mehr", "frei von", "resolved")


def is_gone(fact: Fact, draft: Reading) -> bool:
    """Whether it is only said to be over: it may have been there before."""
    cue = draft.text[fact.cue[0] : fact.cue[1]].lower() if fact.cue else ""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    begin = fact.cue[0] if fact.cue else fact.start
    return cue.startswith(_NO_LONGER) or bool(_BY_NOW.search(draft.text, begin, sentence.end))


_BY_NOW = re.compile(
    r"\b(?:any (?:longer|more)|anymore|since|no more|by then|meanwhile|mehr|seither|seitdem|seit"
    r"|inzwischen|mittlerweile)\b",
    re.IGNORECASE,
)
"""With these, what is not there is not there now."""
_LASTING = re.compile(
    r"\b(?:persist|still|ongoing|present\b|current|continu|anhaltend|weiterhin|fortbest|aktuell)",
    re.IGNORECASE,
)


def lasts(place: Fact, case: Source) -> bool:
    """Whether the case says of it that it is still there."""
    sentence = case.reading.passages.sentences[case.reading.sentence_at(place.start)]
    return bool(_LASTING.search(case.text[sentence.start : sentence.end]))


def is_elsewhere(fact: Fact, place: Fact, draft: Reading, case: Source) -> bool:
    """Whether the two are told of different organs: "no nodules in the lungs"."""
    concepts = vocabulary().concepts

    def organs(names: Collection[str]) -> set[str]:
        return {n for n in names if (c := concepts.get(n)) and c.kind == "site" and not c.generic}

    mine, its = organs(draft.around(fact)), organs(case.around(place))
    return bool(mine and its) and not mine & its


def plans(fact: Fact, draft: Reading) -> bool:
    """Whether anything in the fact's sentence speaks of a plan, or it is an appointment's."""
    sentence = draft.passages.sentences[draft.sentence_at(fact.start)]
    cues = cues_of(draft.passages, sentence)
    booked = is_booked(fact, appointments(draft))
    soon = _SOON.search(draft.text, sentence.start, sentence.end)
    return booked or bool(soon) or any(cue.said is Assertion.PLANNED for cue in cues)


_SOON = re.compile(
    r"\b(?:(?:starts|begins|commences|beginnt|startet)(?! (?:with|mit)\b)"
    r"|tomorrow|next (?:week|month)|(?<!am )(?<!en )morgen|übermorgen"
    r"|Morgen (?:bekommt|beginnt|erhält|folgt|kommt|wird)"
    r"|(?:kommende|nächste)[nr]? (?:Woche|Monat))\b"
)
"""When something is, that isn't yet; in the present, a letter tells what is to be from its day."""


def is_booked(place: Fact, booked: Sequence[Appointment]) -> bool:
    """Whether it is what an appointment to come is for: "MRI in six weeks"."""
    return any(
        purpose.start < place.end and place.start < purpose.end
        for appointment in booked
        if appointment.ahead
        for purpose in appointment.purposes
    )


@lru_cache(maxsize=16)
def _own_date(draft: Reading) -> str:
    """The letter's, as ISO 8601; empty where it has none."""
    return max((f.value for f in whole_dates(draft) if of_letter(f, draft)), default="")


def is_past(place: Fact, draft: Reading, case: Source) -> bool:
    """Whether a plan's day has come by the letter's own: "start planned for 3 May", on 20 May."""
    letter = _own_date(draft)
    last = _last_days(case.reading)[case.reading.sentence_at(place.start)] if letter else ""
    return bool(last) and last <= letter


@lru_cache(maxsize=16)
def _last_days(case: Reading) -> tuple[str, ...]:
    """By sentence: its last date; empty where it has none."""
    return tuple(
        max((f.value for f in group if f.kind is FactKind.DATE), default="")
        for group in case.by_sentence
    )
