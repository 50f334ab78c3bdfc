"""Where in the body: sites with their sides, and the volumes of radiotherapy.

Sources: mCODE body location and laterality qualifiers, radiotherapy volume (BodyStructure); MII
onkologie Seitenlokalisation.
"""

from __future__ import annotations

from index.importers.fhir_concepts import coding_word, concept, concepts, informative
from index.importers.imported import Value
from index.importers.json_nodes import Node

_SIDES = ("7771000", "24028007", "51440002", "66459002")
"""SNOMED CT: left, right, bilateral, unilateral."""


def places(body_site: Node) -> list[Value]:
    """Sites, then their sides."""
    sides, sites = sides_and_sites(body_site)
    return [*sites, *sides]


def sides_and_sites(body_site: Node) -> tuple[list[Value], list[Value]]:
    """Sides apart from sites, whether each is a coding of its own, a concept or an extension."""
    sides: list[Value] = []
    sites: list[Value] = []
    for site in body_site.each():
        for each in site.get("extension").each():
            qualifier = informative(concept(each.get("valueCodeableConcept")))
            address = each.get("url").peek()
            is_side = "laterality" in address or "seitenlokalisation" in address
            (sides if is_side else sites).extend([qualifier] if qualifier else [])
            each.skip()
        codings = site.get("coding").each()
        words = (Value(coding_word(each), each.where) for each in codings if _is_side(each))
        sides += [word for word in words if word.text and informative(word)]
        others = [each.value for each in codings if not _is_side(each)]
        text = site.get("text").text
        place = concept(Node({"coding": others, "text": text}, site.root, site.path))
        sites += [place] if place else []
        site.skip()
    return sides, sites


def volume(structure: Node) -> list[Value]:
    """A BodyStructure: what it is called, or where it is; with its qualifiers."""
    described = structure.get("description")
    location = concept(structure.get("location"))
    named = [Value(described.text, described.where)] if described.text else []
    morphology = concept(structure.get("morphology"))
    qualifiers = concepts(structure.get("locationQualifier"))
    if location and named and location.text.casefold() in named[0].text.casefold():
        location = None
    parts = [*named, location, *qualifiers, *([morphology] if not named else [])]
    return [part for part in parts if part]


def _is_side(coding: Node) -> bool:
    system = coding.get("system").peek()
    return "seitenlokalisation" in system or coding.get("code").peek() in _SIDES
