"""Text in pictures, by tesseract, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

from index.errors import LetterFileError

_SECONDS = 120
_WANTED = ("deu", "eng")


def can_read_pictures() -> bool:
    return bool(_languages())


def picture_text(data: bytes) -> str:
    """The text in a picture (PNG, JPEG, TIFF); empty where tesseract finds none.

    Raises:
        LetterFileError: it takes too long.
    """
    command = ["tesseract", "stdin", "stdout", "-l", "+".join(_languages())]
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise LetterFileError("OCR of the scan takes too long.", "Give its text.") from error
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else ""


@cache
def _languages() -> tuple[str, ...]:
    """Of the languages of letters, those that tesseract has data for."""
    if not shutil.which("tesseract"):
        return ()
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, check=False)
    known = listed.stdout.decode(errors="replace").split()
    return tuple(each for each in _WANTED if each in known)
