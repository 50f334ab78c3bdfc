"""The page while an admin's build goes on, and after it: what a physician waits for.

Letters are drafted from example cases, with an index of as many letters in use, for as long as the
build of another archive goes on, and as many after it. Goal: drafting goes on undisturbed.

EPIKRISE_BENCH_LETTERS    how many letters the other archive has (default 1,000)
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import pytest
from measuring import markdown
from playwright.sync_api import Page, expect
from product import DRAFT_MS, ask, browser, log_in, running_product, wait_for_version

from finetune.clinic.archive import write_archive

pytestmark = pytest.mark.bench

LETTERS = int(os.environ.get("EPIKRISE_BENCH_LETTERS", "1000"))
READS_S = 15
"""Between two letters, as whoever drafts them reads the one before."""
STEPS = ("case taken", "first words", "letter")
WORDS = re.compile(r"\w\w")


def write_letter(page: Page, number: int) -> tuple[float, float, float]:
    """Seconds of the steps, the last two from the question on."""
    page.click("#new-case")
    page.click("#example input")
    examples = page.locator("#example ul li, ul[role=listbox] li")
    examples.nth(number % examples.count()).click()
    expect(page.locator("#case textarea")).not_to_have_value("", timeout=DRAFT_MS)
    began = time.monotonic()
    page.click("#use-case")
    expect(page.locator("#chat")).to_contain_text("I have the case", timeout=DRAFT_MS)
    taken = time.monotonic()
    ask(page, "Draft the letter")
    expect(page.locator("#letter .letter")).to_contain_text(WORDS, timeout=DRAFT_MS)
    first = time.monotonic()
    wait_for_version(page, 1)
    ended = time.monotonic()
    time.sleep(READS_S)
    return taken - began, first - taken, ended - taken


def test_drafting_beside_a_build(tmp_path: Path, show: Callable[[str], None]) -> None:
    write_archive(tmp_path / "other", seed=2, per_language=LETTERS // 2)
    with ExitStack() as life:
        product = life.enter_context(running_product(tmp_path / "data"))
        chrome = life.enter_context(browser())

        def window(user: str) -> Page:
            page = life.enter_context(chrome.new_context()).new_page()
            log_in(page, product, user)
            return page

        doctor, admin = window("doctor"), window("admin")
        write_letter(doctor, 0)  # what is done once is not measured
        admin.get_by_role("tab", name="Archive").click()
        admin.fill("#archive-folder textarea", str(tmp_path / "other"))
        admin.click("#archive-build")
        expect(admin.locator("#archive-progress")).to_contain_text("Begun by", timeout=DRAFT_MS)
        report = admin.locator("#archive-report")
        beside: list[tuple[float, ...]] = []
        while WORDS.search(admin.locator("#archive-progress").inner_text()):
            beside.append(write_letter(doctor, len(beside)))
        built = re.search(r"Done in [^.\n]*", report.inner_text())
        after = [write_letter(doctor, number) for number in range(len(beside))]
    rows: list[tuple[str, ...]] = []
    for number, name in enumerate(STEPS):
        during, later = (median(each[number] for each in side) for side in (beside, after))
        rows.append((name, f"{during:.2f}", f"{later:.2f}", f"{during / later:.2f}"))
    assert built
    title = f"{len(beside)} letters beside a build ({built[0]}), as many after it: medians, s"
    show(markdown(title, ("", "beside the build", "after it", "times"), rows))
