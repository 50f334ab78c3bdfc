"""Rich Text Format, in which old hospital systems store letters.

The only module that imports striprtf.
"""

from __future__ import annotations

import re

from index.errors import LetterFileError

_CODEPAGE = re.compile(rb"\\ansicpg(\d{3,5})")
_DAMAGED = (ValueError, LookupError, TypeError, RecursionError, OverflowError)


def rtf_text(data: bytes) -> str:
    """The text, cells of a table separated by tabs.

    Raises:
        LetterFileError: it is no RTF, or damaged.
    """
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip(b" \t\r\n\xef\xbb\xbf").startswith(rb"{\rtf"):
        raise LetterFileError("The file is not RTF, though its name says so.")
    codepage = _CODEPAGE.search(data[:1000])
    encoding = f"cp{int(codepage[1])}" if codepage and codepage[1] != b"65001" else "cp1252"
    try:
        # Bytes as they are: what is no ASCII is written as an escape, in the file's code page.
        text = rtf_to_text(data.decode("latin-1"), encoding=encoding, errors="replace")
    except _DAMAGED as error:
        raise LetterFileError("The RTF file is damaged.", "Save it again with Word.") from error
    # striprtf separates cells by "|" and ends rows with one.
    rows = (line.removesuffix("|").replace("|", "\t") for line in text.split("\n"))
    return "\n".join(rows).replace("\0", "").encode("utf-8", errors="replace").decode()
