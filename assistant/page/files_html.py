"""Files that can't be indexed, page by page, as HTML. Pure; everything is escaped.

`archive.js` hands clicks on the buttons to the server.
"""

from __future__ import annotations

from html import escape

from index.overview import PAGE, FilePage


def files_html(seen: FilePage, containing: str) -> str:
    """Files with the reason why they can't be indexed."""
    if not seen.total:
        none = "No such file." if containing.strip() else "Every file could be read."
        return f'<p class="quiet" role="status">{none}</p>'
    rows = "".join(
        f"<li><b>{escape(file.id)}</b> {escape(file.reason)}</li>" for file in seen.files
    )
    pages = pages_html(seen.start, len(seen.files), seen.total, PAGE, "files")
    return (
        f'{pages}<ul class="findings files" tabindex="0" aria-label="Files that can’t be indexed">'
        f"{rows}</ul>"
    )


def pages_html(start: int, shown: int, total: int, size: int, what: str) -> str:
    """Which part of a list is shown, and buttons for the parts before and after it.

    Args:
        start: how many come before the part.
        what: the plural of what is listed, in `s`.
    """
    if total <= size:
        return f'<p class="quiet" role="status">{total} {what if total != 1 else what[:-1]}</p>'
    page = start // size
    earlier = _turn(page - 1, "Earlier") if start else ""
    later = _turn(page + 1, "Later") if start + shown < total else ""
    return (
        f'<nav class="pages acts" aria-label="Pages of {what}"><span role="status">'
        f"{start + 1:,} to {start + shown:,} of {total:,} {what}</span>{earlier}{later}</nav>"
    )


def _turn(page: int, words: str) -> str:
    return f'<button type="button" data-turn="{page}">{words}</button>'
