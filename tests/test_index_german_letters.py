"""What German letters tell of persons, times and places in forms of their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.deidentify import Deidentifier
from index.detectors import find_spans
from index.near_names import is_one_slip
from index.spans import Label


@pytest.mark.parametrize(
    ("text", "wanted", "label"),
    [
        ("gez. T. Quast-Berlich, diensthabender Arzt", "T. Quast-Berlich", Label.DOCTOR),
        ("Übergabe an OA Dr. al-Naseri heute", "OA Dr. al-Naseri", Label.DOCTOR),
        ("Prof. Dr. H.-J. Trautwein sah", "Prof. Dr. H.-J. Trautwein", Label.DOCTOR),
        ("Nachsorge bei Dr. Mai im Mai", "Dr. Mai", Label.DOCTOR),
        ("Guten Tag Dr. Rudolf-Martin Krämer,\nwir", "Dr. Rudolf-Martin Krämer", Label.DOCTOR),
        ("Dres. med. Wallner, Quint & Yildiz", "Yildiz", Label.DOCTOR),
        ("Wolodja Aydoğmuş, Assistenzarzt", "Wolodja Aydoğmuş", Label.DOCTOR),
        ("Unser Zeichen: Tr/ko\n", "Tr/ko", Label.DOCTOR),
        ("wir danken fürHerrn Quentmeier sehr", "Quentmeier", Label.PATIENT),
        ("Herr Kwasniewski kam. Kwasnieswki klagt", "Kwasnieswki", Label.PATIENT),
        ("Frau AL-HARIRI kam. Al-Hariri klagt", "Al-Hariri", Label.PATIENT),
        ("begleitet vom Ehemann Yorick Lund", "Yorick Lund", Label.PATIENT),
        ("Einweisung Krahl, Dagmar, geb. 1.2.1950", "Krahl, Dagmar", Label.PATIENT),
        ("Erstvorstellung:\nK. kommt in Begleitung", "K.", Label.PATIENT),
        ("Es geht besser. Ö. berichtet von Übelkeit", "Ö.", Label.PATIENT),
        ("CT Abdomen 8.11.: kein Rezidiv", "8.11.", Label.DATE),
        ("Meshgraft am 07-DEZ und", "07-DEZ", Label.DATE),
        ("Brief vom 13.XI. ging", "13.XI.", Label.DATE),
        ("Echo 2021-04 geplant", "2021-04", Label.DATE),
        ("AU ab 2/6 bis vorerst 9/6", "9/6", Label.DATE),
        ("Fäden am 10., dann", "10.", Label.DATE),
        ("Nachtrag vom 3ter Mai folgt", "3ter Mai", Label.DATE),
        ("Termin Mittwoch nach Dreikönig 2015", "Mittwoch nach Dreikönig 2015", Label.DATE),
        ("Sturz am NIKOLAUSTAG 2008 dort", "NIKOLAUSTAG 2008", Label.DATE),
        ("Im Sommer kam es dazu", "Sommer", Label.DATE),
        (
            "geboren am dritten vierten neunzehnhundertsechs",
            "dritten vierten neunzehnhundertsechs",
            Label.DATE,
        ),
        ("stent oktober zweitausendneunzehn", "oktober zweitausendneunzehn", Label.DATE),
        ("am elften bis neunzehnten juli da", "elften bis neunzehnten juli", Label.DATE),
        ("telefon null neun sechs sechs eins", "null neun sechs sechs eins", Label.CONTACT),
        ("auf station zwo b lag", "zwo b", Label.ID),
        ("Diktat DS400231.wav liegt bei", "DS400231.wav", Label.ID),
        ("Fall 7 7 0 1 2 - 34 / 8 8 ab", "7 7 0 1 2 - 34 / 8 8", Label.ID),
        ("liegt auf Zimmer 3 1 2 F.", "3 1 2 F", Label.ID),
        ("kam mit RTW 4610/2 an", "4610/2", Label.ID),
        ("liebes Team der M 31, danke", "M 31", Label.ID),
        ("der betriebsrat, herr quorbach bittet", "quorbach", Label.PATIENT),
        ("die schwester petra kam", "petra", Label.PATIENT),
        ("DIE TOCHTER JULE BESUCHT IHN", "JULE", Label.PATIENT),
        ("FRAU BLOHM-HANSEN WIRD SIE ANRUFEN", "BLOHM-HANSEN", Label.PATIENT),
        ("Quape (Patho), Zernoor (Rad.)", "Zernoor", Label.DOCTOR),
        ("Leitung: Quommhalt (Strahlenth.)", "Quommhalt", Label.DOCTOR),
        ("HZ: AW", "AW", Label.DOCTOR),
        ("wohnt Straße des 17. Juni 135 dort", "Straße des 17. Juni 135", Label.LOCATION),
        ("besucht die GGS Hottenstein gern", "GGS Hottenstein", Label.LOCATION),
        ("seit Pfingsten 2022 Schmerzen", "Pfingsten 2022", Label.DATE),
        ("Termin Montag, 7. Oktober", "Montag, 7. Oktober", Label.DATE),
        ("Rezidiv seit Q2/2023", "Q2/2023", Label.DATE),
        ("geb. 14.O2.1944", "14.O2.1944", Label.DATE),
        ("am 16.11.2022gestellt", "16.11.2022", Label.DATE),
        ("Ambulanznummer HX-88-0229-ST", "HX-88-0229-ST", Label.ID),
        ("Journal-Nr.: H 2023/18822-A", "H 2023/18822-A", Label.ID),
        ("Einsendung 23-HI-09914", "23-HI-09914", Label.ID),
        ("Station 4 Ost", "4 Ost", Label.ID),
        ("KVNR Q 512 077 340; Akte", "Q 512 077 340", Label.ID),
        ("Zimmer . . . . . 3.208", "3.208", Label.ID),
        ("per Fax 04131 – 55 51 77", "04131 – 55 51 77", Label.CONTACT),
        ("Kontrollen am 12. und 26.03. hier", "12.", Label.DATE),
        ("Aufenthalt: 4. bis 19. Oktober 2023", "4.", Label.DATE),
        ("Kiel, 3.4.2024 / hm-ro", "hm-ro", Label.DOCTOR),
        ("Oberärztin\nwk/st", "wk/st", Label.DOCTOR),
        ("aufgewachsen in Dakar, dann", "Dakar", Label.LOCATION),
        ("die Schwester Yewande (Ovarialkarzinom)", "Yewande", Label.PATIENT),
        ("verstarb mit 94 Jahren", "94", Label.AGE),
        ("Natel 079 555 30 81", "079 555 30 81", Label.CONTACT),
        ("Telefon (0511) 5550-160 · Fax -169", "-169", Label.CONTACT),
        ("wohnt in Leverkusen-Schlebusch", "Leverkusen-Schlebusch", Label.LOCATION),
        ("Hausarzt Dr. Quast, Kirchzarten, Fax", "Kirchzarten", Label.LOCATION),
        ("Merheimer Str. 221 · 50733 Köln", "50733", Label.LOCATION),
        ("Kur in Bad Quellbrunn", "Bad Quellbrunn", Label.LOCATION),
        ("Klinik Laubenberg", "Klinik Laubenberg", Label.HOSPITAL),
        ("in der Quellbachklinik", "Quellbachklinik", Label.HOSPITAL),
        ("Praxis am Rosenplatz", "Praxis am Rosenplatz", Label.HOSPITAL),
        ("arbeitet noch als Hausmeisterin", "Hausmeisterin", Label.PROFESSION),
        ("früher Tischlermeister", "Tischlermeister", Label.PROFESSION),
    ],
)
def test_forms_of_german_letters(text: str, wanted: str, label: Label):
    assert (wanted, label) in [(span.of(text), span.label) for span in find_spans(text, "de")]


@pytest.mark.parametrize(
    "text",
    [
        "Mutter Brustkrebs, Vater Herzinfarkt, Bruder Asthma",
        "Therapie mit 177Lu-PSMA-617, 3 x 7,4 GBq, ICD-O M8092/3, PSA 12.4. Weiter",
        "D-Dimere, DVT, SHT, DMS intakt, SUV 6,2, Na/K 140/4",
        "Kreatinin in\nmg/dl\n",
        "der patient klagt, die frau hat angerufen, schwester und pfleger sahen nach, dr. und team",
        "Am ersten Tag, am fünften postoperativen Tag, pT3 pN1a (1/22), Lidocain 1 - 0 - 1",
        "PSA 12.4, Kraft 4/5, Zyklus 2 und 3, eins bis zwei Tabletten, Stadium zwei, Grad drei",
        "2.3. Verlauf\nIn Remission, nach Operation, bei Inappetenz, in Narkose",
        "Klinik und Labor, Institut für Pathologie, Praxis, Poliklinik, Frauenklinik, Tumorzentrum",
        "Heparin 5000IE, Blutdruck 120/80, Zyklus 1-0-1, Proximaler Verschluss",
        "A. radialis wird getastet. Die V. wurde geschont. N. facialis intakt. Z. n. Operation",
        "Die Galle fließt ab. Stadium IIIB, Grad 2, Level II, Lymphknoten 0/14",
    ],
)
def test_medicine_in_german_letters_is_left_alone(text: str):
    assert [span.of(text) for span in find_spans(text, "de")] == []


def test_days_without_a_year_and_spoilt_dates_are_moved_as_the_others_are():
    text = "Frau Brömmelkamp: CT 8.11.: frei. Am 14.O2.1944 und 14.02.1944, zu Pfingsten."
    done = Deidentifier(b"a key of sixteen bytes").replace(text, "de").text
    spoilt, plain = done.split("Am ")[1].split(", zu")[0].split(" und ")
    assert spoilt == plain != "14.02.1944"
    assert "8.11." not in done
    assert "Pfingsten" not in done


WORDS = st.text("abcde", min_size=1, max_size=7)


@given(WORDS, st.data())
def test_one_slip_is_one_letter_more_less_or_other(word: str, data: st.DataObject):
    at = data.draw(st.integers(0, len(word) - 1))
    assert is_one_slip(word[:at] + "x" + word[at:], word)
    assert is_one_slip(word[:at] + "x" + word[at + 1 :], word)
    assert is_one_slip(word[:at] + word[at + 1 :], word)
    assert not is_one_slip(word, word)
    assert not is_one_slip(word + "xy", word)
