"""A patient list comes in through a real browser: chosen, checked, imported, reported."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.demo import accounts
from tests.e2e.axe import grave_problems
from tests.e2e.conftest import sign_in
from tests.e2e.server import Server

FEBRL = Path(__file__).resolve().parents[1] / "data" / "febrl1.csv"


@pytest.mark.browser
def test_a_file_is_imported_and_its_rejected_rows_are_fetched(page: Page, server: Server) -> None:
    sign_in(page, server, accounts.ADMINISTRATOR.username, "/import")
    expect(page.get_by_role("heading", name="Import patients")).to_be_visible()
    page.locator("input[type=file]").set_input_files(FEBRL)
    expect(page.get_by_text("1,000 rows")).to_be_visible()
    assert grave_problems(page) == []
    page.get_by_role("button", name="Check the file").click()
    go_on = page.get_by_role("button", name="Import 997 patients and leave 3 out")
    expect(go_on).to_be_visible()
    assert grave_problems(page) == []
    go_on.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The import is done.")).to_be_visible()
    link = page.get_by_role("link", name="Download the rejected rows")
    answer = page.request.get(server.url + str(link.get_attribute("href")))
    rows = list(csv.reader(io.StringIO(answer.text().removeprefix("\ufeff"))))
    assert [row[0] for row in rows] == ["Line", "146", "149", "588"]
    page.get_by_role("button", name="Import another file").click()
    expect(page.get_by_role("heading", name="Earlier imports")).to_be_visible()
