"""From a conversation to token ids and labels: the loss falls on the model's own words alone.

The chat template is the tokenizer's own, so that training sees what the server sends. Which tokens
are an answer is found by rendering the conversation up to it: this works for every template whose
text only grows with each message, and is refused for any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from assistant.prompt import Message
from finetune.pairs import Example
from index.errors import TrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

IGNORED = -100
"""The label that PyTorch's cross-entropy leaves out."""

_TURN = r"[.:;!?](?= \S)|\n+(?=\S)"
"""Behind it something new begins."""


@dataclass(frozen=True)
class Encoded:
    """One example as the model takes it; both lists have one entry a token."""

    input_ids: list[int]
    labels: list[int]
    stressed: frozenset[int] = frozenset()
    """Positions of what counts more in the answers, where it was asked for."""


def encode(
    tokenizer: PreTrainedTokenizerBase,
    example: Example,
    stop_ids: frozenset[int],
    *,
    stressed: Sequence[str] | None = None,
) -> Encoded:
    """Token ids, and labels that are `IGNORED` outside of the answers.

    Args:
        tokenizer: with a chat template.
        example: at least one answer.
        stop_ids: the tokens that end an answer when served; each answer's last label is one.
        stressed: facts; may be none. Told apart in the answers are the first token of each and the
            one after it, and the end of every line and sentence with the first token of the next:
            there it is decided which value is copied and what is told next; the other tokens mostly
            follow by themselves.

    Raises:
        TrainingError: the template's text doesn't grow message by message, or an answer doesn't
            end with a stop token, which would train a model that never stops.
    """
    messages = example.messages
    text = _render(tokenizer, messages)
    spans = [_answer_span(tokenizer, text, messages, index) for index in example.answers]
    encoding = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    input_ids = cast("list[int]", encoding["input_ids"])
    offsets = cast("list[tuple[int, int]]", encoding["offset_mapping"])
    labels = [IGNORED] * len(input_ids)
    for start, end in spans:
        inside = [i for i, (a, b) in enumerate(offsets) if a < b and start <= a and b <= end]
        for i in inside:
            labels[i] = input_ids[i]
        # Some templates put a line break behind the stop token: it may carry loss, but a stop
        # token has to be there.
        if not any(input_ids[i] in stop_ids for i in inside[-2:]):
            # Any other token may be a patient's word.
            own = cast("dict[int, Any]", tokenizer.added_tokens_decoder)
            marks = [i for at in inside[-2:] if (i := input_ids[at]) in own and own[i].special]
            ends = "".join(f", but with {own[i]} ({i})" for i in marks)
            raise TrainingError(
                f"An answer doesn't end with a token that stops the model{ends}.",
                "Add the chat template's end-of-turn token to eos_token_id in the base's"
                " generation_config.json.",
            )
    answers = [(start, text[start:end]) for start, end in spans]
    points = [
        start + place
        for start, answer in answers
        for pattern in ((*map(re.escape, stressed), _TURN) if stressed is not None else ())
        for match in re.finditer(pattern, answer)
        for place in (match.start(), match.end())
    ]
    inside = (i for i, (a, b) in enumerate(offsets) if any(a <= p < b for p in points))
    return Encoded(input_ids, labels, frozenset(inside))


def prompt_ids(tokenizer: PreTrainedTokenizerBase, messages: Sequence[Message]) -> list[int]:
    """The tokens after which an answer is to be written."""
    text = _render(tokenizer, messages, prompt=True)
    return cast("list[int]", tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])


def stop_tokens(
    tokenizer: PreTrainedTokenizerBase, generation_config: object | None
) -> frozenset[int]:
    """The ids at which a server stops: the generation config's and the tokenizer's own."""
    configured = getattr(generation_config, "eos_token_id", None)
    ids = [*(configured if isinstance(configured, list) else [configured]), tokenizer.eos_token_id]
    return frozenset(int(i) for i in cast("list[Any]", ids) if i is not None)


def _render(
    tokenizer: PreTrainedTokenizerBase, messages: Sequence[Message], *, prompt: bool = False
) -> str:
    conversation = cast("list[dict[str, str]]", list(messages))
    return cast(
        "str",
        tokenizer.apply_chat_template(conversation, tokenize=False, add_generation_prompt=prompt),
    )


def _answer_span(
    tokenizer: PreTrainedTokenizerBase, text: str, messages: Sequence[Message], index: int
) -> tuple[int, int]:
    """Characters of the answer in `text`, from behind its header to the end of its turn."""
    before = _render(tokenizer, messages[:index], prompt=True)
    through = _render(tokenizer, messages[: index + 1])
    if not (text.startswith(through) and through.startswith(before)):
        raise TrainingError(
            "The chat template writes earlier messages differently once later ones follow,"
            " so the answers can't be told from the prompt.",
            "Use the template that came with the base model.",
        )
    return len(before), len(through)
