"""What stands before every route: security headers, the origin check, the size limit, the session.

Written as plain ASGI, so that streamed answers pass through unbuffered.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.accounts import User
from index.errors import EpikriseError

COOKIE = "epikrise_session"
USER_KEY = "epikrise.user"
"""Where the gate leaves the logged-in `User` in the connection's scope."""

LOGIN_PATH = "/login"
HEALTH_PATH = "/health"

HEADERS = {
    # Gradio needs 'unsafe-inline' and 'unsafe-eval'; nothing may be fetched from or sent outside.
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Tells other sites nothing. With 'no-referrer' browsers send `Origin: null` from our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# The page's own program files, whose names carry their hash; everything else may hold a patient.
_CACHEABLE = ("/assets/", "/static/", "/svelte/")


class SecurityHeaders:
    """Adds `HEADERS` to every answer, and keeps answers out of the browser's cache."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if not scope["path"].startswith(_CACHEABLE) or message["status"] >= 400:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_with_headers)


class RequestLimits:
    """Refuses what another site's page sends (CSRF), and bodies above `max_bytes`."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        method = scope.get("method", "websocket")
        if method not in ("GET", "HEAD", "OPTIONS") and _is_foreign(headers):
            return _refuse(403, "This request came from another site and was refused.")
        if "transfer-encoding" in headers:
            # The server holds a body to its stated length; one without could grow for ever.
            return PlainTextResponse("The size of an upload must be stated.", 411)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._max_bytes:
            limit = self._max_bytes // 2**20
            # Gradio's page shows a refused upload's whole answer.
            message = f"The file is too large: at most {limit} MB can be uploaded."
            return PlainTextResponse(message, 413)
        return None


class SessionGate:
    """Lets through who is logged in; shows others the log-in page.

    Args:
        user_of: token -> user, or None where the session has ended. It may block.
    """

    def __init__(self, app: ASGIApp, user_of: Callable[[str], User | None]) -> None:
        self._app = app
        self._user_of = user_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        # Asking for the health is no use of a session: a page that polls it may still time out.
        token = None if path == HEALTH_PATH else HTTPConnection(scope).cookies.get(COOKIE)
        is_open = path in (LOGIN_PATH, HEALTH_PATH)
        try:
            user = await to_thread.run_sync(self._user_of, token) if token else None
        except EpikriseError as error:
            if not is_open:
                await PlainTextResponse(str(error), 503)(scope, receive, send)
                return
            user = None
        if user or is_open:
            await self._app({**scope, USER_KEY: user}, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _to_login(scope)(scope, receive, send)


def _to_login(scope: Scope) -> Response:
    wants_page = "text/html" in Headers(scope=scope).get("accept", "")
    if scope["method"] in ("GET", "HEAD") and wants_page:
        return RedirectResponse(LOGIN_PATH, status_code=303)
    return _refuse(401, "You are not logged in, or your session has ended. Log in again.")


def _is_foreign(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    # Only browsers carry somebody's cookie without their doing, and those send an origin.
    return origin is not None and urlsplit(origin).netloc != headers.get("host")


def _refuse(status: int, message: str) -> Response:
    # Gradio's page shows the `detail` of an event that was refused.
    return JSONResponse({"detail": message, "error": message}, status)
