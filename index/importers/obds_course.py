"""How it went on, in a registry message: checks, death, conferences, pathology, extra items.

Source: oBDS XML schema 3.0.4, `Verlauf_Typ`, `Tod_Typ`, `Tumorkonferenz_Typ`, `Pathologie_Typ`,
`Menge_Zusatzitem_Typ`.
"""

from __future__ import annotations

from collections.abc import Iterator

from index.importers.code_lists import shown_name
from index.importers.imported import Entry, Kind, NotUnderstood, Value, entry
from index.importers.obds_tumour import clinical, diagnosis, leftovers, rest
from index.importers.obds_values import date, labelled, value
from index.importers.xml_nodes import XmlNode

_STATES = (
    "Verlauf_Lokaler_Tumorstatus",
    "Verlauf_Tumorstatus_Lymphknoten",
    "Verlauf_Tumorstatus_Fernmetastasen",
)


def course(node: XmlNode, about: str, notes: list[NotUnderstood]) -> Iterator[Entry]:
    day = date(node.child("Untersuchungsdatum_Verlauf"))
    whole = value(node.child("Gesamtbeurteilung_Tumorstatus"))
    parts = [labelled(f"{shown_name(name)}:", value(node.child(name))) for name in _STATES]
    if whole or any(parts):
        label = Value(shown_name("Gesamtbeurteilung_Tumorstatus"), node.where)
        yield entry(
            Kind.COURSE, about, name=label if whole else None, value=[whole, *parts], date=day
        )
    for each in node.children("Tod"):
        yield from death(each, notes)
    yield from clinical(node, about, day)
    rest(node, about, notes)
    yield from leftovers(node, about)


def death(node: XmlNode, notes: list[NotUnderstood]) -> Iterator[Entry]:
    causes = [
        value(inner if (inner := each.child("Code")) else each)
        for group in ("Menge_Todesursachen", "Menge_Todesursache")
        for each in node.child(group).children("Todesursache_ICD")
    ]
    for group in node.children("Menge_Todesursachen", "Menge_Todesursache"):
        group.skip()
    yield entry(
        Kind.DEATH,
        date=date(node.child("Sterbedatum")),
        remark=[Value("verstorben", node.where), value(node.child("Tod_tumorbedingt"))],
        cause=causes,
    )
    rest(node, "", notes)
    yield from leftovers(node, "")


def conference(node: XmlNode, about: str, notes: list[NotUnderstood]) -> Iterator[Entry]:
    advice = node.child("Therapieempfehlung")
    group = advice.child("Menge_Typ_Therapieempfehlung")
    kinds = [value(each) for each in group.children("Typ_Therapieempfehlung")]
    wish = value(advice.child("Abweichung_Patientenwunsch"))
    yield entry(
        Kind.RECOMMENDATION,
        about,
        name=value(node.child("Typ", "Tumorkonferenz_Typ")) or Value("Tumorkonferenz", node.where),
        value=kinds,
        date=date(node.child("Datum", "Tumorkonferenz_Datum")),
        remark=labelled("Abweichung auf Wunsch des Patienten:", wish),
    )
    rest(node, about, notes)
    yield from leftovers(node, about)


def pathology(node: XmlNode, about: str, notes: list[NotUnderstood]) -> Iterator[Entry]:
    """A pathologist's report: findings as in a diagnosis, and its text."""
    text = node.child("Befundtext")
    if text.lines:
        title = Value("Pathologie", text.where)
        yield entry(Kind.REPORT, about, title=title, text=Value(text.lines, text.where))
    local = node.child("Lokale_Beurteilung_Residualstatus")
    if residual := value(local):
        label = Value(shown_name(local.name), local.where)
        yield entry(Kind.FINDING, about, name=label, value=residual)
    sender = node.child("Einsender")
    sender.child("Ident_Nummern").skip()
    yield from diagnosis(node, about, notes)


def extra_items(node: XmlNode, about: str) -> Iterator[Entry]:
    kind = value(node.child("Art"))
    yield entry(
        Kind.FINDING,
        about,
        name=kind or Value("Zusatzitem", node.where),
        value=value(node.child("Wert")),
        date=date(node.child("Datum")),
        remark=value(node.child("Bemerkung")),
    )
