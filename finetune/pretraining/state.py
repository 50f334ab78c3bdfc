"""A run between two steps: model, optimisers, schedule, and what comes next."""

from __future__ import annotations

import os
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import torch
from transformers import LlamaForCausalLM

from finetune import attention
from finetune.data import Padding
from finetune.labels import IGNORED, Encoded
from finetune.loss import weighted_loss
from finetune.pretraining.batches import Batches
from finetune.pretraining.config import PretrainConfig
from finetune.pretraining.corpus import Source
from finetune.pretraining.shape import new_model
from finetune.schedule import Schedule
from index.errors import TrainingError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


class Pretraining:
    """The state of a run: everything that a checkpoint holds."""

    def __init__(
        self,
        config: PretrainConfig,
        tokenizer: PreTrainedTokenizerBase,
        out: Path,
        start: Path | None = None,
        rank: int = 0,
    ) -> None:
        torch.manual_seed(config.run.seed)
        self.rank = rank
        self.config, self.tokenizer, self.out = config, tokenizer, out
        self.model = (
            LlamaForCausalLM.from_pretrained(start, dtype=torch.float32)
            if start
            else new_model(config.model, tokenizer)
        )
        self.model.set_attn_implementation(attention.register())
        self._padding = Padding(tokenizer, config.run.stress)
        self.schedule = Schedule(config.run)
        self.step = self.tokens = 0
        self._draw_anew()
        self.optimisers = _optimisers(self.model, config)

    @property
    def progress(self) -> float:
        return self.schedule.progress(self.step)

    def advance(self) -> tuple[Source, float]:
        """One step; returns what it was on and its loss, in nats a token."""
        started = time.monotonic()
        rate = self.config.run.learning_rate * self.schedule(self.step)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
        source, examples = self.batches.next(self.progress)
        loss = self.loss(examples)
        loss.backward()
        self.tokens += self._share(sum(len(e.input_ids) for e in examples))
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self._elapsed = time.monotonic() - started
        value = loss.item()
        if value != value:
            raise TrainingError(
                f"The loss at step {self.step} is not a number.", "Lower run.learning_rate."
            )
        return source, value

    def _share(self, tokens: int) -> int:
        """Averages the gradients over all processes and sums their tokens; spends the last step's
        time, the same for all, so that all have the same rate and the same end."""
        if self.config.processes == 1:
            self.schedule.spent += self._elapsed
            return tokens
        gradients = [p.grad for p in self.model.parameters() if p.grad is not None]
        spent = self._elapsed if self.rank == 0 else 0.0
        flat = torch.cat([*(g.flatten() for g in gradients), torch.tensor([spent, float(tokens)])])
        torch.distributed.all_reduce(flat)
        *averaged, sums = flat.split([*(g.numel() for g in gradients), 2])
        for gradient, mean in zip(gradients, averaged, strict=True):
            gradient.copy_(mean.view_as(gradient)).div_(self.config.processes)
        self.schedule.spent += sums[0].item()
        return int(sums[1].item())

    def _draw_anew(self) -> None:
        """Texts that no earlier sitting drew."""
        random = Random(f"{self.config.run.seed}/{self.step}")
        self.batches = Batches(self.config, self.tokenizer, random, self.rank)
        self._elapsed = 0.0

    def loss(self, examples: list[Encoded]) -> torch.Tensor:
        """Nats a token of the answers; the stressed ones count `stress` times."""
        batch = self._padding(examples)
        targets = batch["labels"][:, 1:]
        counted = targets != IGNORED
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.model.model(
                input_ids=batch["input_ids"], use_cache=False
            ).last_hidden_state
            logits = self.model.lm_head(hidden[:, :-1][counted])
        return weighted_loss(logits, targets[counted], batch["weights"][:, 1:][counted])

    def save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "spent": self.schedule.spent,
            "step": self.step,
            "tokens": self.tokens,
        }
        part = self.out / "checkpoint.part"
        torch.save(state, part)
        os.replace(part, self.out / "checkpoint.pt")

    def restore(self) -> None:
        """Goes on from the checkpoint, with other texts than those read before it."""
        state = torch.load(self.out / "checkpoint.pt", weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimiser, kept in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        self.schedule.spent = state["spent"]
        self.step, self.tokens = state["step"], state["tokens"]
        self._draw_anew()


def _optimisers(
    model: torch.nn.Module, config: PretrainConfig
) -> tuple[torch.optim.Optimizer, torch.optim.Optimizer]:
    """Muon for the matrices between hidden states, AdamW for embeddings and norms.

    Muon came to copy in a third of AdamW's steps; scaled so, both take the same rate.
    """
    run = config.run
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    muon = torch.optim.Muon(
        matrices,
        lr=run.learning_rate,
        weight_decay=run.weight_decay,
        adjust_lr_fn="match_rms_adamw",
    )
    adamw = torch.optim.AdamW(
        others, lr=run.learning_rate, betas=(0.9, run.beta2), weight_decay=0.0, fused=True
    )
    return muon, adamw
