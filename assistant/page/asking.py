"""Who is asking, and how they are told what went wrong."""

from __future__ import annotations

from html import escape

import gradio as gr

from assistant.accounts import User
from assistant.web import user_of
from index.errors import AccessDenied, EpikriseError


def asking(request: gr.Request) -> User:
    """The logged-in user behind a Gradio event.

    Raises:
        AccessDenied: nobody who is logged in.
    """
    if request.request is None:
        raise AccessDenied("You are not logged in.", "Log in again.")
    return user_of(request.request)


def shown_error(error: EpikriseError) -> gr.Error:
    """A message on the page, which takes HTML: what a user gave must not become any."""
    return gr.Error(escape(str(error)), print_exception=False)
