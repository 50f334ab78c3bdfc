"""`epikrise deidentify`: letters without what identifies a person, and a report of what it was."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.cli_texts import Jsonl, only_jsonl, read, rows
from assistant.further_detectors import served_detector
from index.settings import IndexSettings
from index.spans import Span

_REMARKS = 20


def deidentify_command(
    files: Annotated[list[Path] | None, typer.Argument(help="letters to de-identify")] = None,
    jsonl: Jsonl = False,
    gold: Annotated[
        bool, typer.Option("--gold", help='how well it finds the rows\' own "spans", as a table')
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="with --gold: as JSON")] = False,
) -> None:
    """De-identify letters: files, or {"id","text","lang"?} a line on standard input.

    A letter that still looks identifying is not printed from a file, and has "review" in a row.
    """
    from index.deidentify import Deidentifier
    from index.document import document_text
    from index.gold_spans import Agreement, gold_spans
    from index.language import detect_language
    from index.letter import Letter

    if not files or gold:
        only_jsonl("deidentify", jsonl and not files)
    settings = IndexSettings.read()
    with served_detector(settings, _say) as further:
        deidentifier, remarks = Deidentifier.of(settings, further)
        say_remarks(remarks)
        report = _Report()
        agreement = Agreement()
        for file in files or ():
            text = document_text(read(file), file.name)
            reviewed = deidentifier.review(Letter(str(file), text, detect_language(text)))
            report.add(str(file), reviewed.replaced.spans, reviewed.residue)
            if not reviewed.residue:
                typer.echo(reviewed.letter.text)
        for line, row in rows(("text",)) if not files else ():
            text = row["text"]
            language = row.get("lang") or detect_language(text)
            name = str(row.get("id", ""))
            if gold:
                marked = gold_spans(row, text, line)
                found = deidentifier.spans(text, language)
                agreement.add(text, marked, found)
                report.add(name, found, ())
                continue
            reviewed = deidentifier.review(Letter(name, text, language))
            report.add(name, reviewed.replaced.spans, reviewed.residue)
            out: dict[str, Any] = {
                "id": row.get("id"),
                "text": text,
                "spans": _as_json(reviewed.replaced.spans),
                "deidentified": reviewed.letter.text,
            }
            if reviewed.residue:
                out["review"] = _as_json(reviewed.residue)
            typer.echo(json.dumps(out, ensure_ascii=False))
    if gold and as_json:
        typer.echo(json.dumps(agreement.as_json(), ensure_ascii=False))
    elif gold:
        typer.echo("\n".join(agreement.lines()))
    report.say()
    if report.in_review:
        raise typer.Exit(1)


def say_remarks(remarks: Sequence[str]) -> None:
    """On standard error; the first ones, and how many there are more."""
    for remark in remarks[:_REMARKS]:
        _say(remark)
    if len(remarks) > _REMARKS:
        _say(f"and {len(remarks) - _REMARKS} more")


def counts_line(spans: Counter[str]) -> str:
    """e.g. `12 DATE, 3 PATIENT`"""
    return ", ".join(f"{count} {label}" for label, count in spans.most_common()) or "none"


class _Report:
    """What a run did, told on standard error."""

    def __init__(self) -> None:
        self._letters = 0
        self._spans: Counter[str] = Counter()
        self.in_review: list[tuple[str, str]] = []

    def add(self, name: str, spans: Sequence[Span], residue: Sequence[Span]) -> None:
        self._letters += 1
        self._spans.update(span.label.value for span in spans)
        if residue:
            self.in_review.append((name, counts_line(Counter(s.label.value for s in residue))))

    def say(self) -> None:
        _say(f"letters: {self._letters}, in review: {len(self.in_review)}")
        _say(f"spans: {counts_line(self._spans)}")
        for name, left in self.in_review:
            _say(f"in review: {name}: still in it after de-identification: {left}")


def _as_json(spans: Sequence[Span]) -> list[dict[str, Any]]:
    return [{"start": span.start, "end": span.end, "label": span.label} for span in spans]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the report, on standard error
