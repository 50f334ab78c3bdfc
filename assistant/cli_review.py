"""`epikrise index review`: what still looks identifying, and what is to become of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_acts import acting
from index.errors import InputError
from index.settings import IndexSettings
from index.spans import Label, Span

if TYPE_CHECKING:
    from index.decisions import Verdict
    from index.review import Suspect


_NONE = "No letter waits for a decision."


def review_command(
    letter: Annotated[str, typer.Argument(help="a letter's path, as listed; else all")] = "",
    release: Annotated[bool, typer.Option("--release", help="index it as it is")] = False,
    redact: Annotated[bool, typer.Option("--redact", help="replace what is suspect")] = False,
    exclude: Annotated[bool, typer.Option("--exclude", help="never index it")] = False,
    span: Annotated[
        list[str] | None,
        typer.Option(help="with --redact, instead of all suspects: START:END:LABEL, as listed"),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="letters listed")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON alone")] = False,
) -> None:
    """List the letters that still look identifying, or decide on one of them."""
    from assistant.further_detectors import running_detector
    from index.overview import overview
    from index.review import decide, pending
    from index.stages import LetterStages

    settings = IndexSettings.read()
    verdict = _verdict(letter, release=release, redact=redact, exclude=exclude)
    spans = [_span(each) for each in span or ()]
    if verdict is None and spans:
        raise InputError("--span says what to redact.", "Give --redact with it.")
    if verdict is None and not overview(settings).in_review:
        typer.echo("[]" if as_json else _NONE)
        return
    # A letter is looked at as the build did, or its suspects would be others.
    stages = LetterStages.of(settings, running_detector(settings))
    if verdict is None:
        suspects = pending(
            settings, letters=[letter] if letter else None, limit=limit, stages=stages
        )
        if as_json:
            found = [asdict(suspect) for suspect in suspects]
            typer.echo(json.dumps(found, ensure_ascii=False))
        else:
            _list(suspects)
        return
    with acting() as by:
        decision = decide(settings, letter, "", verdict, by.who, spans=spans, stages=stages)
        by.note_decision(decision)
    if as_json:
        typer.echo(json.dumps(asdict(decision), ensure_ascii=False))
    else:
        typer.echo(f"{letter}: {verdict.value}. The next build does it: epikrise index build.")


def _verdict(letter: str, **chosen: bool) -> Verdict | None:
    from index.decisions import Verdict

    names = [name for name, given in chosen.items() if given]
    if len(names) > 1:
        raise InputError(f"Only one of --{' and --'.join(names)} can be done.", "Choose.")
    if names and not letter:
        raise InputError(f"Which letter to {names[0]} is not given.", "Name one of the list.")
    return Verdict(names[0]) if names else None


def _span(given: str) -> Span:
    try:
        start, end, label = given.split(":")
        return Span(int(start), int(end), Label(label.upper()))
    except ValueError:
        raise InputError(
            f"{given!r} is no span.", f"Write START:END:LABEL; labels: {', '.join(Label)}."
        ) from None


def _list(suspects: tuple[Suspect, ...]) -> None:
    if not suspects:
        typer.echo(_NONE)
    for letter, found in groupby(suspects, key=lambda suspect: suspect.letter_id):
        typer.echo(letter)
        for each in found:
            before, after = each.passage[: each.start], each.passage[each.end :]
            marked = f"{before}[[{each.passage[each.start : each.end]}]]{after}"
            place = f"{each.span.start}:{each.span.end}:{each.label.value}"
            typer.echo(f"  {place}  {each.why}\n    {' '.join(marked.split())}")
