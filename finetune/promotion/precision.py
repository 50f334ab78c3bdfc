"""The adapter as it is served, held against the adapter as it was trained.

A server that holds the base in another precision, leaves the adapter out or scales it otherwise
still writes letters, and nobody sees the difference. The log probabilities of held-out answers
tell: vLLM's against those of base and adapter here, held as while training.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from assistant.lora import client_of, load_missing, unload
from assistant.prompt import Message
from assistant.serving import Endpoint
from finetune.adapter import load_adapter, load_base, load_tokenizer, log_probabilities
from finetune.card import Card, Comparison
from finetune.config import ModelConfig
from finetune.labels import IGNORED, encode, stop_tokens
from finetune.pairs import Example
from finetune.promotion.verdict import Check
from finetune.settings import FinetuneSettings
from finetune.trials import Trial
from index.errors import ModelError, TrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_ROOM = 1.3
"""The base and what a forward pass needs, as a multiple of the base's files."""


@dataclass(frozen=True)
class _Text:
    """A prompt with its answer, as tokens; the answer begins at `first`."""

    ids: list[int]
    first: int


def compare(
    endpoint: Endpoint,
    folder: Path,
    base: Path,
    card: Card,
    trials: Sequence[Trial],
    say: Callable[[str], None],
) -> Comparison:
    """How far the adapter in `folder` is, served there, from the same one here.

    Args:
        endpoint: is given the adapter under the folder's name, and has it no more afterwards.
        folder: where the server reads it, too.
        base: the folder of the model that it serves.
        card: says how the base was held while training.
        trials: held-out prompts; those that are longer than the server's context are left out.
        say: is told what is being done.

    Raises:
        ModelError: the server can't be reached, or refuses.
        TrainingError: the base can't be loaded here, or no prompt fits the server's context.
    """
    model = ModelConfig.model_validate(card.config["model"] | {"base": base, "attention": "sdpa"})
    device = _device(base)
    say(f"loading the base as it was trained on: {card.precision}, {device}")
    loaded = load_base(model, device)
    texts = list(_texts(base, loaded, trials, _context(endpoint)))
    if not texts:
        raise TrainingError(
            "No held-out prompt fits the context that is served.", "Serve a longer context."
        )
    say(f"{len(texts)} held-out answers through the server")
    load_missing(endpoint, {folder.name: folder})
    try:
        served = [served_log_probabilities(endpoint, folder.name, t.ids, t.first) for t in texts]
    finally:
        unload(endpoint, folder.name)
    say("the same answers here")
    adapted = load_adapter(loaded, folder).eval()
    trained = [log_probabilities(cast("Any", adapted), text.ids, text.first) for text in texts]
    with cast("AbstractContextManager[None]", adapted.disable_adapter()):
        plain = [log_probabilities(cast("Any", adapted), text.ids, text.first) for text in texts]
    gaps, changes = _gaps(served, trained), _gaps(plain, trained)
    return Comparison(
        trained=card.precision,
        device=device,
        prompts=len(texts),
        tokens=len(gaps),
        mean_gap=round(sum(gaps) / len(gaps), 5),
        max_gap=round(max(gaps), 4),
        adapter_gap=round(sum(changes) / len(changes), 5),
    )


def check_gaps(found: Comparison, settings: FinetuneSettings) -> Iterator[Check]:
    """Whether what is served is what was trained."""
    share = found.mean_gap / found.adapter_gap if found.adapter_gap else 1.0
    how = f"served and trained ({found.trained}) differ by"
    for figure, bar, line in (
        (found.mean_gap, settings.bar_mean_gap, "{:.4f} nats a token; the bar is {}"),
        (found.max_gap, settings.bar_max_gap, "{:.2f} nats at most; the bar is {}"),
        (share, settings.bar_gap_share, "{:.0%} of what the adapter changes; the bar is {:.0%}"),
    ):
        yield Check("served", figure <= bar, f"{how} {line.format(figure, bar)}", figure, bar)


def served_log_probabilities(
    endpoint: Endpoint, model: str, ids: Sequence[int], first: int
) -> list[float]:
    """vLLM's log probabilities of the tokens from position `first` on, in nats.

    Raises:
        ModelUnavailable: it does not answer, or doesn't tell them.
        ModelError: it refuses.
    """
    asked = {"model": model, "prompt": list(ids), "max_tokens": 1, "temperature": 0}
    with client_of(endpoint) as client:
        answer = client.post("completions", json=asked | {"prompt_logprobs": 0})
        if answer.is_client_error:
            raise ModelError(
                f"vLLM does not tell log probabilities of prompts: {answer.status_code}.",
                "A gateway before it must pass /v1/completions; else promote --without-server.",
            )
        told = answer.raise_for_status().json()["choices"][0]["prompt_logprobs"]
        pairs = zip(ids[first:], told[first:], strict=True)
        return [float(each[str(token)]["logprob"]) for token, each in pairs]


def _context(endpoint: Endpoint) -> int:
    """The longest prompt that is served, in tokens."""
    with client_of(endpoint) as client:
        models = client.get("models").raise_for_status().json()["data"]
        return max(int(model.get("max_model_len") or 0) for model in models) - 1


def _texts(
    base: Path, loaded: PreTrainedModel, trials: Sequence[Trial], context: int
) -> Iterator[_Text]:
    tokenizer = load_tokenizer(base)
    stop = stop_tokens(tokenizer, loaded.generation_config)
    for trial in trials:
        answer: Message = {"role": "assistant", "content": trial.reference}
        example = Example((*trial.messages, answer), (len(trial.messages),))
        encoded = encode(tokenizer, example, stop)
        if len(encoded.input_ids) <= context:
            first = next(at for at, label in enumerate(encoded.labels) if label != IGNORED)
            yield _Text(encoded.input_ids, first)


def _gaps(one: Sequence[Sequence[float]], two: Sequence[Sequence[float]]) -> list[float]:
    return [
        abs(a - b)
        for first, second in zip(one, two, strict=True)
        for a, b in zip(first, second, strict=True)
    ]


def _device(base: Path) -> str:
    """The GPU where the server has left enough of it."""
    from finetune.preflight.room import this_machine

    machine = this_machine(base)
    needed = _ROOM * sum(path.stat().st_size for path in base.glob("*.safetensors"))
    return "cuda" if machine.gpu and machine.memory > needed + (2 << 30) else "cpu"
