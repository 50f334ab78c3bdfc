"""Servers that die under a draft: the page says so, nothing written is lost, they come back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect
from product import Product, ask, browser, log_in, running_product, take_example, wait_for_version

pytestmark = pytest.mark.e2e

RESTART_MS = 300_000


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("failures")) as started:
        yield started


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def page(chrome: Browser, product: Product) -> Iterator[Page]:
    context = chrome.new_context(viewport={"width": 1600, "height": 1100})
    page = context.new_page()
    log_in(page, product, "doctor")
    yield page
    context.close()


def kill(product: Product, name: str) -> None:
    """Kills the product's children of this name, theirs included, all at once."""
    children = psutil.Process(product.process.pid).children()
    named = [child for child in children if name in " ".join(child.cmdline()).lower()]
    assert named, f"no {name} among {[child.cmdline() for child in children]}"
    for child in named:
        for process in [child, *child.children(recursive=True)]:
            process.kill()


def test_chroma_dies_and_the_draft_goes_on_without_examples(page: Page, product: Product) -> None:
    take_example(page)
    # Started again within seconds, so that it has to be dead just when it is asked.
    page.fill("#message textarea", "Draft the letter")
    kill(product, "chroma")
    page.click("#send")
    wait_for_version(page, 1)
    expect(page.locator("#chat")).to_contain_text("Drafted without example letters.")

    take_example(page)
    page.wait_for_timeout(20_000)
    ask(page, "Draft the letter")
    wait_for_version(page, 1)
    expect(page.locator("#chat")).not_to_contain_text("without example letters")


def test_vllm_dies_in_mid_draft_and_what_was_written_is_kept(page: Page, product: Product) -> None:
    take_example(page)
    ask(page, "Draft the letter")
    letter = page.locator("#letter .letter")
    expect(letter).to_contain_text(re.compile(r".{40}", re.DOTALL), timeout=60_000)
    kill(product, "vllm")
    expect(page.locator("#chat")).to_contain_text(
        "What was written until then is kept as version 1.", timeout=60_000
    )
    assert len(letter.inner_text()) >= 40
    expect(page.locator("#status")).not_to_contain_text("ready", timeout=30_000)

    expect(page.locator("#status")).to_contain_text("ready", timeout=RESTART_MS)
    ask(page, "Draft the letter")
    wait_for_version(page, 2)
