"""The medical history in a browser: corrected, compared, and two people at one entry."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from lib.demo import accounts
from tests.e2e.axe import grave_problems
from tests.e2e.conftest import Cast, Complaints, sign_in, wait_until_drawn
from tests.e2e.server import Server

pytestmark = pytest.mark.browser


def open_history(page: Page, server: Server, cast: Cast, username: str) -> None:
    sign_in(page, server, username, f"/medical-history?id={cast.plain.patient_id}")
    expect(page.get_by_role("heading", name="Medical history")).to_be_visible()


def add(page: Page, name: str) -> None:
    """Add a condition, by typing what the list does not know."""
    page.get_by_role("radio", name="Condition").click()
    box = page.get_by_role("combobox", name="What")
    box.fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add to the history").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def open_correction(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Correct: {name}").click()
    expect(page.get_by_role("heading", name="Correct this entry")).to_be_visible()
    expect(page.get_by_role("button", name="Save the correction")).to_be_visible()
    wait_until_drawn(page)


def fill(page: Page, label: str, value: str) -> None:
    page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Tab")
    wait_until_drawn(page)


def test_an_entry_is_added_corrected_compared_and_resolved_with_an_undo(
    page: Page, server: Server, cast: Cast
) -> None:
    open_history(page, server, cast, accounts.STAFF.username)
    add(page, "Wandering pain")
    open_correction(page, "Wandering pain")
    fill(page, "Detail", "Left knee, mornings")
    fill(page, "Why it is corrected", "Said more at the visit")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.get_by_text("Left knee, mornings").first).to_be_visible()
    page.get_by_role("button", name="Compare versions: Wandering pain").click()
    expect(page.locator("ins")).to_have_text("Left knee, mornings")
    assert grave_problems(page) == []
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Resolved: Wandering pain").click()
    expect(page.get_by_text("Wandering pain is resolved.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Resolved: Wandering pain")).to_be_visible()


def test_the_history_is_confirmed_with_one_click(page: Page, server: Server, cast: Cast) -> None:
    open_history(page, server, cast, accounts.STAFF.username)
    page.get_by_role("button", name="Asked today: nothing has changed").click()
    expect(page.get_by_text("Noted that nothing has changed.")).to_be_visible()


def test_two_people_at_one_entry_see_both_and_choose(
    chromium_browser: Browser, server: Server, cast: Cast, complaints: Complaints
) -> None:
    contexts = [chromium_browser.new_context(locale="en-GB") for _ in range(2)]
    first, second = (context.new_page() for context in contexts)
    complaints.watch(first)
    complaints.watch(second)
    open_history(first, server, cast, accounts.STAFF.username)
    add(first, "Restless nights")
    open_history(second, server, cast, accounts.MANAGER.username)
    for page, said in ((first, "Since the move"), (second, "Since the new baby")):
        open_correction(page, "Restless nights")
        fill(page, "Detail", said)
        fill(page, "Why it is corrected", "Asked again")
    first.get_by_role("button", name="Save the correction").click()
    expect(first.get_by_text("Since the move").first).to_be_visible()
    second.get_by_role("button", name="Save the correction").click()
    expect(second.get_by_text("saved a change meanwhile")).to_be_visible()
    expect(second.get_by_text("Theirs: Since the move")).to_be_visible()
    assert grave_problems(second) == []
    second.get_by_text("Yours: Since the new baby").click()
    second.get_by_role("button", name="Save the correction").click()
    expect(second.get_by_text(re.compile("2 earlier versions"))).to_be_visible()
    expect(second.get_by_text("Since the new baby").first).to_be_visible()
    for context in contexts:
        context.close()
    assert complaints.unforgiven() == []
