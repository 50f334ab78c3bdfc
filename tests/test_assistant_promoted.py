"""Which adapter writes for whom, and that a running vLLM is given it."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from assistant.lora import load_missing
from assistant.promoted import AS_THE_WHOLE, Act, Promoted
from assistant.prompt import Kind
from assistant.serving import Endpoint
from assistant.settings import AssistantSettings
from assistant.vllm_command import vllm_command
from index.errors import ModelError, ModelUnavailable, SettingsError

AT = dt.datetime(2026, 11, 2, 9, 30, tzinfo=dt.UTC)


def acts(*given: tuple[str, str, str, bool]) -> list[Act]:
    return [
        Act(at=AT, by="ada", kind=Kind(kind), department=department, name=name, back=back)
        for kind, department, name, back in given
    ]


HISTORY = acts(
    ("letter", "", "letters-1", False),
    ("letter", "", "letters-2", False),
    ("letter", "Brachytherapy", "brachy-1", False),
    ("summary", "", "summary-1", False),
    ("letter", "", "letters-3", False),
    ("letter", "", "letters-2", True),
)


@pytest.fixture
def promoted(tmp_path: Path) -> Promoted:
    kept = Promoted(tmp_path)
    for act in HISTORY:
        kept.add(act)
    return kept


@pytest.mark.parametrize(
    ("kind", "department", "model", "earlier"),
    [
        (Kind.LETTER, "", "letters-2", "letters-1"),
        (Kind.LETTER, "Brachytherapy", "brachy-1", AS_THE_WHOLE),
        (Kind.LETTER, "brachytherapy", "brachy-1", AS_THE_WHOLE),
        (Kind.LETTER, "Hyperthermia", "letters-2", None),
        (Kind.SUMMARY, "Brachytherapy", "summary-1", None),
    ],
)
def test_the_last_act_of_a_department_counts_else_that_of_the_whole(
    promoted: Promoted, kind: Kind, department: str, model: str, earlier: str | None
) -> None:
    assert promoted.model(kind, department) == model
    assert promoted.earlier(kind, department) == earlier


def test_what_writes_for_somebody_is_served(promoted: Promoted) -> None:
    assert list(promoted.serves()) == ["brachy-1", "letters-2", "summary-1"]
    assert promoted.serves()["brachy-1"] == promoted.folder / "brachy-1"


def test_a_department_gone_back_to_the_settings_has_the_adapter_of_none(promoted: Promoted) -> None:
    promoted.add(acts(("letter", "Brachytherapy", "", True))[0])
    assert promoted.model(Kind.LETTER, "Brachytherapy") == ""
    assert "brachy-1" not in promoted.serves()


def test_a_department_that_had_none_before_goes_back_to_the_whole_institutions(
    promoted: Promoted,
) -> None:
    promoted.add(acts(("letter", "Brachytherapy", AS_THE_WHOLE, True))[0])
    assert promoted.model(Kind.LETTER, "Brachytherapy") == "letters-2"
    assert promoted.earlier(Kind.LETTER, "Brachytherapy") is None
    promoted.add(acts(("letter", "", "letters-4", False))[0])
    assert promoted.model(Kind.LETTER, "Brachytherapy") == "letters-4"
    assert list(promoted.serves()) == ["letters-4", "summary-1"]


def test_without_a_history_the_settings_models_write(tmp_path: Path) -> None:
    assert Promoted(tmp_path).model(Kind.LETTER) == ""
    assert Promoted(tmp_path).serves() == {}
    assert Promoted(tmp_path).earlier(Kind.LETTER, "") is None


def test_a_history_that_is_damaged_is_said_to_be(promoted: Promoted) -> None:
    with (promoted.folder / "history.jsonl").open("a") as file:
        file.write('{"at": "2026-')
    with pytest.raises(SettingsError, match="Restore it"):
        promoted.model(Kind.LETTER)


def test_vllm_starts_with_the_promoted_beside_those_of_the_settings(tmp_path: Path) -> None:
    for folder, file in (
        ("base", "config.json"),
        ("own", "adapter_config.json"),
        ("brachy-1", "adapter_config.json"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / file).write_text("{}")
    settings = AssistantSettings(
        base_model=tmp_path / "base",
        adapters={"own": tmp_path / "own"},
        letter_model="own",
        summary_model="own",
        device="gpu",
    )
    command = vllm_command(settings, 1, {"brachy-1": tmp_path / "brachy-1"})
    at = command.index("--lora-modules")
    assert command[at + 1 : at + 3] == [f"own={tmp_path}/own", f"brachy-1={tmp_path}/brachy-1"]
    assert command[command.index("--max-loras") + 1] == "2"
    with pytest.raises(SettingsError, match="promoted adapter gone"):
        vllm_command(settings, 1, {"gone": tmp_path / "gone"})


class Vllm(BaseHTTPRequestHandler):
    """A server that takes adapters while it runs."""

    served: ClassVar[list[str]] = []
    asked: ClassVar[list[dict[str, str]]] = []
    answer: ClassVar[tuple[int, str]] = (200, "Success")

    def do_GET(self) -> None:
        self._send(200, json.dumps({"data": [{"id": name} for name in self.served]}))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append({"path": self.path, **json.loads(body)})
        self._send(*self.answer)

    def _send(self, status: int, text: str) -> None:
        assert self.headers["Authorization"] == "Bearer key"
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is to be printed."""


@pytest.fixture
def server() -> Iterator[Endpoint]:
    Vllm.served, Vllm.asked, Vllm.answer = ["base", "letters-2"], [], (200, "Success")
    with ThreadingHTTPServer(("127.0.0.1", 0), Vllm) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield Endpoint(f"http://127.0.0.1:{http.server_port}", "key")
        http.shutdown()
        thread.join()


@pytest.mark.loopback
def test_a_running_vllm_is_given_what_it_does_not_serve_yet(
    server: Endpoint, promoted: Promoted
) -> None:
    load_missing(server, promoted.serves())
    assert [(each["path"], each["lora_name"]) for each in Vllm.asked] == [
        ("/v1/load_lora_adapter", "brachy-1"),
        ("/v1/load_lora_adapter", "summary-1"),
    ]
    assert Vllm.asked[0]["lora_path"] == str(promoted.folder / "brachy-1")


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((404, '{"detail":"Not Found"}'), "takes no further adapters"),
        ((400, '{"error": {"message": "rank 64 is too large"}}'), "can't serve the adapter"),
        ((404, '{"error": {"message": "No adapter found"}}'), "can't serve the adapter"),
    ],
)
def test_what_vllm_refuses_is_said(
    server: Endpoint, tmp_path: Path, answer: tuple[int, str], says: str
) -> None:
    Vllm.answer = answer
    with pytest.raises(ModelError, match=says):
        load_missing(server, {"new": tmp_path})


@pytest.mark.loopback
def test_a_vllm_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="does not answer"):
        load_missing(Endpoint("http://127.0.0.1:9", ""), {"new": tmp_path})
