"""Codes of German cancer registries in words, by `index/data/obds_codes.toml`."""

from __future__ import annotations

from functools import cache
from typing import Any

from index.data_files import table


def word(element: str, code: str) -> str:
    """What `code` means as a value of an element; the code itself where that is not known."""
    return _list(element).get(code.strip(), code.strip())


def has_list(element: str) -> bool:
    """Whether the values of an element are codes of a list."""
    return bool(_list(element))


def is_listed(element: str, code: str) -> bool:
    """Whether the list of an element has this code, or the element has no list."""
    if element.startswith("CodeVersion"):
        return target_area(code) != code.strip()
    return not has_list(element) or code.strip() in _list(element)


def is_unknown(shown: str) -> bool:
    """Whether a word says that nothing is known."""
    return shown.strip().casefold() in _unknown()


def target_area(code: str) -> str:
    """A target area of radiotherapy in words: `3.4` of 2021, or `3.4.`, `3.4.+` of 2014.

    The code itself where no list has it.
    """
    code = code.strip()
    plain = code.rstrip("+-")
    nodes = {"+": " mit Lymphknoten", "-": " ohne Lymphknoten"}.get(code[len(plain) :], "")
    named = _list("CodeVersion2014").get(plain, "") if plain.endswith(".") else ""
    named = named or _list("CodeVersion2021").get(plain, "")
    return f"{named}{nodes}" if named else code


def drug_of(atc: str) -> str:
    """The drug of an ATC code; empty where the list does not have it."""
    return str(table("obds_codes")["atc"].get(atc.strip().upper(), ""))


def plain_name(element: str) -> str:
    """The name of an element without the prefixes of ADT/GEKID: `ST_Intention` is `Intention`."""
    for prefix in table("obds_codes")["prefixes"]:
        if element.startswith(prefix) and len(element) > len(prefix):
            return element[len(prefix) :]
    return element


def shown_name(element: str) -> str:
    """What a physician would call an element."""
    plain = plain_name(element.removeprefix("Menge_"))
    names = table("obds_codes")["names"]
    return names.get(element) or names.get(plain) or plain.replace("_", " ")


def is_administrative(element: str) -> bool:
    """Whether an element is about the reporting, and not about the patient."""
    kept_out = table("obds_codes")["administrative"]
    return element in kept_out["elements"] or element.endswith(tuple(kept_out["endings"]))


def _list(element: str) -> dict[str, Any]:
    codes = table("obds_codes")
    plain = plain_name(element)
    for name in (element, plain):
        name = codes["same"].get(name, name)
        if name in codes["lists"]:
            return codes["lists"][name]
    return {}


@cache
def _unknown() -> frozenset[str]:
    return frozenset(each.casefold() for each in table("obds_codes")["unknown"])
