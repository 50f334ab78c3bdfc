"""Letters in their parts."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from index.edit_distance import edit_distance
from index.letter import LETTER_PARTS, Language, Section, SectionKind
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


def kinds(text: str, language: Language) -> list[SectionKind]:
    return [section.kind for section in split_sections(text, language)]


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (GERMAN, "de")])
def test_a_letter_has_its_six_parts(text: str, language: Language):
    assert kinds(text, language) == list(LETTER_PARTS)


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
        ("## Assessment", "en", SectionKind.ASSESSMENT),
        ("Procedere", "de", SectionKind.RECOMMENDATIONS),
        ("Medikation und Empfehlungen:", "de", SectionKind.RECOMMENDATIONS),
        ("Follow-up:", "en", SectionKind.SCHEDULE),
        ("Diagnosis:", "de", SectionKind.DIAGNOSES),
        ("Hochachtungsvoll", "de", SectionKind.CLOSING),
        ("Yours sincerely,", "en", SectionKind.CLOSING),
        ("Sehr geehrle Frau Kollegin,", "de", SectionKind.SALUTATION),
        ("Mit freundlicnen Grüßen", "de", SectionKind.CLOSING),
        ("2. Epikrise", "de", SectionKind.ASSESSMENT),
        ("IV. Findings:", "en", SectionKind.FINDINGS),
        ("D I A G N O S E N", "de", SectionKind.DIAGNOSES),
        ("D i a g n o s e n :", "de", SectionKind.DIAGNOSES),
        ("F o l l o w - u p   p l a n:", "en", SectionKind.SCHEDULE),
        ("Diaqnose{n)", "de", SectionKind.DIAGNOSES),
        ("lnspektion und Palpation:", "de", SectionKind.FINDINGS),
        ("Medilkation:", "de", SectionKind.MEDICATION),
        ("Recomendations:", "en", SectionKind.RECOMMENDATIONS),
        ("Koerperliche Untersuchung:", "de", SectionKind.FINDINGS),
        ("Therapie-Empfehlung:", "de", SectionKind.RECOMMENDATIONS),
        ("Neurologischer Krankheitsverlauf:", "de", SectionKind.HISTORY),
        ("Suchtmittel Anamnese:", "de", SectionKind.HISTORY),
        ("Labor vom 5.11.2021:", "de", SectionKind.FINDINGS),
        ("Labor (09:45 Uhr):", "de", SectionKind.FINDINGS),
        ("CT chest, abdomen and pelvis:", "en", SectionKind.FINDINGS),
        ("Beurteilung, Therapie und Verlauf:", "de", SectionKind.ASSESSMENT),
        ("Diagnosen - Colon:", "de", SectionKind.DIAGNOSES),
        ("Wirkstoff\tDosis\tEinnahme", "de", SectionKind.MEDICATION),
        ("Termin | Ort", "de", SectionKind.SCHEDULE),
        ("Dg.: Mammakarzinom", "de", SectionKind.DIAGNOSES),
        ("Medication on discharge:\r", "en", SectionKind.MEDICATION),
    ],
)
def test_variants_of_headings_are_known(line: str, language: Language, kind: SectionKind):
    text = f"Dear X,\nHistory:\nfine\n{line}\nmore"
    assert kinds(text, language)[-1] is kind


@pytest.mark.parametrize(
    "line",
    [
        "Diagnosis was made in May.",
        "The plan: wait",
        "Planung",
        "recommendationship:",
        "Keine weitere Therapie: er wünscht sie nicht.",
        "Date of surgery: 2 May 2024",
        "Surgery on 2 May 2024: lumpectomy",
        "Befunder: Dr. X",
        "Scheduled: a scan",
        "- Labor: in zwei Wochen",
        "Labor 12:30 Uhr",
        "Werte im Normbereich",
        "Many thanks for asking us to see her.",
        "DISCHARGE SUMMARY",
        "Herzfrequenz: 70/min",
    ],
)
def test_words_that_only_look_like_headings_open_nothing(line: str):
    assert kinds(f"History:\nfine\n{line}\nmore", "en") == [SectionKind.HISTORY]


def test_words_of_a_list_open_a_section_only_apart():
    """What is like a heading, but has no colon, may be an entry of a list."""
    listed = "Diagnosen:\nMammakarzinom\n{}Adjuvante Bestrahlung\n"
    assert kinds(listed.format(""), "de") == [SectionKind.DIAGNOSES]
    assert kinds(listed.format("\n"), "de") == [SectionKind.DIAGNOSES, SectionKind.TREATMENT]


def test_the_entries_of_a_list_of_treatments_are_no_sections():
    text = "Treatment:\nSurgery: lumpectomy\nRadiotherapy: 50 Gy\n{}Chemotherapy: none"
    assert kinds(text.format(""), "en") == [SectionKind.TREATMENT]
    assert kinds(text.format("\n"), "en") == [SectionKind.TREATMENT] * 2


def test_a_salutation_on_two_lines_is_one():
    text = "Sehr geehrte Frau Weber,\nsehr geehrter Herr Weber,\n\nDiagnose: Z"
    assert kinds(text, "de") == [SectionKind.SALUTATION, SectionKind.DIAGNOSES]


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        (SectionKind.FINDINGS, SectionKind.HISTORY),
        (SectionKind.MEDICATION, SectionKind.RECOMMENDATIONS),
        (SectionKind.CLOSING, SectionKind.CLOSING),
        (SectionKind.BODY, SectionKind.BODY),
    ],
)
def test_a_section_belongs_to_one_of_six_parts(kind: SectionKind, part: SectionKind):
    assert kind.part is part


@pytest.mark.parametrize(
    ("first", "second", "limit", "distance"),
    [
        ("befund", "befund", 1, 0),
        ("befund", "befnud", 1, 1),
        ("befund", "befumd", 1, 1),
        ("medikation", "medilkatlon", 2, 2),
        ("verlauf", "anamnese", 2, 3),
        ("", "ab", 1, 2),
    ],
)
def test_typing_errors_are_counted(first: str, second: str, limit: int, distance: int):
    assert edit_distance(first, second, limit) == distance
    assert edit_distance(second, first, limit) == distance


HEADINGS = {
    "en": ["Diagnoses:", "Treatment history:", "Recommendations:", "Medication at discharge:"],
    "de": ["Diagnosen:", "Therapieverlauf:", "Empfehlungen:", "Medikation bei Entlassung:"],
}


@settings(deadline=None)
@given(st.sampled_from(["en", "de"]), st.integers(0, 3), st.integers(2, 7), st.data())
def test_a_heading_with_one_letter_wrong_is_the_same(
    language: Language, which: int, at: int, data: st.DataObject
):
    right = HEADINGS[language][which]
    letter = data.draw(st.sampled_from("bdfkmtxz"))
    wrong = data.draw(
        st.sampled_from(
            [right[:at] + letter + right[at + 1 :], right[:at] + right[at + 1 :], right.upper()]
        )
    )
    assume(not re.search("[aou]e", wrong.lower()))  # that may be an umlaut
    assert kinds(f"{wrong}\nx", language) == kinds(f"{right}\nx", language)


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
        " | ",
        "\r\n",
        "1. ",
        "**",
        "# ",
        "- ",
        "\ufeff",
        "L A B O R",
        "Medilkation:",
        "Sehr geehrle Frau X",
    ]
)


@settings(deadline=None)
@given(st.lists(FRAGMENTS | st.text(max_size=6), max_size=30), st.sampled_from(["en", "de"]))
def test_no_text_is_lost(pieces: list[str], language: Language):
    text = "".join(pieces)
    assert "".join(s.heading + s.text for s in split_sections(text, language)) == text
