"""What is planned or advised: tumour conferences, requests, appointments.

Sources: MII onkologie Tumorkonferenz and Therapieempfehlung; CodeX planned courses; HL7 FHIR R4
CarePlan, RequestGroup, ServiceRequest, Appointment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from index.importers.fhir_bundle import resource_type
from index.importers.fhir_concepts import concept, concepts
from index.importers.fhir_context import Context
from index.importers.fhir_places import places
from index.importers.fhir_radiotherapy import radiotherapy
from index.importers.fhir_values import date, notes
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.json_nodes import Node

_ADVICE = ("proposal", "plan", "option")
_USUAL = ("scheduled", "completed", "not-started", "unknown", "")
_COMING = ("proposed", "pending", "booked", "waitlist", "arrived", "checked-in", "")


def plans(nodes: list[Node], context: Context) -> Iterator[Entry]:
    for node in nodes:
        yield from _READERS[resource_type(node)](node, context)


def _care_plan(node: Node, context: Context) -> Iterator[Entry]:
    """A conference with all that it decided; what has a time of its own is an appointment."""
    decided: list[Value] = []
    for activity in node.get("activity").each():
        detail = activity.get("detail")
        what = concept(detail.get("code"))
        description = detail.get("description")
        what = what or (Value(description.text, description.where) if description.text else None)
        what = what or context.named(activity.get("reference"))
        when = date(detail, "scheduledPeriod", "scheduledString")
        state = detail.get("status").text
        reasons = [*concepts(detail.get("statusReason")), *notes(activity.get("progress"))]
        told = ", ".join(each.text for each in (what, *reasons) if each)
        shown = f"{told} ({state})" if told and state not in _USUAL else told
        if detail.get("doNotPerform").text == "true":
            shown, when = f"{context.word('not to be done')}: {shown}", None
        if what and when:
            yield entry(Kind.FOLLOW_UP, what=Value(shown, what.where), date=when)
        elif shown:
            decided.append(Value(shown, activity.where))
        detail.get("status").skip()
    title, description = node.get("title"), node.get("description")
    kinds = concepts(node.get("category"))
    named = [Value(each.text, each.where) for each in (title, description) if each.text]
    name = ", ".join(each.text for each in (*kinds, *named)) or resource_type(node)
    start = date(node, "created", "period")
    yield entry(
        Kind.RECOMMENDATION,
        name=Value(name, node.root),
        value=decided,
        date=start,
        remark=context.remarks_of(node),
    )


def _request_group(node: Node, context: Context) -> Iterator[Entry]:
    actions = [value for each in node.get("action").each() for value in _action(each)]
    yield entry(
        Kind.RECOMMENDATION,
        name=concept(node.get("code")),
        value=actions,
        date=date(node, "authoredOn"),
        remark=[*concepts(node.get("reasonCode")), *context.remarks_of(node)],
    )


def _action(node: Node) -> Iterator[Value]:
    waiting = [node]
    while waiting:
        action = waiting.pop(0)
        parts = (action.get("title"), action.get("description"))
        text = ", ".join(part.text for part in parts if part.text)
        if text:
            yield Value(text, action.where)
        yield from concepts(action.get("code"))
        action.get("resource").skip()
        waiting = [*action.get("action").each(), *waiting]


def _service_request(node: Node, context: Context) -> Iterator[Entry]:
    """An order with a time of its own is an appointment; a planned irradiation one with doses."""
    if context.is_of(node, "radiotherapy") and "dose" in _addresses(node):
        yield from radiotherapy(node, context)
        return
    when = date(node, "occurrenceDateTime", "occurrencePeriod")
    what = concept(node.get("code"))
    refused = node.get("doNotPerform").text == "true"
    remarks = [
        *places(node.get("bodySite")),
        *concepts(node.get("orderDetail")),
        *concepts(node.get("reasonCode")),
        *context.remarks_of(node),
    ]
    if refused:
        name = Value(context.word("not to be done"), node.root)
        yield entry(Kind.RECOMMENDATION, name=name, value=what, date=when, remark=remarks)
        return
    if when and node.get("status").peek() == "active":
        date(node, "authoredOn")
        yield entry(Kind.FOLLOW_UP, what=what, date=when, remark=remarks)
        return
    advised = node.get("intent").peek() in _ADVICE
    yield entry(
        Kind.RECOMMENDATION if advised else Kind.FINDING,
        name=None if advised else Value(context.word("planned"), node.root),
        value=what,
        date=date(node, "authoredOn") or when,
        remark=remarks,
    )


def _addresses(node: Node) -> str:
    return " ".join(each.get("url").peek() for each in node.get("extension").each())


def _appointment(node: Node, context: Context) -> Iterator[Entry]:
    parts = [*concepts(node.get("serviceType")), *concepts(node.get("appointmentType"))]
    parts += concepts(node.get("specialty"))
    for text in (node.get("description"), node.get("comment"), node.get("patientInstruction")):
        parts += [Value(text.text, text.where)] if text.text else []
    parts += concepts(node.get("reasonCode"))
    with_whom = [
        named
        for each in node.get("participant").each()
        if "Patient/" not in each.at("actor.reference").peek()
        and (named := context.named(each.get("actor")))
    ]
    what = Value(", ".join(part.text for part in parts), parts[0].where) if parts else None
    start = date(node, "start", "requestedPeriod")
    for rest in ("end", "minutesDuration", "participant", "created", "requestedPeriod"):
        node.get(rest).skip()
    coming = node.get("status").peek() in _COMING
    yield entry(
        Kind.FOLLOW_UP if coming else Kind.FINDING,
        what=what if coming else None,
        value=None if coming else what,
        date=start,
        remark=[*with_whom, *context.remarks_of(node)],
    )


_READERS: dict[str, Callable[[Node, Context], Iterator[Entry]]] = {
    "CarePlan": _care_plan,
    "RequestGroup": _request_group,
    "ServiceRequest": _service_request,
    "Appointment": _appointment,
}
