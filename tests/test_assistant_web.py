from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from assistant.accounts import Accounts, Role
from assistant.database import Database, open_database
from assistant.guard import COOKIE, SecurityHeaders
from assistant.sessions import Sessions
from assistant.web import create_app, user_of
from index.errors import AccessDenied, EpikriseError, InputError

PASSWORD = "correct horse battery"
HOST = "http://127.0.0.1:7860"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def fake_page(app: FastAPI, auth: Callable[[Request], str | None]) -> FastAPI:
    """Stands where the Gradio page is mounted: a sub-application at "/"."""
    page = FastAPI()

    @page.get("/")
    def who(request: Request) -> dict[str, str | None]:
        return {"name": auth(request), "role": user_of(request).role}

    @page.get("/assets/page-1a2b.js")
    def asset() -> dict[str, str]:
        return {}

    @page.get("/refuses/{kind}")
    def refuse(kind: str) -> None:
        raise {"access": AccessDenied, "input": InputError, "other": EpikriseError}[kind]("No.")

    @page.post("/upload")
    async def upload(request: Request) -> dict[str, int]:
        return {"size": len(await request.body())}

    app.mount("/", page)
    return app


@dataclass
class Site:
    app: FastAPI
    database: Database
    accounts: Accounts
    status: list[str] = field(default_factory=lambda: ["ready"])

    def visit(self, base_url: str = HOST) -> TestClient:
        return TestClient(self.app, base_url=base_url, follow_redirects=False)

    def visit_as(self, name: str, base_url: str = HOST) -> TestClient:
        client = self.visit(base_url)
        answer = client.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client


def make_site(folder: Path, **options: Any) -> Site:
    database = open_database(f"sqlite:///{folder}/epikrise.db")
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    accounts = Accounts(database, hasher=cheap, lockout_failures=3)
    status = ["ready"]
    app = create_app(
        title="Epikrise",
        database=database,
        accounts=accounts,
        sessions=Sessions(database),
        model_status=lambda: status[0],
        mount_page=fake_page,
        max_upload_bytes=2**20,
        **options,
    )
    return Site(app, database, accounts, status)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = make_site(tmp_path)
    site.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    site.accounts.create("admin", PASSWORD, Role.ADMIN)
    yield site
    site.database.close()


def test_without_a_session_the_page_leads_to_the_login(site: Site) -> None:
    answer = site.visit().get("/", headers=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/assets/page-1a2b.js"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/upload"),
        ("POST", "/login/"),
        ("POST", "/logout"),
        ("GET", "//login"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
    ],
)
def test_without_a_session_nothing_else_answers(site: Site, method: str, path: str) -> None:
    answer = site.visit().request(method, HOST + path)
    assert answer.status_code == 401
    assert "Log in again" in answer.json()["detail"]


def test_a_web_socket_needs_a_session_too(site: Site) -> None:
    with pytest.raises(WebSocketDisconnect), site.visit().websocket_connect("/ws"):
        pass


def test_the_login_page_stands_alone(site: Site) -> None:
    answer = site.visit().get("/login")
    assert answer.status_code == 200
    assert "made up" not in answer.text
    assert "prefers-color-scheme: dark" in answer.text
    sources = re.findall(r"""(?:src|href|action|url)\s*[=(]\s*["']?([^"'\s>)]+)""", answer.text)
    assert set(sources) == {"data:,", "/login"}


def test_the_demo_says_so(tmp_path: Path) -> None:
    site = make_site(tmp_path, demo=True)
    assert "the clinic and its patients are made up" in site.visit().get("/login").text
    site.database.close()


def test_a_login_opens_the_page_and_names_user_and_role(site: Site) -> None:
    for name, role in (("weber", "physician"), ("admin", "admin")):
        client = site.visit_as(name)
        assert client.get("/").json() == {"name": name, "role": role}
        assert client.get("/login").headers["location"] == "/"


@pytest.mark.parametrize(("base_url", "secure"), [(HOST, False), ("https://localhost", True)])
def test_the_cookie_is_out_of_reach(site: Site, base_url: str, secure: bool) -> None:
    client = site.visit(base_url)
    answer = client.post("/login", data={"name": "weber", "password": PASSWORD})
    attributes = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert attributes == {"httponly", "path=/", "samesite=strict"} | (
        {"secure"} if secure else set()
    )


