"""The secret that surrogates, date offsets and pseudonyms are made with; one for a data folder.

Without it nobody can tell which surrogate stands for whom. It is made once: another key would give
every person a new surrogate.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from index.errors import SettingsError

FILE = "deidentification.key"
_BYTES = 32


def load_key(data_dir: Path) -> bytes:
    """The key of a data folder, 32 bytes; made, readable by its owner alone, where there is none.

    Raises:
        SettingsError: the file can't be read or made, or does not hold a key.
    """
    path = data_dir / FILE
    try:
        if not path.exists():
            _make(path)
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is damaged"
        raise SettingsError(
            f"The de-identification key {path} can't be used: {reason}.",
            "Make the data folder writable, or put the key back from a backup.",
        ) from error
    if len(key) != _BYTES:
        raise SettingsError(
            f"The de-identification key {path} is damaged.", "Put it back from a backup."
        )
    return key


def _make(path: Path) -> None:
    """Whole or not at all, and only once, whoever else is doing the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "w", encoding="ascii") as out:
            out.write(secrets.token_bytes(_BYTES).hex() + "\n")
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
