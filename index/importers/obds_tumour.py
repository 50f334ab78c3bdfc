"""The tumour of a registry message: diagnosis, histology, TNM, metastases, genetics.

Source: oBDS XML schema 3.0.4, `Tumorzuordnung_Typ`, `Diagnose_Typ`, `Histologie_Typ`, `TNM_Typ`,
`Menge_FM_Typ`, `Menge_Weitere_Klassifikation_Typ`, `Menge_Genetik_Typ`.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.importers.code_lists import is_unknown, shown_name
from index.importers.imported import Entry, Kind, NotUnderstood, Value, entry
from index.importers.obds_findings import left_over, module
from index.importers.obds_values import coded, date, labelled, unknown_codes, value
from index.importers.xml_nodes import XmlNode

_COUNTS = ("LK_untersucht", "LK_befallen", "Sentinel_LK_untersucht", "Sentinel_LK_befallen")
_INVASIONS = {"l": "L", "v": "V", "pn": "Pn", "s": "S"}


def assigned(node: XmlNode, about: str) -> Iterator[Entry]:
    """What every message repeats of the tumour that it is about."""
    code = coded(node, "Primaertumor_ICD", "Primaertumor_ICD_Code")
    node.child("Primaertumor_ICD_Version").skip()
    morphology = coded(node, "Morphologie_ICD_O")
    found = entry(
        Kind.DIAGNOSIS,
        about,
        icd10=code if code and code.text != "Sonstige" else None,
        date=date(node.child("Diagnosedatum")),
        laterality=value(node.child("Seitenlokalisation")),
        histology=morphology,
    )
    if found.fields:
        yield found


def diagnosis(node: XmlNode, about: str, notes: list[NotUnderstood]) -> Iterator[Entry]:
    name = value(node.child("Primaertumor_Diagnosetext"))
    yield entry(
        Kind.DIAGNOSIS,
        about,
        name=name,
        icd10=coded(node, "Primaertumor_ICD", "Primaertumor_ICD_Code"),
        site=[
            coded(node, "Primaertumor_Topographie_ICD_O"),
            value(
                node.child(
                    "Primaertumor_Topographie_Freitext", "Primaertumor_Topographie_ICD_O_Freitext"
                )
            ),
        ],
        date=date(node.child("Diagnosedatum")),
        laterality=value(node.child("Seitenlokalisation")),
        role=Value("main", "") if name else None,
    )
    certainty = node.child("Diagnosesicherung")
    yield from _finding(certainty, about)
    for each in node.of_set("Menge_Fruehere_Tumorerkrankung", "Fruehere_Tumorerkrankung"):
        yield _earlier(each, about)
    yield from clinical(node, about, None)
    rest(node, about, notes)
    yield from leftovers(node, about)


def clinical(node: XmlNode, about: str, day: Value | None) -> Iterator[Entry]:
    """What a diagnosis, an operation and a check have in common."""
    for each in node.of_set("Menge_Histologie", "Histologie"):
        yield from histology(each, about)
    for each in node.of_set("Menge_FM", "Fernmetastase"):
        yield entry(
            Kind.METASTASIS,
            about,
            name=value(each.child("Lokalisation", "FM_Lokalisation")),
            date=date(each.child("Diagnosedatum", "FM_Diagnosedatum")),
        )
    for each in node.children("cTNM", "pTNM", "TNM"):
        yield from tnm(each, about)
    for each in node.of_set("Menge_Weitere_Klassifikation", "Weitere_Klassifikation"):
        name, stage = value(each.child("Name")), value(each.child("Stadium"))
        shown = " ".join(part.text for part in (name, stage) if part)
        when = date(each.child("Datum"))
        yield entry(Kind.STAGING, about, stage=Value(shown, each.where), date=when)
    for each in node.of_set("Menge_Genetik", "Genetische_Variante"):
        results = [value(each.child("Auspraegung")), value(each.child("Sonstige_Auspraegung"))]
        yield entry(
            Kind.MARKER,
            about,
            name=value(each.child("Bezeichnung")),
            value=results,
            date=date(each.child("Datum")),
        )
    performance = node.child("Allgemeiner_Leistungszustand")
    if state := value(performance):
        yield entry(Kind.PERFORMANCE, about, value=state, date=day)
    for each in node.children():
        if each.name.startswith("Modul_"):
            yield from module(each, about)


def histology(node: XmlNode, about: str) -> Iterator[Entry]:
    when = date(node.child("Tumor_Histologiedatum"))
    morphologies = [
        value(inner if (inner := each.child("Code")) else each)
        for each in node.children("Morphologie_ICD_O", "Morphologie_Code")
    ]
    for each in node.children("Morphologie_ICD_O", "Morphologie_ICD_O_Version"):
        (each if each.name.endswith("Version") else each.child("Version")).skip()
        each.text if each.name.endswith("Version") else ""
    words, grading = value(node.child("Morphologie_Freitext")), value(node.child("Grading"))
    told = [part for part in (words, *morphologies) if part]
    text = ", ".join(dict.fromkeys(part.text for part in told))
    shown = Value(text, told[0].where) if told else None
    if shown or grading:
        yield entry(Kind.DIAGNOSIS, about, histology=shown, grading=grading)
    label = Value("Histologie", node.where)
    counts = [labelled(shown_name(name), value(node.child(name))) for name in _COUNTS]
    number = labelled("Einsendenummer", value(node.child("Histologie_EinsendeNr")))
    if shown or grading or any(counts) or number:
        yield entry(
            Kind.FINDING,
            about,
            name=label,
            value=[shown, grading, *counts, number],
            date=when,
        )


def tnm(node: XmlNode, about: str) -> Iterator[Entry]:
    """One classification; `c` stands for no prefix, as the standard says."""
    symbols = "".join(
        part.text
        for name in ("a_Symbol", "r_Symbol", "y_Symbol")
        if (part := value(node.child(name, f"TNM_{name}")))
    )
    multiple = value(node.child("m_Symbol", "TNM_m_Symbol"))
    parts: dict[str, Value | None] = {}
    for letter in ("T", "N", "M"):
        name = f"c_p_u_Praefix_{letter}"
        prefix = value(node.child(name, f"TNM_{name}"))
        given = value(node.child(letter, f"TNM_{letter}"))
        if given:
            category = given.text if given.text.startswith(letter) else f"{letter}{given.text}"
            way = prefix.text if prefix else "p" if node.name == "pTNM" else "c"
            suffix = f"({multiple.text})" if letter == "T" and multiple else ""
            parts[letter.lower()] = Value(f"{symbols}{way}{category}{suffix}", given.where)
    for field, letter in _INVASIONS.items():
        found = value(node.child(letter, f"TNM_{letter}"))
        if found:
            text = found.text if found.text.startswith(letter) else f"{letter}{found.text}"
            parts[field] = Value(text, found.where)
    stage = node.child("UICC_Stadium", "UICC", "TNM_UICC")
    staged = Value(f"UICC {stage.text}", stage.where) if stage.text else None
    edition = node.child("Version", "TNM_Version")
    editions = Value(f"TNM {edition.text}. Auflage", edition.where) if edition.text else None
    when = date(node.child("Datum", "TNM_Datum"))
    if parts or staged:
        yield entry(Kind.STAGING, about, **parts, stage=staged, date=when, remark=editions)
    elif when or symbols:
        yield entry(Kind.FINDING, about, name=Value("TNM", node.where), value=editions, date=when)


def _earlier(node: XmlNode, about: str) -> Entry:
    """An earlier tumour, which gets a key of its own."""
    where = node.where
    return entry(
        Kind.DIAGNOSIS,
        f"{about} earlier {where}",
        name=value(node.child("Freitext")),
        icd10=coded(node, "ICD", "ICD_Code"),
        date=date(node.child("Diagnosedatum")),
        remark=Value("frühere Tumorerkrankung", where),
        role=Value("earlier", ""),
    )


def _finding(node: XmlNode, about: str) -> Iterator[Entry]:
    found = value(node)
    if found and not is_unknown(found.text):
        yield entry(Kind.FINDING, about, name=Value(shown_name(node.name), node.where), value=found)


def rest(node: XmlNode, about: str, notes: list[NotUnderstood]) -> None:
    """Lists the codes of a section that no list has."""
    unknown_codes(node, notes)


def leftovers(node: XmlNode, about: str) -> Iterator[Entry]:
    """The members of a section that no reader took."""
    for each in node.children():
        if not each.name.startswith("Modul_"):
            unread = [leaf for leaf in each.leaves() if not leaf.is_read()]
            if unread:
                yield from left_over(each, about)
