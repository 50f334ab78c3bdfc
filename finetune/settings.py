"""Settings of fine-tuning: where trainings are, and what an adapter must show before it may write.

How a value is found, and in which order, is told in `index.settings`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from index.letter import Language
from index.settings import SettingsTable

_Share = Annotated[float, Field(ge=0, le=1)]


class FinetuneSettings(SettingsTable):
    """Where trainings are, and the bars of `promote`. A share must reach its bar with the lower end
    of its 95% interval, a number of errors must stay below with the upper end."""

    model_config = SettingsConfigDict(env_prefix="EPIKRISE_FINETUNE_")
    table: ClassVar[str] = "finetune"

    runs: Path = Path("adapters")
    """The folder of the trainings that admins see on the page under *Training*: adapters and what
    their trainings left, up to three levels deep."""
    bar_patients: int = Field(default=50, ge=5)
    """`promote`: held-out patients that a row of the evaluation must have, at least."""
    bar_languages: Annotated[tuple[Language, ...], NoDecode] = ()
    """`promote`: languages that must be evaluated and are held to the bars, separated by commas;
    without it all that the evaluation has."""
    bar_facts_right: _Share = 0.9
    """`promote`: share of facts that are right, at least; by the lower end of its 95% interval."""
    bar_sections: _Share = 0.9
    """`promote`: share of letters with all their parts, at least; by the lower end."""
    bar_stopped: _Share = 0.9
    """`promote`: share of answers that end by themselves, at least; by the lower end."""
    bar_wrong: float = Field(default=0.5, ge=0)
    """`promote`: facts an answer of which the case says otherwise, at most; by the upper end."""
    bar_invented: _Share = 0.03
    """`promote`: share of an answer's facts that are made up, at most; by the upper end."""
    bar_leaked: float = Field(default=0.1, ge=0)
    """`promote`: facts an answer that come from an example letter, at most; by the upper end."""
    bar_mean_gap: float = Field(default=0.05, gt=0)
    """`promote`: mean difference of log probability between the adapter as it is served and as it
    was trained, in nats an answer token, at most."""
    bar_max_gap: float = Field(default=2.0, gt=0)
    """`promote`: the same, of the token at which they differ most."""

    bar_gap_share: float = Field(default=0.25, gt=0)
    """`promote`: the mean difference as a share of what the adapter changes at all, at most. An
    adapter that is not applied has 1."""

    @field_validator("bar_languages", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(name.strip() for name in value.split(",") if name.strip())
