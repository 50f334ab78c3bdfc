"""The report on adapters, from a server that is found or started for it.

subjects -> server -> an inquiry each -> SafetyReport
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import BaseModel

from assistant.prompt import Kind
from assistant.serving import Endpoint, serving
from assistant.settings import BASE_MODEL_NAME, AssistantSettings
from finetune.answers import AnswerFile
from finetune.asking import patient_client
from finetune.evaluate import fingerprints
from finetune.safety.figures import Says
from finetune.safety.inquiry import AdapterSafety, Inquiry
from finetune.safety.kept_answers import KeptAnswers
from finetune.safety.plan import Plan
from finetune.safety.subject import Letters, Subject, draw_letters

Say = Callable[[str], None]


class SafetyReport(BaseModel):
    adapters: list[AdapterSafety]

    @property
    def over(self) -> bool:
        """Whether any figure is over its bound."""
        return any(v.says is Says.OVER for each in self.adapters for v in each.verdicts)


def safety(
    settings: AssistantSettings,
    subjects: Sequence[Subject],
    plan: Plan,
    say: Say,
    *,
    own: bool = False,
    out: Path | None = None,
) -> SafetyReport:
    """The report on adapters.

    Args:
        settings: how they are served, each under its subject's name, beside their base.
        subjects: the adapters.
        plan: what is asked.
        say: takes a line now and then.
        own: serve the settings' models even where a product runs with others.
        out: keeps every answer as it comes; those that are there already are not asked for again.

    Raises:
        ModelError: the server can't be reached, or doesn't serve a model.
        SettingsError: no model is set.
        TrainingError: the pairs can't be used, or `out` holds other models' answers.
    """
    letters = [draw_letters(each, plan.pairs, plan.letters, plan.seed) for each in subjects]
    file = AnswerFile(out) if out else None
    if file:
        names = [BASE_MODEL_NAME, *(subject.name for subject in subjects)]
        file.must_be_of(fingerprints(settings, names))

    with serving(settings, say, own=own) as endpoint:
        asked = list(zip(subjects, letters, strict=True))
        return asyncio.run(_all(endpoint, settings, asked, plan, file, say))


async def _all(
    endpoint: Endpoint,
    settings: AssistantSettings,
    asked: Sequence[tuple[Subject, Letters]],
    plan: Plan,
    file: AnswerFile | None,
    say: Say,
) -> SafetyReport:
    async with patient_client(endpoint, settings) as client:
        answers = KeptAnswers(client, file, plan.at_once, say)
        found: list[AdapterSafety] = []
        for subject, letters in asked:
            letter = subject.kind is Kind.LETTER
            room = settings.letter_tokens if letter else settings.summary_tokens
            inquiry = Inquiry(client, answers, plan, subject, letters, room)
            found.append(await inquiry.all())
    return SafetyReport(adapters=found)
