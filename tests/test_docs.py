"""The documentation says what the code does: settings, links, commands, make targets, containers.

`python -m tests.test_docs` writes the tables of docs/settings.md anew.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.core import TyperGroup
from typer.main import get_group

from assistant.cli import app as assistant_cli
from assistant.settings import AssistantSettings, describe
from finetune.cli import app as finetune_cli
from finetune.config import shipped_configs
from finetune.settings import FinetuneSettings
from index.settings import IndexSettings, SettingsTable
from retrieval.settings import RetrievalSettings

ROOT = Path(__file__).parents[1]
SETTINGS_PAGE = ROOT / "docs" / "settings.md"
PACKAGES: tuple[type[SettingsTable], ...] = (
    IndexSettings,
    RetrievalSettings,
    AssistantSettings,
    FinetuneSettings,
)
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
IDS = [str(page.relative_to(ROOT)) for page in PAGES]

_FENCED = re.compile(r"^```.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^ {4,}(.*)$", re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BEFORE = re.compile(r"(?:[A-Z_]+=\S+ |docker compose (?:exec|run)(?: -\S+)* \S+ |sudo )*")


def with_tables(page: str) -> str:
    """The page with each package's table as the code has it now."""
    for package in PACKAGES:
        mark = f"<!-- [{package.table}] -->\n"
        assert mark in page, mark
        before, after = page.split(mark)
        rest = re.sub(r"\A\s*(?:\|.*\n)*\s*", "", after)
        page = f"{before}{mark}\n{table(package)}\n{rest}".rstrip() + "\n"
    return page


def table(package: type[SettingsTable]) -> str:
    rows = ["| name | environment | default | what it does |", "|---|---|---|---|"]
    for setting in describe(package):
        default = f"`{setting.default}`" if setting.default else ""
        words = setting.description.replace("|", r"\|")
        rows.append(f"| `{setting.name}` | `{setting.env}` | {default} | {words} |")
    return "\n".join(rows) + "\n"


def code_lines(page: str) -> Iterator[str]:
    """What is shown to be typed: lines of code blocks, and code within a sentence."""
    for block in _FENCED.findall(page):
        yield from block.splitlines()
    rest = _FENCED.sub("", page)
    yield from _INDENTED.findall(rest)
    yield from _INLINE.findall(rest)


def typed(page: str, program: str) -> Iterator[list[str]]:
    """The arguments of every call of a program in a page's code."""
    for line in code_lines(page.replace("\\\n", " ")):
        for part in re.split(r"&&|\||;", line.split(" #")[0]):
            words = _BEFORE.sub("", part.strip(), count=1).split(" < ")[0].split(" > ")[0].split()
            if words and words[0].rsplit("/", 1)[-1] == program:
                yield words[1:]


def commands() -> TyperGroup:
    group = get_group(assistant_cli)
    group.commands["finetune"] = get_group(finetune_cli)
    return group


def resolve(words: list[str]) -> tuple[Any, list[str]]:
    """The subcommand that words name, and what is left of them."""
    command: Any = commands()
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"there is no `epikrise … {words[0]}`"
        command, words = command.commands[words[0]], words[1:]
    return command, words


def every_setting() -> set[str]:
    own = {setting.env for package in PACKAGES for setting in describe(package)}
    return own | {"EPIKRISE_CONFIG"}


def compose_services() -> dict[str, dict[str, object]]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def environment_of(service: dict[str, object]) -> dict[str, str]:
    environment = service.get("environment", {})
    assert isinstance(environment, dict)
    return {str(name): str(value) for name, value in environment.items()}


def image_environment() -> dict[str, str]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    return dict(re.findall(r"(EPIKRISE_[A-Z_]+)=(\S+)", text))


def test_the_page_of_settings_is_what_the_code_has() -> None:
    page = SETTINGS_PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page), "write it anew: .venv/bin/python -m tests.test_docs"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_setting_says_what_it_does(package: type[SettingsTable]) -> None:
    assert [setting.name for setting in describe(package) if not setting.description] == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_links_lead_somewhere(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    files = [link.split("#")[0] for link in links if not re.match(r"https?:|mailto:|#", link)]
    assert [file for file in files if not (page.parent / file).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_commands_exist_with_their_options(page: Path) -> None:
    for words in typed(page.read_text(encoding="utf-8"), "epikrise"):
        command, rest = resolve(words)
        known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        options = {word.split("=")[0] for word in rest if word.startswith("--")}
        assert options <= known, f"epikrise {' '.join(words)}"


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_named_training_configs_are_shipped(page: Path) -> None:
    for words in typed(page.read_text(encoding="utf-8"), "epikrise"):
        if words[:2] in (["finetune", "train"], ["finetune", "preflight"]) and len(words) > 2:
            assert words[2].endswith(".toml") or words[2] in [*shipped_configs(), "CONFIG"]


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_make_targets_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    for words in typed(page.read_text(encoding="utf-8"), "make"):
        assert {word for word in words if "=" not in word} <= targets


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_environment_variables_are_settings(page: Path) -> None:
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    folders = set(re.findall(r"\$\{(EPIKRISE_[A-Z_]+)", compose))
    named = set(re.findall(r"\bEPIKRISE_[A-Z_]*[A-Z]", page.read_text(encoding="utf-8")))
    assert named <= every_setting() | folders


@pytest.mark.parametrize("name", sorted(compose_services()))
def test_containers_are_set_up_with_real_settings(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in [variable for variable in os.environ if variable.startswith("EPIKRISE_")]:
        monkeypatch.delenv(variable)
    service = compose_services()[name]
    for variable, value in (image_environment() | environment_of(service)).items():
        assert variable in every_setting()
        monkeypatch.setenv(variable, value)
    for package in PACKAGES:
        package.read()
    settings = AssistantSettings.read()
    assert settings.host == "0.0.0.0", "no port of a container reaches its loopback"
    volumes = service["volumes"]
    assert isinstance(volumes, list)
    mounted = {re.sub(r"\$\{[^}]*\}", "", volume).split(":")[1] for volume in volumes}
    folders = [settings.base_model, *settings.adapters.values(), IndexSettings.read().archive]
    needed = [settings.data_dir, *(folder for folder in folders if folder)]
    assert [f for f in needed if not any(f.is_relative_to(place) for place in mounted)] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("    epikrise index build A --dry-run   # what", [["index", "build", "A", "--dry-run"]]),
        ("git clone x epikrise && cd epikrise", []),
        ("    git clone x epikrise && cd epikrise", []),
        ("say `.venv/bin/epikrise run` once", [["run"]]),
        ("    docker compose exec epikrise-gpu epikrise users list", [["users", "list"]]),
        ("    A_B=1 epikrise run < in > out", [["run"]]),
        ("```sh\nepikrise draft \\\n  x\n```\n", [["draft", "x"]]),
    ],
)
def test_commands_are_found_in_code_alone(text: str, found: list[list[str]]) -> None:
    assert list(typed(text, "epikrise")) == found


@pytest.mark.parametrize("words", ["indx", "index biuld", "finetune promot"])
def test_a_wrong_command_is_noticed(words: str) -> None:
    with pytest.raises(AssertionError):
        resolve(shlex.split(words))


if __name__ == "__main__":
    page = SETTINGS_PAGE.read_text(encoding="utf-8")
    SETTINGS_PAGE.write_text(with_tables(page), encoding="utf-8")
