"""Stretches of text that identify a person: found by detectors, replaced by `index.deidentify`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """What kind of identifier a span is; also what the command line and the reports print."""

    PATIENT = "PATIENT"
    DOCTOR = "DOCTOR"
    DATE = "DATE"
    AGE = "AGE"
    LOCATION = "LOCATION"
    HOSPITAL = "HOSPITAL"
    ID = "ID"
    CONTACT = "CONTACT"
    PROFESSION = "PROFESSION"
    OTHER = "OTHER"


@dataclass(frozen=True, order=True)
class Span:
    """`text[start:end]`, offsets in characters."""

    start: int
    end: int
    label: Label

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted spans that don't overlap and cover every character that the given ones cover.

    Spans that overlap become one, named after the longest of them, since the longest knows most of
    its surroundings (a hospital's name around a town's).
    """
    merged: list[Span] = []
    named: list[int] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if span.end <= span.start:
            continue
        length = span.end - span.start
        if not merged or span.start >= merged[-1].end:
            merged.append(span)
            named.append(length)
            continue
        last = merged[-1]
        label = span.label if length > named[-1] else last.label
        named[-1] = max(named[-1], length)
        merged[-1] = Span(last.start, max(last.end, span.end), label)
    return tuple(merged)
