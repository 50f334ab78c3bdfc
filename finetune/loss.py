"""The loss on answers, without ever making the logits of a prompt.

hidden states -> those before an answer's token -> head, a chunk at a time -> nats a token

The head is frozen: the gradient of the hidden states is made while a chunk's logits are there, so
that no chunk is made twice and none is kept. At a vocabulary of 128,000 the logits of one row of
8,192 tokens would be 4 GiB in float32, and their gradient as much again.
"""

from __future__ import annotations

from types import MethodType
from typing import TYPE_CHECKING, Any, cast

import torch
from torch.nn.functional import cross_entropy
from transformers.modeling_outputs import CausalLMOutput

from finetune.labels import IGNORED
from index.errors import TrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedModel

CHUNK = 1 << 26
"""Logits at a time: 256 MiB in float32."""


def weighted_loss(
    logits: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor
) -> torch.Tensor:
    """Nats a token, some of which count more than others.

    Args:
        logits: (tokens, vocabulary).
        targets: the tokens' ids.
        weights: how much each counts.
    """
    losses = cross_entropy(logits.float(), targets, reduction="none")
    return (losses * weights).sum() / weights.sum()


def answer_loss(
    hidden: torch.Tensor, head: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor
) -> torch.Tensor:
    """`weighted_loss` of `hidden @ head.T`, in chunks; a gradient goes to `hidden` alone.

    Args:
        hidden: (tokens, hidden size), each before the token that it has to tell.
        head: (vocabulary, hidden size), frozen.
        targets: the tokens' ids.
        weights: how much each counts.
    """
    # A base that is spread is handed all it is given in its own precision.
    weights = weights.float()
    loss = _ChunkedLoss.apply(hidden, head, targets, weights / weights.sum())
    return cast("torch.Tensor", loss)


class _ChunkedLoss(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        head: torch.Tensor,
        targets: torch.Tensor,
        shares: torch.Tensor,
    ) -> torch.Tensor:
        loss = torch.zeros((), device=hidden.device)
        learned = ctx.needs_input_grad[0]
        gradient = torch.empty_like(hidden) if learned else None
        size = max(1, CHUNK // head.shape[0])
        for some in (slice(at, at + size) for at in range(0, len(hidden), size)):
            logits = (hidden[some].to(head.dtype) @ head.T).float()
            here, wanted = shares[some, None], targets[some, None]
            total = logits.logsumexp(-1, keepdim=True)
            loss += ((total - logits.gather(1, wanted)) * here).sum()
            if gradient is not None:
                slope = logits.sub_(total).exp_().mul_(here).scatter_add_(1, wanted, -here)
                gradient[some] = slope.to(head.dtype) @ head
                del slope
            del logits  # or it would stand beside the next chunk's
        if gradient is not None:
            ctx.save_for_backward(gradient)
        return loss

    @staticmethod
    def backward(ctx: Any, *outer: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        (gradient,) = ctx.saved_tensors
        return gradient * outer[0].to(gradient.dtype), None, None, None


def lose_on_answers(base: PreTrainedModel) -> None:
    """Lets the model give `answer_loss` when it is called with labels, and no logits then.

    Its own way is tried on a few tokens and has to come to the same.

    Raises:
        TrainingError: the base does more to its logits than one matrix.
    """
    plain = base.forward
    last = cast("Any", base.get_output_embeddings())
    logits = last.forward

    # Called as a module: where its weights are spread over processes, they are there only then.
    def told(
        head: Any,
        hidden: torch.Tensor,
        targets: torch.Tensor | None = None,
        weights: torch.Tensor | None = None,
    ) -> torch.Tensor:
        if targets is None or weights is None:
            return logits(hidden)
        return answer_loss(hidden, head.weight, targets, weights)

    last.forward = MethodType(told, last)

    def forward(
        model: PreTrainedModel,
        input_ids: torch.Tensor | None = None,
        labels: torch.Tensor | None = None,
        weights: torch.Tensor | None = None,
        **rest: Any,
    ) -> Any:
        if labels is None:
            return plain(input_ids=input_ids, **rest)
        decoder, head = model.get_decoder(), cast("Any", model.get_output_embeddings())
        hidden = decoder(input_ids=input_ids, **{**rest, "use_cache": False}).last_hidden_state
        targets = labels[:, 1:]
        counted = targets != IGNORED
        shares = (
            torch.ones_like(targets, dtype=torch.float32) if weights is None else weights[:, 1:]
        )
        loss = head(hidden[:, :-1][counted], targets[counted], shares[counted])
        return CausalLMOutput(loss=loss)

    ids = torch.arange(8, device=base.device)[None] + 2
    with torch.no_grad():
        expected = plain(input_ids=ids, labels=ids, use_cache=False).loss
    base.forward = MethodType(forward, base)
    with torch.no_grad():
        got = base(input_ids=ids, labels=ids).loss
    if not torch.allclose(got, expected, rtol=1e-2):
        raise TrainingError(
            f"{type(base).__name__} makes its logits in a way that this training doesn't know.",
            "Take a model of the Llama family.",
        )
