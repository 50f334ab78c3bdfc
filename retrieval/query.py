"""What a case is searched by: the disease, where it is and how it is treated, and no person.

Pure. The query is kept short: encoding it takes most of the time of a search.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from typing import Any

from index.case import Case, CaseDetails
from index.case_text import LABELS
from index.tumour_groups import tumour_group

LONGEST = 120
"""Characters, about 40 tokens. With 200 the letters found were no better, and took half as long
again to find."""


def build_query(case: Case) -> str:
    """The text to embed, at most `LONGEST` characters; empty where the case says nothing."""
    if case.details:
        return _shortened(_joined(_of_details(case.details)))
    parts = (_PART_END.split(value) for value in _of_text(case.text))
    return _shortened(
        _joined(", ".join(filter(None, map(_without_numbers, each))) for each in parts)
    )


def build_words(case: Case) -> str:
    """The text whose words a letter should have: disease and treatment, however long they are."""
    if case.details:
        return _joined(_of_details(case.details))
    return _joined(_NUMBER.sub("", value) for value in _of_text(case.text, all_of_it=False))


def _joined(parts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(part for part in parts if part))


def _of_details(details: CaseDetails) -> Iterator[str]:
    diagnosis = details.diagnosis
    yield diagnosis.name
    yield diagnosis.icd10
    for course in details.radiotherapy:
        yield " ".join(filter(None, (course.site, course.technique)))
    for therapy in details.systemic:
        yield " + ".join(_without_numbers(drug) for drug in therapy.drugs)
    for surgery in details.surgeries:
        yield surgery.name
    yield diagnosis.histology
    if not diagnosis.name:
        yield details.notes


def _of_text(text: str, *, all_of_it: bool = True) -> list[str]:
    """Fields or sentences on the disease, then on its treatment, then, where asked for, others."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    fields = [(match[1], match[2]) for line in lines if (match := _field().match(line))]
    if any(label.lower() in _diagnosis_labels() for label, _ in fields):
        return [value for _, value in fields]
    sentences = [each for line in lines for each in _SENTENCE_END.split(line)]
    left_out, treatment = _words("left_out"), _words("treatment")
    about_it = [each for each in sentences if not left_out.search(each)] or sentences
    if not all_of_it:
        about_it = [each for each in about_it if tumour_group(each) or treatment.search(each)]
    # Sorting is stable: within each kind the order of the case.
    return sorted(about_it, key=lambda x: (not tumour_group(x), not treatment.search(x)))


# Not after "Dr." and other short words.
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{4}[.!?;])\s+|(?<=[\d)][.;])\s+(?=[^\W\d_])")
_PART_END = re.compile(r",\s| \+ ")
# "5-fluorouracil" and "p16" are no numbers; "50.4 Gy" and "14.05.2025" are.
_NUMBER = re.compile(r"(?:^|(?<=\s))[(]?\d+(?:[.,/-]\d+)*\.?(?![\w-])")


def _without_numbers(part: str) -> str:
    """`part` up to its first number: dates and doses tell one patient from another, not one kind
    of letter from another."""
    return _NUMBER.split(part, maxsplit=1)[0].strip(" ,;:-–=[(")


def _shortened(text: str) -> str:
    """`text` in one line, cut between two words."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST + 1].rpartition(" ")[0]


@cache
def _field() -> re.Pattern[str]:
    """`Label: value` for the fields that count, in either language."""
    labels = {names[field] for names in LABELS.values() for field in _terms()["fields"]}
    return re.compile(rf"\W*({'|'.join(map(re.escape, sorted(labels)))})\s*:\s*(.+)", re.IGNORECASE)


@cache
def _diagnosis_labels() -> frozenset[str]:
    return frozenset(names["diagnosis"].lower() for names in LABELS.values())


@cache
def _words(name: str) -> re.Pattern[str]:
    words = [word.strip() for word in str(_terms()[name]).split(",")]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


@cache
def _terms() -> dict[str, Any]:
    source = resources.files("retrieval") / "query.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
