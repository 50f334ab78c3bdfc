"""The product as a child process, and a browser before it, for the end-to-end tests."""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

START_S = 600.0
DRAFT_MS = 120_000
BROWSER_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Product:
    """`epikrise run` on a data folder of its own."""

    data_dir: Path
    port: int
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def password(self, name: str) -> str:
        for line in self.lines:
            if match := re.fullmatch(rf"log-in: {name} / (\S+) \(\w+\)", line):
                return match.group(1)
        raise AssertionError(f"no log-in for {name} was printed")

    def stop(self) -> int:
        """Ctrl-C, and the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("EPIKRISE_")}
    return {**kept, "EPIKRISE_DATA_DIR": str(data_dir), **more}


@contextlib.contextmanager
def running_product(data_dir: Path) -> Iterator[Product]:
    port = free_port()
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("epikrise")), "run"],
        env=environment(data_dir, EPIKRISE_ASSISTANT_PORT=str(port)),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    product = Product(data_dir, port, process)
    said: queue.Queue[str | None] = queue.Queue()

    def listen() -> None:
        assert process.stderr is not None
        for line in process.stderr:
            product.lines.append(line.rstrip("\n"))
            said.put(product.lines[-1])
        said.put(None)

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        deadline = time.monotonic() + START_S
        while True:
            line = said.get(timeout=max(0.1, deadline - time.monotonic()))
            if line is None:
                raise AssertionError("the product ended:\n" + "\n".join(product.lines))
            if line.startswith("ready"):
                break
        yield product
    finally:
        if process.poll() is None:
            try:
                product.stop()
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        listener.join(10)
        assert process.stderr is not None
        process.stderr.close()


def chromium() -> str:
    """The browser's path; where there is none the test is skipped, but never in CI."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    message = "Chromium is not installed: sudo apt-get install chromium"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=[*BROWSER_FLAGS])
        yield started
        started.close()


def log_in(page: Page, product: Product, name: str) -> None:
    page.goto(f"{product.url}/login")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", product.password(name))
    page.click("button[type=submit]")
    page.wait_for_selector("#logout", timeout=60_000)


def take_example(page: Page) -> str:
    """Takes the first example case; returns the patient's surname."""
    page.click("#new-case")
    page.click("#example input")
    page.locator("#example ul li, ul[role=listbox] li").first.click()
    case = page.locator("#case textarea")
    expect(case).not_to_have_value("")
    page.click("#use-case")
    expect(page.locator("#chat")).to_contain_text("I have the case")
    match = re.search(r"^Patient: .* (\S+)$", case.input_value(), re.MULTILINE)
    assert match is not None
    return match.group(1)


def ask(page: Page, message: str) -> None:
    page.fill("#message textarea", message)
    page.click("#send")


def wait_for_version(page: Page, number: int) -> None:
    expect(page.locator("#version input")).to_have_value(
        re.compile(rf"^{number} - "), timeout=DRAFT_MS
    )


def add_by_hand(page: Page, addition: str) -> None:
    """Types at the end of the letter, and waits until the words stay.

    The last message of an answer comes a moment after its text and sets the box once more: faster
    than a hand, but not than a test.
    """
    text = page.locator("#letter-text textarea")
    wanted = text.input_value() + addition
    for _ in range(20):
        text.fill(wanted)
        page.wait_for_timeout(500)
        if text.input_value() == wanted:
            return
    raise AssertionError("what was typed was overwritten again and again")
