from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from assistant.prompt import Kind, build_messages
from finetune.clinic.clinics import TOWN
from finetune.clinic_pairs import ClinicExamples, author_style
from finetune.pairs import Example, Split, read_pairs, split_of, write_pairs
from index.case import Case, CaseDetails
from index.errors import TrainingError

LETTERS = ClinicExamples(Kind.LETTER, Split.TRAIN, 3, 120)
SUMMARIES = ClinicExamples(Kind.SUMMARY, Split.TRAIN, 3, 60)


@pytest.fixture(scope="module")
def letters() -> list[Example]:
    return list(LETTERS)


def test_same_index_same_example(letters: list[Example]) -> None:
    assert LETTERS[7] == letters[7]
    assert LETTERS[7] != ClinicExamples(Kind.LETTER, Split.TRAIN, 4, 120)[7]


def test_patients_of_test_have_no_name_of_train(letters: list[Example]) -> None:
    held_out = ClinicExamples(Kind.LETTER, Split.TEST, 3, 60)
    last_names = {example.patient.split()[-1] for example in letters}
    for example in held_out:
        last_name = example.patient.split()[-1]
        assert last_name not in last_names


def test_split_depends_on_the_name_alone() -> None:
    names = [f"Name{i}" for i in range(2000)]
    shares = [sum(split_of(n) is s for n in names) / len(names) for s in Split]
    assert shares == pytest.approx([0.8, 0.1, 0.1], abs=0.03)
    assert split_of("WEBER") is split_of("Weber")


def test_every_assistant_message_carries_loss(letters: list[Example]) -> None:
    for example in [*letters, *SUMMARIES]:
        roles = [message["role"] for message in example.messages]
        assert roles[:3] == ["system", "user", "assistant"]
        assert roles[-1] == "assistant"
        assert list(example.answers) == [i for i, r in enumerate(roles) if r == "assistant"]


def test_prompt_is_the_assistants_own(letters: list[Example]) -> None:
    for example in letters:
        language = "en" if example.messages[0]["content"].startswith("You") else "de"
        empty = build_messages(Case("X", language), Kind.LETTER)
        assert example.messages[0] == empty[0]
        request = empty[1]["content"].split("</case>")[1]
        assert example.messages[1]["content"].endswith(f"</case>{request}")


def test_a_case_reads_as_the_product_would_have_read_it(letters: list[Example]) -> None:
    cases = [e.messages[1]["content"].partition("<case>\n")[2] for e in letters]
    assert not any(case.startswith("{") for case in cases), "JSON reaches the model as lines"
    assert any(case.startswith("Patient: ") for case in cases)


def test_shares_of_exemplars_and_refine_turns(letters: list[Example]) -> None:
    shown = [e.messages[1]["content"].count("<example>") for e in letters]
    assert set(shown) == {0, 1, 2}
    assert 0.15 < sum(n > 0 for n in shown) / len(shown) < 0.45
    turns = [len(e.answers) - 1 for e in letters]
    assert max(turns) <= 3
    assert 0.35 < sum(n > 0 for n in turns) / len(turns) < 0.65


def test_refined_letter_differs(letters: list[Example]) -> None:
    for example in letters:
        answers = [example.messages[i]["content"] for i in example.answers]
        assert all(a != b for a, b in itertools.pairwise(answers))


def test_exemplars_are_other_patients(letters: list[Example]) -> None:
    for example in letters:
        *shown, case = example.messages[1]["content"].split("</example>")
        assert not any(example.patient in text for text in shown)
        assert example.patient.split()[-1] in case


def test_author_style() -> None:
    author = TOWN.authors["de"][1]
    assert author_style(CaseDetails(language="de", author=author.name)) == author.style
    assert author_style(CaseDetails(language="de", author="Dr. Niemand")) is None


def test_shorter_drops_whole_turns(letters: list[Example]) -> None:
    long = next(e for e in letters if len(e.answers) > 2)
    shorter = long.shorter()
    assert shorter is not None
    assert shorter.messages == long.messages[:-2]
    assert shorter.answers == long.answers[:-1]
    assert next(e for e in letters if len(e.answers) == 1).shorter() is None


def test_pairs_survive_a_file(tmp_path: Path, letters: list[Example]) -> None:
    assert write_pairs(tmp_path / "a" / "train.jsonl", letters[:5]) == 5
    assert read_pairs(tmp_path / "a" / "train.jsonl") == letters[:5]


GOOD = {
    "messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}],
    "answers": [1],
}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "{}",
        json.dumps(GOOD | {"answers": []}),
        json.dumps(GOOD | {"answers": [0]}),
        json.dumps(GOOD | {"answers": [5]}),
        json.dumps(GOOD | {"messages": [{"role": "robot", "content": "a"}]}),
        json.dumps(
            GOOD | {"messages": [GOOD["messages"][0], {"role": "assistant", "content": " "}]}
        ),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n{line}\n", encoding="utf-8")
    with pytest.raises(TrainingError, match=r"train\.jsonl, line 2"):
        read_pairs(path)


def test_no_file_and_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="can't be read"):
        read_pairs(tmp_path / "train.jsonl")
    (tmp_path / "train.jsonl").write_text("")
    with pytest.raises(TrainingError, match="no examples"):
        read_pairs(tmp_path / "train.jsonl")
