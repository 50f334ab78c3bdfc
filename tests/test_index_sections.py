"""Letters in their parts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.letter import Language, Section, SectionKind
from index.sections import split_sections

ENGLISH = """Dear Dr. Weber,

We report on our patient Ms. Anna Berger, born on 12 March 1961.

Diagnoses:
Breast cancer, left.

Treatment history:
50 Gy in 25 fractions.

Recommendations:
Letrozole 2.5 mg.

Schedule:
Follow-up in 6 weeks.

With kind regards,
Dr. Miriam Talbot"""

GERMAN = """Praxis Dr. Weber
12345 Musterstadt

Sehr geehrte Frau Kollegin,
wir berichten über Frau Anna Berger.

Diagnose(n):
Mammakarzinom links
Verlauf und Therapie: 50 Gy in 25 Fraktionen.
Empfehlungen
Letrozol 2,5 mg
Termine:
Nachsorge in 6 Wochen

Mit freundlichen kollegialen Grüßen
Dr. Miriam Talbot"""

ALL = [kind for kind in SectionKind if kind is not SectionKind.BODY]


def kinds(text: str, language: Language) -> list[SectionKind]:
    return [section.kind for section in split_sections(text, language)]


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (GERMAN, "de")])
def test_a_letter_has_its_six_parts(text: str, language: Language):
    assert kinds(text, language) == ALL


def test_headings_and_texts_are_told_apart():
    sections = split_sections(GERMAN, "de")
    assert [section.heading for section in sections] == [
        "",
        "Diagnose(n):",
        "Verlauf und Therapie:",
        "Empfehlungen",
        "Termine:",
        "",
    ]
    assert sections[2].text == " 50 Gy in 25 Fraktionen.\n"


@pytest.mark.parametrize(
    ("line", "language", "kind"),
    [
        ("DIAGNOSEN:", "de", SectionKind.DIAGNOSES),
        ("Diagnosen (ICD 10): ", "de", SectionKind.DIAGNOSES),
        ("**Diagnoses:**", "en", SectionKind.DIAGNOSES),
        ("## Assessment", "en", SectionKind.HISTORY),
        ("Procedere", "de", SectionKind.RECOMMENDATIONS),
        ("Medikation und Empfehlungen:", "de", SectionKind.RECOMMENDATIONS),
        ("Follow-up:", "en", SectionKind.SCHEDULE),
        ("Diagnosis:", "de", SectionKind.DIAGNOSES),
        ("Hochachtungsvoll", "de", SectionKind.CLOSING),
        ("Yours sincerely,", "en", SectionKind.CLOSING),
    ],
)
def test_variants_of_headings_are_known(line: str, language: Language, kind: SectionKind):
    text = f"Dear X,\nHistory:\nfine\n{line}\nmore"
    assert kinds(text, language)[-1] is kind


@pytest.mark.parametrize(
    "line", ["Diagnosis was made in May.", "The plan: wait", "Planung", "recommendationship:"]
)
def test_words_that_only_look_like_headings_open_nothing(line: str):
    assert kinds(f"History:\nfine\n{line}\nmore", "en") == [SectionKind.HISTORY]


def test_a_letter_whose_parts_cannot_be_told_is_kept_whole():
    text = "Just some prose about a patient.\n\nIt has no headings."
    assert split_sections(text, "en") == (Section(SectionKind.BODY, "", text),)
    assert split_sections("", "en") == (Section(SectionKind.BODY, "", ""),)


@pytest.mark.parametrize("text", [ENGLISH, GERMAN])
def test_a_letter_still_being_written_never_loses_a_part_it_had(text: str):
    language: Language = "en" if text is ENGLISH else "de"
    before: list[SectionKind] = []
    for end in range(len(text)):
        if text[end] != "\n":
            continue
        now = kinds(text[:end], language)
        if before not in ([SectionKind.BODY], []):
            assert now[: len(before)] == before
        before = now


FRAGMENTS = st.sampled_from(
    [
        "Diagnoses:",
        "Diagnosen",
        "\n",
        " ",
        "Dear Dr. X,",
        "Mit freundlichen Grüßen",
        "50 Gy",
        "\t",
        ":",
    ]
)


@settings(deadline=None)
@given(st.lists(FRAGMENTS | st.text(max_size=6), max_size=30), st.sampled_from(["en", "de"]))
def test_no_text_is_lost(pieces: list[str], language: Language):
    text = "".join(pieces)
    assert "".join(s.heading + s.text for s in split_sections(text, language)) == text