def test_behind_a_proxy_the_cookie_is_for_https_too(tmp_path: Path) -> None:
    site = make_site(tmp_path, https=True)
    site.accounts.create("weber", PASSWORD, Role.PHYSICIAN)
    answer = site.visit().post("/login", data={"name": "weber", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()
    site.database.close()


@pytest.mark.parametrize(
    "form",
    [
        {"name": "weber", "password": "wrong password"},
        {"name": "nobody", "password": PASSWORD},
        {"name": '"><script>alert(1)</script>', "password": "x"},
        {"name": "", "password": ""},
        {},
    ],
)
def test_a_wrong_login_is_shown_and_sets_nothing(site: Site, form: dict[str, str]) -> None:
    answer = site.visit().post("/login", data=form)
    assert answer.status_code == 401
    assert "don&#39;t match, or the account is locked" in answer.text
    assert "<script" not in answer.text
    assert "set-cookie" not in answer.headers


def test_repeated_failures_lock_out(site: Site) -> None:
    client = site.visit()
    for _ in range(3):
        client.post("/login", data={"name": "weber", "password": "wrong password"})
    answer = client.post("/login", data={"name": "weber", "password": PASSWORD})
    assert answer.status_code == 401


def test_a_logout_ends_the_session_everywhere(site: Site) -> None:
    client = site.visit_as("weber")
    token = client.cookies[COOKIE]
    answer = client.post("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert COOKIE not in client.cookies
    assert site.visit().get("/", headers={"cookie": f"{COOKIE}={token}"}).status_code == 401


def test_a_restart_keeps_the_session(site: Site, tmp_path: Path) -> None:
    client = site.visit_as("weber")
    again = make_site(tmp_path)
    answer = again.visit().get("/", headers={"cookie": f"{COOKIE}={client.cookies[COOKIE]}"})
    assert answer.json()["name"] == "weber"
    again.database.close()


@pytest.mark.parametrize("status", ["ready", "starting", "failed"])
def test_health_needs_no_login(site: Site, status: str) -> None:
    site.status[0] = status
    answer = site.visit().get("/health")
    ok = status == "ready"
    assert answer.status_code == (200 if ok else 503)
    assert answer.json() == {"ok": ok, "model": status, "database": "ready"}


def test_polling_the_health_keeps_no_session_alive(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = site.visit_as("weber")
    looked_up: list[str] = []
    monkeypatch.setattr(Database, "ping", lambda _: None)
    monkeypatch.setattr(Database, "read", lambda _: looked_up.append("read"))
    assert client.get("/health").status_code == 200
    assert looked_up == []


def test_a_failing_database_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.visit_as("weber")

    def fail(*_: object) -> None:
        raise EpikriseError("The database failed: the disk is full.")

    monkeypatch.setattr(Database, "read", fail)
    assert client.get("/health").json() == {"ok": False, "model": "ready", "database": "failed"}
    for answer in (
        client.get("/"),
        site.visit().post("/login", data={"name": "weber", "password": PASSWORD}),
    ):
        assert answer.status_code == 503
        assert "the disk is full" in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": HOST}, 200),
        ({"origin": HOST, "sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_another_sites_page_can_send_nothing(
    site: Site, headers: dict[str, str], status: int
) -> None:
    client = site.visit_as("weber")
    assert client.post("/upload", content=b"x", headers=headers).status_code == status
    assert client.post("/login", headers=headers).status_code == (401 if status == 200 else 403)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("localhost", 200),
        ("[::1]:7860", 200),
        ("letters.clinic.example", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("www.letters.clinic.example", 400),
    ],
)
def test_only_the_servers_own_names_are_answered(tmp_path: Path, host: str, status: int) -> None:
    site = make_site(tmp_path, hosts=["letters.clinic.example"])
    assert site.visit().get("/login", headers={"host": host}).status_code == status
    site.database.close()


def test_an_upload_above_the_limit_is_refused(site: Site) -> None:
    client = site.visit_as("weber")
    assert client.post("/upload", content=b"x" * 2**20).json() == {"size": 2**20}
    answer = client.post("/upload", content=b"x" * (2**20 + 1))
    assert answer.status_code == 413
    assert answer.text == "The file is too large: at most 1 MB can be uploaded."
    assert client.post("/upload", content=b"", headers={"content-length": "-1"}).status_code == 413


def test_an_upload_without_a_stated_size_is_refused(site: Site) -> None:
    def parts() -> Iterator[bytes]:
        yield b"x"

    answer = site.visit_as("weber").post("/upload", content=parts())
    assert answer.status_code == 411


@pytest.mark.parametrize("path", ["/login", "/health", "/", "/nothing-here", "/assets/none.js"])
def test_every_answer_carries_the_security_headers(site: Site, path: str) -> None:
    headers = site.visit_as("weber").get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_program_files_may_be_kept_by_the_browser(site: Site) -> None:
    assert "cache-control" not in site.visit_as("weber").get("/assets/page-1a2b.js").headers


async def test_a_stream_is_passed_on_piece_by_piece() -> None:
    """Each piece must leave before the next is asked for."""
    log: list[str] = []

    async def pieces() -> AsyncIterator[str]:
        for piece in "ab":
            log.append(f"made {piece}")
            yield piece

    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        if message.get("body"):
            log.append(f"sent {message['body'].decode()}")

    scope = {"type": "http", "path": "/", "asgi": {"spec_version": "2.4"}}
    await SecurityHeaders(StreamingResponse(pieces()))(scope, receive, send)
    assert log == ["made a", "sent a", "made b", "sent b"]


def test_nobody_has_no_user() -> None:
    with pytest.raises(AccessDenied):
        user_of(Request({"type": "http"}))
