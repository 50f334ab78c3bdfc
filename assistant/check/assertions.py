"""Whether a statement is affirmed, negated, suspected, planned, or of a relative.

The scheme is ConText's (Harkema 2009): a cue before or after the words it qualifies, in the same
sentence, with nothing between that ends its reach.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

from assistant.check.cues import Cue, Said
from assistant.check.dispositions import states
from assistant.check.everyday import families
from assistant.check.fact import Assertion, Fact, FactKind, Stress
from assistant.check.markers import is_unknown
from assistant.check.passages import Passages, Word
from assistant.check.wordlists import lexicon

_REACH = {"before": 9, "after": 7, "not": 4, "refused": 7, "answer": 1, "was": 2}
"""Words from a cue to what it qualifies; behind it a "not" reaches less far than a plan."""
_REASONS = {"wegen", "aufgrund", "infolge", "because", "due", "owing"}
_REFUSALS = {
    *("abgelehnt", "lehnt", "lehnte", "declined", "refused"),
    *("fehlt", "fehlte", "fehlen", "fehlten"),
}
"""What is refused or lacking may stand far before them."""
_SUBJECTS = {"he", "she", "we", "they", "er", "sie", "es", "wir"}
"""They end what stands before them: "Tumor treating fields wünschte er nicht"."""
_AUXILIARIES = {"was", "were", "wurde", "wurden"}
"""With a verb at once they tell what was done: "was resected"."""
_ANSWERS = {"no", "none", "nein", "keine", "keiner", "erfolgt", "n"}
"""After what they are said of only at once: "fever: none"."""
_BEHIND_ANSWER = re.compile(r"\s*(?:[,.;)\]\"|/]|\n|$)")
_DOING = {
    *("durchgeführt", "vorgenommen", "verabreicht", "gegeben", "verzichtet", "indiziert"),
    *("given", "performed", "administered", "indicated", "with", "omitted", "declined"),
    *("abgelehnt", "infrage"),
}
"""Ends of what is said of measures only: "for diabetes chemotherapy was not given"."""
_DISEASES = {FactKind.DIAGNOSIS, FactKind.FINDING, FactKind.HISTOLOGY}
_CERTAIN = {FactKind.PROCEDURE, FactKind.DRUG, FactKind.LATERALITY}
"""Kinds that are neither suspected nor prevented."""
_STRONGEST: tuple[tuple[Said, ...], ...] = (
    (Assertion.OF_RELATIVE,),
    (Assertion.NEGATED,),
    (Stress.PROVEN,),
    (Assertion.SUSPECTED,),
    (Assertion.PLANNED, Stress.DONE),
)
"""Of cues on one line the nearest decides: "a CT was done and an MRI is planned"."""


def deciding_cue(passages: Passages, cues: tuple[Cue, ...], fact: Fact) -> Cue | None:
    """The cue of its sentence by which a fact isn't simply affirmed."""
    start, end = fact.start, fact.end
    first = bisect_left(passages.words, start, key=lambda word: word.start)
    if first and passages.words[first - 1].end > start:
        first -= 1  # a part of a compound
    last = bisect_left(passages.words, end, key=lambda word: word.start)
    # "Because of a rash it was dispensed with" says nothing of the rash.
    reason = any(w.text.lower() in _REASONS for w in passages.words[max(0, first - 3) : first])
    found: dict[Said, tuple[int, Cue]] = {}
    for cue in cues:
        if cue.said is None:
            continue
        if cue.said is Assertion.OF_RELATIVE:
            if cue.last <= first:
                found[cue.said] = 0, cue
            continue
        if cue.before and cue.last <= first:
            between = (cue.last, first)
            reach = _REACH["was" if _is_auxiliary(passages, cue) else "before"]
        elif not cue.before and cue.first >= last and not (reason or _of_next(passages, cue)):
            between = (last, cue.first)
            reach = _reach_back(passages, cue)
        else:
            continue
        away = between[1] - between[0]
        if not cue.before:  # a date between them isn't far
            away = sum(not word.text.isdigit() for word in passages.words[slice(*between)])
        if fact.kind in _CERTAIN and _is_of_diseases(passages, cue):
            continue
        if fact.kind in _DISEASES and _is_of_measures(passages, cue):
            continue
        if (
            fact.kind is FactKind.MARKER
            and cue.said is Assertion.NEGATED
            and _is_result(passages, cue)
        ):
            continue  # "HER2 1+ (negative)"
        apart = _is_apart(passages, fact, *between)
        if away < reach and not apart and not _ended(passages, cues, *between, cue):
            nearest = found.get(cue.said)
            if nearest is None or away <= nearest[0]:
                found[cue.said] = away, cue
    for rank in _STRONGEST:
        if there := [found[said] for said in rank if said in found]:
            return min(there, key=lambda each: each[0])[1]
    return None


_OF_RESULTS = ("prophyla", "unauffällig", "unremarkable", "negativ", "neg")
"""What an examination showed, or is done for, is not whether it was done."""


def _is_of_diseases(passages: Passages, cue: Cue) -> bool:
    """Whether a cue speaks of diseases only: a doubt, a prophylaxis."""
    return cue.said is Assertion.SUSPECTED or _is_result(passages, cue)


def _is_of_measures(passages: Passages, cue: Cue) -> bool:
    """Whether a denial speaks of what was done only."""
    last = passages.words[cue.last - 1].text.lower()
    return cue.said is Assertion.NEGATED and not cue.before and last in _DOING


