"""In a real browser: a form of consent is written, seen as by a patient and put in force."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import sign_in, wait_until_drawn
from tests.e2e.server import Server

pytestmark = pytest.mark.browser
FORM = "Use of your pictures"
WORDS = "## Your pictures\n\nWe ask **each time**.\n\n- in talks\n\n<img src=x onerror=alert(1)>"


def opened(page: Page, server: Server) -> None:
    sign_in(page, server, "compliance", "/consent-forms")
    page.get_by_role("button", name=f"Open: {FORM}").click()
    expect(page.get_by_role("heading", name=FORM, level=1)).to_be_visible()


def paper(page: Page) -> Locator:
    return page.get_by_role("article", name=f"As the patient sees it: {FORM}")


def test_a_new_version_is_written_seen_compared_and_put_in_force(
    page: Page, server: Server
) -> None:
    opened(page, server)
    page.get_by_role("button", name="Write a new version").click()
    box = page.get_by_label("Text", exact=True)
    box.fill(WORDS)
    box.press("Control+Enter")
    expect(paper(page).get_by_role("heading", name="Your pictures", exact=True)).to_be_visible()
    expect(paper(page).get_by_role("listitem").first).to_have_text("in talks")
    expect(paper(page)).to_contain_text("<img src=x onerror=alert(1)>")
    expect(paper(page).locator("img")).to_have_count(0)
    page.get_by_text("The meaning changes: ask again").click()
    expect(page.get_by_text("will be asked again")).to_be_visible()
    wait_until_drawn(page)
    assert grave_in_both(page) == {}
    page.get_by_label("What changed, and why").fill("Talks are new")
    page.get_by_label("In force from").fill("31/12/2090")
    page.get_by_label("In force from").press("Enter")
    page.get_by_role("button", name="Save and put in force").click()
    expect(page.get_by_text("is in force from 31-Dec-2090")).to_be_visible()
    expect(page.get_by_role("table").get_by_text("Talks are new")).to_be_visible()
    expect(page.get_by_role("heading", name="What differs")).to_be_visible()
