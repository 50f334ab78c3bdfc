"""Who is asking, and how they are told what went wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from html import escape
from typing import Any, ParamSpec, TypeVar

import gradio as gr

from assistant.accounts import User
from assistant.web import user_of
from index.errors import AccessDenied, EpikriseError

P = ParamSpec("P")
T = TypeVar("T")


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


def said(handler: Callable[P, T]) -> Callable[P, T]:
    """An error of ours becomes a message on the page; any other is a fault and stays one."""

    @wraps(handler)
    def told(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return handler(*args, **kwargs)
        except EpikriseError as error:
            raise shown_error(error) from None

    return told


def said_late(
    handler: Callable[P, Awaitable[T]],
) -> Callable[P, Coroutine[Any, Any, T]]:
    """`said` for a handler that waits."""

    @wraps(handler)
    async def told(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await handler(*args, **kwargs)
        except EpikriseError as error:
            raise shown_error(error) from None

    return told