def _is_result(passages: Passages, cue: Cue) -> bool:
    return passages.words[cue.last - 1].text.lower().startswith(_OF_RESULTS)


_ON = re.compile(r" (?:in|on|by|at|for|from|with|after|to|im|am|bei|mit|durch|von|nach|und|and)\b")


def _of_next(passages: Passages, cue: Cue) -> bool:
    """Whether a doubt or a proof goes on to what is doubted: "the lesion is a suspected X"."""
    doubted = passages.language == "en" and cue.said in (Assertion.SUSPECTED, Stress.PROVEN)
    if not doubted or cue.last >= len(passages.words):
        return False
    end = passages.words[cue.last - 1].end
    following = passages.words[cue.last].start == end + 1 and passages.text[end] == " "
    return following and not _ON.match(passages.text, end)


def _is_auxiliary(passages: Passages, cue: Cue) -> bool:
    return cue.last - cue.first == 1 and passages.words[cue.first].text.lower() in _AUXILIARIES


def _reach_back(passages: Passages, cue: Cue) -> int:
    if passages.words[cue.first].text.lower() in _ANSWERS:
        end = passages.words[cue.last - 1].end
        alone = _BEHIND_ANSWER.match(passages.text, end)
        if passages.words[cue.first].text == "n" and passages.text[end : end + 1] == ".":
            alone = None  # "RCHT n. Stupp"
        return _REACH["answer"] if alone else 0
    if passages.words[cue.last - 1].text.lower() in _REFUSALS:
        return _REACH["refused"]
    bare = cue.said is Assertion.NEGATED and cue.last - cue.first == 1
    return _REACH["not" if bare else "after"]


def _is_apart(passages: Passages, fact: Fact, first: int, last: int) -> bool:
    """Whether a comma parts what has a state of its own from a cue.

    "EGFR wild type without ALK fusion, KRAS mutated"; "no aphasia, incision healed".
    """
    words = passages.words
    begin = _end(words, first - 1)
    gap = passages.text[begin : words[min(last, len(words) - 1)].start]
    if "," not in gap:
        return False
    if fact.kind is FactKind.STATEMENT and _is_state(fact.value):
        return not _OR.search(passages.text[begin : begin + _LIST].partition(".")[0])
    return fact.kind is FactKind.MARKER and not is_unknown(fact)


@cache
def _is_state(name: str) -> bool:
    """What a patient does, and how a thing is, not what may be found."""
    family = families().get(name)
    return family.kind == "state" if family else name in states()


_LIST = 90
"""Characters in which a list tells by its last "and" or "or" how far a "no" reaches."""
_FOLLOWING = re.compile(r"\b(?:following|folgende[nrs]?)\b[^.;:\n]*$", re.IGNORECASE)
"""What is named behind the colon: "the following operation was not done: ..."."""
_AND = re.compile(r"\b(?:and|und|sowie)\b")
_ADVERBS = {"not", "nicht", "never", "nie"}
"""They deny a verb: over a comma they deny nothing, unless a list goes on."""
_RECKONED = re.compile(r"\s(?:after|following|since|during|nach|seit|während)\s", re.IGNORECASE)
"""What a thing is reckoned from isn't denied with it: "no seizure since surgery"."""
_OR = re.compile(r"\b(?:or|nor|oder|noch)\b")


@cache
def _verb_pattern() -> re.Pattern[str]:
    verbs = "|".join(lexicon()["affirming_verbs"])
    return re.compile(rf"\b(?:{verbs})\b", re.IGNORECASE)


def _ended(passages: Passages, cues: tuple[Cue, ...], first: int, last: int, cue: Cue) -> bool:
    """Whether anything between `words[first:last]` ends the reach of a cue."""
    ends = (c for c in cues if c.said is None and first <= c.first < last)
    if any(cue.before or passages.words[c.first].text.lower() not in _SUBJECTS for c in ends):
        return True
    words = passages.words
    gap = passages.text[_end(words, first - 1) : words[last].start if last < len(words) else None]
    if ";" in gap or " - " in gap or " / " in gap:
        return True
    if gap.count(":") > 1 and cue.before:
        return True
    if ":" in gap and cue.before:
        at_once = gap.strip() == ":" and cue.last - cue.first > 1
        begin = max(0, words[cue.first].start - _LIST)
        if at_once and _FOLLOWING.search(passages.text, begin, words[cue.first].start):
            return False
        return cue.said in (Assertion.NEGATED, Assertion.OF_RELATIVE) and not at_once
    if cue.before and cue.said is Assertion.NEGATED and _RECKONED.search(gap):
        return True
    if cue.before and cue.said is Assertion.NEGATED and "," in gap:
        # "No fever, cough or rash" denies all three; "no chemotherapy, radiotherapy and tamoxifen"
        # the first alone.
        if _verb_pattern().search(gap.rpartition(",")[2]):
            return True
        rest = passages.text[_end(words, first - 1) : _end(words, first - 1) + _LIST]
        rest = rest.partition(".")[0]
        if words[cue.last - 1].text.lower() in _ADVERBS:
            return not _OR.search(rest)  # "not assessable, progression"
        return bool(_AND.search(rest)) and not _OR.search(rest)
    # An affirming verb after a comma begins a statement of its own: "no fever, he has a cough".
    listed = _OR.search(gap) and not _verb_pattern().search(gap)  # "fever, rash or cough: none"
    return cue.said is Assertion.NEGATED and not cue.before and "," in gap and not listed


def _end(words: tuple[Word, ...], position: int) -> int:
    return words[position].end if 0 <= position < len(words) else 0
