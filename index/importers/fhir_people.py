"""Who the record is about, and who signs or refers: Patient, Practitioner, Organization."""

from __future__ import annotations

from collections.abc import Iterator

from index.importers.fhir_bundle import resource_type
from index.importers.fhir_concepts import concept
from index.importers.fhir_context import Context
from index.importers.fhir_values import date, extension
from index.importers.imported import Entry, Kind, NotUnderstood, Value, entry
from index.importers.json_nodes import Node

_SEXES = {"female": "female", "male": "male"}


def patients(nodes: list[Node], context: Context) -> Iterator[Entry]:
    """The patient, and who sent them."""
    for node in nodes:
        names = sorted(node.get("name").each(), key=_is_usual, reverse=True)
        first, last = _name(names[0]) if names else (None, None)
        gender = node.get("gender")
        sex = _SEXES.get(gender.text, "")
        yield entry(
            Kind.PATIENT,
            first_name=first,
            last_name=last,
            sex=Value(sex, gender.where) if sex else None,
            gender=None if sex or gender.peek() == "unknown" else _gender(node),
            birth_date=date(node, "birthDate"),
        )
        for other in names[1:]:
            given, family = _name(other)
            both = " ".join(part.text for part in (given, family) if part)
            if both:
                name = Value(context.word("other name"), other.where)
                yield entry(Kind.FINDING, name=name, value=Value(both, other.where))
        yield from _death(node, context)
        for reference in node.get("generalPractitioner").each():
            if person := person_named(reference, context):
                yield entry(Kind.REFERRER, name=person)
        for unneeded in ("address", "telecom", "contact", "communication", "photo", "link"):
            # An address is no fact of a disease; it is listed, and goes into no prompt.
            context.remarks.extend(_kept_out(node, unneeded))
        node.get("multipleBirthBoolean").skip()


def authors(nodes: list[Node], context: Context) -> Iterator[Entry]:
    """Who wrote the documents of the record."""
    for node in nodes:
        for reference in node.get("author").each():
            if person := person_named(reference, context):
                yield entry(Kind.AUTHOR, name=person)


def person_named(reference: Node, context: Context, *, roles: bool = True) -> Value | None:
    """A practitioner or an organization by name, with title; a role by whose it is."""
    display, where = reference.get("display").text, reference.where
    shown = Value(display, where) if display else None
    found = context.follow(reference)
    kind = resource_type(found) if found else ""
    if found and kind == "Practitioner":
        parts = _name(next(iter(found.get("name").each()), found.get("name")))
        both = " ".join(part.text for part in parts if part)
        return Value(both, found.where) if both else shown
    if found and kind == "Organization" and found.get("name").text:
        return Value(found.get("name").text, found.get("name").where)
    if found and kind == "PractitionerRole" and roles:
        whose = (found.get("practitioner"), found.get("organization"))
        named = (person_named(each, context, roles=False) for each in whose)
        return next((each for each in named if each), shown)
    return shown


def _name(node: Node) -> tuple[Value | None, Value | None]:
    """Given names with their titles, and family name; of a name in one piece, by its last word."""
    given = [each.text for each in node.get("prefix").each()]
    given += [each.text for each in node.get("given").each()]
    family, whole = node.get("family"), node.get("text")
    if family.text or given:
        first = Value(" ".join(filter(None, given)), node.get("given").where) if given else None
        node.skip()
        return first, Value(family.text, family.where) if family.text else None
    first, _, last = whole.text.rpartition(" ")
    node.skip()
    return (
        Value(first, whole.where) if first else None,
        Value(last, whole.where) if last else None,
    )


def _is_usual(name: Node) -> bool:
    return name.get("use").peek() in ("official", "usual", "")


def _gender(patient: Node) -> Value | None:
    """`other`, or what the German extension says: divers, unbestimmt."""
    fine = concept(extension(patient.get("_gender"), "gender-amtlich-de").get("valueCoding"))
    gender = patient.get("gender")
    return fine or (Value(gender.text, gender.where) if gender.text else None)


def _death(node: Node, context: Context) -> Iterator[Entry]:
    when = date(node, "deceasedDateTime")
    if when:
        remark = Value(context.word("deceased"), when.where)
        yield entry(Kind.DEATH, date=when, remark=remark)
    elif node.get("deceasedBoolean").text == "true":
        there = node.get("deceasedBoolean")
        yield entry(Kind.DEATH, remark=Value(context.word("deceased"), there.where))


def _kept_out(node: Node, name: str) -> Iterator[NotUnderstood]:
    there = node.get(name)
    if there:
        there.skip()
        yield NotUnderstood(there.where, f"element Patient.{name}", "a letter does not need it")
