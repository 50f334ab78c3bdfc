"""All other observations: markers, laboratory, performance, course, death, findings.

Sources: HL7 FHIR R4 Observation; mCODE tumor marker test, genomic variant, disease status, ECOG and
Karnofsky; MII onkologie Verlauf, Tod, Fernmetastasen, Allgemeiner Leistungszustand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.importers.fhir_concepts import all_codes, codes, concept, concepts, informative, name_of
from index.importers.fhir_context import Context
from index.importers.fhir_places import places
from index.importers.fhir_staging import role_of
from index.importers.fhir_values import answer, date, spread
from index.importers.imported import Entry, Kind, NotUnderstood, Value, entry
from index.importers.json_nodes import Node

_KINDS = {
    "markers": Kind.MARKER,
    "course": Kind.COURSE,
    "metastasis": Kind.METASTASIS,
    "performance": Kind.PERFORMANCE,
}
_NO_REASON = ("unknown", "asked-unknown", "temp-unknown", "not-asked")
_WHEN = ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued")
_GRADE = re.compile(r"(\d{1,3})\s*%?")


def observations(nodes: list[Node], context: Context) -> Iterator[Entry]:
    for node in nodes:
        if node.root not in context.taken:
            yield from _one(node, context)


def _one(node: Node, context: Context) -> Iterator[Entry]:
    role, when = role_of(node), date(node, *_WHEN)
    value = informative(answer(node, context.word("yes"), context.word("no")))
    name = name_of(node.get("code"), context.language) or Value("?", node.root)
    parts = list(_components(node, context))
    if not value and not parts:
        # A panel says nothing by itself; its members are observations of their own.
        value = _reason(node) or _meaning(node)
        if not value and not (role == "death" and when):
            remark = _absent(node)
            context.remarks.append(NotUnderstood(node.root, "resource Observation", remark))
            return
    about = _about(node, context)
    if role == "death":
        yield _death(node, value, when, context)
    elif role in ("histology", "grading"):
        yield from _of_tumour(node, role, name, value, when, about, context)
    elif role == "laboratory" or _is_laboratory(node, role):
        yield _laboratory(node, name, value, when, context)
        yield from (_finding(part, when, about) for part in parts)
    else:
        kind = _KINDS.get(role) or (Kind.MARKER if _is_marker(name.text, node) else Kind.FINDING)
        yield entry(
            kind,
            about,
            name=None if kind in (Kind.METASTASIS, Kind.PERFORMANCE) else name,
            value=_scored(node, name, value) if kind is Kind.PERFORMANCE else value,
            date=when,
            remark=[*_part_texts(parts), *_others(_remarks(node, role, context), value)],
        )


def _components(node: Node, context: Context) -> Iterator[tuple[Value, Value]]:
    for each in node.get("component").each():
        value = informative(answer(each, context.word("yes"), context.word("no")))
        name = name_of(each.get("code"), context.language)
        for more in concepts(each.get("interpretation")):
            value = value or more
        each.get("referenceRange").skip()
        if value:
            yield name or Value("?", each.where), value


def _part_texts(parts: list[tuple[Value, Value]]) -> list[Value]:
    return [Value(f"{name.text}: {value.text}", value.where) for name, value in parts]


def _finding(part: tuple[Value, Value], when: Value | None, about: str) -> Entry:
    return entry(Kind.FINDING, about, name=part[0], value=part[1], date=when)


def _of_tumour(
    node: Node,
    role: str,
    name: Value,
    value: Value | None,
    when: Value | None,
    about: str,
    context: Context,
) -> Iterator[Entry]:
    """Histology and grading belong to the tumour, and stand with their day among the findings."""
    sides = places(node.get("bodySite"))
    if value and about:
        yield entry(Kind.DIAGNOSIS, about, **{role: value})
    remark = [*sides, *_remarks(node, role, context)]
    yield entry(Kind.FINDING, about, name=name, value=value, date=when, remark=remark)


def _death(node: Node, value: Value | None, when: Value | None, context: Context) -> Entry:
    relation = [v for v in concepts(node.get("interpretation")) if informative(v)]
    deceased = Value(context.word("deceased"), node.root)
    remarks = [deceased, *relation, *context.remarks_of(node)]
    return entry(Kind.DEATH, date=when, remark=remarks, cause=value)


def _laboratory(
    node: Node, name: Value, value: Value | None, when: Value | None, context: Context
) -> Entry:
    """A measurement; number and unit apart, as laboratories give them."""
    there = node.get("valueQuantity")
    number, _, unit = value.text.partition(" ") if value and there else ("", "", "")
    amount = Value(number, value.where) if value and number else value
    return entry(
        Kind.LABORATORY,
        name=name,
        value=amount,
        unit=Value(unit, there.where) if unit else None,
        reference=[r for each in node.get("referenceRange").each() if (r := _reference(each))],
        flag=concepts(node.get("interpretation")),
        date=when,
        remark=[*concepts(node.get("method")), *context.remarks_of(node)],
    )


def _reference(node: Node) -> Value | None:
    text = node.get("text")
    if text.text:
        node.skip()
        return Value(text.text, text.where)
    return spread(node)


def _scored(node: Node, name: Value, value: Value | None) -> Value | None:
    """`ECOG 1 (...)`, `Karnofsky 80%`: the scale and its number, then what it means."""
    found = set(all_codes(node.get("code")))
    scale = "Karnofsky" if found & {"761869008", "89243-0", "273546003"} else "ECOG"
    if not value:
        return None
    grades = [
        coding.get("code").peek()
        for coding in node.get("valueCodeableConcept").get("coding").each()
        if _GRADE.fullmatch(coding.get("code").peek())
    ]
    if scale.casefold() in value.text.casefold():
        return value
    if grades and grades[0].rstrip("%") not in value.text.split("%")[0].split():
        return Value(f"{scale} {grades[0]} ({value.text})", value.where)
    return Value(f"{scale} {value.text}", value.where)


def _others(remarks: list[Value], value: Value | None) -> list[Value]:
    return [each for each in remarks if not value or each.text != value.text]


def _remarks(node: Node, role: str, context: Context) -> list[Value]:
    """What else is said: interpretation, method, place; then notes and the state."""
    found = [v for v in concepts(node.get("interpretation")) if informative(v)]
    found += [v for v in concepts(node.get("method")) if informative(v)]
    found += places(node.get("bodySite")) if role not in ("histology", "grading") else []
    found += [r for each in node.get("referenceRange").each() if (r := _reference(each))]
    return [*found, *context.remarks_of(node)]


def _is_laboratory(node: Node, role: str) -> bool:
    """A measured amount of the laboratory, unless its code says that it is something else."""
    categories = all_codes(node.get("category"))
    amount = bool(node.get("valueQuantity"))
    named = " ".join(c.get("display").peek() for c in node.get("code").get("coding").each())
    of_blood = any(word in named for word in ("in Serum", "in Blood", "in Plasma"))
    is_count_of_tissue = "specimen" in named.casefold() or "genetic" in named.casefold()
    return (
        not role and amount and (of_blood or "laboratory" in categories) and not is_count_of_tissue
    )


def _is_marker(name: str, node: Node) -> bool:
    if "GE" in all_codes(node.get("category")):
        return True
    return any(word in name.casefold() for word in codes()["marker_words"]["words"])


def _about(node: Node, context: Context) -> str:
    """The tumour that an observation is about; what it is about otherwise says nothing here."""
    for reference in node.get("focus").each():
        found = context.bundle.resolve(reference)
        if found and found.root.startswith("Condition/"):
            return found.root
    return ""


def _reason(node: Node) -> Value | None:
    """Why there is no value, where that says something: it was not performed."""
    reason = node.get("dataAbsentReason")
    if not reason or set(all_codes(reason)) & set(_NO_REASON):
        return None
    return concept(reason)


def _meaning(node: Node) -> Value | None:
    """What an observation without a value says by its interpretation or a note."""
    told = [v for v in concepts(node.get("interpretation")) if informative(v)]
    if told:
        return told[0]
    note = [each.get("text") for each in node.get("note").each() if each.get("text").text]
    return Value(note[0].text, note[0].where) if note else None


def _absent(node: Node) -> str:
    node.get("dataAbsentReason").skip()
    node.skip()
    return "it gives no value"
