"""Template and lengths: does what is learned end where a server stops, and does it fit?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from finetune.labels import IGNORED, encode, stop_tokens
from finetune.pairs import Example
from finetune.preflight.verdict import Colour, Finding, some_of
from index.errors import TrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_BARS = 10
_BAR_WIDTH = 40
_FEW_LABELS = 8
"""Tokens; an answer is never so short."""


@dataclass(frozen=True)
class Lengths:
    """Tokens of examples, one entry each, those of their answers, and what stays after cutting."""

    whole: tuple[int, ...]
    answers: tuple[int, ...]
    kept: tuple[int, ...]
    """Without the refine turns that don't fit; above the limit where nothing is left to cut."""


def served_stops(tokenizer: PreTrainedTokenizerBase, base: Path) -> frozenset[int]:
    """The ids at which vLLM stops: the tokenizer's own and those of generation_config.json."""
    from transformers import GenerationConfig

    there = (base / "generation_config.json").is_file()
    configured = GenerationConfig.from_pretrained(base) if there else None
    return stop_tokens(tokenizer, configured)


def measure(
    tokenizer: PreTrainedTokenizerBase,
    examples: Sequence[Example],
    stops: frozenset[int],
    limit: int,
) -> Lengths:
    """Lengths of all examples.

    Raises:
        TrainingError: the template can't be trained on, or an answer would never stop.
    """
    whole: list[int] = []
    answers: list[int] = []
    kept: list[int] = []
    for example in examples:
        encoded = encode(tokenizer, example, stops)
        whole.append(len(encoded.input_ids))
        while len(encoded.input_ids) > limit and (shorter := example.shorter()):
            example = shorter
            encoded = encode(tokenizer, example, stops)
        kept.append(len(encoded.input_ids))
        answers.append(sum(label != IGNORED for label in encoded.labels))
    return Lengths(tuple(whole), tuple(answers), tuple(kept))


def check_template(
    tokenizer: PreTrainedTokenizerBase, example: Example, stops: frozenset[int]
) -> Iterator[Finding]:
    """Whether the last label stops a server, and the text begins with one begin token."""
    try:
        encoded = encode(tokenizer, example, stops)
    except TrainingError as error:
        names = ", ".join(f"{t} ({i})" for i in sorted(stops) if (t := _name(tokenizer, i)))
        yield Finding(Colour.RED, "template", f"{error} A server stops at: {names}.")
        return
    last = next(i for i in reversed(encoded.labels) if i != IGNORED and i in stops)
    line = f"every answer ends with {_name(tokenizer, last)}, at which vLLM stops"
    yield Finding(Colour.GREEN, "template", line)
    begin = cast("int | None", tokenizer.bos_token_id)
    if begin is None:
        return
    begins = encoded.input_ids[:2].count(begin)
    if begins > 1:
        line = (
            f"The template writes {tokenizer.bos_token} twice: the model would learn a beginning"
            " that no server sends. Take one of them out of the chat template."
        )
        yield Finding(Colour.RED, "template", line)
    elif begins == 0 and _begins(tokenizer, begin):
        line = (
            f"The template writes no {tokenizer.bos_token}, with which this base's texts begin."
            " vLLM will send none either; it may cost quality."
        )
        yield Finding(Colour.YELLOW, "template", line)


def check_lengths(
    lengths: Lengths, limit: int, context: int, places: Sequence[int]
) -> Iterator[Finding]:
    """How long examples are, how many are cut, and which don't fit at all.

    Args:
        lengths: of the examples to learn from.
        limit: data.max_tokens.
        context: tokens that the base can see.
        places: the examples' line numbers.
    """
    if limit > context:
        line = f"data.max_tokens {limit} is more than the {context} tokens that the base can see."
        yield Finding(Colour.RED, "length", line)
    whole = sorted(lengths.whole)
    many = len(whole)
    line = (
        f"tokens: half have {whole[many // 2]} or fewer, 9 of 10 {whole[many * 9 // 10]}, the"
        f" longest {whole[-1]}; {sum(lengths.answers) / sum(lengths.kept):.0%} carry loss"
    )
    yield Finding(Colour.GREEN, "length", line, histogram(whole, limit))
    hopeless = [place for place, kept in zip(places, lengths.kept, strict=True) if kept > limit]
    if hopeless:
        line = (
            f"{len(hopeless)} of {many} examples are longer than data.max_tokens {limit}, and"
            f" nothing can be cut off (lines {some_of(hopeless)}): raise it, or take them out."
        )
        yield Finding(Colour.RED, "length", line)
    if cut := sum(length > limit for length in whole) - len(hopeless):
        line = f"{cut} of {many} examples lose their last turns at data.max_tokens {limit}"
        yield Finding(Colour.YELLOW, "length", line)
    silent = [place for place, n in zip(places, lengths.answers, strict=True) if n < _FEW_LABELS]
    if silent:
        line = f"{len(silent)} examples have next to nothing to learn (lines {some_of(silent)})"
        yield Finding(Colour.YELLOW, "length", line)


def histogram(lengths: Sequence[int], limit: int) -> tuple[str, ...]:
    """A bar a range of lengths; `|` marks the range with the limit."""
    step = max(1, -(-max(*lengths, limit) // _BARS))
    counts = [0] * _BARS
    for length in lengths:
        counts[min(_BARS - 1, (length - 1) // step)] += 1
    most = max(counts)
    rows: list[str] = []
    for number, count in enumerate(counts):
        bar = "█" * (-(-count * _BAR_WIDTH // most))
        mark = " | data.max_tokens" if number == min(_BARS - 1, (limit - 1) // step) else ""
        rows.append(f"{number * step + 1:>6} to {(number + 1) * step:>6} {count:>6} {bar}{mark}")
    return tuple(rows)


def _name(tokenizer: PreTrainedTokenizerBase, token: int) -> str:
    return str(tokenizer.convert_ids_to_tokens(token))


def _begins(tokenizer: PreTrainedTokenizerBase, begin: int) -> bool:
    """Whether the tokenizer puts a begin token before a text by itself."""
    return begin in cast("list[int]", tokenizer("a")["input_ids"])[:1]
