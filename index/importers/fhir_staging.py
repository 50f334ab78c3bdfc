"""TNM categories and stage groups, put together to one classification each. Resource: Observation.

Sources: mCODE cancer stage group and TNM categories (LOINC 21908-9, 21902-2 and others); MII
onkologie TNM-Klassifikation with prefixes, suffixes and symbols as extensions and observations.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from index.importers.fhir_concepts import all_codes, codes, coding_word, concept, informative
from index.importers.fhir_context import Context
from index.importers.fhir_values import date, extensions
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.json_nodes import Node

CATEGORIES = ("t", "n", "m", "l", "v", "pn", "s")
_SYMBOLS = ("prefix_y", "prefix_r", "prefix_a", "suffix_m")
_PREFIXED = re.compile(r"[yra]*[cpu](?=[TNM])")
_CATEGORY = re.compile(r"[yracpu]*(?:T|N|M|L|V|Pn|S)(?:is|a|[Xx]|\d)[\w()+,.:/ -]{0,30}")
_IN_WORDS = re.compile(r"\b([yracpu]*[TNM](?:is|a|X|\d)[\w()+:-]{0,20})")
_BARE = re.compile(r"(?:is|a|[Xx]|\d)[\w()+-]{0,12}")
_SYMBOL_NAMES = {"prefix_y": "y", "prefix_r": "r", "prefix_a": "a", "suffix_m": "(m)"}


def stagings(nodes: list[Node], context: Context) -> Iterator[Entry]:
    """One entry for every stage group with its members, and for what else is of one day."""
    of_role = {node.root: role for node in nodes if (role := role_of(node)) in _ALL}
    groups = [node for node in nodes if of_role.get(node.root) == "stage"]
    left = {node.root: node for node in nodes if node.root in of_role and node not in groups}
    for group in groups:
        linked = (context.bundle.resolve(each) for each in group.get("hasMember").each())
        members = [left.pop(each.root) for each in linked if each and each.root in left]
        yield from _classification([group, *members], of_role, context)
    linked_up = any(group.get("hasMember") for group in groups)
    together: dict[tuple[str, ...], list[Node]] = {}
    for node in left.values():
        if linked_up and of_role[node.root] in _SYMBOLS:
            # Where classifications list their parts, a symbol that none lists belongs to none.
            yield from _classification([node], of_role, context)
            continue
        together.setdefault(_occasion(node, of_role[node.root]), []).append(node)
    for members in together.values():
        yield from _classification(members, of_role, context)


def role_of(node: Node) -> str:
    """What an observation is by its code: `t`, `stage`, `performance`; empty where not known."""
    roles = codes()["roles"]
    found = set(all_codes(node.get("code")))
    return next((role for role, known in roles.items() if found & set(known)), "")


_ALL = (*CATEGORIES, *_SYMBOLS, "stage")


def _occasion(node: Node, role: str) -> tuple[str, ...]:
    """What belongs together: one day, one tumour, and one way of finding out."""
    when = date(node, "effectiveDateTime", "effectivePeriod")
    way = _own_prefix(node) if role in ("t", "n", "m") else ""
    return (when.text if when else "", _about(node), "" if way != "c" else way)


def _about(node: Node) -> str:
    return node.at("focus.reference").peek()


def _classification(
    nodes: Iterable[Node], of_role: dict[str, str], context: Context
) -> Iterator[Entry]:
    nodes = list(nodes)
    for each in nodes:
        context.taken.add(each.root)
        each.get("code").skip()
    symbols = "".join(
        _SYMBOL_NAMES[role]
        for role in ("prefix_a", "prefix_r", "prefix_y")
        for node in nodes
        if of_role[node.root] == role and _said(node)
    )
    multiple = [node for node in nodes if of_role[node.root] == "suffix_m" and _said(node)]
    parts: list[tuple[str, Value]] = []
    for role in CATEGORIES:
        for node in nodes:
            if of_role[node.root] == role and (value := _category(node, role, symbols, multiple)):
                parts.append((role, value))
    symbols += "(m)" if multiple else ""
    if not parts and symbols:
        where = nodes[0].get("valueCodeableConcept").where
        when = date(nodes[0], "effectiveDateTime", "effectivePeriod")
        yield entry(
            Kind.FINDING,
            name=Value(f"TNM {symbols}", where),
            value=Value(symbols, where),
            date=when,
        )
        return
    stage = [v for n in nodes if of_role[n.root] == "stage" and (v := _stage(n))]
    dates = [d for n in nodes if (d := date(n, "effectiveDateTime", "effectivePeriod", "issued"))]
    methods = (n.get("method") for n in nodes if not _is_code_again(n))
    editions = dict.fromkeys(v.text for method in methods if (v := concept(method)))
    edition = Value(", ".join(editions), nodes[0].get("method").where) if editions else None
    remarks = [remark for node in nodes for remark in context.remarks_of(node)]
    tumour = next((t for n in nodes for f in n.get("focus").each() if (t := _root(f, context))), "")
    made = entry(Kind.STAGING, tumour, stage=stage, date=dates[:1], remark=[edition, *remarks])
    if parts or stage:
        yield Entry(made.kind, (*parts, *made.fields), made.about)


def _is_code_again(node: Node) -> bool:
    method = node.get("method")
    same = set(all_codes(method)) & set(all_codes(node.get("code")))
    if same:
        method.skip()
    return bool(same)


def _root(reference: Node, context: Context) -> str:
    found = context.bundle.resolve(reference)
    return found.root if found and found.root.startswith("Condition/") else ""


def _said(node: Node) -> bool:
    """Whether a symbol applies; its value says the symbol, or that it does."""
    value = concept(node.get("valueCodeableConcept"))
    answer = node.get("valueBoolean").text
    return bool(value) or answer == "true"


def _category(node: Node, role: str, symbols: str, multiple: list[Node]) -> Value | None:
    """`ypT2a`, of the prefix of its code or extension and the value's own words."""
    holder = node.get("valueCodeableConcept")
    suffixes = "".join(
        _bracketed(coding_word(coding))
        for each in extensions(holder, "suffix")
        for coding in each.get("valueCodeableConcept").get("coding").each()
    )
    prefix = _own_prefix(node)
    text = _category_text(node, role)
    where = holder.where
    node.get("code").skip()
    holder.skip()
    if not text:
        return None
    if role not in ("t", "n", "m"):
        return Value(text, where)
    text = text if _PREFIXED.match(text) else f"{symbols}{prefix}{text}"
    if role == "t" and multiple:
        suffixes += "(m)"
    return Value(f"{text}{suffixes}", where)


