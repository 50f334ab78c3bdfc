from __future__ import annotations

import random

import pytest

from assistant.intent import Intent, Request, understand
from finetune.clinic.cases import draw_case
from finetune.clinic.letters import LetterOptions
from finetune.clinic.refinements import draw_refinement

LETTERS = [
    "Draft the letter",
    "please write the letter",
    "Could you write me a new letter, please?",
    "redraft the letter",
    "Now start over.",
    "Schreibe den Arztbrief",
    "Bitte erstellen Sie den Brief.",
    "Arztbrief schreiben",
    "Kannst du bitte den Brief neu schreiben",
    "Formuliere den Brief neu!",
]
SUMMARIES = [
    "Summarise the case",
    "please summarize this patient",
    "Give me a short summary",
    "Fasse den Fall zusammen",
    "Bitte fassen Sie den Fall kurz zusammen.",
    "Fallzusammenfassung bitte",
    "Erstelle eine Zusammenfassung des Falls",
]
CHANGES = [
    "make the history shorter",
    "address it to Dr. Keller",
    "Nachsorge in 3 Monaten statt 6 Wochen",
    "Write the letter to Dr. Roth",
    "Please write the letter more formally",
    "Write in the letter that follow-up is in 3 months",
    "Schreib den Brief an Dr. Roth",
    "Schreibe im Brief, dass die Nachsorge in 3 Monaten ist",
    "Summarise the treatment history in two sentences",
    "Shorten the case summary",
    "Fass die Vorgeschichte kürzer zusammen",
]


@pytest.mark.parametrize("has_draft", [False, True])
@pytest.mark.parametrize(
    ("intent", "messages"), [(Intent.LETTER, LETTERS), (Intent.SUMMARY, SUMMARIES)]
)
def test_a_plain_request_asks_for_a_draft(
    intent: Intent, messages: list[str], has_draft: bool
) -> None:
    for message in messages:
        got = understand(message, has_case=True, has_draft=has_draft)
        assert got == Request(intent), message


@pytest.mark.parametrize("message", CHANGES)
def test_beside_a_draft_all_else_is_a_change(message: str) -> None:
    assert understand(message, has_case=True, has_draft=True).intent is Intent.REFINE


@pytest.mark.parametrize(
    "message", ["Summarise the case in two sentences", "Fass den Fall in zwei Sätzen zusammen."]
)
def test_a_summary_of_the_case_is_never_a_change_of_the_letter(message: str) -> None:
    got = understand(message, has_case=True, has_draft=True)
    assert got == Request(Intent.SUMMARY, more=True)


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_change_is_taken_for_a_new_draft(language: str) -> None:
    rng = random.Random(language)
    for _ in range(600):
        details = draw_case(rng, language)
        change = draw_refinement(details, LetterOptions(), rng, language)
        got = understand(change.instruction, has_case=True, has_draft=True)
        assert got.intent is Intent.REFINE, change.instruction


@pytest.mark.parametrize(
    ("message", "has_case", "request_"),
    [
        ("Draft the letter and address it to Dr. Roth", True, Request(Intent.LETTER, more=True)),
        ("Summarise the case in two sentences", True, Request(Intent.SUMMARY, more=True)),
        ("Bitte den Brief", True, Request(Intent.LETTER, more=True)),
        ("Draft the letter", False, Request(Intent.LETTER)),
        ("Anna Berger, born 12 March 1961, carcinoma of the breast", False, Request(Intent.CASE)),
        ("Patient: Anna Berger\n" * 20, False, Request(Intent.CASE)),
    ],
)
def test_before_the_first_draft(message: str, has_case: bool, request_: Request) -> None:
    assert understand(message, has_case=has_case, has_draft=False) == request_
