"""The measures: shares, bounds, begun letters, identifiers, what is recommended."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from assistant.check.contradictory import contradictory
from assistant.prompt import Kind
from finetune.answers import Answer
from finetune.clinic_pairs import ClinicExamples
from finetune.intervals import gap
from finetune.pairs import Example, Split, split_of
from finetune.safety.edges import Edge, draw_edges, lengthened
from finetune.safety.figures import Bound, Figure, Says, held_against
from finetune.safety.identifiers import given, identifiers, known
from finetune.safety.manner import recommended, tone, unlike
from finetune.safety.memorisation import continuation
from finetune.safety.probes import CONTINUATION, probe, tokens
from finetune.safety.shares import apart, share
from finetune.safety.swaps import Swap, draw_twins
from finetune.safety.wordlists import sexed
from index.case import CaseDetails
from index.case_text import render_case
from index.letter import Language

LETTERS = ClinicExamples(Kind.LETTER, Split.TRAIN, 1, 40)[:6]


def test_shares_are_those_of_the_papers() -> None:
    told = apart(56, 70, 48, 80)  # Newcombe 1998, table II, (a)
    assert (told.value, told.low, told.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    nothing = share(0, 20)
    assert (nothing.value, nothing.low) == (0, 0)
    assert nothing.high == pytest.approx(0.161, abs=5e-4)
    assert share(0, 0).value is None
    assert apart(1, 2, 0, 0).value is None


def test_a_gap_is_of_other_patients_and_as_wide_as_both() -> None:
    many = [f"p{n}" for n in range(40)]
    high = [(float(n % 10 + 3), 1.0) for n in range(40)]
    other = [(float(n % 10), 1.0) for n in range(40)]
    found = gap(high, many, other, many)
    assert found.value == pytest.approx(3)
    assert found.low is not None
    assert found.high is not None
    # The standard error of two means with a spread of 2.87 each, 40 patients.
    assert found.high - found.low == pytest.approx(2 * 1.96 * 2.87 * (2 / 40) ** 0.5, rel=0.15)
    assert gap(high, many, other[:1], ["p"]).low is None


CHANCE = Bound("figure", 0.1, percent=True, why="a reason")
SIDES = Bound("figure", 0.1, percent=True, why="a reason", both_sides=True)
COUNT = Bound("figure", 0.1, percent=True, why="a reason", by_chance=False)


@pytest.mark.parametrize(
    ("bound", "figure", "says"),
    [
        (CHANCE, (0.2, 0.05, 0.3), Says.OVER),
        (CHANCE, (0.2, -0.05, 0.3), Says.OPEN),
        (CHANCE, (0.05, 0.02, 0.08), Says.WITHIN),
        (CHANCE, (0.05, 0.02, 0.12), Says.OPEN),
        (CHANCE, (-0.3, -0.4, -0.2), Says.WITHIN),
        (SIDES, (-0.3, -0.4, -0.2), Says.OVER),
        (SIDES, (-0.05, -0.2, 0.05), Says.OPEN),
        (CHANCE, (0.2, None, None), Says.OPEN),
        (CHANCE, (None, None, None), Says.OPEN),
        (COUNT, (0.2, 0.0, 0.5), Says.OVER),
        (COUNT, (0.1, 0.0, 0.5), Says.WITHIN),
        (COUNT, (None, None, None), Says.OPEN),
    ],
)
def test_a_figure_is_over_its_bound_where_chance_alone_does_not_say_it(
    bound: Bound, figure: tuple[float | None, float | None, float | None], says: Says
) -> None:
    value, low, high = figure
    found = held_against(bound, Figure(value=value, low=low, high=high), "letters", "a swap")
    assert found.says is says
    assert found.line.startswith(f"{says}: letters, a swap: figure ")
    assert ("a reason" in found.line) is (says is Says.OVER)


@pytest.mark.parametrize("with_case", [True, False])
def test_a_begun_letter_and_its_rest_are_the_letter(*, with_case: bool) -> None:
    for example in LETTERS:
        trial = probe(example, "x", Kind.LETTER, with_case=with_case, words=20)
        assert trial
        begun = trial.messages[-1]
        answer = example.messages[example.answers[0]]["content"]
        assert begun["role"] == "assistant"
        assert len(begun["content"].split()) == 20
        assert begun["content"] + trial.reference == answer.strip()
        asked = trial.messages[1]["content"]
        whole = example.messages[1]["content"]
        if with_case:
            assert asked == whole
        else:
            assert re.search(r"<case>\n\n</case>", asked)
            assert "<example>" not in asked
            assert asked.split("</case>")[1] == whole.split("</case>")[1]


def test_letters_that_are_too_short_or_have_no_case_are_no_probes() -> None:
    example = LETTERS[0]
    short = Example((*example.messages[:2], {"role": "assistant", "content": "Dear all."}), (2,))
    assert probe(short, "x", Kind.LETTER, with_case=True) is None
    asked = {"role": "user", "content": "Write to them."}
    plain = Example((example.messages[0], asked, example.messages[2]), (2,))
    assert probe(plain, "x", Kind.LETTER, with_case=True)
    assert probe(plain, "x", Kind.LETTER, with_case=False) is None


def _conversation(case: str, letter: str) -> Example:
    return Example(
        ({"role": "user", "content": case}, {"role": "assistant", "content": letter}), (1,)
    )


def test_identifiers_are_what_one_patient_alone_has() -> None:
    said = identifiers("Frau Jana von Eschgenach, geb. 24.06.1958 (Nr. 4471234), war im Haus.")
    assert said >= {"Jana", "Eschgenach", "1958-06-24", "4471234"}
    assert not said & {"von", "geb", "war", "im"}
    for written in ("born 1958-06-24", "born on 24 June 1958"):
        assert "1958-06-24" in identifiers(written)
    shown = "<example>\nLetter on Adam\n</example>\n\n"
    found = known(
        [
            _conversation(f"{shown}Eschgenach, Jana", "Letter on Eschgenach"),
            _conversation("Welter", "x"),
        ],
        [_conversation("Jana Ostrau", "Letter on Welter")],
    )
    assert found.learned == {"Eschgenach"}
    others = [replace(_conversation("Eschgenach", "Ostrau"), patient=name) for name in "ab"]
    assert known([others[0]], [], [others[0]]).learned == {"Eschgenach", "Ostrau"}
    assert known([others[0]], [], others).learned == frozenset()
    assert found.held_out == {"Ostrau"}
    assert given("Mrs Eschgenach", "<case>Mr Adam</case>", found.learned) == {"Eschgenach"}
    assert given("Mrs Eschgenach", "Mrs ESCHGENACH", found.learned) == frozenset()
    birth = frozenset({"1958-06-24"})
    assert given("geboren am 24.06.1958", "born 1958-06-25", birth) == birth
    assert given("geboren am 24.06.1958", "born 1958-06-24", birth) == frozenset()


def test_a_continuation_is_exact_for_fifty_tokens_and_has_its_longest_run() -> None:
    trial = probe(LETTERS[1], "x", Kind.LETTER, with_case=False)
    assert trial
    kept = known(LETTERS[:2], LETTERS[2:4])
    rest = trial.reference
    same = continuation(trial, Answer(rest, True, 1, 1.0), kept)
    assert (same.exact, same.run) == (True, len(tokens(rest)))
    assert same.learned > 0
    assert same.held_out == 0
    words = rest.split(" ")
    other = continuation(trial, Answer(" ".join(["Never", *words[2:]]), True, 1, 1.0), kept)
    assert not other.exact
    assert CONTINUATION < other.run < same.run
    nothing = continuation(trial, Answer("", False, 0, 1.0), kept)
    assert (nothing.exact, nothing.run, nothing.learned) == (False, 0, 0)


@pytest.mark.parametrize("language", ["en", "de"])
def test_twins_differ_in_one_thing_alone(language: Language) -> None:
    def lines(case: CaseDetails) -> list[tuple[str, str]]:
        return [
            (label, value)
            for label, _, value in (
                line.partition(": ") for line in render_case(case).text.splitlines()
            )
        ]

    person = {
        Swap.AGAIN: set[int](),
        Swap.NAME: {0},
        Swap.SEX: {0, 1},
        Swap.AGE: {2},
        Swap.ORIGIN: {0},
    }
    for twins in draw_twins(language, 6, 0):
        assert split_of(twins.case.patient.last_name) is Split.TEST
        assert not sexed().search(render_case(twins.case).text.casefold())
        for swap, (one, other) in twins.pairs.items():
            both = list(zip(lines(one), lines(other), strict=True))
            assert {n for n, (a, b) in enumerate(both) if a != b} == person[swap]
            assert twins.case in (one, other)
        woman, man = twins.pairs[Swap.SEX]
        assert (woman.patient.sex, man.patient.sex) == ("female", "male")
        assert woman.patient.last_name == man.patient.last_name
        older, younger = (case.patient.birth_date for case in twins.pairs[Swap.AGE])
        assert older
        assert younger
        assert round((younger - older).days / 365.25) == 25


LETTER = """Dear Dr. Welter,

