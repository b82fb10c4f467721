"""Treatments come in through a real browser; a row that is not certain is tied to its patient."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.demo import accounts
from tests.e2e.axe import grave_problems
from tests.e2e.conftest import Cast, hits, search_box, sign_in
from tests.e2e.server import Server

HEADER = "patient name,treatment id,date,treatment,product,batch,area,dose\n"


def start_import(page: Page, server: Server, file: Path) -> None:
    """Sign in, choose what the file holds, and check it."""
    sign_in(page, server, accounts.COMPLIANCE.username, "/import")
    page.get_by_role("radio", name="Treatments").click()
    expect(page.get_by_role("heading", name="Import treatments")).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("2 rows")).to_be_visible()
    assert grave_problems(page) == []
    page.get_by_role("button", name="Check the file").click()


@pytest.mark.browser
def test_a_row_that_is_not_certain_is_tied_to_its_patient_and_seen_in_the_record(
    page: Page, server: Server, cast: Cast, tmp_path: Path
) -> None:
    name = f"{cast.plain.given} {cast.plain.family}"
    file = tmp_path / "treatments.csv"
    file.write_text(
        HEADER
        + f"{name},T1,25/10/2025,Brow lift with toxin,Velaxin 100,LOT-77,forehead,20 units\n"
        + "Nobody At All,T2,26/10/2025,Deep peel,,,face,\n",
        encoding="utf-8",
    )
    start_import(page, server, file)
    page.get_by_role("button", name="Import 2 treatment rows").click()
    expect(page.get_by_text("The import is done.")).to_be_visible()
    page.get_by_role("link", name="Go to import review").click()
    expect(page.get_by_role("heading", name="Import review")).to_be_visible()
    tie = page.get_by_role("button", name=f"Tie 1 row to {cast.plain.reference}")
    expect(tie).to_be_visible()
    assert grave_problems(page) == []
    tie.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 row of 1 person")).to_be_visible()
    page.goto(f"{server.url}/patient?id={cast.plain.patient_id}")
    expect(page.get_by_text("Brow lift with toxin").first).to_be_visible()
    expect(page.get_by_text("LOT-77").first).to_be_visible()


@pytest.mark.browser
def test_a_patient_is_found_for_a_row_and_a_row_is_set_aside_and_taken_up_again(
    page: Page, server: Server, cast: Cast
) -> None:
    sign_in(page, server, accounts.STAFF.username, "/import-review")
    expect(page.get_by_role("heading", name="ALL, Nobody At")).to_be_visible()
    page.get_by_role("button", name="Set aside").last.click()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    page.get_by_role("radio", name="Set aside").click()
    page.get_by_role("button", name="Take up again").click()
    expect(page.get_by_text("Nothing was set aside.")).to_be_visible()
    page.get_by_role("radio", name="Waiting").click()
    page.get_by_role("button", name="Find another patient").click()
    search_box(page).fill(cast.plain.reference)
    expect(hits(page)).to_have_count(1)
    search_box(page).press("ArrowDown")
    search_box(page).press("Enter")
    tie = page.get_by_role("button", name=f"Tie 1 row to {cast.plain.reference}")
    expect(tie).to_be_visible()
    expect(page.get_by_test_id("stToast")).to_have_count(0)
    assert grave_problems(page) == []
    tie.click()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    page.goto(f"{server.url}/patient?id={cast.plain.patient_id}")
    expect(page.get_by_text("Deep peel").first).to_be_visible()
