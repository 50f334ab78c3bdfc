"""The diagnosis and what goes with it, from the section of the diagnoses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.check import FactKind
from finetune.pairing.units import Unit, days_in, items, unled
from index.case import Diagnosis
from index.letter import Language, SectionKind

_TOKEN = (
    r"(?:[ycpra]{0,3}[TNM](?:is|[Xx]|[0-4])[a-d]?\d?(?:\((?:mi|sn|i[+-]|\d+/\d+|[^)\s]{1,9})\))?"
    r"|[LV][0-2Xx]|Pn[0-1Xx]|R[0-2Xx]|G[1-4Xx])"
)
_TNM = re.compile(rf"(?<![\w.])(?=[ycpra]{{0,3}}[TNM]){_TOKEN}(?:[ ,;/]{{0,2}}{_TOKEN})*(?!\w)")
_STAGE = re.compile(
    r"\b(?:(?:FIGO|UICC|AJCC|Ann[ -]Arbor|Lugano|Binet|Rai|Masaoka|BCLC)"
    r"(?:[ -](?:[Ss]tage|[Ss]tadium))?[ :]*[0IVX]{1,4}[ ]?(?:[A-E]{0,3}\d?)\b(?:[ ][AB]\b)?"
    r"|WHO[- ](?:[Gg]rade?|CNS grade)[ ](?:[1-4]|[IV]{1,3})\b"
    r"|(?:low|intermediate|high)[ -]risk\b|(?:niedrig|intermediär|hoh)es Risiko\b"
    r"|(?:[Ss]tage|[Ss]tadium)[ ](?:[IVX]{1,4}[A-E]?\d?)\b)"
)
_CODE = re.compile(
    r"[\s,;]*[(\[]?\s*(?:ICD(?:-?\s?10)?(?:-GM)?)?\s*(?:[Cc]ode)?\s*:?\s*"
    r"(?P<code>[A-Z]\d{2}(?:\.\d{1,2})?)[GVZA]?\b\s*[)\]]?\s*:?"
)
_HISTOLOGY = re.compile(
    r"^\W*(?:(?:the|on|die|der|in der)\s+)?(?:histolog|histopatholog|patholog)\w*"
    r"(?:\s+(?:diagnosis|examination|findings?|report|diagnose|untersuchung|befund|sicherung))?"
    r"[\s,:]*",
    re.IGNORECASE,
)
_DIAGNOSED = re.compile(r"diagnos|\bED\b|\bDx\b|\bEV\b", re.IGNORECASE)
_STAGING_LEFT = re.compile(r"[\s,;.:()-]|\b(?:TNM|classification|klassifikation|staging)\b", re.I)


@dataclass(frozen=True)
class Disease:
    diagnosis: Diagnosis
    comorbidities: tuple[str, ...]


def disease_of(units: Sequence[Unit], language: Language) -> Disease:
    """The tumour and the other diagnoses, as the section of the diagnoses has them."""
    there = [unit for unit in units if unit.kind is SectionKind.DIAGNOSES]
    main = next((unit for unit in there if unit.of(FactKind.CODE)), None)
    main = main or next((u for u in there if u.of(FactKind.DIAGNOSIS, FactKind.HISTOLOGY)), None)
    found = {"tnm": "", "stage": "", "histology": "", "when": ""}
    date = None
    used: list[Unit] = [main] if main else []
    for unit in there:
        told = False
        if not found["tnm"] and (tnm := _TNM.search(unit.text)):
            found["tnm"], told = tnm[0], True
        if not found["stage"] and (stage := _STAGE.search(unit.text)):
            found["stage"], told = stage[0], True
        label = _HISTOLOGY.match(unit.text)
        if not found["histology"] and (label or _HISTOLOGY.match(unit.heading)):
            found["histology"], told = _value(unit.text[label.end() if label else 0 :]), True
        if date is None and _DIAGNOSED.search(unit.text):
            days = days_in(unit.text, language)
            date, told = (days[0].date, True) if days else (None, told)
        if told:
            used.append(unit)
    name, code = _named(main, language) if main else ("", "")
    diagnosis = Diagnosis(
        name=name,
        icd10=code,
        tnm=found["tnm"],
        stage=found["stage"],
        histology=found["histology"],
        date=date,
    )
    # Also what no lexicon has: in this section everything is a fact.
    rest = [unit for unit in there if unit not in used]
    others = (item for unit in rest for item in items(unled(unit.text)))
    return Disease(diagnosis, tuple(dict.fromkeys(others)))


def _named(unit: Unit, language: Language) -> tuple[str, str]:
    """The tumour's name and its code: what stands before the staging, without the code."""
    text, code = unit.text, ""
    if coded := unit.of(FactKind.CODE):
        start, _ = unit.place(coded[0])
        written = next((m for m in _CODE.finditer(text) if m.start("code") == start), None)
        if written:
            code = written["code"]
            text = f"{text[: written.start()]} | {text[written.end() :]}"
    ends = [match.start() for match in (_TNM.search(text), _STAGE.search(text)) if match]
    ends += [day.start for day in days_in(text, language)]
    text = text[: min(ends, default=len(text))]
    before, _, behind = text.partition(" | ")
    told = {fact.text for fact in unit.facts if fact.kind is not FactKind.CODE}
    names = (_value(unled(before)), _value(unled(behind)))
    return next((name for name in names if any(each in name for each in told)), ""), code


def _value(text: str) -> str:
    """A value as it is given in a field: without its lead-in's verb and the sentence's end."""
    text = text.partition("\n")[0]
    text = re.sub(r"^[^:;,.]{0,50}:\s+", "", text)
    if re.match(r"(?:showed|revealed|shows|is|was|ergab|zeigte|lautet|the finding was)\b", text):
        text = unled(text)
    text = re.sub(
        r"[,(\s]*\b(?:ED|Dx|EV|TNM|Stadium|Stage|Erstdiagnose|(?:first )?diagnosed(?: on| in)?"
        r"|diagnostiziert(?: am)?)\s*:?\s*(?:vom|am)?\s*$",
        "",
        text.strip(),
    )
    return text.strip(" \t.,;:|(-–")
