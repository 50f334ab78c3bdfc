"""The patterns by which German letters name somebody beside what he or she is or does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from index.data_files import either, phrases, table
from index.name_patterns import NAME, PARTICLE, UNIT, UPPER

_HONORIFIC = r"(?:(?:Herrn?|Frau|Hr\.|Fr\.|Hrn\.)[ ])?"
_FULL = rf"{UNIT}(?:[ ]|(?<=\.))(?:{PARTICLE})?{UNIT}(?:[ ]{UNIT})?"


@dataclass(frozen=True)
class RolePatterns:
    """Each has the name in its group `name`.

    Attributes:
        role: what somebody does, and the name.
        behind: a name alone in its column, and what its bearer does.
        relative: a relative and the name; `near` are those of whom few illnesses are told.
    """

    role: re.Pattern[str]
    behind: re.Pattern[str]
    relative: re.Pattern[str]


@cache
def role_patterns() -> RolePatterns:
    """The patterns, compiled once."""
    german = table("german")
    roles, behind = phrases(german["roles"]), phrases(german["roles_behind"])
    near, parents = phrases(german["relatives"]), phrases(german["parents"])
    return RolePatterns(
        role=re.compile(
            rf"(?<![\w-])(?:{either(roles)})(?:[ ]ist|[ ]war)?[:.]?[ \n][ ]?\(?{_HONORIFIC}"
            rf"(?P<name>{NAME})"
        ),
        behind=re.compile(
            rf"(?:^|[\t,;:/(]|[ ]{{2,}}|(?<=\.)[ ])[ \t]*(?P<name>{_FULL})"
            rf"(?:,[ ]?|[ ]?\n[ \t]*|[ ]\(|[ ]{{2,}})(?:{either(behind)})(?![\w-])",
            re.MULTILINE,
        ),
        relative=re.compile(
            rf"(?:(?<![\w-])|(?<=[a-zäöüß])(?=[{UPPER}]))(?:(?P<near>{either(near)})|(?:{either(parents)}))"
            rf"(?:,?[ ]|[ ]?\(|:[ ]?|[ ]?\n)(?:namens[ ])?{_HONORIFIC}(?P<name>{NAME})"
        ),
    )
