"""The demo clinic as the assistant finds it, by the entry point `epikrise.demo`.

Importing it loads no model and no library for models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from index.case import CaseDetails
from index.letter import Language

_HERE = Path(__file__).parent / "demo"
_ARCHIVE_SEED = 7
_EXAMPLES = 4


@dataclass(frozen=True)
class MadeUpClinic:
    """Model, adapters, letters and cases of a clinic that doesn't exist."""

    model_dir: Path = _HERE / "base"
    adapters: Mapping[str, Path] = field(
        default_factory=lambda: {"letters": _HERE / "letters", "summary": _HERE / "summary"}
    )
    notice: str = "Demo: this clinic, its physicians and all its patients are made up."

    def write_archive(self, folder: Path) -> None:
        """Writes the clinic's letters into `folder` and their cases beside it."""
        from finetune.clinic.archive import write_archive

        write_archive(folder, _ARCHIVE_SEED)

    def example_cases(self, language: Language) -> Mapping[str, CaseDetails]:
        """A few complete cases of different diseases that no training run has seen, by title."""
        from random import Random

        from finetune.clinic.cases import draw_case
        from finetune.pairs import Split, split_of

        rng = Random(f"examples/{language}")
        cases: dict[str, CaseDetails] = {}
        while len(cases) < _EXAMPLES:
            details = draw_case(rng, language, complete=True)
            if split_of(details.patient.last_name) is Split.TEST:
                cases.setdefault(details.diagnosis.name, details)
        return cases


CLINIC = MadeUpClinic()
