"""The base's tokenizer, its attention, and a run from random weights, small enough for a test."""

from __future__ import annotations

import json
import math
from pathlib import Path
from random import Random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, AutoTokenizer

from finetune import attention
from finetune.data import Padding
from finetune.labels import IGNORED, Encoded
from finetune.pairs import Split, split_of
from finetune.pretraining import batches
from finetune.pretraining.batches import Batches, stage_at
from finetune.pretraining.config import PretrainConfig, load_pretrain_config
from finetune.pretraining.corpus import Source, draw, held_out, tokenizer_texts
from finetune.pretraining.run import pretrain
from finetune.pretraining.shape import new_model
from finetune.pretraining.state import Pretraining
from finetune.pretraining.tokenizer import BEGIN, END_OF_TURN, save_tokenizer, train_tokenizer
from index.errors import TrainingError

TINY = PretrainConfig.model_validate(
    {
        "model": {
            "hidden": 64,
            "feed_forward": 96,
            "layers": 2,
            "heads": 2,
            "key_heads": 1,
            "vocabulary": 500,
        },
        "tokens_per_step": 256,
        "stages": [
            {
                "until": 0.5,
                "mix": {"echo": 1},
                "fields": [1, 2],
                "framed": 0.0,
                "examples": 0.0,
                "longest": 200,
            },
            {
                "until": 1.0,
                "mix": {"lines": 1},
                "fields": [1, 2],
                "framed": 0.0,
                "examples": 0.0,
                "longest": 200,
            },
        ],
        "run": {"steps": 6, "learning_rate": 1e-3, "seed": 5},
    }
)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    save_tokenizer(train_tokenizer(tokenizer_texts(40, seed=1), 500), folder)
    return AutoTokenizer.from_pretrained(folder)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60))
def test_every_text_comes_back_as_it_was(tokenizer, text):
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(ids) == text


def test_digits_are_single_tokens(tokenizer):
    tokens = tokenizer.tokenize("am 14.05.2025 mit 50,4 Gy, 1-0-1")
    assert [t for t in tokens if any(c.isdigit() for c in t)] == list("14052025504101")


def test_chat_template_ends_turns_and_marks_answers(tokenizer):
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ja, gut."}]
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    assert text.startswith(f"{BEGIN}<|start_header_id|>user<|end_header_id|>\n\nHi{END_OF_TURN}")
    marked = tokenizer.apply_chat_template(
        messages, return_dict=True, return_assistant_tokens_mask=True
    )
    kept = [i for i, m in zip(marked["input_ids"], marked["assistant_masks"], strict=True) if m]
    assert tokenizer.decode(kept) == f"Ja, gut.{END_OF_TURN}"


@pytest.mark.parametrize("length", [1, 7, 256, 300])
def test_blocked_attention_is_causal_attention(length):
    torch.manual_seed(0)
    query = torch.randn(2, 4, length, 16, dtype=torch.float64)
    key, value = (torch.randn(2, 2, length, 16, dtype=torch.float64) for _ in range(2))
    expected = torch.nn.functional.scaled_dot_product_attention(
        query, key, value, is_causal=True, enable_gqa=True
    )
    module = torch.nn.Identity()
    mixed, _ = attention.blocked_causal(module, query, key, value, None)
    torch.testing.assert_close(mixed.transpose(1, 2), expected, atol=1e-6, rtol=1e-5)


def test_blocked_attention_refuses_a_mask():
    heads = torch.randn(1, 2, 4, 8)
    with pytest.raises(ValueError, match="unmasked"):
        attention.blocked_causal(torch.nn.Identity(), heads, heads, heads, torch.ones(4, 4))


@pytest.mark.parametrize("source", [s for s in Source if s is not Source.TEXT])
def test_every_source_has_loss_on_answers_alone(tokenizer, source):
    stage = TINY.stages[0]
    encoded = draw(source, stage, tokenizer, Random(1))
    batch = Padding(tokenizer)([encoded])
    ids, labels = batch["input_ids"], batch["labels"]
    assert ids.shape == labels.shape
    assert (labels == IGNORED).any()
    assert ((labels == IGNORED) | (labels == ids)).all()
    assert labels[0, -1] == tokenizer.convert_tokens_to_ids(END_OF_TURN)


def test_held_out_patients_are_none_of_those_trained_on():
    stage = TINY.stages[0].model_copy(update={"mix": {Source.RESTATE: 1.0}})
    for exercise in held_out(stage, 5, seed=1)[Source.RESTATE]:
        first_line = exercise.example.messages[-1]["content"].splitlines()[0]
        assert split_of(first_line.rsplit(" ", 1)[-1]) is Split.DEV


def test_stages_follow_one_another():
    assert stage_at(TINY.stages, 0.0) is TINY.stages[0]
    assert stage_at(TINY.stages, 0.5) is TINY.stages[1]
    assert stage_at(TINY.stages, 1.0) is TINY.stages[1]


