"""How much of a drug, how often and by which way. Data type: Dosage.

Source: HL7 FHIR R4 Dosage and Timing, hl7.org/fhir/R4/dosage.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from index.data_files import table
from index.importers.fhir_concepts import concept
from index.importers.fhir_context import Context
from index.importers.fhir_values import period, quantity, ratio, spread
from index.importers.imported import Value
from index.importers.json_nodes import Node

_DAY_TIMES = ("MORN", "NOON", "EVE", "NIGHT")
"""Of the German schedule 1-0-1-0; meals (CM, CD, CV, HS) say the same."""

_SAME_TIMES = {
    **dict.fromkeys(("CM", "ACM", "PCM"), "MORN"),
    **dict.fromkeys(("CD", "ACD", "PCD"), "NOON"),
    **dict.fromkeys(("CV", "ACV", "PCV"), "EVE"),
    "HS": "NIGHT",
}


@dataclass
class Dosage:
    amounts: list[Value] = field(default_factory=list[Value])
    schedules: list[Value] = field(default_factory=list[Value])
    routes: list[Value] = field(default_factory=list[Value])


def dosage(node: Node, context: Context) -> Dosage:
    """All that a resource says of the dose, of however many instructions."""
    found = Dosage()
    for each in node.get("dosage", "dosageInstruction").each():
        amounts = list(_amounts(each))
        found.amounts += amounts
        times = list(_times(each.get("timing"), context))
        found.schedules += times
        text, advice = each.get("text"), each.get("patientInstruction")
        told = " ".join(value.text for value in (*amounts, *times))
        if text.text and not (amounts and times and _says_no_more(text.text, told)):
            found.schedules.append(Value(text.text, text.where))
        if advice.text and advice.text != text.text:
            found.schedules.append(Value(advice.text, advice.where))
        needed = each.get("asNeededBoolean")
        if needed.text == "true":
            found.schedules.append(Value(context.word("as needed"), needed.where))
        reasons = (each.get("asNeededCodeableConcept"), *each.get("additionalInstruction").each())
        found.schedules += [v for reason in reasons if (v := concept(reason))]
        found.schedules += _limits(each)
        ways = (each.get("route"), each.get("site"), each.get("method"))
        found.routes += [v for way in ways if (v := concept(way))]
        each.get("sequence").skip()
    return found


def _amounts(node: Node) -> Iterator[Value]:
    for rate in node.get("doseAndRate").each():
        rate.get("type").skip()
        found = (
            quantity(rate.get("doseQuantity")),
            spread(rate.get("doseRange")),
            quantity(rate.get("rateQuantity")),
            spread(rate.get("rateRange")),
            ratio(rate.get("rateRatio")),
        )
        yield from (value for value in found if value)
    # An administration has its dose without a list of doses and rates.
    alone = (quantity(node.get("dose")), quantity(node.get("rateQuantity")))
    yield from (value for value in (*alone, ratio(node.get("rateRatio"))) if value)


def _limits(node: Node) -> Iterator[Value]:
    limits = (
        ratio(node.get("maxDosePerPeriod")),
        quantity(node.get("maxDosePerAdministration")),
        quantity(node.get("maxDosePerLifetime")),
    )
    yield from (Value(f"max. {each.text}", each.where) for each in limits if each)


def _says_no_more(text: str, told: str) -> bool:
    """Whether a text has no word of letters that the structured dose has not, but for units."""
    return not any(
        len(word) > 2 and word.casefold() not in told.casefold() for word in text.split()
    )


def _times(node: Node, context: Context) -> Iterator[Value]:
    """`1-0-1`, `2x/1 d`, or the code of the timing; with its days, hours and bounds."""
    coded = concept(node.get("code"))
    repeat = node.get("repeat")
    when = [each.text for each in repeat.get("when").each()]
    slots = {_SAME_TIMES.get(each, each) for each in when}
    if coded:
        yield coded
    elif slots and slots <= set(_DAY_TIMES):
        marks = ["1" if time in slots else "0" for time in _DAY_TIMES]
        yield Value("-".join(marks[:3] if marks[3] == "0" else marks), repeat.where)
    elif repeat.get("frequency", "period").text:
        yield Value(_frequency(repeat), repeat.where)
    days = table("import_words")["days"]
    named = [days.get(e.text, {}).get(context.language, e.text) for e in _each(repeat, "dayOfWeek")]
    named += [each.text.removesuffix(":00") for each in _each(repeat, "timeOfDay")]
    if named:
        yield Value(", ".join(named), repeat.where)
    if repeat.get("count").text:
        yield Value(f"{repeat.get('count').text}x", repeat.get("count").where)
    if repeat.get("duration").text:
        lasting = f"{repeat.get('duration').text} {repeat.get('durationUnit').text}".strip()
        yield Value(lasting, repeat.get("duration").where)
    yield from _bounds(repeat, context)
    events = [each.text for each in _each(node, "event")]
    if events:
        shown = ", ".join(context.words.date_text(each[:10]) for each in events)
        yield Value(shown, node.get("event").where)
    node.skip()


def _each(node: Node, name: str) -> list[Node]:
    return node.get(name).each()


def _frequency(repeat: Node) -> str:
    most = repeat.get("frequencyMax").text
    count = (repeat.get("frequency").text or "1") + (f"-{most}" if most else "")
    longest = repeat.get("periodMax").text
    length = (repeat.get("period").text or "1") + (f"-{longest}" if longest else "")
    return f"{count}x/{length} {repeat.get('periodUnit').text}".strip()


def _bounds(repeat: Node, context: Context) -> Iterator[Value]:
    lasting = quantity(repeat.get("boundsDuration")) or spread(repeat.get("boundsRange"))
    if lasting:
        yield Value(f"{context.word('lasting')} {lasting.text}", lasting.where)
    start, end = period(repeat.get("boundsPeriod"))
    for word, time in (("since", start), ("until", end)):
        if time:
            yield Value(f"{context.word(word)} {context.words.date_text(time.text)}", time.where)