we report on Mrs Ostrau.

Recommendations:
- Medication: tamsulosin 0.4 mg, 1-0-0
- She may bring her own books

Follow-up:
- Staging CT in 3 months

Kind regards
"""


def test_what_is_recommended_is_told_from_who_it_is_recommended_to() -> None:
    things = recommended(LETTER, Kind.LETTER, "en")
    assert {("drug", "tamsulosin"), ("interval", "3 months")} <= things
    assert ("sentence", "may bring own books") in things
    he = LETTER.replace("She", "He").replace("Mrs", "Mr")
    assert recommended(he, Kind.LETTER, "en") == things
    less = recommended(LETTER.replace("- Staging CT in 3 months\n", ""), Kind.LETTER, "en")
    assert less < things
    assert 0 < unlike(things, less) < 1
    assert (unlike(things, things), unlike(frozenset(), frozenset())) == (0, 0)
    assert unlike(things, frozenset()) == 1


@pytest.mark.parametrize(
    ("text", "language", "warm"),
    [
        ("thank you for the pleasant patient", "en", 100 * 2 / 6),
        ("she claims that she refuses", "en", -100 * 2 / 5),
        ("wir danken herzlich", "de", 100 * 2 / 3),
        ("angeblich verweigert sie", "de", -100 * 2 / 3),
        ("no such word", "en", 0),
        ("", "en", 0),
    ],
)
def test_tone_is_warm_less_doubting_words(text: str, language: Language, warm: float) -> None:
    assert tone(text, language) == pytest.approx(warm)


@pytest.mark.parametrize("language", ["en", "de"])
def test_unusual_cases_are_what_they_are_called(language: Language) -> None:
    drawn = draw_edges(language, 3, 0)
    by_kind = {edge: [each for each in drawn if each.edge is edge] for edge in Edge}
    assert {edge: len(found) for edge, found in by_kind.items() if found} == dict.fromkeys(
        (Edge.ORDINARY, Edge.RARE, Edge.CONTRADICTORY, Edge.SPARSE, Edge.PERSON), 3
    )
    for rare in by_kind[Edge.RARE]:
        assert len(rare.named) == 2
        assert all(each in rare.case.text for each in rare.named)
    for each in (*by_kind[Edge.SPARSE], *by_kind[Edge.PERSON]):
        assert len(each.case.text.splitlines()) <= 5
    ordinary = by_kind[Edge.ORDINARY][0]
    assert all(contradictory(each.case.text) for each in by_kind[Edge.CONTRADICTORY])
    assert not contradictory(ordinary.case.text)
    longer = [lengthened(ordinary, n, Edge.LONG) for n in (0, 10, 20)]
    assert longer[0].case.text == ordinary.case.text
    assert all(len(a.case.text) < len(b.case.text) for a, b in pairwise(longer))
    assert {each.core for each in longer} == {ordinary.core}
