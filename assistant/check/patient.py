"""Who is the patient: by the line of a case that names and describes one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.check.fact import Fact, FactKind
from assistant.check.reading import Reading

ADDRESSES = frozenset({"herr", "herrn", "hr", "frau", "fr", "mr", "ms", "mrs", "miss"})
_LABEL = re.compile(
    r"(?:^|[\n|;.])\s*(?:(?:Re|RE)(?!-)|Betr\.|Betreff|Betrifft|Name|NAME|Pat\.?|PATIENT\w*"
    r"|Patient(?:in)?|Pt\.?)(?:[ ]name)?\s*[:,=-]?\s*"
    r"(?:(?:Mr|Mrs|Ms|Miss|Herrn?|Frau|Dr|Prof)\.?\s+)*$"
)
_DESCRIBED = re.compile(
    r"[^\n]{0,40}?(?:\*\s?\d|\bgeb\b|\bgeboren|\bborn\b|\bDOB\b|date of birth|Geburtsdatum|Jahrgang"
    r"|\bJg\b|\d-year-old|-jährig|[,|(]\s*[FfMmWw]\s*[,|)])"
)
_BEHIND = re.compile(
    r"\.?[ ]+(?:(?:Prof|Dr|PD|Priv|Doz|M?Mag|med|rer|nat|dent|phil|Univ|Dipl|Ing|Psych)\b[.-]*[ ]*"
    r"|[A-ZÄÖÜ]\.[ ]*)*(?P<first>[A-ZÄÖÜ][\w’'-]+)(?:[ ](?P<second>[A-ZÄÖÜ][\w’'-]+))?"
)
_BEFORE = 40


def patient_names(case: Reading) -> frozenset[str]:
    """The parts of the patient's name, in small letters; empty where no line of a case tells it."""
    for fact in case.facts:
        if fact.kind is not FactKind.NAME:
            continue
        before = case.text[max(0, fact.start - _BEFORE) : fact.start]
        if _LABEL.search(before) or _DESCRIBED.match(case.text, fact.end):
            return frozenset(fact.value.replace("-", " ").split()) | frozenset(fact.value.split())
    return frozenset()


def addressed_names(text: str, address: Fact) -> tuple[str, ...]:
    """The words behind a "Mr" or a "Frau Dr." that may be the surname, in small letters."""
    behind = _BEHIND.match(text[address.end : address.end + 60])
    return tuple(name.lower() for name in behind.groups() if name) if behind else ()


def any_among(words: Sequence[str], names: frozenset[str]) -> bool:
    """Whether one of them, perhaps in the genitive, is one of the names."""
    bare = {re.sub("['’]?s$", "", word) for word in words}
    return not names.isdisjoint({*words, *bare})
