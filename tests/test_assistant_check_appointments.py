"""Appointments: what for, with whom, on which day and at which hour."""

from __future__ import annotations

import pytest

from assistant.check import Status, check
from assistant.check.appointments import appointments
from assistant.check.reading import read

CASE = """\
Radiotherapy: pelvis, 45 Gy in 25 fractions, 3 June 2024 - 5 July 2024
Follow-up: clinical follow-up in our department in 6 weeks
Follow-up: MRI of the pelvis in 12 weeks; PSA test in 3 months
Notes: cardiology appointment 2 September 2024, 9:00; CT of the abdomen on 16 September 2024"""
FALL = """\
Strahlentherapie: Becken, 45 Gy in 25 Fraktionen, 03.06.2024 - 05.07.2024
Geplant ist: 02.09.2024: gynäkologische Nachsorge; in 3 Monaten: MRT Becken
NS: klinische Nachsorge in unserer Klinik in 6 Wochen, Staging-CT in 5 Monaten
Augenklinik-Termin: 13.09.2024 um 14:45 Uhr"""


@pytest.mark.parametrize(
    ("case", "draft", "wrong"),
    [
        (CASE, "Next: clinical check-up with us in 6 weeks; MRI of the pelvis in 12 weeks.", ""),
        (CASE, "We will see him again in six weeks.", ""),
        (CASE, "Follow-up: in 12 weeks: pelvic MRI; in 12 weeks: PSA.", ""),
        (CASE, "He is expected in cardiology on 2 September 2024 at 9:00.", ""),
        (CASE, "A CT is planned for 16 September 2024.", ""),
        (CASE, "Follow-up:\n- MRI of the head in 12 weeks", "MRI of the head"),
        (CASE, "Follow-up: urological follow-up in 6 weeks.", "urological"),
        (CASE, "Next steps: cystoscopy (in 6 weeks).", "cystoscopy"),
        (CASE, "He is expected in dermatology on 2 September 2024.", "dermatology"),
        (CASE, "Cardiology appointment: 2 September 2024, 10:30.", "10:30"),
        (CASE, "He is expected in cardiology on 16 September 2024.", "cardiology"),
        (CASE, "He is expected in cardiology on 5 July 2024.", "5 July 2024"),
        (FALL, "Termine:\n- gynäkologische Kontrolle am 02.09.2024\n- MRT Becken in 12 Wochen", ""),
        (FALL, "Wir bitten um Wiedervorstellung bei uns in sechs Wochen.", ""),
        (FALL, "Er wird am 13.09.2024 um 14:45 Uhr in der Augenklinik erwartet.", ""),
        (FALL, "Nachsorgeplan: Vorstellung in der Chirurgie am 02.09.2024.", "Chirurgie"),
        (FALL, "Nachsorge: Als Nächstes: Zystoskopie in 6 Wochen.", "Zystoskopie"),
        (FALL, "Termine:\n- CT Abdomen in 5 Monaten", "CT Abdomen"),
        (FALL, "Ein Termin in der Kardiologie ist für den 13.09.2024 vereinbart.", "Kardiologie"),
    ],
)
def test_appointment_is_the_one_of_that_time(case: str, draft: str, wrong: str) -> None:
    findings = check(case, draft).findings
    marked = [f.fact.text for f in findings if f.status is not Status.SUPPORTED]
    assert ":".join(marked) == wrong


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Follow-up: 3 May 2024: CT; in 6 weeks: surgical review.",
         [("computed tomography",), ("surgery",)]),
        ("en", "CT 6 weeks after surgery.", []),
        ("en", "On 3 May 2024 she felt well, the ENT follow-up goes on.", []),
        ("de", "Kontrolle nach Hysterektomie am 3.5.2024.", [("visit",)]),
        ("de", "Kardiologie: Echokardiographie am 3.5.2024.", [("echocardiography",)]),
    ],
)  # fmt: skip
def test_purposes_go_with_their_times(
    language: str, text: str, found: list[tuple[str, ...]]
) -> None:
    read_ = [tuple(m.name for m in a.purposes) for a in appointments(read(text, language))]
    assert read_ == found


def test_what_is_past_is_no_appointment() -> None:
    entries = appointments(read("On 3 May 2024 the surgeons were consulted.", "en"))
    assert not any(entry.ahead for entry in entries)
