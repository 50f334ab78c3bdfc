"""Where an answer ends: what is learned last is a token at which a server stops.

The template is of Llama-3's form, and so is the trap: a turn ends with <|eot_id|>, a text with
<|end_of_text|>, and a base that was told of the second alone writes for ever.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from tiny_base import make_base, note, quiet, small_run
from transformers import GenerationConfig, PreTrainedTokenizerBase

from assistant.prompt import Message
from finetune.adapter import load_adapter, load_base, load_tokenizer
from finetune.config import ModelConfig
from finetune.labels import IGNORED, encode, stop_tokens
from finetune.pairs import Example, write_pairs
from finetune.train import train
from index.errors import TrainingError

DEMO = Path(__file__).parent.parent / "finetune" / "demo" / "base"
"""Has learned to write, so that a few steps teach it a short answer."""
END_OF_TEXT, EOT = "<|end_of_text|>", "<|eot_id|>"
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}"
    "{{ '<|start_header_id|>' + m['role'] + '<|end_header_id|>\\n\\n' }}"
    "{{ m['content'] | trim }}END"
    "{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


def ids(tokenizer: PreTrainedTokenizerBase, names: Sequence[str]) -> list[int]:
    return [cast("int", tokenizer.convert_tokens_to_ids(name)) for name in names]


@pytest.mark.parametrize(
    ("ends", "tokenizers", "generation", "stops"),
    [
        (EOT, END_OF_TEXT, (END_OF_TEXT, EOT), True),
        (EOT, EOT, (END_OF_TEXT,), True),  # vLLM stops at the tokenizer's own too
        (EOT, EOT, (), True),
        (EOT + "\n", EOT, (END_OF_TEXT, EOT), True),
        (EOT, END_OF_TEXT, (END_OF_TEXT,), False),
        (EOT, END_OF_TEXT, (), False),
        ("", EOT, (END_OF_TEXT, EOT), False),
        ("\n", EOT, (END_OF_TEXT, EOT), False),
    ],
)
def test_the_last_label_is_a_token_on_which_generation_stops(
    ends: str, tokenizers: str, generation: tuple[str, ...], stops: bool, base: Path
) -> None:
    tokenizer = load_tokenizer(base)
    tokenizer.chat_template = TEMPLATE.replace("END", ends)
    tokenizer.eos_token = tokenizers
    stop = stop_tokens(tokenizer, GenerationConfig(eos_token_id=ids(tokenizer, generation) or None))
    assert stop == set(ids(tokenizer, [tokenizers, *generation]))
    if stops:
        encoded = encode(tokenizer, note(1), stop)
        runs = "".join(
            str(int(label in stop)) if label != IGNORED else " " for label in encoded.labels
        )
        assert [run.rstrip("0")[-1] for run in runs.split()] == ["1", "1"]
        assert all(run.count("1") == 1 for run in runs.split())
        return
    with pytest.raises(
        TrainingError, match="An answer doesn't end with a token that stops"
    ) as told:
        encode(tokenizer, note(1), stop)
    # The end-of-turn token is named; a word of the answer never is.
    named = f", but with {EOT} ({ids(tokenizer, [EOT])[0]})"
    assert (named in str(told.value)) is (EOT in ends)
    assert "Name1" not in str(told.value)


def short(index: int) -> Example:
    asked: Message = {"role": "user", "content": f"Who? Name{index}"}
    return Example((asked, {"role": "assistant", "content": "It is."}), (1,), f"Name{index}")


def test_a_trained_adapter_stops_by_itself(tmp_path: Path) -> None:
    for split, start in (("train", 0), ("dev", 100)):
        write_pairs(tmp_path / f"{split}.jsonl", [short(start + i) for i in range(20)])
    folder = train(small_run(DEMO, tmp_path, tmp_path / "a"), report=quiet)
    tokenizer = load_tokenizer(DEMO)
    model = cast("Any", load_adapter(load_base(ModelConfig(base=DEMO)), folder))
    asked = cast("Any", list(short(50).messages[:1]))
    given: Any = tokenizer.apply_chat_template(
        asked, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )

    def answer(stops: Sequence[str]) -> str:
        said = model.generate(
            **given, max_new_tokens=16, do_sample=False, eos_token_id=ids(tokenizer, stops)
        )
        return cast("str", tokenizer.decode(said[0, given["input_ids"].shape[1] :]))

    assert answer([END_OF_TEXT, EOT]) == f"It is.{EOT}"
    # A server that was not told of the second one goes on for ever.
    endless = answer([END_OF_TEXT])
    assert endless.startswith(f"It is.{EOT}")
    assert len(endless) > len(f"It is.{EOT}")
    assert END_OF_TEXT not in endless


def test_a_base_that_is_not_told_where_to_stop_is_not_trained_on(
    base: Path, tmp_path: Path
) -> None:
    other = tmp_path / "base"
    shutil.copytree(base, other)
    for file, key, value in (
        ("generation_config.json", "eos_token_id", ids(load_tokenizer(base), [END_OF_TEXT])),
        ("tokenizer_config.json", "eos_token", END_OF_TEXT),
    ):
        given = json.loads((other / file).read_text("utf-8"))
        (other / file).write_text(json.dumps(given | {key: value}), "utf-8")
    for split, start in (("train", 0), ("dev", 100)):
        write_pairs(tmp_path / f"{split}.jsonl", [short(start + i) for i in range(4)])
    with pytest.raises(TrainingError, match=r"but with <\|eot_id\|> .* generation_config\.json"):
        train(small_run(other, tmp_path, tmp_path / "a"), report=quiet)
