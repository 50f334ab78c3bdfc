"""The drug names of the library drug-named-entity-recognition (DrugBank, CC0, and MedlinePlus)."""

from __future__ import annotations

import bz2
import pickle
from importlib.util import find_spec
from pathlib import Path

from assistant.check.wordlists import lexicon

SHORTEST_DRUG = 5
"""Letters; the library's shorter names are mostly other words."""


def library_drugs() -> dict[str, str]:
    """The library's dictionary, without the library: its import builds what is not needed here."""
    package = find_spec("drug_named_entity_recognition")
    assert package
    assert package.submodule_search_locations
    source = Path(package.submodule_search_locations[0]) / "drug_ner_dictionary.pkl.bz2"
    names: dict[str, list[str]] = pickle.loads(bz2.decompress(source.read_bytes()))[
        "drug_variant_to_canonical"
    ]
    skip = frozenset(lexicon()["not_drugs"])
    return {
        variant: canonical[0]
        for variant, canonical in names.items()
        if len(variant) >= SHORTEST_DRUG and variant.isalpha() and variant not in skip
    }
