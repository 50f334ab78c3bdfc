"""Cases of which less is told."""

from __future__ import annotations

from random import Random

from finetune.clinic.cases import draw_case
from finetune.clinic.facts import absent, expected_facts
from finetune.clinic.letters import letter_text, write_letter
from finetune.clinic.thinning import thinned
from finetune.clinic_pairs import draw_patient
from finetune.pairs import Split


def test_fields_go_whole_and_the_letter_tells_the_rest() -> None:
    gone = 0
    for seed in range(60):
        rng = Random(seed)
        whole = draw_case(rng, ("en", "de")[seed % 2])
        case = thinned(whole, rng)
        assert case.patient == whole.patient
        assert case.diagnosis.name == whole.diagnosis.name
        assert case.radiotherapy == whole.radiotherapy
        assert set(expected_facts(case)) <= set(expected_facts(whole))
        gone += len(expected_facts(whole)) - len(expected_facts(case))
        letter = letter_text(write_letter(case, "terse", seed))
        assert absent(letter, expected_facts(case)) == ()
    assert gone > 200


def test_only_training_patients_are_thinned() -> None:
    def bare(split: Split) -> float:
        """The share of cases with neither TNM nor stage."""
        rng = Random(1)
        drawn = [draw_patient(rng, "en", split).diagnosis for _ in range(150)]
        return sum(not (diagnosis.tnm or diagnosis.stage) for diagnosis in drawn) / len(drawn)

    assert bare(Split.TRAIN) > 2 * bare(Split.TEST)
