"""One record, one patient: who is meant where a source holds several."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.errors import CaseError
from index.importers.imported import NotUnderstood

_SHOWN = 10
_KEY = re.compile(r"(?=.*\d)[\w./:|-]{1,60}", re.ASCII)
"""What can be shown of a patient in an error: a key with a digit, never what may be a name."""


class NoSuchPatient(CaseError):
    """The patient that is wanted is not in the source."""


def choose(ids: Iterable[str], wanted: str = "") -> str:
    """The patient's id: the only one there, or the one that is wanted.

    Raises:
        CaseError: there are several and none is wanted, or the wanted one is not there. The ids are
            listed, as far as they are keys and no words; the others by their number in the source.
    """
    known = list(dict.fromkeys(ids))
    if wanted not in known and wanted.isdecimal() and 0 < int(wanted[:9]) <= len(known):
        wanted = known[int(wanted[:9]) - 1]
    if wanted and known and wanted not in known:
        raise NoSuchPatient("There is no patient of that id in the record.", _list(known))
    if len(known) > 1 and not wanted:
        raise CaseError(f"The record holds {len(known)} patients.", _list(known))
    return wanted or next(iter(known), "")


def left_out(ids: Iterable[str], chosen: str) -> list[NotUnderstood]:
    """The patients of a source that were not asked for."""
    known = list(dict.fromkeys(ids))
    why = "it is another patient, who was not asked for"
    return [
        NotUnderstood(f"patient {_shown(each, number)}", "patient", why)
        for number, each in enumerate(known, 1)
        if each != chosen
    ]


def _list(known: list[str]) -> str:
    shown = ", ".join(_shown(each, number) for number, each in enumerate(known[:_SHOWN], 1))
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return f"Name one with --patient: {shown}{more}."


def _shown(key: str, number: int) -> str:
    return key if _KEY.fullmatch(key) else str(number)
