"""The tab for trainings in a real browser, on a page of its own: it follows a run by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect
from product import browser
from rating_site import rating_site
from run_fakes import sample, write_run

from finetune import checkpoints

pytestmark = pytest.mark.loopback


def test_a_run_is_followed_and_what_was_chosen_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = tmp_path / "runs"
    monkeypatch.setenv("EPIKRISE_FINETUNE_RUNS", str(runs))
    write_run(runs / "old", at=100, finished=True, samples=(sample(100, text="an old letter"),))
    first = sample(10, text="a letter <img src=x> of step 10")
    write_run(runs / "new", at=10, samples=(first,))
    tab = "finetune.runs.page:TrainingTab"
    with (
        checkpoints.claimed(runs / "new"),
        rating_site(tmp_path, tab, "admin") as url,
        browser() as chrome,
    ):
        page = chrome.new_context(viewport={"width": 1500, "height": 1100}).new_page()
        # The page's own ten seconds between two looks are a fifth of one here.
        page.add_init_script(
            "const every = window.setInterval;"
            "window.setInterval = (act, ms) => every(act, ms === 10000 ? 200 : ms);"
        )
        page.goto(url, timeout=300_000)
        page.get_by_role("tab", name="Training").click()
        row = page.locator("#training tbody tr").first
        expect(row).to_contain_text("10 of 100")
        expect(page.locator("#training .samples")).to_contain_text("<img src=x> of step 10")
        lines = page.locator("#training figure").first.locator("polyline")
        expect(lines).to_have_count(2)
        page.locator("#training [data-run=old]").uncheck()
        expect(lines).to_have_count(1)

        write_run(runs / "new", at=40, samples=(first, sample(40, text="a letter of step 40")))
        expect(row).to_contain_text("40 of 100")
        expect(lines).to_have_count(1)
        expect(page.locator("#training .samples")).to_contain_text("a letter of step 40")

        page.locator("#training [data-step]").select_option("10")
        expect(page.locator("#training .samples")).to_contain_text("of step 10")
        page.locator("#training [data-samples]").select_option("old")
        expect(page.locator("#training .samples")).to_contain_text("an old letter")

        # Nobody sits before it: the server is left alone, so that the session can end.
        page.evaluate("const now = Date.now; Date.now = () => now() + 6 * 60000")
        page.wait_for_timeout(500)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.wait_for_timeout(1500)
        assert asked == []
        page.mouse.move(310, 310)
        page.wait_for_event("request")
