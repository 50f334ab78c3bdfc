"""The hospital's list of patients: how it is read, and that its values leave every letter."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.deidentify import Deidentifier
from index.errors import SettingsError
from index.further import further_detectors
from index.known_patients import KnownPatients
from index.patient_list import Patient, PatientList, birth_dates, read_patients
from index.settings import IndexSettings
from index.spans import merge

KEY = b"sixteen bytes or more"
ANNA = Patient(
    given=("Anna Sophie",),
    surnames=("Müller-Lüdenscheidt",),
    births=(dt.date(1961, 3, 12),),
    ids=("A-4711 22", "1234567"),
    phones=("+49 (0)761 / 12 34 56",),
    mails=("anna.m@post.example",),
    addresses=("Hauptstraße 12a", "79100 Freiburg"),
    towns=("Freiburg",),
)
OEZLEM = Patient(given=("Özlem",), surnames=("Yılmaz",), addresses=("14 High Street",))
LEBER = Patient(given=("Peter",), surnames=("Leber",))
LANG = Patient(given=("Josef",), surnames=("Lang",))
KOCH = Patient(given=("Uwe",), surnames=("Koch",))
LE = Patient(names=("Le, Thi Mai",))
KNOWN = KnownPatients(PatientList((ANNA, OEZLEM, LEBER, LANG, KOCH, LE), (), "abc"))


def found(text: str) -> list[str]:
    return [span.of(text) for span in merge(KNOWN(text, "de"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Frau ANNA MUELLER-LUEDENSCHEIDT kam.", ["ANNA MUELLER-LUEDENSCHEIDT"]),
        ("Lüdenscheidts Sohn, die Yilmazsche Wohnung.", ["Lüdenscheidts", "Yilmazsche"]),
        ("Muller Ludenscheidt", ["Muller Ludenscheidt"]),
        ("müller-lüdenscheidt, anna sophie", ["müller-lüdenscheidt, anna sophie"]),
        ("OEZLEM YILMAZ; Ozlem K. Yilmaz", ["OEZLEM YILMAZ", "Ozlem K. Yilmaz"]),
        ("Nr. A471122, A/4711-22, a-4711-22.", ["A471122", "A/4711-22", "a-4711-22"]),
        ("Fall 1.234.567, 1 234 567", ["1.234.567", "1 234 567"]),
        ("Tel. 0761-123456, 0049 761 123 456", ["0761-123456", "0049 761 123 456"]),
        ("Hauptstr. 12 A\n79100  Freiburg", ["Hauptstr. 12 A", "79100  Freiburg"]),
        ("lives at 14 High St.", ["14 High St"]),
        ("mail an anna.m@post.example", ["anna.m@post.example"]),
        ("12/03/1961, 12 - 3 - 1961, 19610312", ["12/03/1961", "12 - 3 - 1961", "19610312"]),
        ("U\u0308 O\u0308zlem", ["O\u0308zlem"]),
        # A name that a letter needs in its other meaning: only where it stands as a name.
        ("Leber unauffällig. Herr Leber klagt.", ["Leber"]),
        ("Peter Leber. Die Leber ist groß.", ["Peter Leber"]),
        ("Lang anhaltend, die lange Anamnese", []),
        ("Hr. Lang klagt. Lang ersehnt.", ["Lang"]),
        ("Le-Fort-Fraktur. Frau Le ging. Thi Mai Le", ["Le", "Thi Mai Le"]),
        # One that is a common word: in a letter that shows it as a name.
        ("Der Koch grüßt.", []),
        ("Hr. Koch klagt. Koch geht heim.", ["Koch", "Koch"]),
        ("im Mai", []),
        # Values side by side make up no number of a patient; a part of one is none.
        ("1 2 3 4 5 6 7", []),
        ("12345678 und 0761 12345", []),
        ("Hauptstr. und Postleitzahl 79100", []),
    ],
)
def test_what_a_letter_writes_of_known_patients_is_found(text: str, expected: list[str]) -> None:
    assert found(text) == expected


SEPARATORS = st.sampled_from(["", " ", "-", ".", "/"])
WAYS = st.sampled_from([str, str.upper, str.lower])


@given(a=SEPARATORS, b=SEPARATORS, way=WAYS, before=st.sampled_from(["", "Nr. ", "(", "x "]))
def test_an_id_is_found_whatever_stands_between_its_parts(
    a: str, b: str, way: object, before: str
) -> None:
    written = f"A{a}4711{b}22"
    written = way(written) if callable(way) else written
    assert found(f"{before}{written}, heute") == [written]


@given(st.text(max_size=60))
def test_any_text_can_be_looked_through(text: str) -> None:
    for span in KNOWN(text, "de"):
        assert 0 <= span.start < span.end <= len(text)


@pytest.mark.parametrize("tags", [False, True])
def test_nothing_of_a_known_patient_is_left_in_a_letter(tags: bool) -> None:
    text = (
        "Dank für die Vorstellung von müller-lüdenscheidt, anna sophie (12 - 3 - 1961), "
        "A/4711-22. Adresse: Hauptstr. 12 A, Tel 0761-123456. Die Müllersche Familie."
    )
    blind = Deidentifier(KEY, lambda _text, _language: (), further=(KNOWN,), tags=tags)
    result = blind.replace(text, "de").text
    assert result.startswith("Dank für die Vorstellung von ")
    for gone in ("müller", "lüdenscheidt", "anna", "sophie", "1961", "4711", "Hauptstr", "123456"):
        assert gone.casefold() not in result.casefold(), result


# --- the file

CSV = (
    "Vorname;Name;Geburtsdatum;Patienten-Nr.;Straße;Hausnr;PLZ;Ort;Telefon;Bemerkung\n"
    "Jörg;Groß;1.2.1950;12345;Am Ring;5;1010;Wien;01 2345678;x\n"
    "Eva;Klein;31.02.1950;99;;;;;;\n"
    ";;;;;;;;;nur eine Bemerkung\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_list_is_read_in_any_encoding_with_any_separator(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    file = tmp_path / "patients.csv"
    file.write_bytes(CSV.replace(";", separator).encode(encoding))
    known = read_patients(file)
    assert known.patients[0] == Patient(
        given=("Jörg",),
        surnames=("Groß",),
        births=(dt.date(1950, 2, 1), dt.date(1950, 1, 2)),
        ids=("12345",),
        phones=("01 2345678",),
        addresses=("Am Ring 5", "1010 Wien"),
        towns=("Wien",),
    )
    assert known.problems == (
        "row 3: its birth date can't be read",
        "row 3: an id of fewer than 5 characters is left out",
        "row 4: there is nothing in it to look for",
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file"),
        (b"", "no table"),
        (b"a;b\n1;2\n", "no heading"),
        (b"Vorname;Nachname\n;\n", "no patient"),
        (b"\x00\x01\x02\xff" * 20, "no table"),
    ],
)
def test_a_list_that_can_t_be_used_is_one_clear_line(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    file = tmp_path / "patients.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        further_detectors(IndexSettings(known_patients=file))
    assert why in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "EPIKRISE_INDEX_KNOWN_PATIENTS" in str(raised.value)


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("1961-03-12", [dt.date(1961, 3, 12)]),
        ("12.03.1961 00:00", [dt.date(1961, 3, 12), dt.date(1961, 12, 3)]),
        ("31/03/1961", [dt.date(1961, 3, 31)]),
        ("19610312", [dt.date(1961, 3, 12)]),
        ("12.03.61", []),
        ("30.02.1961", []),
        ("unbekannt", []),
    ],
)
def test_birth_dates_are_read_in_either_order(cell: str, days: list[dt.date]) -> None:
    assert list(birth_dates(cell)) == days


def test_another_list_is_another_version(tmp_path: Path) -> None:
    file = tmp_path / "patients.csv"
    settings = IndexSettings(EPIKRISE_DATA_DIR=tmp_path, known_patients=file)  # pyright: ignore[reportCallIssue]
    versions: set[str] = set()
    for content in (CSV, CSV.replace("Groß", "Gross"), CSV):
        file.write_text(content, encoding="utf-8")
        versions.add(Deidentifier.of(settings)[0].version)
    assert len(versions) == 2
    tags = settings.model_copy(update={"replacement": "tags"})
    assert Deidentifier.of(tags)[0].version not in versions
    assert Deidentifier(KEY).version == ""
