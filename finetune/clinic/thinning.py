"""Cases of which less is told: what a visitor types in haste, and what teaches to leave out.

A drawn case lacks a field now and then. A small model that has seen few such cases begins the
field's sentence all the same, and fills it with what it can find.
"""

from __future__ import annotations

from random import Random

from index.case import CaseDetails

SHARE = 0.3
"""Of what may be left out, in a thinned case."""

_OF_DIAGNOSIS = ("icd10", "tnm", "stage", "histology", "date")
_OF_CASE = (
    *("referrer", "author", "comorbidities", "surgeries", "systemic"),
    *("toxicities", "medication", "follow_up"),
)


def thinned(details: CaseDetails, rng: Random) -> CaseDetails:
    """The case without some of its fields, whole ones; patient, diagnosis' name and radiotherapy
    stay."""

    def left_out(fields: tuple[str, ...]) -> list[str]:
        return [field for field in fields if rng.random() < SHARE]

    empty = CaseDetails(language=details.language)
    diagnosis = details.diagnosis.model_copy(
        update={field: getattr(empty.diagnosis, field) for field in left_out(_OF_DIAGNOSIS)}
    )
    fields = {field: getattr(empty, field) for field in left_out(_OF_CASE)}
    return details.model_copy(update={"diagnosis": diagnosis, **fields})
