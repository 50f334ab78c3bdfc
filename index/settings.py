"""Settings of the index, and how every package of this project reads its settings.

A value comes from the environment (`EPIKRISE_INDEX_…`), else from the table `[index]` of
`epikrise.toml`, else from the default here. `EPIKRISE_CONFIG` names another file. Unknown names are
refused, so that a typing mistake does not pass for a setting.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, cast

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from index.errors import SettingsError

CONFIG_FILE = "epikrise.toml"


class SettingsTable(BaseSettings):
    """One table of the settings; a package's settings are a subclass with its own `table`."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True
    )

    table: ClassVar[str] = ""

    data_dir: Annotated[Path, Field(validation_alias="EPIKRISE_DATA_DIR")] = Path("data")
    """Where everything is kept that the product writes; shared by all packages."""

    @classmethod
    def read(cls) -> Self:
        """The settings as they stand now; called once, at the entry.

        Raises:
            SettingsError: a name that is unknown or a value that can't be used, named.
        """
        known = {cls.env_name(field) for field in cls.model_fields}
        for name in os.environ:
            if name.startswith(cls._prefix()) and name not in known:
                raise _unknown(name, cls)
        try:
            return cls()
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            name = str(first["loc"][0]) if first["loc"] else cls.table
            if first["type"] == "extra_forbidden":
                raise _unknown(f"{name} in [{cls.table}]", cls) from None
            reason = first["msg"].removeprefix("Value error, ").rstrip(".")
            raise SettingsError(
                f"The setting {cls.env_name(name)} can't be used: {reason}.",
                f"Correct it in the environment or in [{cls.table}] of {CONFIG_FILE}.",
            ) from None

    @classmethod
    def env_name(cls, field: str) -> str:
        """The environment variable of a field, e.g. `EPIKRISE_INDEX_CHROMA_URL`."""
        return "EPIKRISE_DATA_DIR" if "data_dir" in field.lower() else cls._prefix() + field.upper()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        from_file = InitSettingsSource(settings_cls, init_kwargs=_from_file(cls.table))
        return init_settings, env_settings, from_file

    @classmethod
    def _prefix(cls) -> str:
        return f"EPIKRISE_{cls.table.upper()}_"


def _unknown(name: str, settings: type[SettingsTable]) -> SettingsError:
    known = ", ".join(sorted(settings.model_fields))
    return SettingsError(f"There is no setting {name}.", f"Known here: {known}.")


def _from_file(table: str) -> dict[str, Any]:
    """A table of the settings file, with the file's top-level `data_dir`; empty without one."""
    path = Path(os.environ.get("EPIKRISE_CONFIG", CONFIG_FILE))
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"The settings file {path} can't be read: {error}.", "Correct it or remove it."
        ) from None
    found: Any = values.get(table, {})
    if not isinstance(found, dict):
        raise SettingsError(f"[{table}] in {path} is not a table.", f"Write it as [{table}].")
    shared = {"data_dir": values["data_dir"]} if "data_dir" in values else {}
    return shared | cast("dict[str, Any]", found)


class IndexSettings(SettingsTable):
    """How letters are read, embedded and stored."""

    model_config = SettingsConfigDict(env_prefix="EPIKRISE_INDEX_")
    table: ClassVar[str] = "index"

    archive: Path | None = None
    """The folder of past letters, where a command names none."""
    chroma_url: str | None = None
    """A Chroma server, e.g. `http://chroma:8000`; without it one is started on loopback."""
    embedding_model: Path | None = None
    """A local sentence-transformers folder; without it the packaged all-MiniLM-L6-v2."""
    query_prompt: str = ""
    """What the model wants before a query, e.g. `query: ` for multilingual-e5."""
    passage_prompt: str = ""
    """What the model wants before a passage, e.g. `passage: `."""
    encoder_batch: int = Field(default=4096, ge=1, le=1_048_576)
    """Characters in one forward pass of the encoder, each passage as long as the longest."""
    known_patients: Path | None = None
    """A CSV file of the hospital's patients (names, birth date, ids, address, phone), whose values
    are removed from every letter."""
    replacement: Literal["surrogates", "tags"] = "surrogates"
    """What is written in place of an identifier: one made up of its kind, or `[PATIENT]`."""
    ner_model: Path | None = None
    """A local folder with a spaCy pipeline or a transformers token classifier, which looks for
    identifiers beside the rules."""
    deidentify_model: str = ""
    """The served model that looks for identifiers beside the rules: `base`, or another that follows
    instructions. Empty asks none. A build takes a good deal longer with it."""
    build_block: int = Field(default=128, ge=1, le=4096)
    """Letters that a build embeds at a time; it holds a few times as many in memory."""
    build_processes: int | None = Field(default=None, ge=0, le=256)
    """Processes that read and de-identify letters while another embeds them. Without it one a core
    but for one, and 8 at most; 0 does all in one process."""

    @field_validator("chroma_url")
    @classmethod
    def _http(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://")):
            raise ValueError("it must start with http:// or https://")
        return url.rstrip("/") if url else None
