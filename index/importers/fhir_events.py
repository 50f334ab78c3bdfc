"""Side effects with their grade; allergies, stays, specimens, family history and the like.

Sources: MII onkologie Nebenwirkung; mCODE and HL7 CTCAE adverse event; HL7 FHIR R4.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from index.importers.fhir_bundle import resource_type
from index.importers.fhir_concepts import coding_word, concept, concepts
from index.importers.fhir_context import Context
from index.importers.fhir_places import places
from index.importers.fhir_values import date, extension, period, quantity
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.json_nodes import Node

_GRADE = re.compile(r"(?:grade?\s*|ctcae\s*)*([0-5])\b", re.IGNORECASE)


def adverse_events(nodes: list[Node], context: Context) -> Iterator[Entry]:
    for node in nodes:
        grade, words = _grade(node)
        suspects = (each.get("instance") for each in node.get("suspectEntity").each())
        causes = [named for each in suspects if (named := context.named(each))]
        under = [Value(f"{context.word('caused')} {c.text}", c.where) for c in causes]
        result = context.named(node.get("resultingCondition"))
        told = {value.where for value in (grade, words) if value}
        rest = [v for name in ("seriousness", "severity") if (v := concept(node.get(name)))]
        yield entry(
            Kind.TOXICITY,
            name=concept(node.get("event"), with_code=False) or result,
            grade=grade,
            date=date(node, "date", "detected", "recordedDate"),
            remark=[
                words,
                *(each for each in rest if each.where not in told),
                *under,
                concept(node.get("outcome")),
                *context.remarks_of(node),
            ],
        )


def _grade(node: Node) -> tuple[Value | None, Value | None]:
    """The CTCAE grade, wherever it stands, and words that say more than a grade."""
    places_of_grades = (
        extension(node, "ctcae-grade", "adverse-event-grade").get("valueCodeableConcept"),
        node.get("seriousness"),
        node.get("severity"),
    )
    for holder in places_of_grades:
        codes = [each.get("code").peek() for each in holder.get("coding").each()]
        texts = [*codes, holder.get("text").peek(), *map(coding_word, holder.get("coding").each())]
        for text in texts:
            if match := _GRADE.match(text):
                where = holder.where
                words = concept(holder, with_code=False)
                plain = words is None or _GRADE.fullmatch(words.text) or words.text == text
                return Value(match[1], where), None if plain else words
    told = [words for holder in places_of_grades if (words := concept(holder))]
    return None, told[0] if told else None


def others(nodes: list[Node], context: Context) -> Iterator[Entry]:
    """What stands among the further findings, each kind under its own name."""
    for node in nodes:
        yield from _OTHERS[resource_type(node)](node, context)


def _allergy(node: Node, context: Context) -> Iterator[Entry]:
    reactions = [
        manifestation
        for each in node.get("reaction").each()
        for manifestation in concepts(each.get("manifestation"))
    ]
    yield entry(
        Kind.FINDING,
        name=Value(context.word("allergy"), node.root),
        value=concept(node.get("code")),
        date=date(node, "onsetDateTime", "recordedDate"),
        remark=[*reactions, *context.remarks_of(node)],
    )


def _encounter(node: Node, context: Context) -> Iterator[Entry]:
    start, end = period(node.get("period"))
    remarks = [*concepts(node.get("reasonCode")), *concepts(node.get("serviceType"))]
    until = (
        Value(f"{context.word('until')} {context.words.date_text(end.text)}", end.where)
        if end
        else None
    )
    yield entry(
        Kind.FINDING,
        name=Value(context.word("encounter"), node.root),
        value=concept(node.get("class")) or next(iter(concepts(node.get("type"))), None),
        date=start,
        remark=[until, *remarks, *context.remarks_of(node)],
    )


def _specimen(node: Node, context: Context) -> Iterator[Entry]:
    collection = node.get("collection")
    number = node.get("accessionIdentifier").get("value")
    yield entry(
        Kind.FINDING,
        name=Value(context.word("specimen"), node.root),
        value=concept(node.get("type")) or Value(context.word("specimen"), node.root),
        date=date(collection, "collectedDateTime", "collectedPeriod"),
        remark=[
            *places(collection.get("bodySite")),
            concept(collection.get("method")),
            *concepts(node.get("condition")),
            Value(number.text, number.where) if number.text else None,
            *context.remarks_of(node),
        ],
    )


def _family(node: Node, context: Context) -> Iterator[Entry]:
    relation = concept(node.get("relationship"))
    illnesses = [
        Value(f"{disease.text}{_age(each)}", disease.where)
        for each in node.get("condition").each()
        if (disease := concept(each.get("code")))
    ]
    yield entry(
        Kind.FINDING,
        name=Value(context.word("family"), node.root),
        value=relation,
        remark=[*illnesses, *context.remarks_of(node)],
    )


def _age(node: Node) -> str:
    age = quantity(node.get("onsetAge"))
    return f" ({age.text})" if age else ""


def _immunization(node: Node, context: Context) -> Iterator[Entry]:
    yield entry(
        Kind.FINDING,
        name=Value(context.word("immunization"), node.root),
        value=concept(node.get("vaccineCode")),
        date=date(node, "occurrenceDateTime"),
        remark=context.remarks_of(node),
    )


def _device(node: Node, context: Context) -> Iterator[Entry]:
    names = [each.get("name") for each in node.get("deviceName").each()]
    named = next((Value(name.text, name.where) for name in names if name.text), None)
    yield entry(
        Kind.FINDING,
        name=Value(context.word("device"), node.root),
        value=concept(node.get("type")) or named,
        remark=[named, *context.remarks_of(node)],
    )


def _described(node: Node, context: Context) -> Iterator[Entry]:
    """A resource that says what it has to say in a code, a description or a summary."""
    texts = (node.get("summary"), node.get("description"), node.get("title"))
    told = [Value(each.text, each.where) for each in texts if each.text]
    told += [v for name in ("code", "description", "modality") for v in concepts(node.get(name))]
    study = context.named(node.get("study"))
    if told or study:
        yield entry(
            Kind.FINDING,
            name=Value(resource_type(node), node.root),
            value=[*told[:1], study],
            date=date(node, "effectiveDateTime", "date", "started", "startDate", "period"),
            remark=[*told[1:], *context.remarks_of(node)],
        )


_OTHERS: dict[str, Callable[[Node, Context], Iterator[Entry]]] = {
    "AllergyIntolerance": _allergy,
    "Encounter": _encounter,
    "Specimen": _specimen,
    "FamilyMemberHistory": _family,
    "Immunization": _immunization,
    "Device": _device,
    "ClinicalImpression": _described,
    "ResearchSubject": _described,
    "ImagingStudy": _described,
    "Goal": _described,
}