def _category_text(node: Node, role: str) -> str:
    """The category as it is written, e.g. `T2a`, of a code, a display or a text."""
    holder = node.get("valueCodeableConcept")
    texts = [holder.get("text").peek(), node.get("valueString").text]
    for coding in holder.get("coding").each():
        texts += [coding.get("code").peek(), coding.get("display").peek()]
    for text in texts:
        if match := _CATEGORY.fullmatch(text):
            return match[0]
    for text in texts:
        if role in ("t", "n", "m") and (match := _IN_WORDS.search(text)):
            return match[1]
    letter = "Pn" if role == "pn" else role.upper()
    for text in texts:
        if _BARE.fullmatch(text):
            return f"{letter}{text}"
    found = concept(holder)
    return found.text if found and informative(found) else ""


def _own_prefix(node: Node) -> str:
    for each in extensions(node.get("code"), "tnm-cp-praefix"):
        for coding in each.get("valueCodeableConcept").get("coding").each():
            return coding.get("code").peek()
    found = set(all_codes(node.get("code")))
    return next((p for p, known in codes()["prefixes"].items() if found & set(known)), "")


def _stage(node: Node) -> Value | None:
    """A stage group, with the name of its system where the code tells that it is no TNM's."""
    value = concept(node.get("valueCodeableConcept")) or None
    text = node.get("valueString")
    value = value or (Value(text.text, text.where) if text.text else None)
    named = concept(node.get("code"))
    if value and named and "figo" in f"{named.text}".casefold().replace("federation int", "figo "):
        bare = value.text.upper().startswith("FIGO")
        value = value if bare else Value(f"FIGO {value.text}", value.where)
    return value


def _bracketed(suffix: str) -> str:
    return suffix if suffix.startswith("(") else f"({suffix})" if suffix else ""
