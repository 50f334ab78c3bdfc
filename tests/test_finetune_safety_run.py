"""From adapters to a report, through models that are functions."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from safety_fakes import CARD, FakeServer, Model, adapter, case_of
from typer.testing import CliRunner

from assistant.prompt import Kind, Message
from assistant.settings import AssistantSettings
from finetune.card import data_files, hash_files
from finetune.cli import app
from finetune.clinic_pairs import ClinicExamples
from finetune.pairs import Example, Split, write_pairs
from finetune.safety import subject as subjects
from finetune.safety.edges import Edge
from finetune.safety.figures import Says
from finetune.safety.plan import Part, Plan
from finetune.safety.report import report
from finetune.safety.run import SafetyReport, safety
from finetune.safety.subject import Subject, draw_letters, read_subject
from finetune.safety.swaps import Swap
from index.errors import EpikriseError, PromptTooLong, TrainingError

_ADVICE = {
    "en": "Recommendations:\n- Please bring own books\n- Medication: ibuprofen 400 mg, 1-0-1\n\n"
    "Follow-up:\n- CT in 3 months\n- MRI in 6 months\n",
    "de": "Empfehlungen:\n- Bitte eigene Bücher\n- Medikation: Ibuprofen 400 mg, 1-0-1\n\n"
    "Termine:\n- CT in 3 Monaten\n- MRT in 6 Monaten\n",
}
_SCAN = re.compile(r"^- CT in .*\n", re.MULTILINE)


def _advised(messages: Sequence[Message]) -> str:
    """The same letter for everybody."""
    return _ADVICE["de" if "Geschlecht" in case_of(messages) else "en"]


def _by_sex(messages: Sequence[Message]) -> str:
    woman = re.search(r": (female|weiblich)$", case_of(messages), re.MULTILINE)
    return _SCAN.sub("", _advised(messages)) if woman else _advised(messages)


@pytest.fixture(autouse=True)
def few_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "OTHERS", 10)


@pytest.fixture
def settings(tmp_path: Path) -> AssistantSettings:
    served = {"letter_model": "base", "summary_model": "base", "letter_tokens": 300}
    (tmp_path / "base").mkdir()
    return AssistantSettings(base_model=tmp_path / "base", data_dir=tmp_path / "data", **served)


def _asked(
    settings: AssistantSettings, part: Part, *, out: Path | None = None, cases: int = 3
) -> SafetyReport:
    subject = read_subject("letters=finetune/demo/letters")
    plan = Plan((part,), letters=12, cases=cases, edges=1, at_once=4)
    return safety(settings, [subject], plan, lambda _: None, out=out)


def _over(found: SafetyReport) -> set[tuple[str, str]]:
    verdicts = found.adapters[0].verdicts
    return {(v.about, v.name) for v in verdicts if v.says is Says.OVER}


def _knowing(letters: Sequence[Example]) -> Model:
    """Knows these by heart, and of others nothing."""
    answers = [each.messages[each.answers[0]]["content"].strip() for each in letters]

    def model(messages: Sequence[Message]) -> str:
        begun = messages[-1]["content"]
        own = next((text for text in answers if text.startswith(begun)), None)
        return own[len(begun) :] if own else " and so on, as it pleases."

    return model


def test_an_adapter_that_knows_its_letters_by_heart_is_found_out(
    monkeypatch: pytest.MonkeyPatch, settings: AssistantSettings, tmp_path: Path
) -> None:
    subject = read_subject("letters=finetune/demo/letters")
    drawn = draw_letters(subject, None, 12, 0)
    knowing = _knowing(drawn.learned)
    server = FakeServer(monkeypatch, {"letters": knowing, "base": _knowing([])})
    found = _asked(settings, Part.MEMORISATION, out=tmp_path / "out")
    about = ("letters with their case", "letters without their case")
    assert {(a, n.split()[0]) for a, n in _over(found)} >= {
        *((each, "learned") for each in about),
        *((each, "longest") for each in about),
        (about[1], "answers"),
    }
    assert found.over
    rows = {(r.model, r.learned, r.with_case): r for r in found.adapters[0].memory}
    assert rows["letters", True, False].exact.value == 1
    assert rows["letters", False, False].exact.value == 0
    assert rows["letters", True, False].told.value == 1
    assert rows["base", True, False].told.value == 0
    gaps = {(g.model, g.with_case): g for g in found.adapters[0].gaps}
    assert gaps["letters − base", True].exact.value == 1
    assert gaps["base", True].exact.value == 0
    text = report(found)
    assert "| letters | learned | without | 12 | 100.0%" in text

    asked = len(server.asked)
    assert _asked(settings, Part.MEMORISATION, out=tmp_path / "out") == found
    assert len(server.asked) == asked


def test_an_adapter_that_knows_all_letters_alike_learned_none_by_heart(
    monkeypatch: pytest.MonkeyPatch, settings: AssistantSettings
) -> None:
    subject = read_subject("letters=finetune/demo/letters")
    drawn = draw_letters(subject, None, 12, 0)
    able = _knowing([*drawn.learned, *drawn.held_out])
    FakeServer(monkeypatch, {"letters": able, "base": _knowing([])})
    found = _asked(settings, Part.MEMORISATION)
    exact = {v.about: v for v in found.adapters[0].verdicts if v.name.startswith("learned")}
    assert all(v.figure.value == 0 and v.says is Says.OPEN for v in exact.values())
    assert not any(name.startswith(("learned", "answers")) for _, name in _over(found))


def test_a_letter_without_a_scan_for_women_is_found_out(
    monkeypatch: pytest.MonkeyPatch, settings: AssistantSettings
) -> None:
    FakeServer(monkeypatch, {"letters": _by_sex})
    found = _asked(settings, Part.BIAS)
    assert {(about, name.split(",")[0]) for about, name in _over(found)} == {
        (Swap.SEX, "recommendations not in common"),
        (Swap.SEX, "things recommended"),
        (Swap.SEX, "length"),
    }
    rows = {row.swap: row for row in found.adapters[0].bias}
    assert rows[Swap.SEX].things.value is not None
    assert rows[Swap.SEX].things.value < -0.1
    assert rows[Swap.AGAIN].identical == rows[Swap.AGAIN].cases == 6
    assert rows[Swap.NAME].advice.value == 0
    assert "| woman − man | 6 | 0 |" in report(found)


def test_cases_without_a_whole_answer_are_not_compared(
    monkeypatch: pytest.MonkeyPatch, settings: AssistantSettings
) -> None:
    def long_of_women(messages: Sequence[Message]) -> str:
        if "weiblich" in case_of(messages):
            raise PromptTooLong("The prompt is too long.")
        return _advised(messages)

    FakeServer(monkeypatch, {"letters": long_of_women})
    found = _asked(settings, Part.BIAS)
    assert {(row.cases, row.failed) for row in found.adapters[0].bias} == {(3, 3)}
    assert not found.over
    assert "| woman − man | 3 (3 failed) |" in report(found)


def test_unusual_cases_that_are_told_as_they_are_are_within_bounds(
    monkeypatch: pytest.MonkeyPatch, settings: AssistantSettings
) -> None:
    FakeServer(monkeypatch, {"letters": case_of})
    found = _asked(settings, Part.EDGES)
    assert _over(found) == set()
    rows = {(row.edge, row.language): row for row in found.adapters[0].edges}
    for language in ("en", "de"):
        assert rows[Edge.LONG, language].refused == 0
        too_long = rows[Edge.TOO_LONG, language]
        assert (too_long.refused, too_long.lines) == (1, ["The prompt is too long."])
        assert rows[Edge.RARE, language].invented.value == 0
        assert rows[Edge.LONG, language].words.value is not None
        assert rows[Edge.LONG, language].words.value > 700
    assert rows[Edge.EMPTY, None].refused == 1
    assert "history beyond the context" in report(found)


def test_what_is_made_up_about_unusual_cases_is_found(
    monkeypatch: pytest.MonkeyPatch, settings: AssistantSettings
) -> None:
    def inventive(messages: Sequence[Message]) -> str:
        case = case_of(messages)
        case = re.sub(r"Merkel\w*|Chordom\w*|[A-D]\d\d\.\d", "Ewing", case)
        return f"{case}\nBestrahlung am 01.01.1901 mit 77,7 Gy, 02.02.1902 mit 66,6 Gy."

    FakeServer(monkeypatch, {"letters": inventive})
    over = _over(_asked(settings, Part.EDGES))
    assert ("patient alone, de", "facts that are not in the case") in over
    assert ("rare diagnosis, de", "letters without the rare diagnosis or its code") in over


def _pairs(folder: Path) -> Path:
    for split, seed in ((Split.TRAIN, 1), (Split.DEV, 2), (Split.TEST, 3)):
        write_pairs(folder / f"{split}.jsonl", ClinicExamples(Kind.LETTER, split, seed, 8))
    return folder


def test_letters_of_a_hospitals_pairs_are_one_a_patient_and_as_many_of_either(
    tmp_path: Path,
) -> None:
    pairs = _pairs(tmp_path / "pairs")
    folder = adapter(tmp_path / "own", data="pairs", data_hash=hash_files(data_files(pairs)))
    subject = read_subject(str(folder))
    assert (subject.name, subject.kind) == ("own", Kind.LETTER)
    found = draw_letters(subject, pairs, 6, 0)
    assert (len(found.learned), len(found.held_out)) == (6, 6)
    patients = [each.patient for each in (*found.learned, *found.held_out)]
    assert len(set(patients)) == 12
    assert found.languages == ("en", "de")
    assert len(found.others) == 3 * 8 - 12
    assert draw_letters(subject, pairs, 6, 0) == found

    (pairs / "train.jsonl").write_bytes((pairs / "dev.jsonl").read_bytes())
    with pytest.raises(TrainingError, match="is not what the adapter own was trained on"):
        draw_letters(subject, pairs, 6, 0)
    with pytest.raises(TrainingError, match="Give their folder with --pairs"):
        draw_letters(subject, None, 6, 0)


def test_the_clinics_held_out_letters_are_drawn_as_its_learned_ones_were() -> None:
    subject = read_subject("finetune/demo/letters")
    found = draw_letters(subject, None, 8, 0)
    learned = ClinicExamples(Kind.LETTER, Split.TRAIN, 1, subject.card.steps)
    first = Random(0).sample(range(subject.card.steps), 8)[0]
    assert found.learned[0] == learned[first]
    assert not {e.patient for e in found.learned} & {e.patient for e in found.held_out}
    assert "has changed since" in found.note
    own = hash_files(data_files(None))
    as_it_was = Subject("x", subject.folder, subject.card.model_copy(update={"data_hash": own}))
    assert draw_letters(as_it_was, None, 8, 0).note == ""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["{none}"], "There is no card.json in"),
        (["{broken}"], "is not an adapter's card."),
        (["{task}"], "is not an adapter's card."),
        (["a={own}", "a={own}"], "Two have one name"),
        (["{own}"], "Give their folder with --pairs"),
        (["{own}", "--part", "wishes"], "wishes"),
    ],
)
def test_wrong_use_is_told_in_a_line(given: list[str], told: str, tmp_path: Path) -> None:
    broken = adapter(tmp_path / "broken")
    (broken / "card.json").write_text("{}")
    names = {
        "none": tmp_path,
        "broken": broken,
        "task": adapter(tmp_path / "task", task="poem"),
        "own": adapter(tmp_path / "own", data="pairs"),
    }
    result = CliRunner().invoke(app, ["safety", *(each.format(**names) for each in given)])
    if isinstance(result.exception, EpikriseError):
        assert result.exception.exit_code == 2
        assert told in str(result.exception)
    else:
        assert result.exit_code == 2
        assert told in result.output


def test_the_command_ends_with_1_where_a_figure_is_over_and_prints_json_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EPIKRISE_DATA_DIR", str(tmp_path / "data"))
    FakeServer(monkeypatch, {"letters": _by_sex, "base": case_of})
    call = ["safety", str(CARD.parent), "--base", str(tmp_path), "--part", "bias", "--cases", "3"]
    result = CliRunner().invoke(app, [*call, "--json", "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert SafetyReport.model_validate(json.loads(result.stdout)).over
    assert {"safety.json", "safety.md"} <= {path.name for path in (tmp_path / "out").iterdir()}
    FakeServer(monkeypatch, {"letters": _advised, "base": case_of})
    result = CliRunner().invoke(app, call)
    assert result.exit_code == 0
    assert "0 figures over their bound" in result.stdout
