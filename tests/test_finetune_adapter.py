"""What a step holds while it waits for its backward pass, and that it learns the same."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_base import make_base

from finetune.adapter import add_adapter, load_base
from finetune.config import AdapterConfig, ModelConfig


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


def adapted(folder: Path, quantisation: str, *, checkpointing: bool) -> Any:
    torch.manual_seed(0)
    given = ModelConfig.model_validate({"base": folder, "quantisation": quantisation})
    model: Any = add_adapter(
        load_base(given), AdapterConfig(rank=4), gradient_checkpointing=checkpointing
    )
    for name, weights in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weights, std=0.1)
    return model.train()


def loss_of(model: Any) -> torch.Tensor:
    ids = torch.arange(40)[None]
    with torch.autocast("cpu", torch.bfloat16):
        loss: torch.Tensor = model(input_ids=ids, labels=ids, use_cache=False).loss
    return loss


@pytest.mark.parametrize("quantisation", ["none", "int8", "nf4"])
def test_checkpointing_changes_no_gradient(folder: Path, quantisation: str) -> None:
    gradients: list[dict[str, torch.Tensor]] = []
    for checkpointing in (False, True):
        model = adapted(folder, quantisation, checkpointing=checkpointing)
        loss_of(model).backward()
        gradients.append({n: p.grad for n, p in model.named_parameters() if p.requires_grad})
    plain, anew = gradients
    assert len(plain) == 2 * 7 * 2
    for name, gradient in plain.items():
        assert torch.equal(gradient, anew[name]), name


@pytest.mark.parametrize("quantisation", ["int8", "nf4"])
def test_a_step_says_nothing_beside_the_bar(
    folder: Path, quantisation: str, caplog: pytest.LogCaptureFixture
) -> None:
    model = adapted(folder, quantisation, checkpointing=False)
    loss_of(model).backward()
    with torch.no_grad():
        loss_of(model.eval())
    assert not caplog.records


@pytest.mark.parametrize("quantisation", ["none", "int8", "nf4"])
def test_checkpointing_keeps_nothing_within_a_block(folder: Path, quantisation: str) -> None:
    model = adapted(folder, quantisation, checkpointing=True)
    seen: list[weakref.ref[torch.Tensor]] = []

    def watch(_: torch.nn.Module, given: tuple[torch.Tensor]) -> None:
        seen.append(weakref.ref(given[0]))

    for name, module in model.named_modules():
        if name.endswith("down_proj"):
            module.register_forward_pre_hook(watch)
    loss = loss_of(model)
    gc.collect()
    assert len(seen) == 2
    assert [each() for each in seen] == [None, None]
    assert loss.requires_grad
