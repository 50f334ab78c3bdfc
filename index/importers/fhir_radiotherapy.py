"""Radiotherapy: courses and phases, the dose that each volume got. Resource: Procedure.

Sources: mCODE radiotherapy course summary, teleradiotherapy and brachytherapy treatment phases
(STU 1 to 4: modality and technique as two extensions or in one), radiotherapy volume; CodeX
radiation therapy (prescribed and planned doses); MII onkologie Strahlentherapie and Bestrahlung.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.importers.fhir_concepts import all_codes, concept, concepts, informative
from index.importers.fhir_context import Context
from index.importers.fhir_places import places, volume
from index.importers.fhir_values import extension, extensions, period, quantity
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.json_nodes import Node

_PLAIN = ("1217123003", "108290001", "1287742003")
"""Codes that say no more than that it is radiotherapy."""
_DOSES = ("dose-delivered-to-volume", "dose-planned-to-volume", "dose-prescribed-to-volume")


def radiotherapy(node: Node, context: Context) -> Iterator[Entry]:
    """One entry for each volume that got a dose of its own; else one for the procedure."""
    sites = places(node.get("bodySite"))
    name = concept(node.get("code"))
    doses = [each for ending in _DOSES for each in extensions(node, ending)]
    shared = _shared(node, context)
    says_more = (sites or doses) and not set(all_codes(node.get("code"))) & set(_PLAIN)
    named = entry(Kind.RADIOTHERAPY, remark=name if says_more else None)
    own = [_dose(each, sites, context) for each in doses]
    own = own or [
        entry(
            Kind.RADIOTHERAPY,
            site=sites or [name],
            total=_amount(node, "gesamtdosis", "total-dose"),
            fraction=_amount(node, "einzeldosis", "dose-per-fraction"),
        )
    ]
    for each in own:
        yield Entry(Kind.RADIOTHERAPY, (*each.fields, *shared.fields, *named.fields))


def _shared(node: Node, context: Context) -> Entry:
    """What a procedure says of all its volumes."""
    start, end = period(node.get("performedPeriod", "performedDateTime"))
    both = list(extensions(node, "modality-and-technique"))
    modalities = [_coded(extension(each, "modality")) for each in both]
    techniques = [_coded(extension(each, "technique")) for each in both]
    # A resource may give them in two extensions of their own, as the first editions did.
    modalities += [_coded(each) for each in extensions(node, "radiotherapy-modality")]
    techniques += [_coded(each) for each in extensions(node, "radiotherapy-technique")]
    energy = extension(node, "energy-or-isotope")
    route = _coded(extension(node, "procedure-method"))
    boost = _coded(extension(node, "boost"))
    position = _coded(extension(node, "stellungzurop", "stellung-op"))
    ended = _coded(extension(node, "termination-reason")) or concept(node.get("statusReason"))
    device = context.named(extension(node, "device-reference").get("valueReference"))
    extension(node, "uniform-fractionation").skip()
    is_phase = node.get("partOf") and "phase" in _addresses(node)
    phase = Value(context.word("phase"), node.get("partOf").where) if is_phase else None
    return entry(
        Kind.RADIOTHERAPY,
        fractions=_whole(extension(node, "fractions-delivered", "fractions-planned")),
        technique=techniques,
        modality=[
            *modalities,
            *_radiation(node),
            quantity(energy.get("valueQuantity")),
            _coded(energy),
        ],
        route=route,
        start=start,
        end=end,
        intent=_coded(extension(node, "procedure-intent", "-intention", "treatment-intent")),
        outcome=informative(concept(node.get("outcome"))) or ended,
        boost=concept(node.get("code")) if _is_boost(node) else None,
        remark=[
            position,
            boost,
            _sessions(node, context),
            device,
            phase,
            *concepts(node.get("reasonCode")),
            *concepts(node.get("complication")),
            *context.remarks_of(node),
        ],
    )


def _dose(node: Node, sites: list[Value], context: Context) -> Entry:
    """The dose to one volume; a volume is called a boost by its description."""
    structure = context.follow(extension(node, "volume").get("valueReference"))
    display = extension(node, "volume").get("valueReference").get("display")
    named = volume(structure) if structure else []
    named = named or ([Value(display.text, display.where)] if display.text else [])
    is_boost = any("boost" in each.text.casefold() for each in named)
    intended = "delivered" not in node.get("url").peek()
    node.get("url").skip()
    extension(node, "uniform-fractionation").skip()
    planned = Value(context.word("planned"), node.where)
    return entry(
        Kind.RADIOTHERAPY,
        site=named or sites,
        total=_amount(node, "totalDoseDelivered", "totalDose"),
        fraction=_amount(node, "fractionDose", "fractionDoseDelivered"),
        fractions=_whole(extension(node, "fractionsDelivered", "fractions")),
        boost=named[0] if is_boost else None,
        remark=planned if intended else None,
    )


def _coded(found: Node) -> Value | None:
    return informative(concept(found.get("valueCodeableConcept", "valueCoding")))


def _amount(node: Node, *endings: str) -> Value | None:
    return quantity(extension(node, *endings).get("valueQuantity"))


def _whole(found: Node) -> Value | None:
    there = found.get("valueUnsignedInt", "valuePositiveInt", "valueInteger")
    return Value(there.text, there.where) if there.text else None


def _radiation(node: Node) -> list[Value]:
    """Photons, electrons, a nuclide: MII gives them as what was used."""
    return [value for value in concepts(node.get("usedCode")) if informative(value)]


def _sessions(node: Node, context: Context) -> Value | None:
    count = _whole(extension(node, "radiotherapy-sessions"))
    return Value(f"{count.text} {context.word('sessions')}", count.where) if count else None


def _is_boost(node: Node) -> bool:
    """Whether the procedure itself is a boost; an integrated one is a part of its course."""
    return "boost" in node.at("code.text").peek().casefold()


def _addresses(node: Node) -> str:
    return " ".join(each.peek() for each in node.get("meta").get("profile").each())
