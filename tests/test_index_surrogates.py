"""Surrogates: keyed, stable, in the form of the original, and never the original."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.data_files import table
from index.letter import Language
from index.surrogates import Surrogates, fold

KEYED = Surrogates(b"a key of sixteen bytes")
LANGUAGES: tuple[Language, ...] = ("de", "en")


def test_the_key_alone_decides():
    again, other = Surrogates(b"a key of sixteen bytes"), Surrogates(b"another sixteen bytes")
    names = [f"Weber{i}" for i in range(20)]
    assert [KEYED.surname(n, "de") for n in names] == [again.surname(n, "de") for n in names]
    assert [KEYED.surname(n, "de") for n in names] != [other.surname(n, "de") for n in names]


@pytest.mark.parametrize("spelling", ["Müller", "MÜLLER", "Mueller", "müller."])
def test_spellings_of_one_name_have_one_surrogate(spelling: str):
    assert fold(KEYED.surname(spelling, "de")) == fold(KEYED.surname("Müller", "de"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sex", ["female", "male"])
def test_a_given_name_keeps_its_sex(language: Language, sex: str):
    known = table("names")["given"][language][sex].split()
    others = table("names")["given"][language]["male" if sex == "female" else "female"].split()
    for name in known:
        if name not in others:
            surrogate = KEYED.given_name(name, "", language)
            assert surrogate in known
            assert surrogate != name
    assert KEYED.given_name("Xyzana", sex, language) in known


@settings(deadline=None)
@given(st.text(min_size=1, max_size=12), st.sampled_from(LANGUAGES))
def test_nothing_is_its_own_surrogate(value: str, language: Language):
    assert fold(KEYED.surname(value, language)) != fold(value)
    assert fold(KEYED.given_name(value, "", language)) != fold(value)
    assert fold(KEYED.town(value, language)) != fold(value)


@settings(deadline=None)
@given(st.from_regex(r"[A-Z0-9/ -]{2,14}", fullmatch=True))
def test_a_number_keeps_its_shape(value: str):
    surrogate = KEYED.shape(value)
    form = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "A" * 26 + "9" * 10)
    assert surrogate.translate(form) == value.translate(form)
    if re.search(r"[A-Z1-9]", value):
        assert surrogate != value


@pytest.mark.parametrize(
    ("original", "language", "pattern"),
    [
        ("Hansestr. 8", "de", r"\D+ \d{1,2}"),
        ("123 Maple Street", "en", r"\d{1,2} \D+"),
        ("Lessingstraße", "de", r"\D+"),
    ],
)
def test_a_street_keeps_its_order(original: str, language: Language, pattern: str):
    surrogate = KEYED.street(original, language)
    assert re.fullmatch(pattern, surrogate)
    assert surrogate != original


@pytest.mark.parametrize(
    ("original", "language", "kept"),
    [
        ("Universitätsklinikum Freiburg", "de", "Universitätsklinikum"),
        ("KREISKRANKENHAUS NEUSTADT", "de", "KREISKRANKENHAUS"),
        ("Boston General Hospital", "en", "Hospital"),
        ("UCSF", "en", "HOSPITAL"),
    ],
)
def test_a_hospital_stays_the_same_kind_of_house(original: str, language: Language, kept: str):
    surrogate = KEYED.hospital(original, language)
    assert kept in surrogate
    assert surrogate != original


def test_a_hospital_moves_to_the_town_that_its_town_is_replaced_by():
    assert KEYED.town("Freiburg", "de") in KEYED.hospital("Universitätsklinikum Freiburg", "de")


@pytest.mark.parametrize(
    ("original", "pattern"),
    [
        ("0481/733-221", r"0\d{3}/\d{3}-\d{3}"),
        ("(310) 555-1234", r"\(\d{3}\) \d{3}-\d{4}"),
        ("anna.weber@uniklinik.de", r"[\w-]+@example\.org"),
        ("www.uniklinik.de", r"www\.example\.org"),
    ],
)
def test_a_contact_keeps_its_form_and_reaches_nobody(original: str, pattern: str):
    surrogate = KEYED.contact(original, "de")
    assert re.fullmatch(pattern, surrogate)
    assert surrogate != original


def test_dates_move_by_whole_weeks_and_more_than_a_year():
    shifts = {KEYED.shift(f"patient {i}") for i in range(300)}
    assert len(shifts) > 40
    assert all(shift % 7 == 0 and -1100 < shift < -370 for shift in shifts)
