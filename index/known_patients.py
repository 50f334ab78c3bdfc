"""Finds what a list of known patients tells of them, however a letter writes it.

Everything is looked up by word in hash tables, so that a list of 100,000 costs a letter no more
than one of ten. An id, a phone number or an address is found whatever stands between its parts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence

from index.folding import Piece, folded, pieces_of
from index.known_names import KnownNames, is_told_alone
from index.letter import Language
from index.patient_list import Patient, PatientList, birth_dates
from index.spans import Label, Span

_BEGINNING = 4
"""Characters by which most words are told to begin nothing that is known."""
_SHORTEST_PHONE = 6
_SHORTEST_IN_PARTS = 7
"""Of an id of digits alone: values side by side in a table soon make up a shorter one."""
_MOST_PIECES = 12
_GAP = re.compile(r"[^\w\n]{0,3}|[ \t,]*\n[ \t]*")
_PHONE_GAP = re.compile(r"[ \t./()+\-–]{0,4}")
_ID = re.compile(r"[^\W_]+(?:[-./_ ]{1,2}[^\W_]+)*")
_DAY = re.compile(r"(?<![\w.])(?:\d{1,4}([./\- ]{1,3})\d{1,2}\1\d{1,4}|\d{8})(?!\w)")
_NATIONAL = re.compile(r"(?:(?:00)?(?:49|43|41|44|353|1)0?|0)(?=\d{6})")
"""Before a number within its country: the country's code, or a nought."""
_WAYS = re.compile(r"strasse|street|road|avenue")


class KnownPatients:
    """A detector of what the list holds; it is sure of what it proposes."""

    def __init__(self, known: PatientList) -> None:
        self.version = f"known:{known.hash}"
        self._names = KnownNames()
        self._values: dict[str, Label] = {}
        self._beginnings: set[str] = set()
        self._most_pieces = 1
        self._phones: set[str] = set()
        self._births: set[dt.date] = set()
        for patient in known.patients:
            self._add(patient)

    def __call__(self, text: str, language: Language) -> Iterator[Span]:
        pieces = pieces_of(text)
        yield from self._of_values(text, pieces)
        yield from self._of_phones(text, pieces)
        for start, end in self._names.find(text, pieces):
            yield Span(start, end, Label.PATIENT)
        for match in _DAY.finditer(text):
            if self._births.intersection(birth_dates(match[0])):
                yield Span(match.start(), match.end(), Label.DATE)

    # --- the list

    def _add(self, patient: Patient) -> None:
        self._names.add(*patient.given, *patient.surnames, *patient.names)
        self._births.update(patient.births)
        self._learn(Label.ID, patient.ids)
        self._learn(Label.CONTACT, patient.mails)
        for phone in patient.phones:
            digits = re.sub(r"\D", "", phone)
            if len(digits) >= _SHORTEST_PHONE:
                self._phones.update((digits, _national(digits)))
        # A street without a number is no address of anybody.
        self._learn(Label.LOCATION, [each for each in patient.addresses if re.search(r"\d", each)])
        self._learn(Label.LOCATION, [each for each in patient.towns if is_told_alone(each)])

    def _learn(self, label: Label, values: Iterable[str]) -> None:
        for value in values:
            parts = folded(value)
            # A letter may part what the list writes as one.
            self._most_pieces = max(self._most_pieces, min(len(parts[0]) + 4, _MOST_PIECES))
            for each in parts:
                key = _key("".join(each))
                if len(key) >= _BEGINNING:
                    self._values.setdefault(key, label)
                    self._beginnings.add(key[:_BEGINNING])

    # --- a text

    def _of_values(self, text: str, pieces: Sequence[Piece]) -> Iterator[Span]:
        for i in range(len(pieces)):
            if found := self._value_at(text, pieces, i):
                yield found

    def _value_at(self, text: str, pieces: Sequence[Piece], first: int) -> Span | None:
        """The longest value that begins with a piece."""
        found: Span | None = None
        umlauts = plain = ""
        for n in range(first, min(first + self._most_pieces, len(pieces))):
            piece = pieces[n]
            if n > first and not _GAP.fullmatch(text, pieces[n - 1].end, piece.start):
                break
            umlauts += piece.forms[0]
            plain += piece.forms[-1]
            begins = False
            for key in (_key(umlauts),) if umlauts == plain else (_key(umlauts), _key(plain)):
                begins |= len(key) < _BEGINNING or key[:_BEGINNING] in self._beginnings
                label = self._values.get(key)
                if label and _is_written_so(text[pieces[first].start : piece.end], key, label):
                    found = Span(pieces[first].start, piece.end, label)
            if not begins:
                break
        return found

    def _of_phones(self, text: str, pieces: Sequence[Piece]) -> Iterator[Span]:
        for first, piece in enumerate(pieces):
            digits, last = "", first
            while last < len(pieces) and pieces[last].written.isdecimal():
                gap = last > first and (pieces[last - 1].end, pieces[last].start)
                if gap and not _PHONE_GAP.fullmatch(text, *gap):
                    break
                digits += pieces[last].written
                if digits in self._phones or _national(digits) in self._phones:
                    yield Span(piece.start, pieces[last].end, Label.CONTACT)
                last += 1
                if last - first > _MOST_PIECES:
                    break


def _is_written_so(written: str, key: str, label: Label) -> bool:
    """Whether what stands between a value's parts lets them be one value."""
    if label is Label.ID:
        parts = len(re.findall(r"[^\W_]+", written))
        if parts > 1 and key.isdecimal() and len(key) < max(_SHORTEST_IN_PARTS, 2 * parts):
            return False
        return bool(_ID.fullmatch(written))
    if label is Label.LOCATION:
        return not written[0].islower()
    return "\n" not in written


def _key(joined: str) -> str:
    """Letters and digits alone, the words for a street shortened: Hauptstr. 5, Hauptstraße 5."""
    return _WAYS.sub(lambda match: _SHORT[match[0]], joined)


_SHORT = {"strasse": "str", "street": "st", "road": "rd", "avenue": "ave"}


def _national(digits: str) -> str:
    return _NATIONAL.sub("", digits, count=1)
