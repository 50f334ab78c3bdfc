"""Statements in plain words, states of a treatment, values told as normal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.check import Status, check
from assistant.check.dispositions import states
from assistant.check.everyday import families
from assistant.check.fact import FactKind
from assistant.check.passages import cut
from assistant.check.plain_words import Lookup, wordings
from assistant.check.vocabulary import vocabulary

_OPEN = (Status.CHANGED, Status.UNSUPPORTED)

_NUMBERS = {FactKind.QUANTITY, FactKind.NUMBER}
_CASES = {
    "en": (
        "Patient: Mrs. Berger, 61 years. Breast cancer, left. Radiotherapy 40.05 Gy in 15 "
        "fractions, VMAT, completed 12 March 2026. Radiation dermatitis grade 1. No tracheostomy. "
        "Letrozole 2.5 mg daily, ongoing. No dose reductions. Appendectomy in 1999. "
        "Hb 10.9 g/dL (12.0-16.0), platelets 240 /nl. PEG placed in January. "
        "Prostate bed only, no nodal RT. "
        "Sequential boost 10 Gy. Rehabilitation in Bad Grünau applied for."
    ),
    "de": (
        "Patientin: Frau Berger, 61 Jahre. Mammakarzinom links. Bestrahlung 40,05 Gy in 15 "
        "Fraktionen, VMAT, beendet am 12.03.2026. Radiodermatitis Grad 1. Kein Lymphödem. "
        "Letrozol 2,5 mg täglich, weiter. Tod tumorbedingt: ja. Nichtraucherin. "
        "Anschlussheilbehandlung beantragt. Hb 10,9 g/dl."
    ),
}


@pytest.mark.parametrize(
    ("language", "sentence", "status"),
    [
        # nowhere in the case
        ("en", "She smokes twenty cigarettes a day.", Status.UNSUPPORTED),
        ("en", "She complains of a persistent ringing in the ears.", Status.UNSUPPORTED),
        ("en", "Food still tastes of nothing.", Status.UNSUPPORTED),
        ("en", "A copper coil was inserted.", Status.UNSUPPORTED),
        ("en", "Urinary urgency has developed.", Status.UNSUPPORTED),
        ("en", "Her mother had breast cancer.", Status.UNSUPPORTED),
        ("de", "Sie hat Ohrgeräusche.", Status.UNSUPPORTED),
        ("de", "Eine Hörgeräteversorgung wurde eingeleitet.", Status.UNSUPPORTED),
        ("de", "Er stürzte zu Hause.", Status.UNSUPPORTED),
        ("de", "Zwei Erythrozytenkonzentrate wurden gegeben.", Status.UNSUPPORTED),
        # the case says otherwise
        ("en", "A tracheostomy had to be performed.", Status.CHANGED),
        ("en", "Letrozole was discontinued.", Status.CHANGED),
        ("en", "The letrozole had to be cut by a quarter.", Status.CHANGED),
        ("en", "The appendix was left in situ.", Status.CHANGED),
        ("en", "The haemoglobin is within the reference range.", Status.CHANGED),
        ("en", "The pelvic nodes were included in the volume.", Status.CHANGED),
        ("en", "An integrated boost was given.", Status.CHANGED),
        ("en", "Rehabilitation has been completed.", Status.CHANGED),
        ("en", "Low platelets were noted.", Status.CHANGED),
        ("de", "Letrozol wurde abgesetzt.", Status.CHANGED),
        ("de", "Der Tod war nicht auf die Krebserkrankung zurückzuführen.", Status.CHANGED),
        ("de", "Sie raucht.", Status.CHANGED),
        ("de", "Die Anschlussheilbehandlung ist abgeschlossen.", Status.CHANGED),
        ("de", "Ein Armlymphödem besteht.", Status.CHANGED),
    ],
)
def test_what_the_case_does_not_tell_or_denies_is_marked(
    language: str, sentence: str, status: Status
) -> None:
    found = [f for f in check(_CASES[language], sentence).findings if f.status in _OPEN]
    assert status in {f.status for f in found}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "There was slight anaemia."),
        ("en", "A gastrostomy was laid in January."),
        ("en", "She does not smoke."),
        ("en", "Please call us if a fever develops."),
        ("en", "She has no ringing in the ears."),
        ("en", "Letrozole is to be continued."),
        ("en", "Her hCG fell from 285,000 to 125."),
        ("en", "The letrozole was given without dose reduction."),
        ("en", "Rehabilitation is planned."),
        ("de", "Fieber trat nicht auf."),
        ("de", "Die Behandlung verlief ohne Unterbrechung."),
        ("de", "Es besteht eine leichte Anämie."),
        ("de", "Das Letrozol wird fortgeführt."),
        ("de", "Sie ist Nichtraucherin."),
    ],
)
def test_true_rewordings_and_what_claims_nothing_are_not_marked(
    language: str, sentence: str
) -> None:
    found = [f for f in check(_CASES[language], sentence).findings if f.status in _OPEN]
    assert [f for f in found if f.fact.kind not in _NUMBERS] == []


@pytest.mark.parametrize(
    ("wording", "text", "found"),
    [
        ("ringing ~ ear*", "ringing in both ears", ["ringing in both ears"]),
        ("ringing ~ ear*", "ringing in this and that other ear", []),
        ("dose ~ reduced", "the dose was not reduced", []),
        ("*stoma*", "Ileostomaanlage", ["Ileostomaanlage"]),
        ("*itis", "Dermatitis, Itisch", ["Dermatitis"]),
        ("stent", "stented, stent", ["stent"]),
        ("smok*", "Smoking and no smoke", ["Smoking", "smoke"]),
    ],
)
def test_wordings_are_found_word_by_word(wording: str, text: str, found: list[str]) -> None:
    passages = cut(text, "en")
    places = Lookup(passages).places(wordings([wording]))
    words = passages.words
    assert [text[words[p.first].start : words[p.last - 1].end] for p in places] == found


def test_the_lexicons_name_what_there_is() -> None:
    concepts = vocabulary().concepts
    for family in families().values():
        assert family.kind in {"symptom", "state", "measure", "relative"}, family.name
        assert family.concepts <= concepts.keys(), family.name
        assert any(family.words.values()), family.name
    for state in states().values():
        assert state.against | state.allies <= states().keys(), state.name
        assert state.denied in {"", *states()}, state.name
        assert state.of in {"treatment", "organ", "all", "whole"}, state.name


_WORDS = st.lists(
    st.sampled_from(
        ["she", "smokes", "no", "ringing", "in", "the", "ears", "stopped", "letrozole", "is",
         "normal", "haemoglobin", ",", ".", "\n", "boost", "integrated", "left", "in", "situ", "7"]
    ),
    max_size=30,
).map(" ".join)  # fmt: skip


@given(case=_WORDS, draft=_WORDS)
def test_findings_stand_where_they_say(case: str, draft: str) -> None:
    for finding in check(case, draft).findings:
        fact = finding.fact
        assert draft[fact.start : fact.end] == fact.text
        if finding.case_start is not None and finding.case_end is not None:
            assert 0 <= finding.case_start <= finding.case_end <= len(case)


@given(text=_WORDS)
def test_a_text_raises_no_alarm_against_itself(text: str) -> None:
    statements = [
        f
        for f in check(text, text).findings
        if f.fact.kind is FactKind.STATEMENT and f.status is Status.UNSUPPORTED
    ]
    assert statements == []
