"""Finding a patient by keyboard, reading the record, and what is kept from whom."""

import re

import pytest
from playwright.sync_api import Page, expect

from lib.demo import accounts
from tests.e2e.conftest import Cast, hits, search_box, sign_in
from tests.e2e.server import Server

pytestmark = pytest.mark.browser


def test_a_patient_is_found_and_opened_by_keyboard_alone(
    page: Page, server: Server, cast: Cast
) -> None:
    sign_in(page, server, accounts.STAFF.username, "/patients")
    expect(search_box(page)).to_be_focused()
    page.keyboard.type(f"{cast.plain.given} {cast.plain.family}", delay=20)
    expect(hits(page).first).to_contain_text(cast.plain.family.upper())
    expect(hits(page).first).to_contain_text("family name")
    page.keyboard.press("ArrowDown")
    expect(hits(page).nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    expect(hits(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/patient\?id=[0-9a-f-]{36}$"))
    expect(page.get_by_text(cast.plain.reference).first).to_be_visible()
    expect(page.get_by_text("Treatments").first).to_be_visible()
    assert cast.plain.family.lower() not in page.url.lower()


def test_a_misspelt_name_finds_the_patient_and_says_why(
    page: Page, server: Server, cast: Cast
) -> None:
    sign_in(page, server, accounts.STAFF.username, "/patients")
    middle = len(cast.plain.family) // 2
    misspelt = cast.plain.family[:middle] + cast.plain.family[middle + 1 :]
    search_box(page).press_sequentially(f"{cast.plain.given} {misspelt}", delay=20)
    found = hits(page).filter(has_text=cast.plain.reference)
    expect(found).to_contain_text(re.compile(r"sounds like|spelt like|starts|close to|near"))


def test_nobody_found_says_what_to_try(page: Page, server: Server) -> None:
    sign_in(page, server, accounts.STAFF.username, "/patients")
    search_box(page).press_sequentially("zzqxv qqqzx", delay=20)
    expect(page.get_by_text(re.compile("Nobody|No patient", re.IGNORECASE)).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(search_box(page)).to_have_value("")


def test_a_deceased_patient_is_unmistakable(page: Page, server: Server, cast: Cast) -> None:
    sign_in(page, server, accounts.STAFF.username, f"/patient?id={cast.deceased.patient_id}")
    expect(page.get_by_text(re.compile("Died|Deceased")).first).to_be_visible()


def test_a_restricted_record_asks_for_its_ground_first(
    page: Page, server: Server, cast: Cast
) -> None:
    sign_in(page, server, accounts.STAFF.username, f"/patient?id={cast.restricted.patient_id}")
    expect(page.get_by_text("restricted").first).to_be_visible()
    expect(page.get_by_text("Treatments")).to_have_count(0)
    page.get_by_text("The patient consents", exact=True).click()
    page.get_by_role("button", name=re.compile("Open", re.IGNORECASE)).click()
    expect(page.get_by_text("Treatments").first).to_be_visible()


def test_a_record_that_does_not_exist_says_so(page: Page, server: Server) -> None:
    sign_in(
        page,
        server,
        accounts.STAFF.username,
        "/patient?id=01a20000-0000-7000-8000-00000000dead",
    )
    expect(
        page.get_by_text(re.compile("No record|not found|no patient", re.IGNORECASE)).first
    ).to_be_visible()


@pytest.mark.parametrize("account", [accounts.ADMINISTRATOR, accounts.OWNER])
def test_a_deep_link_shows_no_patient_to_a_role_without_records(
    page: Page, server: Server, cast: Cast, account: accounts.Account
) -> None:
    sign_in(page, server, account.username, f"/patient?id={cast.plain.patient_id}")
    expect(page.get_by_role("heading", name="Not permitted")).to_be_visible()
    expect(page.get_by_text(cast.plain.reference)).to_have_count(0)
    expect(page).to_have_url(re.compile("/patient"))
