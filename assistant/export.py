"""A letter as a Word document: marked as a draft on every page, or final, to be signed."""

from __future__ import annotations

import io
import re

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from index.letter import Language, SectionKind
from index.sections import split_sections

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_DRAFT: dict[Language, str] = {
    "en": "DRAFT - not signed, for review by a physician",
    "de": "ENTWURF - nicht unterschrieben, zur ärztlichen Prüfung",
}


def to_docx(text: str, language: Language, *, final: bool = False) -> bytes:
    """`text`, a letter or summary, as the bytes of a .docx.

    Args:
        final: without DRAFT at the head of each page. Whoever asks for it has seen that no finding
            of the check blocks it (`assistant.review`).
    """
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    document.core_properties.author = ""
    document.core_properties.title = "" if final else _DRAFT[language]
    if not final:
        _mark_as_draft(document, language)
    style = document.styles["Normal"]
    assert isinstance(style, ParagraphStyle)
    style.font.name = "Arial"
    style.font.size = Pt(11)
    for part in split_sections(text, language):
        if part.heading and part.kind is not SectionKind.SALUTATION:
            heading = document.add_paragraph().add_run(part.heading.strip())
            heading.bold = True
        for block in part.text.split("\n\n"):
            if block.strip():
                document.add_paragraph(_NOT_IN_XML.sub("", block.strip()))
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def _mark_as_draft(document: WordDocument, language: Language) -> None:
    paragraph = document.sections[0].header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(_DRAFT[language])
    run.bold = True
    run.font.size = Pt(14)
    run.font.color.rgb = RGBColor(0xB0, 0x00, 0x20)
