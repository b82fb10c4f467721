"""The compliance officer follows a patient's record through the trail, and proves it whole."""

import re

import pytest
from playwright.sync_api import Page, expect

from lib.demo import accounts
from tests.e2e.conftest import Cast, sign_in
from tests.e2e.server import Server

pytestmark = pytest.mark.browser


def test_a_look_at_a_record_is_found_in_the_trail_and_leads_back_to_it(
    page: Page, server: Server, cast: Cast
) -> None:
    sign_in(page, server, accounts.COMPLIANCE.username, f"/patient?id={cast.plain.patient_id}")
    expect(page.get_by_text(cast.plain.reference).first).to_be_visible()
    page.get_by_role("link", name="Audit trail").click()
    page.get_by_label("Patient's reference").fill(cast.plain.reference)
    page.keyboard.press("Enter")
    table = page.get_by_role("table")
    expect(table.get_by_text("Record viewed").first).to_be_visible()
    expect(table.get_by_role("link", name=cast.plain.reference).first).to_be_visible()
    table.get_by_role("link", name=cast.plain.reference).first.click()
    expect(page).to_have_url(re.compile(rf"/patient\?id={cast.plain.patient_id}$"))


def test_the_trail_is_verified_on_the_screen(page: Page, server: Server) -> None:
    sign_in(page, server, accounts.COMPLIANCE.username, "/audit")
    page.get_by_role("button", name="Verify the trail").click()
    expect(page.get_by_text("The trail is whole.")).to_be_visible()


def test_the_entries_are_downloaded_as_a_table(page: Page, server: Server) -> None:
    sign_in(page, server, accounts.COMPLIANCE.username, "/audit")
    page.get_by_role("button", name="Make a CSV of these entries").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download audit-trail.csv").click()
    download = waiting.value
    assert download.suggested_filename == "audit-trail.csv"
    first = download.path().read_text("utf-8-sig").splitlines()[0]
    assert first.startswith("When (UTC),Person,User name,Action,Outcome,Patient")
