"""Letters in HL7's Clinical Document Architecture, Release 2 (Arztbrief 2014/2015, C-CDA).

What a letter's head says stands in elements of its own there; it is put above the body's text as
letters have it, so that whoever is named there is found in the text as well.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from index.errors import CaseError, LetterFileError
from index.importers.xml_nodes import Element, XmlNode, namespace, parse_xml

_HL7 = "urn:hl7-org:v3"
_OF_MEDIA_TYPE = {"application/pdf": "a.pdf", "text/rtf": "a.rtf", "application/rtf": "a.rtf"}
_BLOCKS = frozenset({"paragraph", "list", "item", "table", "tr", "caption", "br", "footnote"})
_CELLS = frozenset({"td", "th"})
_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)")


def cda_text(data: bytes) -> str:
    """Title and date, recipients, the patient, the body section by section, and who signed.

    Raises:
        LetterFileError: it is damaged, other XML than a letter, or its body is of an unknown kind.
    """
    try:
        root = parse_xml(data)
    except CaseError as error:
        raise LetterFileError(error.what, error.do) from error
    if root.name != "ClinicalDocument" or namespace(root) != _HL7:
        raise LetterFileError("The XML file is no letter: only CDA R2 is read.")
    german = root.child("languageCode").attribute("code").lower().startswith("de")
    body = root.child("component")
    lines = (
        *(root.child("title").text, _date(root.child("effectiveTime"), german=german)),
        *("", *_recipients(root)),
        *("", *_patients(root, german=german)),
        *("", *_sections(body.child("structuredBody")), *_attached(body.child("nonXMLBody"))),
        *("", *_signers(root)),
    )
    return "\n".join(lines).strip()


def _recipients(root: XmlNode) -> Iterator[str]:
    for each in root.children("informationRecipient"):
        recipient = each.child("intendedRecipient")
        yield _name(recipient.child("informationRecipient").child("name"))
        organization = recipient.child("receivedOrganization")
        yield organization.child("name").text
        yield from _address(recipient.child("addr") or organization.child("addr"))


def _patients(root: XmlNode, *, german: bool) -> Iterator[str]:
    for each in root.children("recordTarget"):
        role = each.child("patientRole")
        patient = role.child("patient")
        born = _date(patient.child("birthTime"), german=german)
        named = _name(patient.child("name"))
        if named:
            yield f"Patient: {named}" + (f", {'geb.' if german else 'born'} {born}" if born else "")
        yield from _address(role.child("addr"))
        for contact in role.children("telecom"):
            if number := contact.attribute("value").partition(":")[2]:
                yield f"Tel.: {number}"
        for number in role.children("id"):
            if extension := number.attribute("extension"):
                yield f"{'Patienten-ID' if german else 'Patient ID'}: {extension}"


def _signers(root: XmlNode) -> Iterator[str]:
    signed = [
        *(each.child("assignedEntity") for each in root.children("legalAuthenticator")),
        *(each.child("assignedAuthor") for each in root.children("author")),
    ]
    said: set[str] = set()
    for who in signed:
        organization = who.child("representedOrganization").child("name").text
        for line in (_name(who.child("assignedPerson").child("name")), organization):
            if line and line not in said:
                said.add(line)
                yield line


def _sections(node: XmlNode) -> Iterator[str]:
    for each in node.children("component"):
        section = each.child("section")
        if title := section.child("title").text:
            yield f"{title}:"
        yield from _narrative(section.child("text"))
        yield ""
        yield from _sections(section)


def _narrative(node: XmlNode) -> list[str]:
    """The text that people read: a line for each paragraph, item and row, cells by tabs."""
    if node.element is None:
        return []
    written = "".join(_written(node.element))
    lines = (re.sub(r"[ \r]+", " ", line).strip(" ") for line in written.split("\n"))
    return [line.rstrip("\t") for line in lines if line.strip()]


def _written(element: Element) -> Iterator[str]:
    # White space of the XML itself, line ends among it, is no more than a space.
    yield re.sub(r"\s+", " ", element.text or "")
    for each in element:
        name = str(each.tag).rpartition("}")[2]
        if name in _BLOCKS:
            yield "\n"
        yield from _written(each)
        if name in _BLOCKS:
            yield "\n"
        elif name in _CELLS:
            yield "\t"
        yield re.sub(r"\s+", " ", each.tail or "")


def _attached(node: XmlNode) -> Iterator[str]:
    """A body that is a document of its own."""
    from index.document import document_text

    if not node:
        return
    text = node.child("text")
    kind = text.attribute("mediaType") or "text/plain"
    if kind not in ("text/plain", *_OF_MEDIA_TYPE):
        raise LetterFileError(f"The letter's body is of a kind that is not read: {kind[:60]}.")
    if text.attribute("representation") != "B64":
        yield text.lines
        return
    try:
        data = base64.b64decode("".join(text.lines.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise LetterFileError("The letter's body is damaged.", "Export it again.") from error
    yield document_text(data, _OF_MEDIA_TYPE.get(kind, "a.txt"))


def _name(node: XmlNode) -> str:
    """A person's name in the order in which it is written; its parts or one text."""
    parts = [each.text for each in node.children("prefix", "given", "family", "suffix")]
    return " ".join(filter(None, parts)) or node.text


def _address(node: XmlNode) -> Iterator[str]:
    street = node.child("streetAddressLine").text or " ".join(
        filter(None, (node.child("streetName").text, node.child("houseNumber").text))
    )
    town = " ".join(filter(None, (node.child("postalCode").text, node.child("city").text)))
    yield from filter(None, (street, town))


def _date(node: XmlNode, *, german: bool) -> str:
    found = _DATE.match(node.attribute("value"))
    if not found:
        return ""
    year, month, day = found.groups()
    return f"{day}.{month}.{year}" if german else f"{year}-{month}-{day}"
