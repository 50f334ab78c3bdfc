"""Word's old binary format, through a program that reads it: antiword, else LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from index.errors import LetterFileError

_SECONDS = 60
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The stream that a .docx with a password is wrapped in."""


def doc_text(data: bytes) -> str:
    """The text of a .doc file.

    Raises:
        LetterFileError: it has a password, is damaged, or no program here reads it.
    """
    if not data.startswith(b"\xd0\xcf\x11\xe0"):
        raise LetterFileError("The file is not a .doc, though its name says so.")
    if _ENCRYPTED in data:
        raise LetterFileError("The file has a password.", "Save it without one.")
    antiword, office = shutil.which("antiword"), shutil.which("soffice")
    if not antiword and not office:
        raise LetterFileError(
            "This is an old .doc file, and neither antiword nor LibreOffice is installed.",
            "Install one of them, or save the file as .docx.",
            retry=True,
        )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "letter.doc")
        file.write_bytes(data)
        if antiword:
            return _run([antiword, "-m", "UTF-8.txt", "-w", "0", str(file)], folder)
        assert office
        convert = ["--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", folder]
        # A profile of its own: with the user's, a second LibreOffice does nothing and says so not.
        _run(
            [office, f"-env:UserInstallation=file://{folder}/profile", *convert, str(file)], folder
        )
        written = Path(folder, "letter.txt")
        return written.read_text("utf-8-sig", errors="replace") if written.exists() else ""


def _run(command: list[str], folder: str) -> str:
    """What a program prints. Its complaints are not repeated: they may hold some of the text."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise LetterFileError("The .doc file can't be read within a minute.") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise LetterFileError(
            "The .doc file is damaged or has a password.", "Save it as .docx without a password."
        ) from error
    return done.stdout.decode("utf-8", errors="replace")
