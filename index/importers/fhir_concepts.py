"""Codes of FHIR R4 as words: CodeableConcept, Coding, and what is known of code systems.

Source: HL7 FHIR R4 4.0.1, hl7.org/fhir/R4/datatypes.html.
"""

from __future__ import annotations

import re
from typing import Any

from index.data_files import table
from index.importers.code_lists import drug_of, is_unknown, target_area, word
from index.importers.imported import Value
from index.importers.json_nodes import Node
from index.letter import Language

_SHORT = 4
"""Letters of a word such as "yes", "Nein", which says less than the other codings may."""
_TAG = re.compile(
    r" \((?:observable entity|procedure|finding|disorder|qualifier value|body structure|"
    r"regime/therapy|morphologic abnormality|situation|event|substance|product|context-dependent "
    r"category|staging scale|assessment scale|specimen|physical object|record artifact)\)$"
)
"""What SNOMED CT adds to a name to tell what kind of concept it is."""


def codes() -> dict[str, Any]:
    """The tables of `index/data/fhir_codes.toml`."""
    return table("fhir_codes")


def concept(node: Node, *, with_code: bool = True) -> Value | None:
    """A CodeableConcept or Coding in words, with its code where physicians read such codes.

    Codings of one concept say the same in several systems; the one whose words a physician would
    take is taken. A text of its own goes first, and the words of the code behind it.
    """
    codings = node.get("coding").each() if node.get("coding") else [node] if node else []
    text = node.get("text").text
    ranked = sorted((each for each in codings if each.get("code", "display")), key=_rank)
    shown_words = [w for each in ranked if (w := coding_word(each))]
    shown = next(iter(shown_words), "")
    if 0 < len(shown) <= _SHORT and len(shown_words) > 1:
        # "Yes" in one system may be "grade IIIa" in another.
        others = [w for w in shown_words[1:] if shown.casefold() not in w.casefold()]
        shown = ", ".join([shown, *others[:1]])
    code = next((c for each in ranked if with_code and (c := _shown_code(each))), "")
    code = code or (ranked[0].get("code").peek() if ranked and not shown and not text else "")
    where = node.where
    node.skip()
    parts = [part for part in (text, shown) if part]
    if len(parts) == 2 and (shown.casefold() in text.casefold() or _says_more(text, shown)):
        parts = [max(parts, key=len)] if _says_more(text, shown) else [text]
    named = f"{parts[0]} ({parts[1]})" if len(parts) == 2 else next(iter(parts), "")
    if code and code not in named:
        named = f"{named} ({code})" if named else code
    return Value(named, where) if named else None


def concepts(node: Node, *, with_code: bool = True) -> list[Value]:
    """Every concept of a list that has words."""
    return [v for each in node.each() if (v := concept(each, with_code=with_code))]


def name_of(node: Node, language: Language) -> Value | None:
    """What an observation is of: as the language calls it where its code is known."""
    known = codes()["names"]
    text = node.get("text").peek()
    named = next((known[c][language] for c in all_codes(node) if c in known), "")
    if named and (not text or text.casefold() == named.casefold()):
        node.skip()
        return Value(named, node.where)
    return concept(node)


def other_words(node: Node, but: Value | None) -> list[Value]:
    """What the other codings of a concept say that its words do not."""
    said = but.text.casefold() if but else ""
    words = (Value(coding_word(each), each.where) for each in node.get("coding").each())
    return [each for each in words if each.text and each.text.casefold() not in said]


def all_codes(node: Node) -> tuple[str, ...]:
    """Every code of a concept, or of a list of concepts."""
    return tuple(
        coding.get("code").peek() for each in node.each() for coding in each.get("coding").each()
    )


def coding_word(coding: Node) -> str:
    """The words of one coding: its display, or what its code means in its list.

    Of gradings and residual tumours the list's own words go first: they say the code too.
    """
    system, code = coding.get("system").peek(), coding.get("code").peek()
    name = system.rsplit("/", 1)[-1].removeprefix("mii-cs-onko-").removeprefix("mii-cs-")
    display = _TAG.sub("", coding.get("display").peek())
    listed = codes()["registry_lists"].get(name, "")
    meant = ""
    if listed and code:
        found = target_area(code) if listed == "Zielgebiet" else word(listed, code)
        meant = found if found != code else ""
    if meant and (not display or listed in codes()["preferred"]["lists"]):
        return meant
    drug = drug_of(code) if name.casefold() == "atc" else ""
    return display or drug or str(codes()["words"].get(code, ""))


def _says_more(text: str, shown: str) -> bool:
    return text.casefold() in shown.casefold()


def _rank(coding: Node) -> int:
    system = coding.get("system").peek()
    preferred = codes()["preferred"]["systems"]
    order = [i for i, part in enumerate(preferred) if part in system]
    return order[0] if order else len(preferred)


def _shown_code(coding: Node) -> str:
    system = coding.get("system").peek()
    shown = any(part in system for part in codes()["shown"]["systems"])
    return coding.get("code").peek() if shown else ""


def informative(value: Value | None) -> Value | None:
    """The value, unless it says that nothing is known."""
    return None if value and is_unknown(value.text) else value
