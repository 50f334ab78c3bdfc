"""Reports and letters: their text, wherever a resource has it.

Resources: DiagnosticReport, DocumentReference, Composition, QuestionnaireResponse, Communication.
Source: HL7 FHIR R4, hl7.org/fhir/R4/narrative.html for text as XHTML.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator

from index.document import read_document
from index.errors import CaseError
from index.importers.fhir_bundle import resource_type
from index.importers.fhir_concepts import concept, concepts
from index.importers.fhir_context import Context
from index.importers.fhir_values import answer, date
from index.importers.imported import Entry, Kind, NotUnderstood, Value, entry
from index.importers.json_nodes import Node

_BLOCK_END = re.compile(r"(?i)</(?:p|div|li|tr|h\d|table)>|<br\s*/?>")
_CELL_END = re.compile(r"(?i)</t[dh]>")
_TAG = re.compile(r"<[^<>]*>")
_WHEN = ("effectiveDateTime", "effectivePeriod", "date", "authored", "sent", "issued")
_PDF = "application/pdf"
_TEXT_TYPES = ("text/plain", "text/html", "application/xhtml+xml")


def documents(nodes: list[Node], context: Context) -> Iterator[Entry]:
    for node in nodes:
        texts = [*_own_texts(node, context)]
        kinds = concept(node.get("code")) or concept(node.get("type"))
        title = node.get("title", "description")
        titles = [kinds, Value(title.text, title.where) if title.text else None]
        when = date(node, *_WHEN)
        remark = context.remarks_of(node)
        if texts:
            yield entry(Kind.REPORT, title=[*titles, *remark], text=texts, date=when)
        elif any(titles):
            # Its findings are resources of their own; that there is a report may be a fact.
            name = Value(context.word("report"), node.root)
            yield entry(Kind.FINDING, name=name, value=titles, date=when, remark=remark)


def _own_texts(node: Node, context: Context) -> Iterator[Value]:
    conclusion = node.get("conclusion")
    if conclusion.lines:
        yield Value(conclusion.lines, conclusion.where)
    yield from concepts(node.get("conclusionCode"))
    for name in ("presentedForm", "content", "payload"):
        for each in node.get(name).each():
            attached = (
                each.get("attachment", "contentAttachment") if name != "presentedForm" else each
            )
            yield from _attached(attached, context)
            said = each.get("contentString")
            if said.lines:
                yield Value(said.lines, said.where)
    yield from _sections(node)
    yield from _answers(node, context)
    if resource_type(node) == "DiagnosticReport":
        for reference in ("result", "imagingStudy", "media"):
            node.get(reference).skip()


def _attached(node: Node, context: Context) -> Iterator[Value]:
    """Text that is attached, a PDF's too; what is attached otherwise (a scan) is listed."""
    kind, data = node.get("contentType").peek().split(";")[0].strip(), node.get("data")
    if not data and not node.get("url"):
        return
    title = node.get("title").text
    text, why = "", "it stands elsewhere; give that file too"
    if data and kind in (*_TEXT_TYPES, _PDF):
        text, why = _decoded(data.peek(), kind)
    elif data:
        why = "only attached text is read"
    where, what = node.where, f"attachment {kind or 'of no type'}"
    node.skip()
    if text:
        yield Value(f"{title}: {text}" if title else text, where)
    else:
        context.remarks.append(NotUnderstood(where, what, why))


def _decoded(data: str, kind: str) -> tuple[str, str]:
    """The text of an attachment, or else why there is none."""
    try:
        raw = base64.b64decode(data, validate=False)
    except (binascii.Error, ValueError):
        return "", "its text is damaged"
    if kind == _PDF:
        try:
            return read_document(raw, "attachment.pdf").strip(), ""
        except CaseError as error:
            return "", str(error)
    whole = raw.decode("utf-8", errors="replace").replace("\0", "")
    return (whole if kind == "text/plain" else _plain(whole)).strip(), "it is empty"


def _sections(node: Node) -> Iterator[Value]:
    waiting = node.get("section").each()
    while waiting:
        section = waiting.pop(0)
        title, narrative = section.get("title"), section.get("text").get("div")
        text = _plain(narrative.lines)
        section.get("text").skip()
        section.get("code").skip()
        section.get("entry").skip()
        if text:
            head = f"{title.text}: " if title.text else ""
            yield Value(f"{head}{text}", narrative.where)
        waiting = [*section.get("section").each(), *waiting]


def _answers(node: Node, context: Context) -> Iterator[Value]:
    waiting = node.get("item").each()
    while waiting:
        item = waiting.pop(0)
        question = item.get("text")
        yes, no = context.word("yes"), context.word("no")
        answers = [v.text for a in item.get("answer").each() if (v := answer(a, yes, no))]
        if answers:
            head = question.text or item.get("linkId").text
            yield Value(f"{head}: {', '.join(answers)}", item.where)
        elif question.text and not item.get("item"):
            question.skip()
        item.get("linkId").skip()
        waiting = [*item.get("item").each(), *waiting]


def _plain(markup: str) -> str:
    """The text of XHTML, a line for each block."""
    text = _CELL_END.sub("\t", _BLOCK_END.sub("\n", " ".join(markup.split())))
    lines = (" ".join(line.split()) for line in html.unescape(_TAG.sub("", text)).splitlines())
    return "\n".join(line for line in lines if line)
