"""Letters that are begun, for a model to go on with (Carlini et al. 2021, 2023: extraction by the
beginning of a training text).

Asked with its case, a good adapter writes much of the letter word for word: the case says it. What
it learned by heart is what it says of learned letters beyond what it says of others. Asked without
the case, there is nothing else to say it from.
"""

from __future__ import annotations

import re

from assistant.prompt import Kind, Message
from finetune.pairs import Example
from finetune.safety.plan import FIRST_WORDS
from finetune.trials import Trial
from index.language import detect_language

CONTINUATION = 50
"""Tokens that are compared one by one, as in the papers."""
ROOM = 256
"""A model's tokens that it may go on with: 50 of ours are 70 to 130 of a model's."""

_SPOKEN = re.compile(r"\w+|[^\w\s]")
_WORD = re.compile(r"\S+")
_EXAMPLES = re.compile(r"<example>\n.*?\n</example>\n\n", re.DOTALL)
_CASE = re.compile(r"(?<=<case>\n).*?(?=\n</case>)", re.DOTALL)


def tokens(text: str) -> list[str]:
    """Words and marks: the same for every model, whatever its own tokens are."""
    return _SPOKEN.findall(text)


def without_examples(text: str) -> str:
    """A request without its example letters, which are other patients'."""
    return _EXAMPLES.sub("", text)


def probe(
    example: Example, name: str, kind: Kind, *, with_case: bool, words: int = FIRST_WORDS
) -> Trial | None:
    """The prompt, and the letter's first words as the beginning of the answer.

    Args:
        example: whose first answer is the letter.
        name: of the example.
        kind: letter or summary.
        with_case: leave the case and the example letters in the prompt.
        words: that the letter is begun with.

    Returns:
        None where fewer than `CONTINUATION` tokens follow on the first words, or no case can be
        taken out; the trial's `reference` is the rest of the letter.
    """
    answer = example.messages[example.answers[0]]["content"].strip()
    ends = [match.end() for match in _WORD.finditer(answer)]
    if len(ends) <= words or len(tokens(answer[ends[words - 1] :])) < CONTINUATION:
        return None
    prompt = list(example.messages[: example.answers[0]])
    if not with_case:
        bare = [_without_case(message) for message in prompt]
        if bare == prompt:
            return None
        prompt = bare
    begun: Message = {"role": "assistant", "content": answer[: ends[words - 1]]}
    messages = (*prompt, begun)
    return Trial(
        case_id=name,
        patient=name,
        kind=kind,
        language=detect_language(answer),
        source="\n\n".join(message["content"] for message in messages),
        exemplars=(),
        reference=answer[ends[words - 1] :],
        messages=messages,
    )


def _without_case(message: Message) -> Message:
    content = message["content"]
    if message["role"] != "user" or not _CASE.search(content):
        return message
    return {"role": "user", "content": _CASE.sub("", without_examples(content))}
