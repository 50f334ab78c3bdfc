"""Which drugs treat a tumour: by their class, their regimens, or their name's end."""

from __future__ import annotations

import re
from functools import cache

from assistant.check.vocabulary import vocabulary

_ANTINEOPLASTIC = frozenset(
    {
        *("aromatase inhibitor", "antioestrogen", "GnRH analogue", "GnRH antagonist"),
        *("antiandrogen", "taxane", "anthracycline", "platinum", "fluoropyrimidine"),
        *("vinca alkaloid", "alkylating agent", "checkpoint inhibitor", "anti-HER2 antibody"),
        *("anti-EGFR antibody", "antibody-drug conjugate", "tyrosine kinase inhibitor"),
        *("BRAF inhibitor", "MEK inhibitor", "CDK4/6 inhibitor", "PARP inhibitor"),
        *("mTOR inhibitor", "proteasome inhibitor", "immunomodulatory drug", "BTK inhibitor"),
        *("anti-CD20 antibody", "anti-VEGF drug", "bispecific antibody"),
    }
)
"""Classes of drugs that are a treatment; those of the others go along with one."""
_STEM = re.compile(
    r"(?:mab|nib|ciclib|parib|platin|taxel|rubicin|tecan|citabine|bulin|[bl]ine?stine|relbine"
    r"|mustine|fosfamide?|trexed|trexate|uracil|poside|lutamide|rozole|relin|zomib|domide|limus"
    r"|vedotin|deruxtecan|emtansine|degib|rafenib|sidase)\b"
)
"""Ends of the nonproprietary names (WHO) of drugs against tumours."""


@cache
def is_antineoplastic(drug: str) -> bool:
    """Whether a drug, a class of drugs or a regimen treats a tumour."""
    known = vocabulary()
    classes = {name for name, members in known.classes.items() if drug in members or drug == name}
    if classes:
        return bool(classes & _ANTINEOPLASTIC)
    concept = known.concepts.get(drug)
    general = bool(concept and concept.kind == "procedure")
    named = drug in known.regimens or any(drug in drugs for drugs in known.regimens.values())
    return general or named or bool(_STEM.search(drug))
