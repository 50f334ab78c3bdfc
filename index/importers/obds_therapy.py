"""Treatment in a registry message: operations, radiotherapy, drugs, and their side effects.

Source: oBDS XML schema 3.0.4, `OP_Typ`, `ST_Typ`, `SYST_Typ`, `Nebenwirkung_Typ`; ADT/GEKID 2.2.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.importers.code_lists import drug_of, target_area, word
from index.importers.imported import Entry, Kind, NotUnderstood, Value, entry
from index.importers.obds_tumour import clinical, leftovers, rest
from index.importers.obds_values import coded, date, dose, value
from index.importers.xml_nodes import XmlNode

_WAYS = ("Perkutan", "Kontakt", "Metabolisch", "Sonstige")
_TECHNIQUES = ("Stereotaktisch", "Atemgetriggert", "Interstitiell_endokavitaer", "Rate_Type")
_RESIDUALS = {
    "Lokale_Beurteilung_Residualstatus": "lokal",
    "Gesamtbeurteilung_Residualstatus": "gesamt",
}


def surgery(node: XmlNode, about: str, notes: list[NotUnderstood]) -> Iterator[Entry]:
    day = date(node.child("Datum", "OP_Datum"))
    codes = [
        Value(f"OPS {inner.text}", inner.where)
        for each in node.of_set("Menge_OPS", "OPS", "OP_OPS")
        if (inner := each.child("Code") or each).text
    ]
    for each in (*node.of_set("Menge_OPS", "OPS"), node):
        each.child("Version", "OP_OPS_Version").skip()
    yield entry(
        Kind.SURGERY,
        about,
        name=codes or Value("Operation", node.where),
        date=day,
        remark=[
            value(node.child("Intention", "OP_Intention")),
            *_residual(node),
            *_complications(node),
        ],
    )
    yield from clinical(node, about, day)
    rest(node, about, notes)
    yield from leftovers(node, about)


def radiotherapy(node: XmlNode, about: str, notes: list[NotUnderstood]) -> Iterator[Entry]:
    """One entry for each series; intent, position to the operation and end are those of all."""
    intent = value(node.child("Intention", "ST_Intention"))
    position = value(node.child("Stellung_OP", "ST_Stellung_OP"))
    ended = value(node.child("Ende_Grund", "ST_Ende_Grund"))
    residual = list(_residual(node))
    series = list(node.of_set("Menge_Bestrahlung", "Bestrahlung"))
    for each in series:
        own = _series(each)
        shared = entry(
            Kind.RADIOTHERAPY,
            intent=intent,
            outcome=ended,
            remark=[position, *residual],
        )
        yield Entry(Kind.RADIOTHERAPY, (*own.fields, *shared.fields), about)
    if not series:
        yield entry(
            Kind.RADIOTHERAPY,
            about,
            intent=intent,
            outcome=ended,
            remark=[position, *residual],
        )
    yield from side_effects(node, about, "Strahlentherapie")
    yield from clinical(node, about, None)
    rest(node, about, notes)
    yield from leftovers(node, about)


def _series(node: XmlNode) -> Entry:
    """One series: with all in it as ADT/GEKID has it, or in an element of its kind as oBDS has."""
    holder = node.child("Applikationsart")
    way = holder.child(*_WAYS)
    inner = way or node
    kinds = [value(node.child("ST_Applikationsart"))]
    if way:
        kinds = [Value(word("Applikationsart", way.name), way.where)]
        kinds += [value(way.child("Metabolisch_Typ"))]
    return entry(
        Kind.RADIOTHERAPY,
        site=[*_target(inner), value(inner.child("Seite_Zielgebiet", "ST_Seite_Zielgebiet"))],
        technique=[value(inner.child(name)) for name in _TECHNIQUES],
        total=dose(inner.child("Gesamtdosis", "ST_Gesamtdosis")),
        fraction=dose(inner.child("Einzeldosis", "ST_Einzeldosis")),
        start=date(node.child("Beginn", "ST_Beginn_Datum")),
        end=date(node.child("Ende", "ST_Ende_Datum")),
        route=kinds,
        modality=value(inner.child("Strahlenart", "ST_Strahlenart")),
        remark=[value(inner.child("Radiochemo")), value(inner.child("Boost", "ST_Boost"))],
    )


def _target(node: XmlNode) -> Iterator[Value]:
    for each in node.children("Zielgebiet", "ST_Zielgebiet"):
        code = each.child("CodeVersion2021", "CodeVersion2014") or each
        if code.text:
            yield Value(target_area(code.text), code.where)


def systemic(node: XmlNode, about: str, notes: list[NotUnderstood]) -> Iterator[Entry]:
    kinds = node.of_set("Menge_Therapieart", "Therapieart", "SYST_Therapieart")
    yield entry(
        Kind.SYSTEMIC,
        about,
        drug=[_drug(each) for each in node.of_set("Menge_Substanz", "Substanz", "SYST_Substanz")],
        kind=_once(value(each) for each in kinds),
        protocol=_protocol(node.child("Protokoll", "SYST_Protokoll")),
        start=date(node.child("Beginn", "SYST_Beginn_Datum")),
        end=date(node.child("Ende", "SYST_Ende_Datum")),
        intent=value(node.child("Intention", "SYST_Intention")),
        end_reason=value(node.child("Ende_Grund", "SYST_Ende_Grund")),
        remark=[
            value(node.child("Stellung_OP", "SYST_Stellung_OP")),
            value(node.child("Therapieart_Anmerkung", "SYST_Therapieart_Anmerkung")),
            *_residual(node),
        ],
    )
    yield from side_effects(node, about, "Systemtherapie")
    yield from clinical(node, about, None)
    rest(node, about, notes)
    yield from leftovers(node, about)


def _protocol(node: XmlNode) -> Value | None:
    """The name of a protocol, in the element itself or in one below."""
    return value(node.child("Bezeichnung")) or coded(node, "Protokollschluessel") or value(node)


def _drug(node: XmlNode) -> Value | None:
    """A drug by name, or by its ATC code."""
    named = node.child("Bezeichnung")
    code = coded(node, "ATC")
    if code:
        drug = named.text or drug_of(code.text)
        return Value(f"{drug} (ATC {code.text})" if drug else f"ATC {code.text}", code.where)
    return value(named if named else node)


def _once(values: Iterator[Value | None]) -> list[Value]:
    return list({each.text: each for each in values if each}.values())


def _residual(node: XmlNode) -> Iterator[Value]:
    status = node.child("Residualstatus")
    for name, label in _RESIDUALS.items():
        found = value(status.child(name)) or value(node.child(name))
        if found:
            yield Value(f"{label} {found.text}", found.where)


def _complications(node: XmlNode) -> Iterator[Value]:
    holder = node.child("Komplikationen")
    no_or_unknown = value(holder.child("Komplikation_nein_oder_unbekannt"))
    if no_or_unknown:
        yield no_or_unknown
    for whole in (holder, node):
        for each in whole.of_set("Menge_Komplikation", "Komplikation", "OP_Komplikation"):
            short = each.child("Kuerzel")
            code = coded(each, "ICD")
            shown = Value(word("Komplikation", short.text), short.where) if short.text else code
            shown = shown or value(each)
            if shown and shown.text == word("Komplikation", "N"):
                yield shown
            elif shown:
                yield Value(f"Komplikation: {shown.text}", shown.where)


def side_effects(node: XmlNode, about: str, under: str) -> Iterator[Entry]:
    holder = node.child("Nebenwirkungen")
    names = ("Nebenwirkung", "ST_Nebenwirkung", "SYST_Nebenwirkung")
    cause = Value(f"unter {under}", node.where)
    for whole in (holder, node):
        for each in whole.of_set("Menge_Nebenwirkung", *names):
            yield _side_effect(each, about, cause)
    worst = value(holder.child("Grad_maximal2_oder_unbekannt"))
    if worst:
        label = Value("höchster Grad der Nebenwirkungen", worst.where)
        yield entry(
            Kind.TOXICITY,
            about,
            name=Value("Nebenwirkungen", worst.where),
            grade=worst,
            remark=[label, cause],
        )


def _side_effect(node: XmlNode, about: str, cause: Value) -> Entry:
    kind = node.child("Art", "Nebenwirkung_Art")
    code, name = kind.child("MedDRA_Code"), value(kind.child("Bezeichnung"))
    plain = value(kind) if not name and not code else None
    if code.text or (plain and plain.text.isdecimal()):
        given = code.text or (plain.text if plain else "")
        name = Value(f"MedDRA {given}", kind.where)
    version = node.child("Version", "Nebenwirkung_Version").text
    return entry(
        Kind.TOXICITY,
        about,
        name=name or plain,
        grade=value(node.child("Grad", "Nebenwirkung_Grad")),
        remark=[cause, Value(f"CTCAE {version}", node.where) if version else None],
    )
