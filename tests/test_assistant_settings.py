from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.settings import AssistantSettings, describe
from index.errors import SettingsError

PREFIX = "EPIKRISE_ASSISTANT_"


@pytest.fixture(autouse=True)
def _an_empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_it_is_the_demo_on_loopback() -> None:
    settings = AssistantSettings.read()
    assert settings.demo
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert settings.vllm_url is None
    assert settings.database == "sqlite:///data/epikrise.db"


def test_the_environment_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "epikrise.toml").write_text(
        'data_dir = "/srv/epikrise"\n[assistant]\nport = 8000\ntitle = "Letters"\n'
        'vllm_args = ["--quantization", "bitsandbytes"]\n'
        'base_model = "/models/llama"\nadapters = { letters = "/a", summary = "/b" }\n'
    )
    monkeypatch.setenv(PREFIX + "PORT", "9000")
    settings = AssistantSettings.read()
    assert (settings.port, settings.title) == (9000, "Letters")
    assert settings.data_dir == Path("/srv/epikrise")
    assert settings.adapters == {"letters": Path("/a"), "summary": Path("/b")}
    assert settings.vllm_args == ("--quantization", "bitsandbytes")


def test_lists_are_written_plainly_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PREFIX + "BASE_MODEL", "/models/llama")
    monkeypatch.setenv(PREFIX + "ADAPTERS", "letters=/a, summary=/b c")
    monkeypatch.setenv(PREFIX + "VLLM_ARGS", "--quantization bitsandbytes --seed=3")
    monkeypatch.setenv(PREFIX + "HOSTS", "letters.hospital.example, *.clinic.example")
    settings = AssistantSettings.read()
    assert settings.adapters == {"letters": Path("/a"), "summary": Path("/b c")}
    assert settings.vllm_args == ("--quantization", "bitsandbytes", "--seed=3")
    assert settings.hosts == ("letters.hospital.example", "*.clinic.example")


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"PROT": "1"}, ["PROT", "port"]),
        ({"PORT": "http"}, ["PORT"]),
        ({"PORT": "70000"}, ["PORT"]),
        ({"TEMPERATURE": "-1"}, ["TEMPERATURE"]),
        ({"VLLM_URL": "gpu1:8000"}, ["VLLM_URL", "http://"]),
        ({"HOSTS": "a.example,https://b.example"}, ["HOSTS", "https://b.example"]),
        ({"HOSTS": "a.example:443"}, ["HOSTS", "a.example:443"]),
        ({"HOSTS": "*"}, ["HOSTS"]),
        ({"ADAPTERS": "letters"}, ["ADAPTERS", "letters=FOLDER"]),
        ({"VLLM_ARGS": "--enable-log-requests"}, ["VLLM_ARGS", "--enable-log-requests"]),
        ({"VLLM_ARGS": "--enable_log_out"}, ["VLLM_ARGS"]),
        ({"VLLM_ARGS": "--host=0.0.0.0"}, ["VLLM_ARGS", "--host"]),
        ({"DEMO": "false"}, ["BASE_MODEL", "VLLM_URL"]),
        ({"BASE_MODEL": "/m", "ADAPTERS": "summary=/b"}, ["LETTER_MODEL", "ADAPTERS", "base"]),
        ({"BASE_MODEL": "/m", "ADAPTERS": "letters=/a"}, ["SUMMARY_MODEL"]),
    ],
)
def test_what_can_not_be_used_is_named(
    env: dict[str, str], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError) as raised:
        AssistantSettings.read()
    for word in words:
        assert word in str(raised.value)


@pytest.mark.parametrize("given", ["http://gpu:8000", "http://gpu:8000/", "http://gpu:8000/v1/"])
def test_a_servers_url_is_taken_with_or_without_its_v1(given: str) -> None:
    settings = AssistantSettings(vllm_url=given, demo=False)
    assert settings.vllm_url == "http://gpu:8000"


def test_the_base_model_may_serve_a_kind_without_an_adapter() -> None:
    settings = AssistantSettings(
        base_model=Path("/m"), adapters={"letters": Path("/a")}, summary_model="base"
    )
    assert settings.summary_model == "base"


def test_the_demos_model_yields_to_one_that_is_set() -> None:
    demo = AssistantSettings().with_model(Path("/demo"), {"letters": Path("/demo/letters")})
    assert demo.base_model == Path("/demo")
    assert demo.adapters == {"letters": Path("/demo/letters")}
    own = AssistantSettings(base_model=Path("/m"), letter_model="base", summary_model="base")
    assert own.with_model(Path("/demo"), {}) is own
    remote = AssistantSettings(vllm_url="http://gpu:8000")
    assert remote.with_model(Path("/demo"), {}) is remote


def test_secrets_are_not_shown_and_nothing_can_be_changed() -> None:
    settings = AssistantSettings.model_validate(
        {"vllm_key": "hush", "database_url": "postgresql://me:hush@db/epikrise"}
    )
    assert "hush" not in repr(settings)
    assert settings.database == "postgresql://me:hush@db/epikrise"
    with pytest.raises(ValidationError):
        settings.port = 1  # pyright: ignore[reportAttributeAccessIssue]


def test_every_setting_is_described() -> None:
    rows = list(describe(AssistantSettings))
    by_name = {row.name: row for row in rows}
    assert by_name["port"].env == "EPIKRISE_ASSISTANT_PORT"
    assert by_name["port"].default == "7860"
    assert by_name["vllm_url"].default == ""
    assert by_name["adapters"].default == ""
    assert {row.name for row in rows} == set(AssistantSettings.model_fields)
    assert all(row.description for row in rows if row.name != "data_dir")
