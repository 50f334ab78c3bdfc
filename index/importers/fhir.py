"""FHIR R4 bundles: German oncology records (MII), mCODE and CodeX radiotherapy, and any other.

What the models of the standard refuse is read all the same as far as it goes, and listed. What no
reader took is listed too, resource by resource and element by element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from index.importers import (
    fhir_conditions,
    fhir_documents,
    fhir_events,
    fhir_medication,
    fhir_observations,
    fhir_people,
    fhir_plans,
    fhir_procedures,
    fhir_staging,
)
from index.importers.fhir_bundle import Bundle, make_bundle, read_resources, resource_type
from index.importers.fhir_concepts import codes
from index.importers.fhir_context import Context
from index.importers.fhir_left import left_over
from index.importers.fhir_library import problems
from index.importers.imported import Entry, NotUnderstood, Reading
from index.importers.json_nodes import Node
from index.importers.languages import language_of
from index.letter import Language

Reader = Callable[[list[Node], Context], Iterator[Entry]]

_READERS: dict[Reader, tuple[str, ...]] = {
    fhir_people.patients: ("Patient",),
    fhir_people.authors: ("Composition", "DocumentReference"),
    fhir_conditions.conditions: ("Condition",),
    fhir_staging.stagings: ("Observation",),
    fhir_observations.observations: ("Observation",),
    fhir_procedures.procedures: ("Procedure",),
    fhir_medication.medications: (
        "MedicationStatement",
        "MedicationRequest",
        "MedicationAdministration",
        "MedicationDispense",
    ),
    fhir_events.adverse_events: ("AdverseEvent",),
    fhir_events.others: (
        "AllergyIntolerance",
        "Encounter",
        "Specimen",
        "FamilyMemberHistory",
        "Immunization",
        "Device",
        "ClinicalImpression",
        "ResearchSubject",
        "ImagingStudy",
        "Goal",
    ),
    fhir_documents.documents: (
        "DiagnosticReport",
        "DocumentReference",
        "Composition",
        "QuestionnaireResponse",
        "Communication",
    ),
    fhir_plans.plans: ("CarePlan", "RequestGroup", "ServiceRequest", "Appointment"),
}
"""In the order in which they take what several could take: stagings before other observations."""

_REFERRED_TO = ("Practitioner", "PractitionerRole", "Organization", "Medication", "BodyStructure")
"""Read by those that refer to them."""

_WRONG = "entered-in-error"


def read_fhir(text: str, patient: str = "") -> Reading:
    """What a FHIR bundle says of one patient.

    Args:
        text: JSON, a bundle, one resource, or a resource a line.
        patient: the id of the patient, where the bundle holds several.

    Raises:
        CaseError: it is broken, of another version of FHIR, or holds several patients.
    """
    return read_all(read_resources(text), patient)


def read_all(resources: list[tuple[str, Any]], patient: str = "") -> Reading:
    """As `read_fhir`, of resources with their addresses, from one file or several."""
    bundle = make_bundle(resources, patient)
    context = Context(bundle, _language(bundle))
    usable = [each for each in bundle.resources if not _is_wrong(each)]
    entries: list[Entry] = []
    for reader, types in _READERS.items():
        entries += reader([each for each in usable if resource_type(each) in types], context)
    for each in usable:
        if resource_type(each) in chain.from_iterable(_READERS.values()):
            entries += left_over(each, _administrative(resource_type(each)))
    left = chain.from_iterable(_not_understood(each, context) for each in bundle.resources)
    return Reading(tuple(entries), (*bundle.left_out, *context.remarks, *left), context.language)


def _language(bundle: Bundle) -> Language:
    """By what resources say, by German code systems, and by their words."""
    values = [each.value for each in bundle.resources]
    return language_of(_texts(values), german=_german(values))


def _german(values: list[object]) -> bool:
    return any(
        isinstance(system, str) and ("fhir.de" in system or "medizininformatik" in system)
        for system in _members(values, ("system", "profile", "url"))
    )


def _texts(values: list[object]) -> str:
    names = ("text", "display", "conclusion", "description", "title", "comment", "valueString")
    return "\n".join(text for text in _members(values, names) if isinstance(text, str))


def _members(value: object, names: tuple[str, ...]) -> Iterator[object]:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            for name, inner in item.items():
                if name in names:
                    yield from inner if isinstance(inner, list) else (inner,)
                waiting.append(inner)
        elif isinstance(item, list):
            waiting.extend(item)


def _is_wrong(node: Node) -> bool:
    statuses = [node.get("status").peek(), *_coded(node.get("verificationStatus"))]
    return _WRONG in statuses


def _coded(node: Node) -> list[str]:
    return [each.get("code").peek() for each in node.get("coding").each()]


def _not_understood(node: Node, context: Context) -> Iterator[NotUnderstood]:
    kind = resource_type(node)
    if _is_wrong(node):
        yield NotUnderstood(node.root, "resource", "it is marked as entered in error")
        return
    if kind not in (*chain.from_iterable(_READERS.values()), *_REFERRED_TO):
        yield NotUnderstood(node.root, f"resource {kind}", "this kind of resource is not read")
        return
    if kind in _REFERRED_TO and node.root not in context.referred:
        yield NotUnderstood(
            node.root, f"resource {kind}", "no other resource that is read names it"
        )
        return
    broken = problems(kind, node.value)
    if broken:
        why = f"it breaks FHIR R4 at {broken}; it was read as far as it goes"
        yield NotUnderstood(node.root, f"resource {kind}", why)
    for path in dict.fromkeys(path for path, _ in node.unread()):
        where = f"{node.root} {path}"
        if _is_administrative(kind, path):
            why = "identity, state and links of a resource, which a letter does not need"
            yield NotUnderstood(where, "administrative element", why)
        else:
            yield NotUnderstood(where, f"element {kind}.{path}", "no field takes it")


def _administrative(kind: str) -> tuple[str, ...]:
    known = codes()["administrative"]
    return (*known["elements"], *known["by_type"].get(kind, ()))


def _is_administrative(kind: str, path: str) -> bool:
    return any(path == each or path.startswith(f"{each}.") for each in _administrative(kind))
