"""How much of a drug, how often and by which way. Data type: Dosage.

Source: HL7 FHIR R4 Dosage and Timing, hl7.org/fhir/R4/dosage.html.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from index.importers.fhir_values import concept, quantity, spread
from index.importers.imported import Value
from index.importers.json_nodes import Node

_DAY_TIMES = ("MORN", "NOON", "EVE", "NIGHT")
"""Of the German schedule 1-0-1-0; meals (CM, CD, CV, HS) say the same."""

_SAME_TIMES = {"CM": "MORN", "ACM": "MORN", "PCM": "MORN", "CD": "NOON", "ACD": "NOON"} | {
    "PCD": "NOON",
    "CV": "EVE",
    "ACV": "EVE",
    "PCV": "EVE",
    "HS": "NIGHT",
}
_PERIODS = {"h": "h", "d": "d", "wk": "wk", "mo": "mo", "min": "min", "a": "a"}


@dataclass
class Dosage:
    amounts: list[Value] = field(default_factory=list[Value])
    schedules: list[Value] = field(default_factory=list[Value])
    routes: list[Value] = field(default_factory=list[Value])


def dosage(node: Node) -> Dosage:
    """All that a resource says of the dose, of however many instructions."""
    found = Dosage()
    for each in node.get("dosage", "dosageInstruction").each():
        text = each.get("text", "patientInstruction")
        amounts = [
            value
            for rate in each.get("doseAndRate").each()
            for value in (
                quantity(rate.get("doseQuantity")),
                spread(rate.get("doseRange")),
                quantity(rate.get("rateQuantity")),
            )
            if value
        ]
        # An administration has its dose without a list of doses and rates.
        alone = quantity(each.get("dose"))
        found.amounts += amounts or ([alone] if alone else [])
        times = _timing(each.get("timing"))
        found.schedules += [times] if times else []
        if text.text and not (amounts and times):
            found.schedules.append(Value(text.text, text.where))
        each.get("text").skip()
        needed = each.get("asNeededBoolean")
        if needed.text == "true":
            found.schedules.append(Value("as needed", needed.where))
        reasons = (each.get("asNeededCodeableConcept"), *each.get("additionalInstruction").each())
        found.schedules += [v for reason in reasons if (v := concept(reason))]
        ways = (each.get("route"), each.get("site"), each.get("method"))
        found.routes += [v for way in ways if (v := concept(way))]
        for rest in ("doseAndRate", "sequence", "maxDosePerPeriod", "maxDosePerAdministration"):
            each.get(rest).skip()
    return found


def _timing(node: Node) -> Value | None:
    """`1-0-1`, `2x/1 d`, or the code of the timing."""
    coded = concept(node.get("code"))
    repeat = node.get("repeat")
    when = [each.text for each in repeat.get("when").each()]
    slots = {_SAME_TIMES.get(each, each) for each in when}
    shown = ""
    if slots and slots <= set(_DAY_TIMES):
        marks = ["1" if time in slots else "0" for time in _DAY_TIMES]
        shown = "-".join(marks[:3] if marks[3] == "0" else marks)
    elif repeat.get("frequency").text or repeat.get("period").text:
        count = repeat.get("frequency").text or "1"
        unit = _PERIODS.get(repeat.get("periodUnit").text, "")
        length = repeat.get("period").text or "1"
        shown = f"{count}x/{length} {unit}".strip()
    where = node.where
    node.skip()
    if coded:
        return coded
    return Value(shown, where) if shown else None
