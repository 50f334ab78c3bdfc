"""Drugs: those against the tumour put together to courses, all others with dose and schedule.

Resources: MedicationStatement, MedicationRequest, MedicationAdministration, MedicationDispense.
Sources: mCODE cancer-related medication request and administration; MII onkologie Systemische
Therapie Medikation and Therapieempfehlung; ATC.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.importers.fhir_bundle import resource_type
from index.importers.fhir_concepts import all_codes, codes, concept, concepts
from index.importers.fhir_context import Context, has_address
from index.importers.fhir_dosage import dosage
from index.importers.fhir_values import date, extension, period
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.json_nodes import Node

_ADVICE = ("proposal", "plan", "option")
"""Intents of a request that is not yet one: somebody recommends the drug."""

_NOT_GIVEN = ("not-done", "not-taken")

_TIMES = ("effectivePeriod", "effectiveDateTime", "occurrencePeriod", "occurrenceDateTime")


def medications(nodes: list[Node], context: Context) -> Iterator[Entry]:
    courses: dict[tuple[str, ...], list[Entry]] = {}
    for node in nodes:
        drug = _drug(node, context)
        if node.get("doNotPerform").text == "true" or node.get("status").peek() in _NOT_GIVEN:
            yield _not_given(node, drug, context)
        elif node.get("intent").peek() in _ADVICE:
            yield _advice(node, drug, context)
        elif _is_antineoplastic(node, drug, context):
            key, course = _course(node, drug, context)
            courses.setdefault(key, []).append(course)
        else:
            yield _medication(node, drug, context)
    for group in courses.values():
        yield _together(group, context)


def _drug(node: Node, context: Context) -> Value | None:
    """The drug by name, whether coded here or in a Medication that is referred to."""
    coded = concept(node.get("medicationCodeableConcept"), with_code=False)
    if coded:
        return coded
    reference = node.get("medicationReference")
    display = reference.get("display").peek()
    found = context.follow(reference)
    if found and (named := concept(found.get("code"), with_code=False)):
        return named
    parts = [] if not found else [_ingredient(each) for each in found.get("ingredient").each()]
    named = ", ".join(part.text for part in parts if part)
    text = display or named
    return Value(text, reference.where) if text else None


def _ingredient(node: Node) -> Value | None:
    return concept(node.get("itemCodeableConcept"), with_code=False)


def _is_antineoplastic(node: Node, drug: Value | None, context: Context) -> bool:
    signs = codes()["antineoplastic"]
    reference = context.bundle.resolve(node.get("medicationReference"))
    coded = [*all_codes(node.get("medicationCodeableConcept"))]
    coded += all_codes(reference.get("code")) if reference else []
    if has_address(node, signs["urls"]) or any(c.startswith(tuple(signs["atc"])) for c in coded):
        return True
    for part in node.get("partOf").each():
        whole = context.bundle.resolve(part)
        if whole and resource_type(whole) == "Procedure" and context.is_of(whole, "systemic"):
            return True
    name = drug.text.casefold() if drug else ""
    return any(stem in name for stem in signs["stems"]) and not any(
        stem in name for stem in signs["not_stems"]
    )


def _times(node: Node) -> tuple[Value | None, Value | None]:
    for name in _TIMES:
        if node.get(name):
            start, end = period(node.get(name))
            return start, end
    return date(node, "authoredOn", "dateAsserted", "whenHandedOver"), None


def _course(node: Node, drug: Value | None, context: Context) -> tuple[tuple[str, ...], Entry]:
    """One drug of a course; drugs of one course and one time are given together."""
    start, end = _times(node)
    whole = "".join(each.get("reference").peek() for each in node.get("partOf").each())
    dose = dosage(node, context)
    amount = [part.text for part in (drug, *dose.amounts) if part]
    named = Value(" ".join(amount), drug.where if drug else node.root)
    kind = resource_type(node)
    key = (kind, whole, start.text if start else "", end.text if end else "")
    if kind == "MedicationAdministration":
        key = (kind, named.text)
    elif not whole and not start:
        key = (kind, node.root)
    return key, entry(
        Kind.SYSTEMIC,
        drug=named,
        start=start,
        end=end,
        end_reason=concepts(node.get("statusReason")),
        intent=concept(extension(node, "procedure-intent").get("valueCodeableConcept")),
        remark=_remarks(node, [*dose.schedules, *dose.routes], context),
    )


def _together(group: list[Entry], context: Context) -> Entry:
    """Several drugs of one course; or one drug that was given several times."""
    fields = list(dict.fromkeys(field for each in group for field in each.fields))
    starts = sorted({each.get("start") for each in group if each.get("start")})
    if len(starts) < 2:
        return Entry(Kind.SYSTEMIC, tuple(_first_times(fields)))
    times = {v.text: v for name, v in fields if name == "start"}
    kept = [(name, v) for name, v in fields if name not in ("start", "end")]
    count = Value(f"{len(group)} {context.word('administrations')}", times[starts[0]].where)
    both = (("start", times[starts[0]]), ("end", times[starts[-1]]), ("remark", count))
    return Entry(Kind.SYSTEMIC, (*kept, *both))


def _first_times(fields: list[tuple[str, Value]]) -> Iterator[tuple[str, Value]]:
    """Each time and remark once, though every drug of the course gives it."""
    said: set[tuple[str, str]] = set()
    for name, value in fields:
        if (name, value.text) not in said:
            yield name, value
        said.add((name, value.text))


def _medication(node: Node, drug: Value | None, context: Context) -> Entry:
    start, end = _times(node)
    dose = dosage(node, context)
    return entry(
        Kind.MEDICATION,
        drug=drug,
        dose=dose.amounts,
        schedule=dose.schedules,
        route=dose.routes,
        start=start,
        end=end,
        end_reason=concepts(node.get("statusReason")),
        remark=_remarks(node, [], context),
    )


def _not_given(node: Node, drug: Value | None, context: Context) -> Entry:
    """It must not stand among what the patient takes."""
    start, _ = _times(node)
    dose = dosage(node, context)
    return entry(
        Kind.FINDING,
        name=Value(context.word("not given"), node.root),
        value=drug,
        date=start,
        remark=[
            *dose.amounts,
            *dose.schedules,
            *concepts(node.get("statusReason")),
            *_remarks(node, [], context),
        ],
    )


def _advice(node: Node, drug: Value | None, context: Context) -> Entry:
    dose = dosage(node, context)
    texts = [part.text for part in (drug, *dose.amounts, *dose.schedules) if part]
    return entry(
        Kind.RECOMMENDATION,
        value=Value(" ".join(texts), drug.where if drug else node.root),
        date=date(node, "authoredOn", *_TIMES),
        remark=_remarks(node, [*dose.routes], context),
    )


def _remarks(node: Node, more: list[Value], context: Context) -> list[Value]:
    reasons = [*concepts(node.get("reasonCode")), *concepts(node.get("category"))]
    return [*more, *(r for r in reasons if not _is_setting(r)), *context.remarks_of(node)]


def _is_setting(reason: Value) -> bool:
    """Where a drug is given is no reason for it."""
    return reason.text.casefold() in ("inpatient", "outpatient", "community", "discharge")
