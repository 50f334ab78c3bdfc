"""The tab for ratings in a real browser, on a page of its own: no model and no index is started."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from product import browser
from rating_fakes import answers
from rating_site import NAME, rating_site

from finetune.ratings.store import open_ratings

pytestmark = pytest.mark.loopback


def test_a_round_is_rated_with_the_keyboard_alone(tmp_path: Path) -> None:
    with open_ratings(tmp_path) as ratings:
        ratings.begin("letters-1", answers(tmp_path, cases=2), pdsqi=False)
    with rating_site(tmp_path) as url, browser() as chrome:
        page = chrome.new_context(viewport={"width": 1500, "height": 900}).new_page()
        page.goto(url)
        page.get_by_role("tab", name="Ratings").click()
        told = page.locator("#ratings .head b")
        expect(told).to_have_text("0 of 4 rated")
        rate(page, "4322")
        expect(told).to_have_text("1 of 4 rated")

        # What is missing is told, and what was given stays; a comment is no place for scores.
        rate(page, "43")
        expect(page.locator("body")).to_contain_text("Not rated yet: Clinic-specific style, Prac")
        page.fill("#ratings textarea", "2 doses are missing")
        page.keyboard.type("4")
        page.locator("#ratings .questions h4").first.click()
        rate(page, "21")
        expect(told).to_have_text("2 of 4 rated")

        # A browser that was closed in the middle of a draft loses nothing.
        page.keyboard.type("3")
        expect(page.locator("#ratings fieldset:not(.open)")).to_have_count(1)
        page.wait_for_timeout(500)
        page.reload()
        page.get_by_role("tab", name="Ratings").click()
        expect(page.locator("#ratings fieldset:not(.open)")).to_have_count(1)
        rate(page, "333")
        expect(told).to_have_text("3 of 4 rated")
        rate(page, "1111")
        expect(page.locator("#ratings .finished")).to_contain_text("all 4 drafts are rated")

        page.locator("#ratings [data-drafts]").select_option("2")
        expect(page.locator("#ratings textarea")).to_have_value("2 doses are missing4")
        page.locator("#ratings input[name=correctness][value='1']").click()
        page.get_by_role("button", name="Save and next").click()
        expect(page.locator("#ratings .finished")).to_be_visible()

    with open_ratings(tmp_path) as ratings:
        given = [tuple(s.scores.values()) for s in ratings.sheets("letters-1", NAME)]
    assert given == [(4, 3, 2, 2), (1, 3, 2, 1), (3, 3, 3, 3), (1, 1, 1, 1)]


def rate(page: Page, keys: str) -> None:
    expect(page.locator("#ratings form.sheet")).to_be_visible()
    page.keyboard.type(keys)
    page.keyboard.press("Control+Enter")
