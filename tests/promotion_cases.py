"""A small adapter with its evaluation, and a server that serves it as vLLM does."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import torch
from tiny_base import make_base, note

from assistant.prompt import VERSION
from assistant.serving import Endpoint
from finetune.adapter import (
    adapter_weights,
    add_adapter,
    load_adapter,
    load_base,
    load_tokenizer,
    log_probabilities,
    save_adapter,
)
from finetune.answers import fingerprint
from finetune.card import (
    Card,
    adapter_hash,
    base_hash,
    data_files,
    hash_files,
    template_hash,
)
from finetune.config import AdapterConfig, ModelConfig
from finetune.evaluation import Evaluation
from finetune.pairs import write_pairs
from finetune.scorecard import Scores

GOOD = {
    "facts_right": 0.97,
    "invented": 0.01,
    "wrong": 0.1,
    "sections": 0.98,
    "stopped": 1.0,
}
_WIDTH = {"facts_right": 0.02, "invented": 0.01, "wrong": 0.1, "sections": 0.04}


def row(model: str = "letters", **changes: Any) -> Scores:
    """A row of an evaluation of 60 patients that passes all bars."""
    figures = GOOD | {name: changes.pop(name) for name in GOOD.keys() & changes.keys()}
    ends = {n: (figures[n] - w, figures[n] + w) for n, w in _WIDTH.items()}
    given: dict[str, Any] = {
        "model": model,
        "task": "letter",
        "language": "en",
        "trials": 60,
        "patients": 60,
        "exemplars": 0,
        "facts": {},
        "forms": {},
        "changes": {},
        "leaked": 0,
        "failed": 0,
        "intervals": ends | {"stopped": (figures["stopped"], figures["stopped"])},
    }
    rest = dict.fromkeys(
        ("in_place", "carried", "omitted", "exact", "rouge1", "rouge2", "rouge_l", "chrf"), 0.5
    ) | dict.fromkeys(("length", "tokens", "seconds"), 1.0)
    return Scores.model_validate(given | rest | figures | changes)


def make_case(folder: Path) -> Path:
    """base, adapter, pairs and evaluation, a folder each."""
    base = make_base(folder / "base")
    model = add_adapter(load_base(ModelConfig(base=base)), AdapterConfig(rank=4, alpha=8))
    torch.manual_seed(1)
    for name, weight in cast("Any", model).named_parameters():
        if "lora_B" in name:
            weight.data.normal_(std=0.5)
    save_adapter(model, adapter_weights(model), folder / "adapter", base.name)
    write_pairs(folder / "pairs" / "test.jsonl", [note(i) for i in range(200, 206)])
    card = Card(
        name="letters",
        task="letter",
        date=dt.date(2026, 11, 2),
        base="base",
        base_hash=base_hash(base),
        chat_template_hash=template_hash(load_tokenizer(base).chat_template),
        prompt_version=VERSION,
        data="pairs",
        data_hash=hash_files(data_files(folder / "pairs")),
        precision="bfloat16",
        config={"model": ModelConfig(base=base).model_dump(mode="json", exclude={"base"})},
        steps=1,
        tokens=1,
        seconds=1,
        final_loss=1,
        final_dev_loss=1,
        libraries={},
    )
    (folder / "adapter" / "card.json").write_text(card.model_dump_json())
    (folder / "adapter" / "samples.jsonl").write_text("a letter")
    evaluated = Evaluation(
        rows=[row(), row(exemplars=2), row("base", facts_right=0.2)],
        differences=[],
        made_up=False,
        pairs=[card.data_hash],
        models={
            "base": fingerprint(base),
            "letters": f"{fingerprint(base)} {adapter_hash(folder / 'adapter')}",
        },
    )
    (folder / "evaluation").mkdir()
    write_evaluation(folder, evaluated)
    return folder


def read_evaluation(folder: Path) -> Evaluation:
    text = (folder / "evaluation" / "evaluation.json").read_text()
    return Evaluation.model_validate_json(text)


def write_evaluation(folder: Path, evaluation: Evaluation) -> None:
    (folder / "evaluation" / "evaluation.json").write_text(evaluation.model_dump_json())


class FakeVllm:
    """Computes what it is asked with the folder it was given.

    Attributes:
        served: folders by name.
        asked: the paths of what was asked, with the adapter's name.
        refuses: the adapters that it can't load.
        forgets: it serves the base in the adapter's place.
    """

    def __init__(self, base: Path) -> None:
        self.base = base
        self.served: dict[str, Path] = {"base": base}
        self.asked: list[tuple[str, str]] = []
        self.refuses: Callable[[str], bool] = lambda name: False
        self.forgets = False

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, object]:
        name = body.get("lora_name") or body.get("model") or ""
        self.asked.append((path.removeprefix("/v1/"), name))
        match path.removeprefix("/v1/"):
            case "models":
                rows = [{"id": each, "max_model_len": 4096} for each in self.served]
                return 200, {"data": rows}
            case "load_lora_adapter":
                if self.refuses(name):
                    return 400, {"error": "no"}
                self.served[name] = Path(body["lora_path"])
                return 200, "Success"
            case "unload_lora_adapter":
                del self.served[name]
                return 200, "Success"
            case _:
                told = self._log_probabilities(name, body["prompt"])
                return 200, {"choices": [{"prompt_logprobs": told}]}

    def _log_probabilities(self, name: str, ids: list[int]) -> list[object]:
        model: Any = load_base(ModelConfig(base=self.base))
        if not self.forgets:
            model = load_adapter(model, self.served[name]).eval()
        found = log_probabilities(model, ids, 1)
        return [
            None,
            *({str(i): {"logprob": value}} for i, value in zip(ids[1:], found, strict=True)),
        ]


@contextmanager
def running_at(vllm: FakeVllm) -> Generator[Endpoint]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send({})

        def do_POST(self) -> None:
            self._send(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _send(self, body: dict[str, Any]) -> None:
            status, answer = vllm.answer(self.path, body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is to be printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Endpoint(f"http://127.0.0.1:{http.server_port}", "")
        finally:
            http.shutdown()
            thread.join()
