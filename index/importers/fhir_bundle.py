"""The resources of a FHIR bundle: which they are, whose, and what refers to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from index.errors import CaseError
from index.importers.fhir_concepts import codes
from index.importers.imported import NotUnderstood
from index.importers.json_nodes import Node, parse_json
from index.importers.patients import choose, left_out

_PATIENT_REFERENCES = ("subject", "patient", "individual")
_R4 = "Export it as FHIR R4 (4.0.1)."


@dataclass(frozen=True)
class Bundle:
    """The resources of one patient, and those that belong to none.

    Attributes:
        resources: with their type and id as the root of their paths.
        left_out: the patients that were not asked for.
        by_reference: a resource by every way in which another may refer to it.
    """

    resources: tuple[Node, ...]
    by_reference: Mapping[str, Node] = field(repr=False)
    left_out: tuple[NotUnderstood, ...] = ()

    def resolve(self, reference: Node) -> Node | None:
        """The resource that a Reference points to, where the bundle has it."""
        link = reference.get("reference").peek()
        if link.startswith("#"):
            return self.by_reference.get(f"{reference.root}{link}")
        short = "/".join(link.split("/_history")[0].split("/")[-2:])
        return self.by_reference.get(link) or self.by_reference.get(short)


def resource_type(node: Node) -> str:
    return node.get("resourceType").peek()


def read_resources(text: str) -> list[tuple[str, Any]]:
    """Addresses and contents of all resources of a bundle, of one resource, or of one a line.

    Raises:
        CaseError: it is no JSON, or no FHIR.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.lstrip().startswith('{"resourceType"') for line in lines):
        return [("", parse_json(line, "A line of the file")) for line in lines]
    value = parse_json(text, "The FHIR file")
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise CaseError("The JSON is no FHIR resource.", "Give a FHIR bundle, or a case as {…}.")
    if value["resourceType"] != "Bundle":
        return [("", value)]
    entries = value.get("entry")
    found: list[tuple[str, Any]] = []
    for item in entries if isinstance(entries, list) else []:
        if isinstance(item, dict) and isinstance(item.get("resource"), dict):
            url = item.get("fullUrl")
            found.append((url if isinstance(url, str) else "", item["resource"]))
    if not found:
        raise CaseError("The FHIR bundle holds no resource.", "Export it with the patient's data.")
    return found


def make_bundle(found: Iterable[tuple[str, Any]], patient: str = "") -> Bundle:
    """The resources of the one patient.

    Raises:
        CaseError: they are of another version of FHIR, or of several patients.
    """
    roots: list[tuple[str, Node]] = []
    taken: Counter[str] = Counter()
    for url, value in found:
        kind, id_ = value.get("resourceType"), value.get("id")
        name = (
            f"{kind if isinstance(kind, str) else 'resource'}/{id_ if isinstance(id_, str) else ''}"
        )
        taken[name] += 1
        root = name if taken[name] == 1 and not name.endswith("/") else f"{name}{taken[name]}"
        roots.append((url, Node(value, _printable(root))))
    nodes = [node for _, node in roots]
    _refuse_other_versions(nodes)
    links: dict[str, Node] = {}
    for url, node in roots:
        for key in (url, "/".join(url.split("/")[-2:]), node.root):
            links.setdefault(key, node)
        for inner in node.get("contained").each():
            inner_root = f"{node.root}#{inner.get('id').peek()}"
            links[inner_root] = Node(inner.value, _printable(inner_root))
    links.pop("", None)
    return _of_patient(Bundle(tuple(nodes), links), patient)


def _of_patient(bundle: Bundle, patient: str) -> Bundle:
    """What is of the patient, and what is of nobody."""
    owners = {node.root: _owner(node, bundle) for node in bundle.resources}
    known = [_key(node) for node in bundle.resources if resource_type(node) == "Patient"]
    ids = dict.fromkeys([*known, *(owner for owner in owners.values() if owner)])
    short = [each.removeprefix("Patient/") for each in ids]
    chosen = choose(short, patient)
    kept = tuple(
        node
        for node in bundle.resources
        if not owners[node.root] or owners[node.root].removeprefix("Patient/") == chosen
    )
    return Bundle(kept, bundle.by_reference, tuple(left_out(short, chosen)))


def _owner(node: Node, bundle: Bundle) -> str:
    if resource_type(node) == "Patient":
        return _key(node)
    for name in _PATIENT_REFERENCES:
        link = node.get(name).get("reference").peek()
        target = bundle.resolve(node.get(name))
        if target and resource_type(target) == "Patient":
            return _key(target)
        if not target and "Patient/" in link:
            return _printable("Patient/" + link.rsplit("Patient/", 1)[1].split("/")[0])
    return ""


def _key(patient: Node) -> str:
    """One for all versions of one patient."""
    id_ = patient.get("id").peek()
    return _printable(f"Patient/{id_}") if id_ else patient.root


def _refuse_other_versions(nodes: list[Node]) -> None:
    """What other versions have and R4 has not gives them away; a bundle never says its version."""
    for version, signs in codes()["versions"].items():
        found = sum(resource_type(n) in signs["types"] or _has(n, signs["elements"]) for n in nodes)
        older = version != "R5" and sum(isinstance(_status(n), str) for n in nodes)
        own = sum(_has(node, codes()["r4_signs"][version]) for node in nodes)
        if (found or older) and not own:
            raise CaseError(f"The bundle is of FHIR {version}; FHIR R4 is what can be read.", _R4)


def _status(node: Node) -> object:
    return node.get("clinicalStatus").value


def _has(node: Node, elements: dict[str, list[str]]) -> bool:
    return any(bool(node.at(path)) for path in elements.get(resource_type(node), []))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)[:100]
