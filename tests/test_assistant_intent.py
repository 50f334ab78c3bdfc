from __future__ import annotations

import pytest

from assistant.intent import Intent, understand


@pytest.mark.parametrize(
    ("message", "has_case", "has_draft", "intent"),
    [
        ("Draft the letter", True, False, Intent.LETTER),
        ("please write the letter", True, True, Intent.LETTER),
        ("Schreibe den Arztbrief", True, False, Intent.LETTER),
        ("Bitte den Brief", True, False, Intent.LETTER),
        ("Summarise the case", True, True, Intent.SUMMARY),
        ("Fasse den Fall zusammen", True, True, Intent.SUMMARY),
        ("Fallzusammenfassung bitte", True, False, Intent.SUMMARY),
        ("make the history shorter", True, True, Intent.REFINE),
        ("address it to Dr. Keller", True, True, Intent.REFINE),
        ("Nachsorge in 3 Monaten statt 6 Wochen", True, True, Intent.REFINE),
        (
            "Anna Berger, born 12 March 1961, carcinoma of the left breast",
            False,
            False,
            Intent.CASE,
        ),
        ("Draft the letter", False, False, Intent.LETTER),
    ],
)
def test_what_a_message_asks_for(
    message: str, has_case: bool, has_draft: bool, intent: Intent
) -> None:
    assert understand(message, has_case=has_case, has_draft=has_draft) is intent
