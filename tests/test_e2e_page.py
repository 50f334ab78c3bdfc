"""The whole path with the real vLLM, the real Chroma and a real browser, as its users walk it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import importer_records as records
import pytest
from docx import Document
from playwright.sync_api import Browser, Dialog, FilePayload, Page, expect
from product import (
    Product,
    add_by_hand,
    ask,
    browser,
    log_in,
    running_product,
    take_example,
    wait_for_version,
)

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running_product(tmp_path_factory.mktemp("product")) as started:
        yield started


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def page(chrome: Browser, product: Product) -> Iterator[Page]:
    """A browser window of its own, which fails the test when it asks another host for anything."""
    context = chrome.new_context(accept_downloads=True, viewport={"width": 1600, "height": 1100})
    page = context.new_page()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    yield page
    context.close()
    assert hosts <= {f"127.0.0.1:{product.port}", ""}


def without_marks(text: str) -> str:
    """The letter without the signs that mark its facts."""
    return re.sub("[≠?‼✎✓](?=\\W|$)", "", text)


def test_a_wrong_password_is_refused_with_a_clear_message(page: Page, product: Product) -> None:
    page.goto(product.url)
    assert page.url.endswith("/login")
    page.fill("input[name=name]", "doctor")
    page.fill("input[name=password]", "not the password")
    page.click("button[type=submit]")
    expect(page.locator("body")).to_contain_text(re.compile("wrong|not right|locked", re.I))


def test_a_physician_drafts_refines_edits_goes_back_and_downloads(
    page: Page, product: Product
) -> None:
    log_in(page, product, "doctor")
    surname = take_example(page)

    ask(page, "Draft the letter")
    wait_for_version(page, 1)
    letter = page.locator("#letter .letter")
    assert page.locator("#letter mark").count() > 5
    drafted = letter.inner_text()
    expect(page.locator("#counter")).to_contain_text("supported")

    page.get_by_role("tab", name="Example letters").click()
    expect(page.locator("#exemplars summary").first).to_contain_text("similarity")
    page.get_by_role("tab", name="Letter", exact=True).click()

    ask(page, "address it to Dr. Quentin Marlowe")
    wait_for_version(page, 2)
    refined = letter.inner_text()

    page.get_by_role("tab", name="Edit").click()
    add_by_hand(page, "\nSeen by hand.")
    page.click("#save")
    wait_for_version(page, 3)
    page.get_by_role("tab", name="Letter", exact=True).click()
    expect(letter).to_contain_text("Seen by hand.")

    page.click("#version input")
    page.locator("ul[role=listbox] li", has_text=re.compile(r"^.?\s*2 - ")).click()
    expect(letter).not_to_contain_text("Seen by hand.")
    page.click("#restore")
    wait_for_version(page, 4)
    assert letter.inner_text() == refined

    with page.expect_download() as download:
        page.click("#download a")
    document = Document(io.BytesIO(download.value.path().read_bytes()))
    assert "DRAFT" in document.sections[0].header.paragraphs[0].text
    words = "\n".join(paragraph.text for paragraph in document.paragraphs).split()
    assert words == without_marks(refined).split()

    # A page that is loaded anew is as it was left, and the browser keeps nothing of the patient.
    page.reload()
    expect(page.locator("#version input")).to_have_value(re.compile("^4 - "), timeout=20_000)
    assert letter.inner_text() == refined
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert surname not in stored
    assert drafted[:20] not in stored


def test_findings_are_settled_and_the_final_letter_waits_for_them(
    page: Page, product: Product
) -> None:
    log_in(page, product, "doctor")
    take_example(page)
    page.get_by_role("tab", name="Edit").click()
    ask(page, "Draft the letter")
    wait_for_version(page, 1)
    expect(page.locator("#letter .letter")).to_be_visible()  # the tab changed by itself

    # The check follows the typing, before anything is saved.
    page.get_by_role("tab", name="Edit").click()
    add_by_hand(page, "\nThe total dose was 999 Gy. It was given in 99 fractions. It went well.")
    dose = page.locator("#findings li.changed", has_text="999 Gy")
    expect(dose).to_be_visible()
    expect(page.locator("#download")).to_have_text("Save the edit to download it.")
    page.click("#save")
    wait_for_version(page, 2)

    blocked = page.locator("#download button.blocked")
    expect(blocked).to_be_visible()
    draft = page.locator("#download a").first.get_attribute("href")
    assert draft is not None
    final = product.url + draft.replace(".docx", "/final.docx")
    refused = page.request.get(final)
    assert refused.status == 400
    assert "changed against the case" in refused.text()

    # Both places side by side, and the case's words with one click.
    page.get_by_role("tab", name="Letter", exact=True).click()
    page.locator("#letter mark.changed", has_text="999 Gy").click()
    panel = page.locator(".place:popover-open")
    expect(panel.locator("section").first).to_contain_text("The total dose was 999 Gy.")
    right = panel.locator("section").nth(1).locator("mark").inner_text()
    panel.locator("[data-act=correct]").click()
    wait_for_version(page, 3)
    expect(page.locator("#letter .letter")).to_contain_text(f"The total dose was {right}")
    expect(dose).to_have_count(0)

    # What the physician answers for is quiet; what else the model got wrong is accepted, too.
    open_rows = page.locator("#findings li.changed, #findings li.leaked")
    fractions = page.locator("#findings li.changed", has_text="99 fractions")
    left = open_rows.count()
    while left:
        (fractions if fractions.count() else open_rows).first.click()
        page.locator(".place:popover-open [data-act=accept]").click()
        expect(open_rows).not_to_have_count(left)
        left = open_rows.count()
    expect(page.locator("#letter mark.accepted", has_text="99 fractions")).to_be_visible()
    expect(page.locator("#counter")).to_contain_text("accepted")

    with page.expect_download() as download:
        page.click("#download a.final")
    document = Document(io.BytesIO(download.value.path().read_bytes()))
    assert document.sections[0].header.paragraphs[0].text == ""
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "in 99 fractions" in words
    assert "999 Gy" not in words

    # A sentence goes; going back brings it and what was decided on it.
    page.locator("#letter mark.accepted", has_text="99 fractions").click()
    page.locator(".place:popover-open [data-act=take_back]").click()
    page.locator("#letter mark.changed", has_text="99 fractions").click()
    page.locator(".place:popover-open [data-act=delete]").click()
    wait_for_version(page, 4)
    expect(page.locator("#letter .letter")).not_to_contain_text("99 fractions")
    expect(page.locator("#letter .letter")).to_contain_text("It went well.")

    # The model is asked in the case's words; the chat says what that did to the facts.
    ask(page, "address it to Dr. Quentin Marlowe")
    wait_for_version(page, 5)
    expect(page.locator("#chat .safety").last).to_contain_text("facts lost")
    page.get_by_role("tab", name="Changes").click()
    expect(page.locator("#changes")).to_contain_text("Version 5 against version 4.")


def test_a_summary_comes_through_its_own_adapter(page: Page, product: Product) -> None:
    log_in(page, product, "doctor")
    take_example(page)
    page.get_by_role("button", name="Summarise the case").click()
    wait_for_version(page, 1)
    assert page.locator("#letter .letter").inner_text().strip()
    expect(page.locator("#kind input[value=Summary]")).to_be_checked()
    page.get_by_role("tab", name="Example letters").click()
    expect(page.locator("#exemplars")).to_have_text("No example letters were used.")


def test_a_draft_is_stopped_or_left_and_nothing_of_it_comes_over_another_case(
    page: Page, product: Product
) -> None:
    log_in(page, product, "doctor")
    take_example(page)
    ask(page, "Draft the letter")
    letter = page.locator("#letter .letter")
    expect(letter).to_contain_text(re.compile(r"\w"), timeout=60_000)
    page.click("#stop")
    expect(page.locator("#chat")).to_contain_text("stopped before its end", timeout=20_000)
    part = letter.inner_text()

    page.get_by_role("button", name="Draft the letter").click()
    expect(page.locator("#step")).to_contain_text("Writing", timeout=60_000)
    page.click("#new-case")
    expect(page.locator("#case textarea")).to_have_value("", timeout=20_000)
    page.wait_for_timeout(4000)  # a draft that went on would show by now
    expect(letter).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("Output values")

    page.reload()
    expect(page.locator("#version input")).to_have_value(re.compile("^2 - "), timeout=20_000)
    assert part.split()[0] in letter.inner_text()


def test_markup_in_a_case_is_shown_as_text(page: Page, product: Product) -> None:
    log_in(page, product, "doctor")
    page.click("#new-case")
    attack = 'Patient: <img src="http://192.0.2.1/x.png" onerror="window.hit=1">Anna Berger ${7*7}'
    page.fill("#case textarea", attack)
    page.click("#use-case")
    expect(page.locator("#chat")).to_contain_text("I have the case")
    expect(page.locator("#case textarea")).to_have_value(attack)
    ask(page, "Draft the letter")
    wait_for_version(page, 1)
    assert page.evaluate("window.hit") is None

    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        if len(asked) == 1:
            dialog.dismiss()
        else:
            dialog.accept()

    page.on("dialog", answer)
    page.click("#delete-case")
    page.click("#version input")  # whatever comes next shows that nothing happened
    expect(page.locator("#case textarea")).to_have_value(attack)
    page.click("#delete-case")
    expect(page.locator("#case textarea")).to_have_value("", timeout=20_000)
    expect(page.locator("#chat")).not_to_contain_text("I have the case")
    assert len(asked) == 2
    assert "Anna Berger" in asked[0]


def test_an_uploaded_record_is_looked_through_corrected_and_used(
    page: Page, product: Product
) -> None:
    log_in(page, product, "doctor")
    page.click("#new-case")
    with page.expect_file_chooser() as chooser:
        page.click("#upload")
    record = records.mcode_bundle().replace("Quasten", "Quasten <b>").encode()
    chooser.value.set_files(FilePayload(name="b.json", mimeType="text/plain", buffer=record))
    case = page.locator("#case textarea")
    expect(case).to_have_value(re.compile("Patient: Odile Quasten <b>"), timeout=20_000)
    expect(page.locator("#timeline .events li")).to_have_count(6)

    fact = page.locator("#case-form .fact", has_text="last name: Quasten")
    fact.press("Enter")
    expect(page.locator("#source mark")).to_be_focused()
    expect(page.locator("#source mark")).to_have_text('"family": "Quasten <b>"')
    page.keyboard.press("Escape")
    expect(fact).to_be_focused()

    page.fill("#case-form [name=last_name]", "Quastenhof")
    page.locator("#timeline button", has_text="50 Gy").click()
    course = page.locator("#case-form [data-section=radiotherapy] [data-row]").first
    course.locator("[name=total_gy]").fill("fifty")
    expect(page.locator("#problems")).to_contain_text("Radiotherapy 1, Total dose (Gy)")
    course.locator("[name=total_gy]").fill("52,5")
    # Used at once: what was typed last is in it.
    page.click("#use-case")
    expect(page.locator("#chat")).to_contain_text("I have the case", timeout=20_000)
    expect(case).to_have_value(re.compile("Odile Quastenhof\n.*52.5 Gy in 25", re.DOTALL))
    page.get_by_role("tab", name="Letter", exact=True).click()
    page.reload()
    expect(page.locator("#my-cases input")).to_have_value(re.compile("^Quastenhof, Odile"))
    page.get_by_role("tab", name="The case").click()
    expect(page.locator("#case-form [name=last_name]")).to_have_value("Quastenhof")
    # The record beside it is that of the case; what was changed is no longer the record's.
    expect(page.locator("#source")).to_contain_text('"family": "Quasten <b>"')
    expect(page.locator("#case-form .fact", has_text="last name: Quasten")).to_have_count(0)
    page.locator("#case-form .fact[data-shows]").first.click()
    expect(page.locator("#source mark")).to_be_visible()


def test_an_empty_case_gets_one_clear_line(page: Page, product: Product) -> None:
    log_in(page, product, "doctor")
    page.click("#new-case")
    page.click("#use-case")
    expect(page.locator("body")).to_contain_text("empty")


def test_only_an_admin_sees_the_archive_and_indexes_it(page: Page, product: Product) -> None:
    log_in(page, product, "doctor")
    expect(page.get_by_role("tab", name="Archive")).to_have_count(0)
    page.click("#logout")
    page.wait_for_url("**/login")
    log_in(page, product, "admin")
    page.get_by_role("tab", name="Archive").click()
    expect(page.locator("#archive-status")).to_contain_text("1,000 letters", timeout=20_000)
    page.click("#archive-dry-run")
    expect(page.locator("#archive-report")).to_contain_text("1,000 unchanged", timeout=60_000)
    page.click("#archive-build")
    expect(page.locator("#archive-report")).to_contain_text("Done in", timeout=120_000)
    newest = page.locator("#archive-history tbody tr").first
    expect(newest).to_contain_text("admin")
    expect(newest).to_contain_text("active now")


def test_another_users_letter_is_refused(page: Page, product: Product) -> None:
    log_in(page, product, "doctor")
    page.click("#shortcut-0")
    draft = page.locator("#download a").first
    expect(draft).to_have_text("Draft .docx", timeout=180_000)
    href = draft.get_attribute("href")
    assert href is not None
    page.click("#logout")
    page.wait_for_url("**/login")
    log_in(page, product, "admin")
    for address in (href, href.replace(".docx", "/final.docx")):
        assert page.request.get(f"{product.url}{address}").status == 403
