"""In a real browser: the summary strip, the home page's counts, and what is printed."""

import io
import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader

from lib.demo import accounts
from tests.e2e.axe import grave_problems
from tests.e2e.conftest import Cast, Complaints, hits, search_box, sign_in
from tests.e2e.server import Server

pytestmark = pytest.mark.browser
STRIP = "What this record has and lacks"


def open_record(page: Page, server: Server, patient_id: str) -> None:
    sign_in(page, server, accounts.STAFF.username, f"/patient?id={patient_id}")
    expect(page.get_by_role("list", name=STRIP)).to_be_visible()


def test_the_strip_says_what_the_record_has_and_why(page: Page, server: Server, cast: Cast) -> None:
    open_record(page, server, cast.plain.patient_id)
    items = page.get_by_role("list", name=STRIP).get_by_role("listitem")
    expect(items).to_have_count(6)
    consent = items.nth(1)
    expect(consent).to_contain_text("Consent")
    reason = consent.get_by_role("tooltip")
    expect(reason).to_be_hidden()
    consent.locator(".whole").focus()
    expect(reason).to_have_text(re.compile("to (treatment|pictures)"))
    expect(reason).to_be_visible()
    assert grave_problems(page) == []


def test_an_item_of_the_strip_leads_to_where_it_is_seen_to(
    page: Page, server: Server, cast: Cast
) -> None:
    open_record(page, server, cast.plain.patient_id)
    link = page.get_by_role("list", name=STRIP).get_by_role("link", name="Follow-up")
    visit = page.get_by_role("list", name=STRIP).get_by_role("link", name="Visit booked")
    link.or_(visit).press("Enter")
    expect(page).to_have_url(re.compile("/follow-ups$"))


def test_results_say_what_is_missing(page: Page, server: Server, cast: Cast) -> None:
    sign_in(page, server, accounts.STAFF.username, "/patients")
    search_box(page).press_sequentially(cast.plain.reference, delay=20)
    expect(hits(page).first).to_contain_text(re.compile("History|No history yet"))


@pytest.mark.parametrize("account", [accounts.MANAGER, accounts.ADMINISTRATOR])
def test_every_number_at_home_is_the_number_of_the_screen_it_leads_to(
    page: Page, server: Server, account: accounts.Account
) -> None:
    sign_in(page, server, account.username)
    cards = page.locator("a.card:has(.number)")
    expect(cards.first).to_be_visible()
    found = [
        (card.locator(".number").inner_text(), card.get_attribute("href") or "")
        for card in cards.all()
    ]
    for number, href in found:
        page.goto(server.url + href)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        # Said in words, or shown by as many rows.
        said = page.get_by_text(re.compile(rf"(?<![\d,]){re.escape(number)}(?![\d,])"))
        count = int(number.replace(",", ""))
        whole = page.locator(f"tbody:not(:has(tr:nth-child({count + 1})))")
        counted = whole.locator(f"tr:nth-child({count})")
        people = page.get_by_role("button", name=re.compile("^Manage ")).nth(count - 1)
        expect(said.or_(counted).or_(people).first).to_be_visible()


def test_the_record_is_printed_from_its_screen_with_its_banner_on_every_page(
    page: Page, context: BrowserContext, server: Server, cast: Cast
) -> None:
    open_record(page, server, cast.plain.patient_id)
    with context.expect_page() as opening:
        page.locator(".st-key-record_actions").get_by_role("link", name="Print").click()
    sheet = opening.value
    expect(sheet.get_by_role("heading", name="Patient record")).to_be_visible()
    assert grave_problems(sheet) == []
    ways = sheet.get_by_role("navigation", name="Printing")
    expect(ways).to_be_visible()
    sheet.emulate_media(media="print")
    expect(ways).to_be_hidden()
    expect(sheet.get_by_text(cast.plain.family.upper()).first).to_be_visible()
    pages = PdfReader(io.BytesIO(sheet.pdf(prefer_css_page_size=True))).pages
    for number, one in enumerate(pages, start=1):
        text = one.extract_text()
        assert cast.plain.reference in text
        assert f"Page {number} of {len(pages)}" in text
        assert [round(float(side)) for side in one.mediabox[2:]] == [595, 842]


def test_a_treatment_is_printed_from_the_record(
    page: Page, context: BrowserContext, server: Server, cast: Cast
) -> None:
    open_record(page, server, cast.plain.patient_id)
    with context.expect_page() as opening:
        page.get_by_role("link", name=re.compile("^Print: ")).first.press("Enter")
    sheet = opening.value
    expect(sheet.get_by_role("heading", name="Treatment sheet")).to_be_visible()
    expect(sheet.get_by_role("heading", name="Products")).to_be_visible()
    assert grave_problems(sheet) == []


def test_the_file_comes_with_a_session_and_to_nobody_else(
    page: Page,
    context: BrowserContext,
    chromium_browser: Browser,
    server: Server,
    cast: Cast,
) -> None:
    sign_in(page, server, accounts.STAFF.username)
    address = f"{server.url}/print/record/{cast.plain.patient_id}.pdf"
    answer = context.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert "no-store" in answer.headers["cache-control"]
    text = PdfReader(io.BytesIO(answer.body())).pages[0].extract_text()
    assert cast.plain.reference in text
    guessed = address.replace(cast.plain.patient_id, "01a20000-0000-7000-8000-00000000dead")
    assert context.request.get(guessed).status == 404
    stranger = chromium_browser.new_context()
    refused = stranger.request.get(address)
    assert (refused.status, refused.text()) == (401, "Sign in first.")
    stranger.close()


@pytest.mark.parametrize("account", [accounts.OWNER, accounts.ADMINISTRATOR])
def test_the_wrong_role_gets_no_file(
    page: Page, context: BrowserContext, server: Server, cast: Cast, account: accounts.Account
) -> None:
    sign_in(page, server, account.username)
    answer = context.request.get(f"{server.url}/print/record/{cast.plain.patient_id}")
    assert answer.status == 403
    assert cast.plain.family not in answer.text()


def test_a_restricted_record_prints_only_on_the_ground_that_was_named(
    page: Page, context: BrowserContext, server: Server, cast: Cast, complaints: Complaints
) -> None:
    complaints.forgive("403")
    address = f"/print/record/{cast.restricted.patient_id}"
    sign_in(page, server, accounts.STAFF.username, f"/patient?id={cast.restricted.patient_id}")
    expect(page.get_by_role("heading", name="This record is restricted")).to_be_visible()
    assert context.request.get(server.url + address).status == 403
    page.get_by_text("Legal claims", exact=True).click()
    page.get_by_role("button", name=re.compile("Open the record")).click()
    expect(page.get_by_role("list", name=STRIP)).to_be_visible()
    answer = context.request.get(server.url + address)
    assert answer.status == 200
    assert "Printed on this ground: legal claims." in answer.text()
