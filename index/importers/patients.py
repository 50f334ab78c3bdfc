"""One record, one patient: who is meant where a source holds several."""

from __future__ import annotations

from collections.abc import Iterable

from index.errors import CaseError
from index.importers.imported import NotUnderstood

_SHOWN = 10


class NoSuchPatient(CaseError):
    """The patient that is wanted is not in the source."""


def choose(ids: Iterable[str], wanted: str = "") -> str:
    """The patient's id: the only one there, or the one that is wanted.

    Raises:
        CaseError: there are several and none is wanted, or the wanted one is not there. The ids are
            listed; they are the source's keys, no names.
    """
    known = list(dict.fromkeys(ids))
    if wanted and known and wanted not in known:
        raise NoSuchPatient("There is no patient of that id in the record.", _list(known))
    if len(known) > 1 and not wanted:
        raise CaseError(f"The record holds {len(known)} patients.", _list(known))
    return wanted or next(iter(known), "")


def left_out(ids: Iterable[str], chosen: str) -> list[NotUnderstood]:
    """The patients of a source that were not asked for."""
    others = dict.fromkeys(each for each in ids if each != chosen)
    why = "it is another patient, who was not asked for"
    return [NotUnderstood(f"patient {_printable(each)}", "patient", why) for each in others]


def _list(known: list[str]) -> str:
    shown = ", ".join(_printable(each) for each in known[:_SHOWN])
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"Name one with --patient: {shown}{more}."


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)[:60]
