"""Whether a disease is a tumour, by its code of ICD-10 or else by its name: no importer of its own.

Source: ICD-10 C00-C97, D00-D09, D37-D48; C77-C79 are metastases.
"""

from __future__ import annotations

import re
from typing import Literal

from index.data_files import table

Role = Literal["main", "earlier", "secondary", ""]

_ICD10 = re.compile(r"[A-Z]\d\d(?:\W?\d.*)?", re.IGNORECASE)


def is_icd10(code: str) -> bool:
    return bool(_ICD10.fullmatch(code))


def role_of(name: str, icd10: str) -> Role:
    """`main`, `earlier` or `secondary` for tumours; empty for other diseases.

    A code tells more than words: "history of", "family history" have codes outside the chapters.
    """
    signs = table("fhir_codes")["tumours"]
    if icd10:
        if re.fullmatch(signs["secondary_icd10"], icd10):
            return "secondary"
        return "main" if re.fullmatch(signs["icd10"], icd10) else ""
    told = name.casefold()
    if any(word in told for word in signs["not_words"]):
        return ""
    if re.search(signs["secondary_name"], told):
        return "secondary"
    if not any(word in told for word in signs["words"]):
        return ""
    return "earlier" if re.search(signs["earlier_name"], told) else "main"
