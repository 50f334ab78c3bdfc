"""The server's life, with a small HTTP server in vLLM's place; and vLLM's own command line."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from assistant import vllm_server
from assistant.serving import Endpoint
from assistant.settings import AssistantSettings
from assistant.vllm_command import vllm_command, vllm_environment
from assistant.vllm_server import ServerState, VllmServer
from index.errors import ModelError, ModelUnavailable, SettingsError

FAKE = """
import http.server, os, sys, time

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        right = self.headers["Authorization"] == "Bearer " + os.environ["VLLM_API_KEY"]
        self.send_response(200 if right else 401)
        self.end_headers()
    def log_message(self, *args):
        pass

time.sleep(float(sys.argv[2]))
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def settings(tmp_path: Path) -> AssistantSettings:
    for folder, file in (
        ("model", "config.json"),
        ("letters", "adapter_config.json"),
        ("summary", "adapter_config.json"),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / file).write_text("{}")
    return AssistantSettings(
        data_dir=tmp_path / "data",
        base_model=tmp_path / "model",
        adapters={name: tmp_path / name for name in ("letters", "summary")},
    )


Serve = Callable[..., VllmServer]


@pytest.fixture
def serve(settings: AssistantSettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """A started server whose child is the fake, after a pause, or any other code."""
    servers: list[VllmServer] = []

    def serve(
        code: str = FAKE,
        pause_s: float = 0.0,
        promoted: Callable[[], Mapping[str, Path]] = dict,
        **changed: object,
    ) -> VllmServer:
        def command(settings: AssistantSettings, port: int, _: object) -> list[str]:
            return [sys.executable, "-S", "-c", code, str(port), str(pause_s)]

        monkeypatch.setattr(vllm_server, "vllm_command", command)
        server = VllmServer(settings.model_copy(update=changed), promoted)
        servers.append(server)
        server.start()
        return server

    yield serve
    for server in servers:
        server.stop()


def wait_for(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def pid_of(server: VllmServer) -> int:
    child = server._child  # pyright: ignore[reportPrivateUsage]
    assert child is not None
    assert child.pid is not None
    return child.pid


@pytest.mark.loopback
def test_it_comes_up_and_says_how_long_it_takes(serve: Serve) -> None:
    server = serve(pause_s=0.7)
    assert server.status.state is ServerState.STARTING
    lines: list[str] = []
    server.wait_ready(lines.append, every_s=0.2)
    assert server.status.state is ServerState.READY
    assert lines
    assert all(line.startswith("loading the model … ") for line in lines)
    server.stop()
    assert server.status.state is ServerState.DOWN


@pytest.mark.loopback
def test_its_death_is_noticed_and_it_is_started_again(serve: Serve) -> None:
    server = serve()
    server.wait_ready()
    first, url, key = pid_of(server), server.base_url, server.key
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: server.status.state is ServerState.DOWN)
    assert server.status.detail == "vLLM ended with exit code 137"
    wait_for(lambda: server.status.state is ServerState.READY)
    assert server.status.restarts == 1
    assert server.status.detail == ""
    assert pid_of(server) != first
    assert (server.base_url, server.key) == (url, key), "clients go on as they are"


def test_a_start_that_fails_says_where_to_look(serve: Serve) -> None:
    server = serve(code="raise SystemExit(3)")
    with pytest.raises(ModelUnavailable, match=r"exit code 3 while it was starting.*vllm\.log"):
        server.wait_ready()


@pytest.mark.loopback
def test_a_start_that_takes_too_long_is_given_up(serve: Serve) -> None:
    server = serve(pause_s=60, start_timeout=0.5)
    with pytest.raises(ModelUnavailable, match="did not come up"):
        server.wait_ready()


@pytest.mark.loopback
def test_promoted_adapters_are_given_to_it_each_time_it_comes_up(
    serve: Serve, settings: AssistantSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Mapping[str, Path]] = []

    def load(endpoint: Endpoint, adapters: Mapping[str, Path]) -> None:
        given.append(adapters)
        if len(given) > 1:
            raise ModelError("vLLM can't serve the adapter new: 400.")

    monkeypatch.setattr(vllm_server, "load_missing", load)
    promoted = {"new": settings.data_dir / "adapters" / "new"}
    server = serve(promoted=lambda: promoted)
    server.wait_ready()
    assert given == [promoted]
    os.kill(pid_of(server), signal.SIGKILL)
    wait_for(lambda: server.status.restarts == 1 and server.status.state is ServerState.READY)
    assert given == [promoted, promoted]
    assert "can't serve the adapter new" in server.status.detail


@pytest.mark.loopback
def test_nothing_is_left_after_stop(serve: Serve) -> None:
    server = serve()
    server.wait_ready()
    pid = pid_of(server)
    scratch = server._scratch  # pyright: ignore[reportPrivateUsage]
    assert scratch is not None
    assert scratch.is_dir()
    server.stop()
    assert not Path(f"/proc/{pid}").exists()
    assert not scratch.exists()


@pytest.mark.loopback
def test_a_server_given_by_url_is_only_asked(serve: Serve) -> None:
    own = serve()
    own.wait_ready()
    there = AssistantSettings.model_validate({"vllm_url": own.base_url, "vllm_key": own.key})
    with VllmServer(there) as server:
        server.wait_ready()
        assert (server.base_url, server.key) == (own.base_url, own.key)
        before = pid_of(own)
    assert own.status.state is ServerState.READY
    assert pid_of(own) == before
    wrong = AssistantSettings.model_validate(
        {"vllm_url": own.base_url, "vllm_key": "wrong", "start_timeout": 0.5}
    )
    with VllmServer(wrong) as server, pytest.raises(ModelUnavailable, match="refuses the key"):
        server.wait_ready()


def test_the_command_serves_model_and_adapters_on_loopback_alone(
    settings: AssistantSettings,
) -> None:
    command = vllm_command(settings.model_copy(update={"device": "cpu"}), 20123)
    words = " ".join(command)
    assert "--host 127.0.0.1 --port 20123" in words
    assert f"letters={settings.adapters['letters']} summary={settings.adapters['summary']}" in words
    assert "--enforce-eager" in words
    for silent in ("--no-enable-log-requests", "--no-enable-log-outputs", "--no-log-error-stack"):
        assert silent in command
    assert "disable_any_whitespace" in command[command.index("--structured-outputs-config") + 1]
    gpu = vllm_command(settings.model_copy(update={"device": "gpu", "vllm_args": ("--x",)}), 1)
    assert "--gpu-memory-utilization" in gpu
    assert "--enforce-eager" not in gpu
    assert gpu.index("--x") < gpu.index("--host"), "the last of two counts"


@pytest.mark.parametrize("missing", ["model/config.json", "summary/adapter_config.json"])
def test_a_folder_without_a_model_is_refused_before_anything_starts(
    settings: AssistantSettings, missing: str, tmp_path: Path
) -> None:
    (tmp_path / missing).unlink()
    with pytest.raises(SettingsError, match=Path(missing).name):
        VllmServer(settings)


def test_a_missing_system_library_is_named_before_anything_starts(
    settings: AssistantSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr("ctypes.CDLL", refuse)
    vllm_command(settings.model_copy(update={"device": "cuda"}), 1)
    with pytest.raises(SettingsError, match=r"libnuma\.so\.1") as refused:
        vllm_command(settings.model_copy(update={"device": "cpu"}), 1)
    assert "libnuma1" in refused.value.do


def test_the_environment_is_offline_silent_and_without_our_secrets(
    settings: AssistantSettings,
) -> None:
    inherited = {
        "PATH": "/bin",
        "EPIKRISE_ASSISTANT_DATABASE_URL": "postgresql://me:hush@db/x",
        "VLLM_LOGGING_LEVEL": "DEBUG",
        "VLLM_DEBUG_LOG_API_SERVER_RESPONSE": "1",
    }
    cpu = settings.model_copy(update={"device": "cpu"})
    env = vllm_environment(cpu, inherited, "key", Path("/tmp/x"), cpus=2)
    assert env["PATH"] == "/bin"
    assert "hush" not in str(env)
    assert env["VLLM_API_KEY"] == "key"
    assert env["VLLM_LOGGING_LEVEL"] == "INFO"
    assert env["VLLM_DEBUG_LOG_API_SERVER_RESPONSE"] == "0"
    assert env["HF_HUB_OFFLINE"] == env["VLLM_NO_USAGE_STATS"] == "1"
    assert env["OMP_NUM_THREADS"] == "1"
    assert env["VLLM_ENABLE_V1_MULTIPROCESSING"] == "0"
    many = vllm_environment(cpu, inherited, "key", Path("/tmp/x"), cpus=32)
    assert "OMP_NUM_THREADS" not in many
    assert "VLLM_ENABLE_V1_MULTIPROCESSING" not in many
