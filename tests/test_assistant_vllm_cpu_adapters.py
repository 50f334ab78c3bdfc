"""Adapters on a CPU, by our operations and by vLLM's own."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

import pytest

torch = pytest.importorskip("torch")
lora_ops: Any = pytest.importorskip("vllm.lora.ops.torch_ops.lora_ops")
punica_cpu: Any = pytest.importorskip("vllm.lora.punica_wrapper.punica_cpu")

from assistant.vllm_cpu_adapters import expand_slice, shrink  # noqa: E402

TOKENS, WIDTH, RANK, ADAPTERS = 12, 24, 4, 3


def drawn(*shape: int) -> Any:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


@pytest.mark.parametrize("indices", [[0] * TOKENS, [0, 1, 2] * 4, [2, 2, 0] * 4])
@pytest.mark.parametrize("add", [True, False])
def test_each_token_gets_what_vllm_gives_it(indices: list[int], add: bool) -> None:
    assert lora_ops.bgmv_shrink is not shrink, "nothing is held against itself"
    asked = torch.tensor(indices)
    inputs, first = drawn(TOKENS, WIDTH), drawn(ADAPTERS, 1, RANK, WIDTH)
    small, its = torch.ones(TOKENS, RANK + 2), torch.ones(TOKENS, RANK + 2)
    shrink(inputs, first, small, asked, 0.5)
    lora_ops.bgmv_shrink(inputs, first, its, asked, 0.5)
    assert torch.allclose(small, its, atol=1e-5)
    second = drawn(ADAPTERS, 1, 6, RANK)
    ours, theirs = drawn(TOKENS, 20), drawn(TOKENS, 20)
    expand_slice(small[:, :RANK], second, ours, asked, 5, 6, add)
    lora_ops.bgmv_expand_slice(small[:, :RANK], second, theirs, asked, 5, 6, add)
    assert torch.allclose(ours, theirs, atol=1e-5)


def test_a_token_that_asks_for_no_adapter_gets_none() -> None:
    asked = torch.tensor([-1, 0] * 6)
    inputs, first = drawn(TOKENS, WIDTH), drawn(ADAPTERS, 1, RANK, WIDTH)
    small, output = torch.ones(TOKENS, RANK), drawn(TOKENS, 20)
    shrink(inputs, first, small, asked)
    assert not small[::2].any()
    assert small[1::2].all()
    before = output.clone()
    expand_slice(small, drawn(ADAPTERS, 1, 6, RANK), output, asked, 5, 6)
    assert torch.equal(output[::2], before[::2])
    assert not torch.equal(output[1::2], before[1::2])


def test_vllm_finds_the_plugin_and_works_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (lora_ops, punica_cpu):
        for name in ("bgmv_shrink", "bgmv_expand_slice"):
            monkeypatch.setattr(module, name, getattr(module, name))  # to be as before at the end
    (plugin,) = entry_points(group="vllm.general_plugins", name="epikrise_cpu_adapters")
    plugin.load()()
    for module in (lora_ops, punica_cpu):
        assert module.bgmv_shrink is shrink
        assert module.bgmv_expand_slice is expand_slice
