"""What the case's words add to the vectors when example letters are chosen: nDCG@5.

A letter is worth half for the tumour group and half for the treatment (Jaccard index of drugs,
sites and operations), among the letters of its language. Goal: the interval of what words add lies
above 0.

EPIKRISE_BENCH_LETTERS    how many letters (default 600)
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from pathlib import Path, PurePath
from random import Random
from typing import Any

import pytest
from measuring import markdown

from finetune.clinic.archive import write_archive
from finetune.clinic.surfaces import SurfaceForm
from finetune.clinic_pairs import clinic_case, draw_patient
from finetune.intervals import difference, estimate
from finetune.pairing.case_files import case_files
from finetune.pairs import Split
from index.build import build
from index.case import Case, CaseDetails
from index.catalogue import Catalogue
from index.chroma_server import open_store
from index.embedding import LocalEncoder
from index.letter import Language
from index.parts import open_parts
from index.settings import IndexSettings
from index.tumour_groups import tumour_group
from retrieval.search import Retriever
from retrieval.settings import RetrievalSettings

pytestmark = pytest.mark.bench

LETTERS = int(os.environ.get("EPIKRISE_BENCH_LETTERS", "600"))
PATIENTS = 120
"""A language; none of them is in the archive."""
K = 5
LANGUAGES: tuple[Language, ...] = ("en", "de")
EVERYTHING: dict[str, Any] = {
    "exemplars": K,
    "threshold": -1.0,
    "near_duplicate": 1.0,
    "max_characters": 10**9,
}
FORMS = {"record": SurfaceForm.CANONICAL, "typed": SurfaceForm.NOTES}
SIDES: dict[str, dict[str, Any]] = {
    "vectors alone": {"word_bonus": 0.0, "tumour_group_bonus": 0.0, "author_bonus": 0.0},
    "and tumour group, author": {"word_bonus": 0.0},
    "and words: as it is": {},
}
HEADER = ("ranked by", "language", "case", "nDCG@5", "more than the row before")
_DOSE = re.compile(r"\s\d|\sAUC")
_SIDE = re.compile(r"\b(?:left|right|links?|rechts?|linke\w|rechte\w)\b|,", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """A letter of the archive by what it is worth as an example."""

    language: str
    group: str
    treatment: frozenset[str]


def test_words_gain_over_vectors(tmp_path: Path, show: Callable[[str], None]) -> None:
    settings = IndexSettings(data_dir=tmp_path / "data", archive=tmp_path / "letters")
    assert settings.archive
    write_archive(settings.archive, seed=17, per_language=LETTERS // 2)
    encoder = LocalEncoder(settings)
    build(settings, encoder=encoder)
    letters = letters_by_code(settings, tmp_path / "letters-cases")
    rows: list[list[str]] = []
    too_low: list[tuple[str, str]] = []
    with open_store(settings):
        for form, language in product(FORMS, LANGUAGES):
            cases = [*draw(language, form)]
            found = {
                name: [(score, 1.0) for score in scores(settings, encoder, changes, cases, letters)]
                for name, changes in SIDES.items()
            }
            patients = [str(number) for number in range(len(cases))]
            more = None
            for before, name in pairwise(["", *found]):
                cells = [name, language, form, f"{estimate(found[name], patients).value:.3f}"]
                more = difference(found[name], found[before], patients) if before else None
                cells.append(
                    f"{more.value:+.3f} ({more.low:+.3f} to {more.high:+.3f})" if more else ""
                )
                rows.append(cells)
            # The last row is that of the words.
            if not (more and more.low and more.low > 0):
                too_low.append((form, language))
    show(markdown(f"Examples of {len(letters)} letters, {PATIENTS} cases each", HEADER, rows))
    assert not too_low


def letters_by_code(settings: IndexSettings, folder: Path) -> dict[str, Known]:
    """What may be an example, by its code."""
    catalogue = Catalogue(settings.data_dir)
    active = catalogue.active()
    paths = {each.code: each.id for each in catalogue.entries(active).values() if each.code}
    cases = case_files(folder)
    with open_store(settings) as store:
        stored = open_parts(store, catalogue, active).letters(paths)
    return {
        code: known(details_of(cases[str(PurePath(paths[code]).with_suffix(""))]))
        for code, letter in stored.items()
        if letter.metadata.letter_type == "letter"
    }


def details_of(path: Path) -> CaseDetails:
    return CaseDetails.model_validate_json(path.read_text(encoding="utf-8"))


def known(details: CaseDetails) -> Known:
    words = [_DOSE.split(drug)[0] for each in details.systemic for drug in each.drugs]
    words += [_SIDE.sub(" ", course.site) for course in details.radiotherapy]
    words += [_SIDE.sub(" ", surgery.name) for surgery in details.surgeries]
    group = tumour_group(f"{details.diagnosis.icd10} {details.diagnosis.name}")
    treatment = frozenset(" ".join(word.lower().split()) for word in words)
    return Known(details.language, group, treatment)


def draw(language: Language, form: str) -> Iterator[tuple[CaseDetails, Case]]:
    """Patients whom no letter of the archive is about by name; of what is typed the text alone."""
    for number in range(PATIENTS):
        rng = Random(f"hybrid/{language}/{number}")
        details = draw_patient(rng, language, Split.TEST)
        case = clinic_case(details, rng, FORMS[form])
        yield details, replace(case, details=None) if form == "typed" else case


def scores(
    settings: IndexSettings,
    encoder: LocalEncoder,
    changes: Mapping[str, Any],
    cases: Sequence[tuple[CaseDetails, Case]],
    letters: Mapping[str, Known],
) -> Iterator[float]:
    """nDCG@5 of each case (Järvelin and Kekäläinen 2002)."""
    with Retriever(settings, encoder, RetrievalSettings(**{**EVERYTHING, **changes})) as retriever:
        for details, case in cases:
            asked = known(details)
            worth = {
                c: gain(asked, each)
                for c, each in letters.items()
                if each.language == case.language
            }
            got = [worth[exemplar.letter_id] for exemplar in retriever.find(case).exemplars]
            yield discounted(got) / discounted(sorted(worth.values(), reverse=True)[:K])


def gain(asked: Known, letter: Known) -> float:
    both = asked.treatment | letter.treatment
    same = len(asked.treatment & letter.treatment) / len(both) if both else 0.0
    return ((asked.group == letter.group) + same) / 2


def discounted(gains: Sequence[float]) -> float:
    return sum(each / math.log2(rank + 2) for rank, each in enumerate(gains))
