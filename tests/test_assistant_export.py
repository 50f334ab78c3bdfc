from __future__ import annotations

import io

from docx import Document

from assistant.export import to_docx

LETTER = """Dear Dr. Keller,

we report on Ms. Anna Berger.

Diagnoses:
- Carcinoma of the left breast, dose ≥ 50 Gy

Kind regards,
Dr. Miriam Talbot"""


def read(data: bytes) -> tuple[str, str]:
    document = Document(io.BytesIO(data))
    body = "\n".join(paragraph.text for paragraph in document.paragraphs)
    return document.sections[0].header.paragraphs[0].text, body


def test_every_word_of_the_letter_is_in_the_document() -> None:
    _, body = read(to_docx(LETTER, "en"))
    assert body.split() == LETTER.split()


def test_each_page_is_marked_as_a_draft_in_the_letters_language() -> None:
    assert read(to_docx(LETTER, "en"))[0].startswith("DRAFT")
    assert read(to_docx(LETTER, "de"))[0].startswith("ENTWURF")


def test_characters_that_word_refuses_are_left_out() -> None:
    _, body = read(to_docx("Before\x00\x07after", "en"))
    assert body == "Beforeafter"


def test_a_final_letter_bears_no_mark() -> None:
    head, body = read(to_docx(LETTER, "en", final=True))
    assert head == ""
    assert body.split() == LETTER.split()
