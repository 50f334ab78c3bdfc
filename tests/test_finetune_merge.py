"""An adapter in its base's weights: the same model in the base's precision, another one in nf4."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from tiny_base import quiet
from typer.testing import CliRunner

from finetune import merging
from finetune.adapter import load_adapter, load_base, load_tokenizer, merge_adapter
from finetune.card import Card
from finetune.cli import app
from finetune.config import ModelConfig
from finetune.merging import LOUD, merge
from index.errors import TrainingError

DEMO = Path(__file__).parent.parent / "finetune" / "demo"
BASE, LETTERS = DEMO / "base", DEMO / "letters"


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def says(model: Any, text: str) -> torch.Tensor:
    ids = load_tokenizer(BASE)(text, add_special_tokens=False, return_tensors="pt")["input_ids"]
    model.eval()
    with torch.no_grad():
        return torch.log_softmax(model(ids).logits.float(), -1)


TEXT = (BASE / "chat_template.jinja").read_text("utf-8") + "Dear colleague, thank you." * 8


def far(one: torch.Tensor, other: torch.Tensor) -> float:
    return (one - other).pow(2).mean().sqrt().item()


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> merging.Merged:
    return merge(LETTERS, BASE, tmp_path_factory.mktemp("merged") / "new" / "letters", quiet)


@pytest.mark.filterwarnings("ignore:Merge lora module to 4-bit")
def test_merging_into_nf4_damages_the_adapter_and_ours_does_not(merged: merging.Merged) -> None:
    """The noise that rounding makes, as a share of all that the adapter changes."""

    def noise(quantisation: str, path: Path | None) -> float:
        model = ModelConfig.model_validate({"base": BASE, "quantisation": quantisation})
        beside = cast("Any", load_adapter(load_base(model), LETTERS))
        wanted = says(beside, TEXT)
        with beside.disable_adapter():
            without = says(beside, TEXT)
        # What transformers and peft do when one merges where the training stood.
        after = load_base(ModelConfig(base=path)) if path else beside.merge_and_unload()
        return far(says(after, TEXT), wanted) / far(without, wanted)

    ours, in_nf4 = noise("none", merged.folder), noise("nf4", None)
    assert ours < 0.1
    assert in_nf4 > LOUD
    assert in_nf4 > 5 * ours
    assert merged.noise == pytest.approx(ours, abs=0.05)


def test_a_merged_folder_is_a_model_with_the_adapters_card(merged: merging.Merged) -> None:
    assert merged.precision == "bfloat16"
    for kept in ("chat_template.jinja", "generation_config.json", "tokenizer.json"):
        assert (merged.folder / kept).read_bytes() == (BASE / kept).read_bytes()
    assert (merged.folder / "log.jsonl").read_bytes() == (LETTERS / "log.jsonl").read_bytes()
    was, now = (
        Card.model_validate_json((folder / "card.json").read_text("utf-8"))
        for folder in (LETTERS, merged.folder)
    )
    assert now == was.model_copy(update={"merged": "bfloat16"})
    model = load_base(ModelConfig(base=merged.folder))
    assert {p.dtype for p in model.parameters()} == {torch.bfloat16}
    assert (merged.folder / "model.safetensors").stat().st_mode & 0o044  # others may serve it
    assert not list(merged.folder.parent.glob("*.part"))


def test_a_quantised_base_is_never_merged_into() -> None:
    for quantisation in ("int8", "nf4"):
        model = ModelConfig.model_validate({"base": BASE, "quantisation": quantisation})
        with pytest.raises(TrainingError, match="not merged into a quantised base"):
            merge_adapter(load_adapter(load_base(model), LETTERS))


def quantised(base: Path) -> None:
    config = json.loads((base / "config.json").read_text("utf-8"))
    (base / "config.json").write_text(json.dumps(config | {"quantization_config": {}}), "utf-8")


def other_weights(base: Path) -> None:
    weights = bytearray((base / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (base / "model.safetensors").write_bytes(weights)


def unlink(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


@pytest.mark.parametrize(
    ("of_base", "of_adapter", "told"),
    [
        (quantised, None, "is quantised: most of an adapter is lost"),
        (other_weights, None, "is not the base that the adapter was trained on"),
        (unlink("config.json"), None, "There is no config.json"),
        (None, unlink("adapter_model.safetensors"), "There is no adapter in"),
        (None, unlink("card.json"), "card.json in"),
    ],
)
def test_what_can_t_be_merged_is_one_line(
    of_base: Callable[[Path], None] | None,
    of_adapter: Callable[[Path], None] | None,
    told: str,
    tmp_path: Path,
) -> None:
    base, adapter = tmp_path / "base", tmp_path / "adapter"
    for source, to, change in ((BASE, base, of_base), (LETTERS, adapter, of_adapter)):
        shutil.copytree(source, to)
        if change:
            change(to)
    with pytest.raises(TrainingError, match=told):
        merge(adapter, base, tmp_path / "out", quiet)
    assert not (tmp_path / "out").exists()


def test_nothing_is_overwritten_and_a_full_disk_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TrainingError, match="is there already"):
        merge(LETTERS, BASE, tmp_path, quiet)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(TrainingError, match=r"No space left on device\. Make room on that disk"):
        merge(LETTERS, BASE, tmp_path / "out", quiet)
    assert list(tmp_path.iterdir()) == []


def test_the_command_tells_what_was_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = ["merge", str(LETTERS), "--base", str(BASE), "--json", "--out"]
    ran = CliRunner().invoke(app, [*given, str(tmp_path / "a")])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["precision"] == "bfloat16"
    assert told["kept"] is True
    monkeypatch.setattr(merging, "LOUD", 0.001)
    ran = CliRunner().invoke(app, [*given, str(tmp_path / "b")])
    assert ran.exit_code == 1
    assert json.loads(ran.stdout)["kept"] is False
    assert "serve the adapter beside its base instead" in ran.stderr
