"""Diseases: the tumour, metastases, other tumours, and all others. Resource: Condition.

Sources: mCODE primary and secondary cancer condition; MII onkologie Diagnose Primärtumor and
Frühere Tumorerkrankung; ICD-10 C00-C97, D00-D09, D37-D48.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.data_files import table
from index.importers.fhir_concepts import all_codes, codes, coding_word, concept, informative
from index.importers.fhir_context import Context, has_address
from index.importers.fhir_places import places, sides_and_sites
from index.importers.fhir_values import date, extension
from index.importers.imported import Entry, Kind, Value, entry
from index.importers.json_nodes import Node
from index.importers.tumour_kinds import role_of


def conditions(nodes: list[Node], context: Context) -> Iterator[Entry]:
    for node in nodes:
        code, role = _icd10(node), _role(node)
        if "refuted" in all_codes(node.get("verificationStatus")):
            yield _ruled_out(node, context)
        elif role == "secondary":
            yield _metastasis(node, context)
        elif role:
            yield from _tumour(node, role, code, context)
        else:
            name = concept(node.get("code"), with_code=code is None)
            yield entry(
                Kind.COMORBIDITY,
                name=name,
                icd10=code,
                date=_onset(node),
                remark=[
                    *_states(node, context),
                    *places(node.get("bodySite")),
                    *context.remarks_of(node),
                ],
            )


def _ruled_out(node: Node, context: Context) -> Entry:
    """It must not stand among the diseases that the patient has."""
    node.get("clinicalStatus").skip()
    node.get("verificationStatus").skip()
    return entry(
        Kind.FINDING,
        name=Value(context.word("ruled out"), node.root),
        value=concept(node.get("code")),
        date=_onset(node),
        remark=[*places(node.get("bodySite")), *context.remarks_of(node)],
    )


def _tumour(node: Node, role: str, code: Value | None, context: Context) -> Iterator[Entry]:
    """One tumour. It is called by the resource, so that what is about it can be told."""
    certainty = [
        Value(coding_word(each), each.where)
        for each in node.get("verificationStatus").get("coding").each()
        if "hl7.org" not in each.get("system").peek() and coding_word(each)
    ]
    states = _states(node, context)
    earlier = Value(context.word("earlier"), node.where) if role == "earlier" else None
    histology = extension(node, "histology-morphology-behavior").get("valueCodeableConcept")
    stages = [v for each in node.get("stage").each() if (v := concept(each.get("summary")))]
    sides, sites = sides_and_sites(node.get("bodySite"))
    yield entry(
        Kind.DIAGNOSIS,
        node.root,
        name=concept(node.get("code"), with_code=code is None),
        icd10=code,
        date=_onset(node),
        laterality=sides,
        site=sites,
        histology=concept(histology),
        remark=[earlier, *states, *context.remarks_of(node)],
        role=Value(role, ""),
    )
    for stage in stages:
        yield entry(Kind.STAGING, node.root, stage=stage)
    for value in certainty:
        if informative(value):
            name = Value(context.word("certainty"), value.where)
            yield entry(Kind.FINDING, node.root, name=name, value=value)


def _metastasis(node: Node, context: Context) -> Entry:
    return entry(
        Kind.METASTASIS,
        name=concept(node.get("code")),
        date=_onset(node),
        remark=[*places(node.get("bodySite")), *_states(node, context), *context.remarks_of(node)],
    )


def _role(node: Node) -> str:
    """`main`, `earlier` or `secondary` for tumours; empty for other diseases."""
    signs = codes()["tumours"]
    code = node.get("code")
    icd10 = [each.peek() for each in _icd10_codes(code)]
    words = [code.get("text").peek(), *(c.get("display").peek() for c in code.get("coding").each())]
    if has_address(node, signs["secondary_urls"]):
        return "secondary"
    if has_address(node, signs["earlier_urls"]):
        return "earlier"
    roles = [role_of("", each) for each in icd10] or [role_of(" ".join(words), "")]
    role = next((each for each in roles if each), "")
    if not role and has_address(node, signs["urls"]):
        role = "main"
    status = all_codes(node.get("clinicalStatus"))
    over = role == "main" and set(status) & {"remission", "resolved", "inactive"}
    return "earlier" if over else role


def _icd10_codes(code: Node) -> list[Node]:
    return [
        each.get("code")
        for each in code.get("coding").each()
        if "icd-10" in each.get("system").peek().casefold() and each.get("code").peek()
    ]


def _icd10(node: Node) -> Value | None:
    found = next(iter(_icd10_codes(node.get("code"))), None)
    return Value(found.text, found.where) if found else None


def _onset(node: Node) -> Value | None:
    """When it was diagnosed: asserted, else begun, else recorded; the others count as read."""
    asserted = extension(node, "condition-assertedDate")
    found = date(asserted, "valueDateTime") or date(node, "onsetDateTime", "onsetPeriod")
    recorded = date(node, "recordedDate")
    age = node.get("onsetString")
    return found or (Value(age.text, age.where) if age.text else None) or recorded


def _states(node: Node, context: Context) -> list[Value]:
    """What a reader has to know of it: refuted, in remission, a relapse."""
    states = table("import_words")["states"]
    found: list[Value] = []
    for name in ("clinicalStatus", "verificationStatus"):
        for coding in node.get(name).get("coding").each():
            words = states.get(coding.get("code").peek())
            if words:
                found.append(Value(words[context.language], coding.where))
        node.get(name).skip()
    severity = concept(node.get("severity"))
    return [*found, *([severity] if severity else [])]
