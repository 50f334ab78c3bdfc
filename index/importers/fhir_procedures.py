"""Operations, courses of drugs, and other measures. Resource: Procedure.

Sources: mCODE cancer-related surgical procedure; MII onkologie Operation and Systemische Therapie.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.importers.fhir_concepts import concept, concepts, informative, other_words
from index.importers.fhir_context import Context
from index.importers.fhir_places import places
from index.importers.fhir_radiotherapy import radiotherapy
from index.importers.fhir_values import date, extension, notes, period
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.json_nodes import Node

_NOT_DONE = ("not-done", "cancelled")


def procedures(nodes: list[Node], context: Context) -> Iterator[Entry]:
    for node in nodes:
        if node.get("status").peek() in _NOT_DONE:
            yield _not_done(node, context)
        elif context.is_of(node, "radiotherapy"):
            yield from radiotherapy(node, context)
        elif context.is_of(node, "systemic"):
            yield _systemic(node, context)
        elif context.is_of(node, "surgery"):
            yield _surgery(node, context)
        else:
            yield _other(node, context)


def intent(node: Node) -> Value | None:
    """Curative or palliative, of the extensions of mCODE and MII."""
    found = extension(node, "procedure-intent", "-intention", "treatment-intent")
    return informative(concept(found.get("valueCodeableConcept")))


def _surgery(node: Node, context: Context) -> Entry:
    name = concept(node.get("code"))
    others = other_words(node.get("code"), name)
    return entry(
        Kind.SURGERY,
        name=name,
        date=date(node, "performedDateTime", "performedPeriod", "performedString"),
        remark=[*others, intent(node), *_end(node), *_details(node, context)],
    )


def _systemic(node: Node, context: Context) -> Entry:
    """A course of drugs; which drugs, those say that are part of it (`fhir_medication`)."""
    start, end = period(node.get("performedPeriod", "performedDateTime"))
    position = extension(node, "stellungzurop", "stellung-op").get("valueCodeableConcept")
    reason = informative(concept(node.get("outcome"))) or concept(node.get("statusReason"))
    return entry(
        Kind.SYSTEMIC,
        protocol=concepts(node.get("usedCode")),
        kind=concept(node.get("code")),
        start=start,
        end=end,
        intent=intent(node),
        end_reason=reason,
        remark=[informative(concept(position)), *_details(node, context)],
    )


def _other(node: Node, context: Context) -> Entry:
    return entry(
        Kind.FINDING,
        name=Value(context.word("procedure"), node.root),
        value=concept(node.get("code")),
        date=date(node, "performedDateTime", "performedPeriod", "performedString"),
        remark=[intent(node), *_end(node), *_details(node, context)],
    )


def _not_done(node: Node, context: Context) -> Entry:
    return entry(
        Kind.FINDING,
        name=Value(context.word("not done"), node.get("status").where),
        value=concept(node.get("code")),
        date=date(node, "performedDateTime", "performedPeriod"),
        remark=[concept(node.get("statusReason")), *notes(node.get("note"))],
    )


def _end(node: Node) -> list[Value]:
    found = [concept(node.get("outcome")), concept(node.get("statusReason"))]
    return [value for value in found if value and informative(value)]


def _details(node: Node, context: Context) -> list[Value]:
    """Place, urgency, method, what was used, complications, reasons; then notes and the state."""
    urgency = extension(node, "operation-urgency").get("valueCodeableConcept")
    method = extension(node, "procedure-method").get("valueCodeableConcept")
    found: list[Value | None] = [
        *places(node.get("bodySite")),
        concept(urgency),
        concept(method),
        *(concepts(node.get("usedCode")) if not context.is_of(node, "systemic") else []),
        *concepts(node.get("followUp")),
        *concepts(node.get("reasonCode")),
    ]
    label = context.word("complication")
    for each in concepts(node.get("complication")):
        if informative(each):
            found.append(Value(f"{label}: {each.text}", each.where))
    return [*(value for value in found if value), *context.remarks_of(node)]
