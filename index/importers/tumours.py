"""Which tumour a case is about, what is said of it, and how it was staged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from index.case import Diagnosis, Staging
from index.case_words import joined
from index.importers.assembling import Words, dated
from index.importers.imported import Entry

CATEGORIES = ("t", "n", "m", "l", "v", "pn", "s", "r")
"""The parts of a TNM in their order (UICC TNM, 8th edition)."""


def main_tumour(tumours: Mapping[str, list[Entry]], mentions: Mapping[str, int]) -> str:
    """The key of the tumour that a case is about: of those not earlier, the most spoken of."""

    def rank(key: str) -> tuple[bool, bool, int]:
        roles = {each.get("role") for each in tumours[key]}
        return "earlier" not in roles, "main" in roles, mentions.get(key, 0)

    return max(tumours, key=rank, default="")


def diagnosis(entries: list[Entry], stagings: list[Entry], words: Words) -> Diagnosis:
    """One tumour of all that is said of it; values beside the first stand in the remark."""
    names, codes = _all(entries, "name"), _all(entries, "icd10")
    date, when = dated(next(iter(_all(entries, "date")), ""))
    others = (*names[1:], *codes[1:], *_all(entries, "date")[1:], *_all(entries, "laterality")[1:])
    also = f"{words.of('also')} {', '.join(map(words.date_text, others))}" if others else ""
    classified = _leading(stagings)
    return Diagnosis(
        name=next(iter(names), ""),
        icd10=next(iter(codes), ""),
        tnm=tnm_text(classified) if classified else "",
        stage=_stage(stagings, classified),
        histology="; ".join(_fullest(_all(entries, "histology"))),
        date=date,
        when=when,
        laterality=next(iter(_all(entries, "laterality")), ""),
        site=joined(*_all(entries, "site")),
        grading="; ".join(_all(entries, "grading")),
        remark=joined(*_all(entries, "remark"), also),
    )


def staging(each: Entry) -> Staging:
    date, when = dated(each.get("date"))
    return Staging(
        tnm=tnm_text(each),
        stage=joined(*each.all("stage")),
        date=date,
        when=when,
        remark=joined(*each.all("remark")),
    )


def tnm_text(each: Entry) -> str:
    """`pT2 pN0 cM0 L0 V0`"""
    parts = (*each.all("tnm"), *(part for name in CATEGORIES for part in each.all(name)))
    return " ".join(parts)


def _all(entries: Iterable[Entry], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for each in entries for value in each.all(name)))


def _fullest(texts: tuple[str, ...]) -> list[str]:
    """The texts that no other one holds whole: `8500/3` says nothing beside its words."""
    return [text for text in texts if not any(text in o and text != o for o in texts)]


def _leading(stagings: list[Entry]) -> Entry | None:
    """The pathological classification where there is one, and the latest of its kind.

    One made at a relapse or at an autopsy does not describe the tumour at diagnosis.
    """

    def rank(each: Entry) -> tuple[bool, bool, str]:
        text = tnm_text(each)
        later = text.startswith(("r", "a"))
        return not later, "pT" in text, each.get("date")

    return max((each for each in stagings if tnm_text(each)), key=rank, default=None)


def _stage(stagings: list[Entry], classified: Entry | None) -> str:
    if classified and classified.get("stage"):
        return joined(*classified.all("stage"))
    return next((joined(*each.all("stage")) for each in stagings if each.get("stage")), "")
