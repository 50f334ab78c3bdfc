"""Questions to the served models, whose answers are kept as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.client import ModelClient
from finetune.answers import Answer, AnswerFile, Row, prompt_id
from finetune.asking import ask
from finetune.trials import Trial

_TOLD = 4
"""Lines of progress."""


@dataclass(frozen=True)
class KeptAnswers:
    """Asks for what is not there yet.

    Attributes:
        client: of the server.
        file: where answers are kept; None keeps none.
        at_once: requests at the same time.
        say: takes a line now and then.
    """

    client: ModelClient
    file: AnswerFile | None
    at_once: int
    say: Callable[[str], None]

    async def of(
        self, model: str, trials: Sequence[Trial], room: int, what: str, *, repeat: int = 0
    ) -> list[Answer]:
        """Answers in the trials' order.

        Args:
            model: a served name.
            trials: what to ask; two with the same prompt have one answer.
            room: tokens that an answer may have.
            what: the trials, in words.
            repeat: which time the same is asked.

        Raises:
            ModelError: the server refuses, or none of the answers came.
        """
        mark = f"+{repeat}" if repeat else ""
        keys = [prompt_id(trial.messages, room) + mark for trial in trials]
        found = {key: row.answer for key in keys if (row := self._kept(model, key))}
        left = {key: trial for key, trial in zip(keys, trials, strict=True) if key not in found}
        self.say(f"{model}, {what}: {len(left)} to ask")
        asked, step = list(left), max(1, len(left) // _TOLD)

        def got(number: int, answer: Answer) -> None:
            key = asked[number]
            found[key] = answer
            done = len(found) - len(set(keys)) + len(left)
            if done % step == 0 and done < len(left):
                self.say(f"{model}, {what}: {done} of {len(left)}")
            if self.file:
                target = left[key].target()
                self.file.add(
                    Row(prompt=key, served=model, exemplars=0, target=target, answer=answer)
                )

        await ask(self.client, model, list(left.values()), room=room, at_once=self.at_once, got=got)
        return [found[key] for key in keys]

    def _kept(self, model: str, key: str) -> Row | None:
        return self.file.found((model, 0, key)) if self.file else None