def test_every_text_drawn_is_read_by_one_of_the_processes(tokenizer, monkeypatch):
    config = TINY.model_copy(update={"processes": 2})
    drawn: list[int] = []

    def numbered(source: Source, stage: object, tokenizer: object, random: Random) -> Encoded:
        ids = [len(drawn)] * random.randrange(1, 200)
        drawn.append(len(ids))
        return Encoded(ids, ids)

    monkeypatch.setattr(batches, "draw", numbered)
    read: set[int] = set()
    for rank in range(2):
        drawn.clear()
        mine = Batches(config, tokenizer, Random(1), rank)
        taken = [e.input_ids[0] for _ in range(300) for e in mine.next(0.0)[1]]
        assert not read & set(taken)
        read |= set(taken)
    # What was drawn last may still wait.
    done = set(range(len(drawn) - 60))
    assert len(done) > 900
    assert len(done - read) < 0.01 * len(done)


def test_a_run_ends_with_a_model_that_loads_and_a_log(tokenizer, tmp_path):
    tokenizer.save_pretrained(tmp_path / "tokenizer")
    folder = pretrain(TINY, tmp_path)
    model = AutoModelForCausalLM.from_pretrained(folder)
    assert model.dtype == torch.bfloat16
    assert model.generation_config.eos_token_id == [
        tokenizer.convert_tokens_to_ids(t) for t in ("<|end_of_text|>", END_OF_TURN)
    ]
    assert AutoTokenizer.from_pretrained(folder).chat_template == tokenizer.chat_template
    last = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert last["step"] == 6
    assert set(last["copied"]) == {"lines"}
    with pytest.raises(TrainingError, match="holds a run already"):
        pretrain(TINY, tmp_path)


def test_a_resumed_run_goes_on_where_it_stood(tokenizer, tmp_path):
    before = Pretraining(TINY, tokenizer, tmp_path)
    losses = [before.advance()[1] for _ in range(3)]
    assert all(map(math.isfinite, losses))
    before.save()
    after = Pretraining(TINY, tokenizer, tmp_path)
    after.restore()
    assert (after.step, after.tokens) == (3, before.tokens)
    assert after.schedule.spent == before.schedule.spent
    for a, b in zip(before.model.parameters(), after.model.parameters(), strict=True):
        assert torch.equal(a, b)


def test_what_is_stressed_counts_more_where_the_config_says_so(tokenizer, tmp_path):
    stage = TINY.stages[0].model_copy(update={"mix": {Source.RESTATE: 1.0}})
    example = draw(Source.RESTATE, stage, tokenizer, Random(3))
    answer = [i for i, label in enumerate(example.labels) if label != IGNORED]
    told = [i for i in answer if i in example.stressed]
    assert 0.1 < len(told) / len(answer) < 0.9
    assert example.stressed <= set(answer)
    plain, stressed = (
        Pretraining(
            TINY.model_copy(update={"run": TINY.run.model_copy(update={"stress": s})}),
            tokenizer,
            tmp_path,
        )
        for s in (1, 1e9)
    )
    logits = plain.model(torch.tensor([example.input_ids])).logits[0].float()
    losses = torch.nn.functional.cross_entropy(
        logits[:-1], torch.tensor(example.labels[1:]), reduction="none"
    )
    of_facts = losses[[i - 1 for i in told]].mean()
    of_all = losses[[i - 1 for i in answer]].mean()
    assert plain.loss([example]).item() == pytest.approx(of_all.item(), rel=0.01)
    assert stressed.loss([example]).item() == pytest.approx(of_facts.item(), rel=0.01)


def test_two_processes_make_one_model(tokenizer, tmp_path):
    tokenizer.save_pretrained(tmp_path / "tokenizer")
    folder = pretrain(TINY.model_copy(update={"processes": 2}), tmp_path)
    assert AutoModelForCausalLM.from_pretrained(folder).dtype == torch.bfloat16
    last = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert last["step"] == 6


def test_the_same_seed_gives_the_same_run(tokenizer, tmp_path):
    once = Pretraining(TINY, tokenizer, tmp_path)
    first = [once.advance() for _ in range(3)]
    again = Pretraining(TINY, tokenizer, tmp_path)
    assert [again.advance() for _ in range(3)] == first


def test_shipped_config_is_valid_and_small():
    config = load_pretrain_config(Path("finetune/pretraining/demo-base.toml"))
    assert config.model.hidden // config.model.heads in (32, 64, 96, 128)
    assert config.stages[-1].until == 1


def test_an_unknown_key_is_refused(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text("colour = 1\n")
    with pytest.raises(TrainingError, match="colour"):
        load_pretrain_config(path)


def test_new_model_ties_its_embeddings(tokenizer):
    model = new_model(TINY.model, tokenizer)
    assert model.lm_head.weight is model.model.embed_tokens.weight


def test_a_run_may_begin_with_a_model(tokenizer, tmp_path):
    first = tmp_path / "first"
    model = new_model(TINY.model, tokenizer)
    model.save_pretrained(first)
    tokenizer.save_pretrained(first)
    state = Pretraining(TINY, tokenizer, tmp_path, first)
    assert torch.equal(state.model.lm_head.weight, model.lm_head.weight)
    folder = pretrain(TINY, tmp_path / "out", start=first)
    assert len(AutoTokenizer.from_pretrained(folder)) == len(tokenizer)
