"""In a real browser: building a list, seeing why, one who says no, and the file without them."""

import csv
import re

import pytest
from playwright.sync_api import Page, expect

from lib.demo import accounts
from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import sign_in, wait_until_drawn
from tests.e2e.server import Server
from tests.e2e.test_treatments import pick

pytestmark = pytest.mark.browser


def tick(page: Page, label: str) -> None:
    page.get_by_test_id("stCheckbox").filter(has_text=label).locator("label").first.click()
    wait_until_drawn(page)


def fill(page: Page, label: str, text: str) -> None:
    box = page.get_by_label(label, exact=True)
    box.fill(text)
    box.press("Tab")
    wait_until_drawn(page)


def build(page: Page) -> None:
    fill(page, "Name", "December news")
    fill(page, "The message, or what it says", "We are open over Christmas. STOP to opt out.")
    tick(page, "The message says how to opt out")
    tick(page, "It is about services like those that they bought")
    page.get_by_role("button", name="Build the list").click()
    expect(page.get_by_role("heading", name="December news")).to_be_visible()
    wait_until_drawn(page)


def test_a_list_says_why_and_the_file_is_without_whoever_said_no_meanwhile(
    page: Page, server: Server
) -> None:
    sign_in(page, server, accounts.MANAGER.username, "/campaigns")
    expect(page.get_by_role("heading", name="Campaigns")).to_be_visible()
    wait_until_drawn(page)
    found = {"campaigns": grave_in_both(page)}
    build(page)
    address = page.url
    expect(page.get_by_text("Nobody recorded how the address was collected.")).to_be_visible()
    found["campaign"] = grave_in_both(page)
    pick(page, "Show", "Everybody who is in")
    entry = page.locator(".entry").first
    reference = re.findall(r"J\d{5}\w", entry.inner_text())[0]
    entry.get_by_role("button", name="Keeping in touch").click()
    expect(page.get_by_role("heading", name="Keeping in touch")).to_be_visible()
    wait_until_drawn(page)
    found["contacts"] = grave_in_both(page)
    assert {screen: problems for screen, problems in found.items() if problems} == {}
    page.get_by_role("button", name="Asked us to stop").first.click()
    expect(page.get_by_text("No more news by email.")).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("1 person said no since the list was built.")).to_be_visible()
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_text("1 person was left out by the last check.")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the file (CSV)").click()
    text = waiting.value.path().read_text("utf-8-sig")
    references = [row["Reference"] for row in csv.DictReader(text.splitlines())]
    assert references
    assert reference not in references
    page.get_by_role("button", name="Mark as sent").click()
    expect(page.get_by_text(re.compile("^Noted as sent to "))).to_be_visible()
