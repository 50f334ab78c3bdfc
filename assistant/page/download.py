"""The letter as .docx, made when it is asked for: nothing of it is left in a file."""

from __future__ import annotations

from html import escape

from fastapi import FastAPI, Request
from fastapi.responses import Response

from assistant.conversation import Conversation, Version
from assistant.desk import Desk
from assistant.export import to_docx
from assistant.review import Review, refusal, review
from assistant.web import user_of
from index.errors import InputError

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def add_download(app: FastAPI, desk: Desk) -> None:
    """Two addresses a version: the draft, always; the final letter, once nothing blocks it."""

    @app.get("/letters/{conversation_id}/{number}.docx")
    def draft(request: Request, conversation_id: str, number: int) -> Response:
        user = user_of(request)
        conversation = desk.conversations.open(user, conversation_id)
        version = conversation.version(number)
        desk.conversations.record(user, conversation_id, "letter.downloaded", version.text)
        return _document(conversation, version, final=False)

    @app.get("/letters/{conversation_id}/{number}/final.docx")
    def final(request: Request, conversation_id: str, number: int) -> Response:
        user = user_of(request)
        conversation = desk.conversations.open(user, conversation_id)
        version = conversation.version(number)
        if blocking := review(conversation, version).blocking:
            raise InputError(
                f"There is no final {version.kind} yet: {refusal(blocking)}.",
                "Correct them, delete them, or accept them with 'I know this'.",
            )
        desk.conversations.record(user, conversation_id, "letter.finished", version.text)
        return _document(conversation, version, final=True)


def _document(conversation: Conversation, version: Version, *, final: bool) -> Response:
    data = to_docx(version.text, conversation.language, final=final)
    name = f"{version.kind}-{version.number}{'' if final else '-DRAFT'}.docx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=_WORD, headers=headers)


def download_html(conversation: Conversation, version: Version, seen: Review) -> str:
    """The two ways to take the version home; the second says what it waits for."""
    if seen.text != version.text:
        return '<span class="quiet">Save the edit to download it.</span>'
    here = escape(f"/letters/{conversation.id}/{version.number}")
    draft = f'<a href="{here}.docx" download>Draft .docx</a>'
    blocking = seen.blocking
    if not blocking:
        return f'{draft} <a class="final" href="{here}/final.docx">Final .docx</a>'
    said = "".join(f"<li><b>{escape(f.fact.text)}</b> {escape(f.message)}</li>" for f in blocking)
    return (
        f'{draft} <button type="button" class="final blocked" data-place="final-why">'
        f"Final .docx: {len(blocking)} open</button>"
        f'<div popover id="final-why" class="place"><p>There is no final {version.kind} yet: '
        f"{escape(refusal(blocking))}. Correct them, delete them, or accept them with "
        f"<b>I know this</b>.</p><ul>{said}</ul></div>"
    )
