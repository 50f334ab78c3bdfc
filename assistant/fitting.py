"""A prompt that fits the model's context: with the whole case, or with the case condensed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.condenser import Condensed, Condenser, Condensing
from assistant.condensing import SHARE
from assistant.context import Fitted, Limits, fit, parts, room_for_case
from assistant.counting import counts_of, limits_of
from assistant.prompt import Kind, Turn
from assistant.settings import AssistantSettings
from index.case import Case
from index.errors import PromptTooLong
from retrieval.exemplar import Exemplar

if TYPE_CHECKING:
    from assistant.client import ModelClient


class Fitting:
    """Puts prompts together; one for all users."""

    def __init__(self, client: ModelClient, settings: AssistantSettings) -> None:
        self._client = client
        self._settings = settings
        self._condenser = Condenser(client, settings)

    async def fit(
        self,
        case: Case,
        kind: Kind,
        exemplars: Sequence[Exemplar],
        turns: Sequence[Turn],
        condensed: str,
        model: str,
    ) -> AsyncGenerator[Condensing | Fitted, None]:
        """The prompt with the case in it, or with what it was condensed to.

        Args:
            exemplars: best first.
            turns: oldest first; the last one is to be answered.
            condensed: the case as it was condensed before, or empty.
            model: whose prompt it is.

        Raises:
            PromptTooLong: the case can't be made to fit.
            ModelError: the model failed, on counting or on condensing.
        """
        limits = await limits_of(
            self._client, model, room_for_answer(kind, self._settings), self._settings.refine_tokens
        )

        async def fitted(text: str) -> Fitted:
            shown = replace(case, text=text)
            counts = await counts_of(
                self._client, model, parts(shown, kind, exemplars, turns).texts()
            )
            found = fit(shown, kind, exemplars, turns, counts.__getitem__, limits)
            return found if text == case.text else replace(found, condensed=text)

        for text in (case.text, condensed) if condensed else (case.text,):
            with suppress(PromptTooLong):
                found = await fitted(text)
                break
        else:
            room = await self._room_for_record(case, kind, turns, limits, model)
            if room < SHARE:
                await fitted(case.text)  # says what is too long
            text = ""
            async with aclosing(self._condenser.condense(case, room)) as steps:
                async for step in steps:
                    if isinstance(step, Condensed):
                        text = step.text
                    else:
                        yield step
            found = await fitted(text)
        yield found

    async def _room_for_record(
        self, case: Case, kind: Kind, turns: Sequence[Turn], limits: Limits, model: str
    ) -> int:
        """Tokens for a condensed case: it is to do for letter and summary, and for turns to come.

        Of the turns one alone must have room, and `refine_tokens` are for two.
        """
        settings = self._settings
        limits = replace(limits, answer=max(settings.letter_tokens, settings.summary_tokens))
        texts = parts(replace(case, text=""), kind, (), turns[-1:])
        counts = await counts_of(self._client, model, texts.texts())
        room = room_for_case(case.language, kind, counts.__getitem__, limits)
        asked = sum(counts[text] for turn in texts.history for text in turn)
        turn = asked + 2 * limits.per_message if turns else 0
        return room - max(turn, min(limits.turns // 2, room // 3))


def model_for(kind: Kind, settings: AssistantSettings) -> str:
    """The served model's name, where no adapter is promoted."""
    return settings.letter_model if kind is Kind.LETTER else settings.summary_model


def room_for_answer(kind: Kind, settings: AssistantSettings) -> int:
    """In tokens."""
    return settings.letter_tokens if kind is Kind.LETTER else settings.summary_tokens
