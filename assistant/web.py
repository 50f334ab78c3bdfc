"""The web application around the page: log-in, log-out, health, and the guards before them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse
from jinja2 import Environment, PackageLoader
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import Response

from assistant.accounts import Accounts, User
from assistant.database import Database
from assistant.guard import (
    COOKIE,
    HEALTH_PATH,
    LOGIN_PATH,
    USER_KEY,
    RequestLimits,
    SecurityHeaders,
    SessionGate,
)
from assistant.sessions import Sessions
from index.errors import AccessDenied, EpikriseError, InputError

READY = "ready"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
MAX_UPLOAD_BYTES = 25 * 2**20

# argon2 takes 64 MiB and a core for each log-in: a flood of them must not take the machine.
_PARALLEL_LOGINS = 2

AuthDependency = Callable[[Request], str | None]
MountPage = Callable[[FastAPI, AuthDependency], FastAPI]


def create_app(
    *,
    title: str,
    database: Database,
    accounts: Accounts,
    sessions: Sessions,
    model_status: Callable[[], str],
    mount_page: MountPage,
    hosts: Iterable[str] = (),
    https: bool = False,
    demo: bool = False,
    max_upload_bytes: int = MAX_UPLOAD_BYTES,
) -> FastAPI:
    """The application that the server runs.

    Args:
        title: the name on the log-in page.
        model_status: in a word; `ready` when a letter can be drafted now.
        mount_page: mounts the page at "/"; it is given `username_of` for Gradio's
            `auth_dependency`.
        hosts: names by which browsers may reach the server, besides the loopback ones; all others
            are refused, because a foreign name that points here is how a foreign page gets in.
        https: browsers come by https, though a proxy may hide it: the cookie goes by https alone.
        demo: say on the log-in page that the clinic is made up.
    """
    login_page = Environment(
        loader=PackageLoader("assistant", "page"), autoescape=True
    ).get_template("login.html")
    login_limiter = CapacityLimiter(_PARALLEL_LOGINS)
    # The first stands outermost.
    guards = [
        Middleware(SecurityHeaders),
        Middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, *hosts], www_redirect=False),
        Middleware(RequestLimits, max_bytes=max_upload_bytes),
        Middleware(SessionGate, user_of=sessions.user_of),
    ]
    app = FastAPI(title=title, middleware=guards, docs_url=None, redoc_url=None, openapi_url=None)

    def show_login(name: str = "", error: str = "", status: int = 200) -> HTMLResponse:
        html = login_page.render(title=title, demo=demo, name=name, error=error)
        return HTMLResponse(html, status)

    @app.get(LOGIN_PATH)
    async def login_form(request: Request) -> Response:
        return RedirectResponse("/", 303) if _user(request) else show_login()

    @app.post(LOGIN_PATH)
    async def log_in(
        request: Request, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
    ) -> Response:
        def attempt() -> str:
            return sessions.open(accounts.verify(name, password))

        try:
            token = await to_thread.run_sync(attempt, limiter=login_limiter)
        except AccessDenied as error:
            return show_login(name, str(error), 401)
        except EpikriseError as error:
            return show_login(name, str(error), 503)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            COOKIE,
            token,
            httponly=True,
            samesite="strict",
            secure=https or request.url.scheme == "https",
        )
        return answer

    @app.post("/logout")
    def log_out(request: Request) -> Response:
        sessions.close(request.cookies.get(COOKIE, ""))
        answer = RedirectResponse(LOGIN_PATH, 303, headers={"Clear-Site-Data": '"storage"'})
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return answer

    @app.get(HEALTH_PATH)
    def health() -> Response:
        """200 when a letter can be drafted now, else 503; any answer means the server lives."""
        status = model_status()
        try:
            database.ping()
            stored = "ready"
        except EpikriseError:
            stored = "failed"
        ok = status == READY and stored == "ready"
        return JSONResponse({"ok": ok, "model": status, "database": stored}, 200 if ok else 503)

    @app.exception_handler(EpikriseError)
    def refused(_request: Request, error: EpikriseError) -> Response:
        statuses = {AccessDenied: 403, InputError: 400}
        status = next((code for kind, code in statuses.items() if isinstance(error, kind)), 503)
        return PlainTextResponse(str(error), status)

    return mount_page(app, username_of)


def username_of(request: HTTPConnection) -> str | None:
    """The logged-in user's name, or None: Gradio's `auth_dependency`."""
    user = _user(request)
    return user.name if user else None


def user_of(request: HTTPConnection) -> User:
    """Who sent this request; in a Gradio handler pass `request.request`.

    Raises:
        AccessDenied: nobody who is logged in.
    """
    user = _user(request)
    if user is None:
        raise AccessDenied("You are not logged in.", "Log in again.")
    return user


def _user(request: HTTPConnection) -> User | None:
    user = request.scope.get(USER_KEY)
    return user if isinstance(user, User) else None
