"""Messages to German cancer registries: ADT/GEKID 2.x, oBDS 2 and 3.

Source: oBDS XML schema 3.0.4, basisdatensatz.de; ADT/GEKID XML schema 2.2.3. Both are read by the
same code: the older one has the same elements with prefixes, and dates as 31.12.2024.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import CaseError
from index.importers.code_lists import is_administrative
from index.importers.imported import Entry, Kind, NotUnderstood, Reading, Value, entry
from index.importers.obds_course import conference, course, death, extra_items, pathology
from index.importers.obds_findings import flat, left_over
from index.importers.obds_therapy import radiotherapy, surgery, systemic
from index.importers.obds_tumour import assigned, diagnosis
from index.importers.obds_values import date, value
from index.importers.patients import choose, left_out
from index.importers.xml_nodes import XmlNode, namespace, parse_xml

_ROOTS = ("ADT_GEKID", "oBDS", "oBDS_RKI")
_SEXES = {"M": "male", "W": "female"}
_FHIR = "http://hl7.org/fhir"
_SECTIONS = (
    *("Tumorzuordnung", "Diagnose", "Pathologie", "OP", "ST", "SYST", "Verlauf", "Tod"),
    *("Menge_OP", "Menge_ST", "Menge_SYST", "Menge_Verlauf", "Menge_Tumorkonferenz"),
    *("Tumorkonferenz", "Menge_Zusatzitem", "Zusatzitem", "Anmerkung"),
)


def read_obds(data: bytes, patient: str = "") -> Reading:
    """What a message says of one patient.

    Args:
        patient: the `Patient_ID`, where the message is about several.

    Raises:
        CaseError: it is broken, no message to a cancer registry, or about several patients.
    """
    root = _message_root(data)
    persons = _persons(root)
    chosen = choose(persons, patient)
    person, notes = persons[chosen], left_out(persons, chosen)
    entries = tuple(_person(person, notes))
    # The sender and the other patients; what is below is of the one patient.
    outside = [each for each in root.children() if each.name != "Menge_Patient"]
    notes += [note for each in outside for note in _unread(each)]
    if not entries:
        raise CaseError("The message says nothing of the patient.", "Export it with their data.")
    return Reading(entries, tuple(notes), "de")


def patient_ids(data: bytes) -> tuple[str, ...]:
    """The ids of all patients of a message.

    Raises:
        CaseError: as `read_obds`.
    """
    return tuple(_persons(_message_root(data)))


def _message_root(data: bytes) -> XmlNode:
    root = parse_xml(data)
    _refuse_others(root)
    return root


def _persons(root: XmlNode) -> dict[str, XmlNode]:
    persons: dict[str, XmlNode] = {}
    for number, each in enumerate(root.of_set("Menge_Patient", "Patient"), 1):
        persons.setdefault(_id(each) or str(number), each)
    if not persons:
        raise CaseError("The message holds no patient.", "Export it with the patient's data.")
    return persons


def _refuse_others(root: XmlNode) -> None:
    if root.name == "Bundle" or namespace(root) == _FHIR:
        raise CaseError("FHIR as XML is not read.", "Export it as JSON.")
    if root.name not in _ROOTS:
        raise CaseError(
            "The XML is no message to a cancer registry.",
            "Give one whose root is ADT_GEKID or oBDS.",
        )


def _id(person: XmlNode) -> str:
    details = person.child("Patienten_Stammdaten")
    return person.attribute("Patient_ID") or details.attribute("Patient_ID")


def _person(person: XmlNode, notes: list[NotUnderstood]) -> Iterator[Entry]:
    details = person.child("Patienten_Stammdaten")
    yield from _identity(details)
    for message in person.of_set("Menge_Meldung", "Meldung"):
        yield from _message(message, notes)
    yield from _remark(person)
    notes += _unread(person)


def _identity(details: XmlNode) -> Iterator[Entry]:
    sex = details.child("Geschlecht", "Patienten_Geschlecht")
    known = _SEXES.get(sex.text, "")
    first = value(details.child("Vornamen", "Patienten_Vornamen"))
    yield entry(
        Kind.PATIENT,
        first_name=first,
        last_name=value(details.child("Nachname", "Patienten_Nachname")),
        sex=Value(known, sex.where) if known else None,
        gender=None if known else value(sex),
        birth_date=date(details.child("Geburtsdatum", "Patienten_Geburtsdatum")),
    )
    for each in details.children():
        if not each.is_read() and not is_administrative(each.name):
            yield from left_over(each)


def _message(message: XmlNode, notes: list[NotUnderstood]) -> Iterator[Entry]:
    tumour = message.child("Tumorzuordnung")
    about = _tumour_key(message)
    yield from assigned(tumour, about)
    for each in tumour.children():
        if not each.is_read():
            yield from left_over(each, about)
    for each in message.children("Diagnose"):
        yield from diagnosis(each, about, notes)
    for each in message.children("Pathologie"):
        yield from pathology(each, about, notes)
    for each in message.of_set("Menge_OP", "OP"):
        yield from surgery(each, about, notes)
    for each in message.of_set("Menge_ST", "ST"):
        yield from radiotherapy(each, about, notes)
    for each in message.of_set("Menge_SYST", "SYST"):
        yield from systemic(each, about, notes)
    for each in message.of_set("Menge_Verlauf", "Verlauf"):
        yield from course(each, about, notes)
    for each in message.children("Tod"):
        yield from death(each, notes)
    for each in message.of_set("Menge_Tumorkonferenz", "Tumorkonferenz"):
        yield from conference(each, about, notes)
    for each in message.of_set("Menge_Zusatzitem", "Zusatzitem"):
        yield from extra_items(each, about)
    yield from _remark(message, about)
    for each in message.children():
        if (
            not each.is_read()
            and not is_administrative(each.name)
            and each.name != "Tumorzuordnung"
        ):
            # A section that the standard does not have, such as the samples of biobanks.
            yield from flat(each, about)


def _tumour_key(message: XmlNode) -> str:
    """What the message calls its tumour; empty where it does not say."""
    tumour, diagnosed = message.child("Tumorzuordnung"), message.child("Diagnose")
    return tumour.attribute("Tumor_ID") or diagnosed.attribute("Tumor_ID")


def _remark(node: XmlNode, about: str = "") -> Iterator[Entry]:
    remark = node.child("Anmerkung")
    if remark and remark.text:
        yield entry(
            Kind.FINDING,
            about,
            name=Value("Anmerkung", remark.where),
            value=Value(remark.text, remark.where),
        )


def _unread(node: XmlNode) -> Iterator[NotUnderstood]:
    for leaf in node.leaves():
        if leaf.is_read():
            continue
        if _is_administrative(leaf):
            why = "who reports, insures or codes, which a letter does not need"
            yield NotUnderstood(leaf.where, "administrative element", why)
        else:
            yield NotUnderstood(leaf.where, f"element {leaf.name}", "no field takes it")


def _is_administrative(leaf: XmlNode) -> bool:
    """Whether the element or one around it is about the reporting."""
    element = leaf.element
    while element is not None:
        if is_administrative(str(element.tag).rpartition("}")[2]):
            return True
        element = element.getparent()
    return False
