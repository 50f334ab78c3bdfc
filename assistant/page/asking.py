"""Who is asking: the one way from a Gradio request to a user."""

from __future__ import annotations

import gradio as gr

from assistant.accounts import User
from assistant.web import user_of
from index.errors import AccessDenied


def asking(request: gr.Request) -> User:
    """The logged-in user behind a Gradio event.

    Raises:
        AccessDenied: nobody who is logged in.
    """
    if request.request is None:
        raise AccessDenied("You are not logged in.", "Log in again.")
    return user_of(request.request)
