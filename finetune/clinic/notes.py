"""A case as notes: dated ones over the time of the treatment, or one paragraph of free text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from finetune.clinic.facts_text import FactWriter
from index.case import Radiotherapy, SystemicTherapy

_HEADS = (
    "{date}: {tag}{text}",
    "{date} {tag}{text}",
    "{date} - {tag}{text}",
    "[{date}] {tag}{text}",
)


@dataclass(frozen=True)
class _Note:
    """`date` stands at the head of the note, so that the text need not say it."""

    kind: str
    date: dt.date | None
    text: str


def write_notes(writer: FactWriter) -> str:
    """Notes in the order of time; one with no known date stays where the treatment has it."""
    style = writer.rng.choice(("telegram", "telegram", "full"))
    notes = [
        _first_note(writer, style),
        *_surgery_notes(writer, style),
        *(note for t in writer.details.systemic for note in _systemic_notes(writer, t, style)),
        *(note for c in writer.details.radiotherapy for note in _course_notes(writer, c, style)),
    ]
    dated = sorted((n for n in notes if n.date), key=lambda note: note.date or dt.date.min)
    undated = [note for note in notes if not note.date]
    ordered = [*(n for n in undated if n.kind == "first"), *dated]
    ordered += [n for n in undated if n.kind != "first"]
    head = writer.rng.choice(_HEADS)
    tagged = writer.rng.random() < 0.6
    ordered.append(_last_note(writer, style))
    lines = [_headed(writer, note, head, tagged=tagged) for note in ordered if note.text]
    return writer.rng.choice(("\n", "\n", "\n\n")).join(lines)


def write_paragraph(writer: FactWriter) -> str:
    """Whole sentences, the treatment in its order, what is not part of it anywhere after it."""
    style = writer.rng.choice(("full", "full", "telegram"))
    details = writer.details
    rest = _closing(writer, style)
    comorbidities = _listed(writer, "comorbidities", details.comorbidities, style)
    treatment = [
        *(writer.say("surgery", style, **surgery) for surgery in writer.surgeries()),
        *(writer.say("systemic", style, **therapy) for therapy in writer.systemic()),
        *(
            writer.say("course", style, course.boost, **writer.course(course))
            for course in details.radiotherapy
        ),
    ]
    if writer.rng.random() < 0.3:
        writer.rng.shuffle(rest)
    first = [_opening(writer, style), writer.say("diagnosis", style, **writer.disease())]
    if writer.rng.random() < 0.25:
        first.reverse()
    sentences = [*first, comorbidities, *treatment, *rest]
    return " ".join(sentence for sentence in sentences if sentence)


def _headed(writer: FactWriter, note: _Note, head: str, *, tagged: bool) -> str:
    tag = writer.rng.choice(writer.phrases["tags"][note.kind]) if tagged else ""
    label = f"{tag}: " if tag else ""
    if not note.date:
        return label + note.text
    return head.format(date=writer.date(note.date), tag=label, text=note.text)


def _opening(writer: FactWriter, style: str) -> str:
    return writer.say("patient", style, **writer.person(), referrer=writer.details.referrer)


def _first_note(writer: FactWriter, style: str) -> _Note:
    """Who came with what; on the day of the diagnosis it is a new diagnosis."""
    disease = writer.disease()
    date = writer.details.diagnosis.date if writer.rng.random() < 0.5 else None
    if date:
        del disease["date"]
    parts = [
        _opening(writer, style),
        writer.say("new_diagnosis" if date else "diagnosis", style, **disease),
        _listed(writer, "comorbidities", writer.details.comorbidities, style),
    ]
    return _Note("first", date, " ".join(filter(None, parts)))


def _surgery_notes(writer: FactWriter, style: str) -> list[_Note]:
    return [
        _Note("surgery", surgery.date, writer.say("surgery", style, name=surgery.name, date=""))
        for surgery in writer.details.surgeries
    ]


def _systemic_notes(writer: FactWriter, therapy: SystemicTherapy, style: str) -> list[_Note]:
    facts = writer.drugs(therapy)
    start, end = therapy.start, therapy.end
    if start and end and writer.rng.random() < 0.4:
        begun = writer.say("systemic_start", style, drugs=facts["drugs"], cycles="", end="")
        if style == "full":  # "completed after 7x" is no sentence
            facts["cycles"] = writer.cycles(therapy, "words")
        done = writer.say("systemic_end", style, **facts)
        return [_Note("systemic", start, begun), _Note("systemic", end, done)]
    if start:
        text = writer.say("systemic_start", style, **facts, end=writer.date(end))
        return [_Note("systemic", start, text)]
    text = writer.say("systemic", style, **facts, period=writer.period(None, end))
    return [_Note("systemic", None, text)]


def _course_notes(writer: FactWriter, course: Radiotherapy, style: str) -> list[_Note]:
    start, end, boost = course.start, course.end, course.boost
    facts = writer.course(course)
    del facts["period"]
    way = writer.rng.random()
    if start and end and way < 0.35:
        begun, done = {**facts, "dose": ""}, {**facts, "technique": ""}
        return [
            _Note("course", start, writer.say("course_start", style, boost, **begun, end="")),
            _Note("course", end, writer.say("course_end", style, boost, **done, start="")),
        ]
    if start and (way < 0.7 or not end):
        text = writer.say("course_start", style, boost, **facts, end=writer.date(end))
        return [_Note("course", start, text)]
    if end:
        text = writer.say("course_end", style, boost, **facts, start=writer.date(start))
        return [_Note("course", end, text)]
    return [_Note("course", None, writer.say("course", style, boost, **facts, period=""))]


def _last_note(writer: FactWriter, style: str) -> _Note:
    ends = [course.end for course in writer.details.radiotherapy if course.end]
    dated = ends and writer.rng.random() < 0.5
    return _Note("last", max(ends) if dated else None, " ".join(_closing(writer, style)))


def _closing(writer: FactWriter, style: str) -> list[str]:
    sentences = [
        _listed(writer, "toxicity", writer.toxicities(), style),
        _listed(writer, "medication", writer.medication(), style),
        _listed(writer, "follow_up", writer.follow_up(), style),
        writer.say("author", style, author=writer.details.author),
        writer.say("notes", style, notes=writer.details.notes),
    ]
    return [sentence for sentence in sentences if sentence]


def _listed(writer: FactWriter, phrase: str, items: tuple[str, ...] | list[str], style: str) -> str:
    clear = not any("," in item or ":" in item for item in items)
    joint = writer.rng.choice((", ", "; ")) if clear else "; "
    return writer.say(phrase, style, list=joint.join(items))
