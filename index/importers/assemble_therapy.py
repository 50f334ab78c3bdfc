"""Entries about treatment as fields of a case: surgery, drugs, radiotherapy, side effects."""

from __future__ import annotations

import re
from decimal import Decimal

from index.case import Medication, Radiotherapy, Surgery, SystemicTherapy, Toxicity
from index.case_words import joined
from index.importers.assembling import Words, dated, decimal_number, spanned, whole_number
from index.importers.imported import Entry

_DOSE = re.compile(r"([\d.,]+)\s*(c?gy|\[?rad\]?)?", re.IGNORECASE)
_HIGHEST_GY = 200


def surgery(each: Entry) -> Surgery:
    date, when = dated(each.get("date"))
    names = dict.fromkeys(each.all("name"))
    return Surgery(
        name=" + ".join(names) or "?", date=date, when=when, remark=joined(*each.all("remark"))
    )


def systemic(each: Entry, words: Words) -> SystemicTherapy:
    """Where no drug is told, the protocol or the kind of therapy stands in its place."""
    start, end, when = spanned(each, words)
    protocol, kinds = each.get("protocol"), each.all("kind")
    drugs = tuple(dict.fromkeys(each.all("drug")))
    named = drugs or ((protocol,) if protocol else ()) or ("/".join(kinds) or "?",)
    cycles = whole_number(each.get("cycles"), 1, 60)
    odd_cycles = each.get("cycles") if cycles is None else ""
    remark = joined(
        "/".join(kinds) if drugs or protocol else "",
        f"{words.of('protocol')} {protocol}" if drugs and protocol else "",
        f"{odd_cycles} {words.of('cycles')}" if odd_cycles else "",
        *each.all("remark"),
    )
    return SystemicTherapy(
        drugs=named,
        cycles=cycles,
        start=start,
        end=end,
        when=when,
        intent=each.get("intent"),
        end_reason=each.get("end_reason"),
        remark=remark,
    )


def radiotherapy(each: Entry, words: Words) -> Radiotherapy:
    start, end, when = spanned(each, words)
    total, fraction = gray(each.get("total")), gray(each.get("fraction"))
    fractions = whole_number(each.get("fractions"), 1, 80)
    other = (
        each.get("total") if total is None else "",
        f"{words.of('single dose')} {each.get('fraction')}"
        if fraction is None and each.get("fraction")
        else "",
        f"{each.get('fractions')} {words.of('fractions')}"
        if fractions is None and each.get("fractions")
        else "",
    )
    return Radiotherapy(
        site=joined(*dict.fromkeys(each.all("site"))) or words.of("site not given"),
        technique=joined(*dict.fromkeys(each.all("technique"))),
        total_gy=total,
        fraction_gy=fraction,
        fractions=fractions,
        start=start,
        end=end,
        boost=bool(each.get("boost")),
        when=when,
        dose=joined(*other),
        intent=each.get("intent"),
        route=joined(*dict.fromkeys(each.all("route"))),
        modality=joined(*dict.fromkeys(each.all("modality"))),
        outcome=each.get("outcome"),
        remark=joined(*each.all("remark")),
    )


def gray(text: str) -> Decimal | None:
    """A dose in Gy, from Gy or cGy; None for any other unit, and for what is no dose."""
    match = _DOSE.fullmatch(text.strip())
    number = decimal_number(match[1]) if match else None
    if match is None or number is None:
        return None
    unit = (match[2] or "").lower()
    dose = number / 100 if unit in ("cgy", "rad", "[rad]") else number if unit == "gy" else None
    return dose if dose is not None and 0 < dose <= _HIGHEST_GY else None


def toxicity(each: Entry) -> Toxicity:
    date, when = dated(each.get("date"))
    grade = whole_number(each.get("grade"), 0, 5)
    odd = each.get("grade") if grade is None else ""
    return Toxicity(
        name=each.get("name") or "?",
        grade=grade,
        date=date,
        when=when,
        remark=joined(odd, *each.all("remark")),
    )


def medication(each: Entry, words: Words) -> Medication:
    start, end, when = spanned(each, words)
    return Medication(
        drug=each.get("drug") or "?",
        dose=each.get("dose"),
        schedule=joined(*each.all("schedule")),
        route=each.get("route"),
        start=start,
        end=end,
        when=when,
        end_reason=each.get("end_reason"),
        remark=joined(*each.all("remark")),
    )
