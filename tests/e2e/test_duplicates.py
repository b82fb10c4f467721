"""Duplicates in a real browser: the warning while typing, the search, a decision and its undo."""

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from lib.demo import accounts
from tests.e2e.axe import grave_problems
from tests.e2e.conftest import Cast, hits, search_box, sign_in
from tests.e2e.server import Server

BORN = re.compile(r"Born (\d{2})-([A-Z][a-z]{2})-(\d{4})")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def pairs(page: Page) -> Locator:
    return page.locator("section.pair")


def open_queue(page: Page, server: Server) -> None:
    """Sign in and show the pairs, searching for them where nobody has yet."""
    sign_in(page, server, accounts.STAFF.username, "/duplicates")
    expect(page.get_by_role("heading", name="Duplicates")).to_be_visible()
    search = page.get_by_role("button", name=re.compile("Search"))
    expect(search).to_be_visible()
    if search.inner_text().endswith("Search for duplicates"):
        search.click()
        # Some pairs are on file without a search: wait for those that it finds.
        again = page.get_by_role("button", name="Search again")
        expect(again).to_be_visible(timeout=180_000)
    expect(pairs(page).first).to_be_visible(timeout=180_000)


def born_of(page: Page) -> date:
    """Return the date of birth of the first patient in the list of results."""
    told = BORN.search(hits(page).first.inner_text().replace("\n", " "))
    assert told is not None
    return date(int(told[3]), MONTHS.index(told[2]) + 1, int(told[1]))


@pytest.mark.browser
def test_a_pair_is_decided_and_put_back_by_keyboard_alone(page: Page, server: Server) -> None:
    open_queue(page, server)
    first = pairs(page).first
    expect(first.locator(".banner")).to_have_count(2)
    expect(first.get_by_text("Agrees").first).to_be_visible()
    assert grave_problems(page) == []
    names = first.locator(".banner").all_inner_texts()
    total = pairs(page).first.get_by_role("heading").text_content() or ""
    first.get_by_role("button", name="Not the same person").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Noted as not the same person")).to_be_visible()
    expect(pairs(page).first.get_by_role("heading")).not_to_have_text(total)
    # Whoever goes on by keyboard is at the pair that took its place.
    expect(pairs(page).first).to_be_focused()
    undo = page.get_by_role("button", name="Undo")
    undo.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Noted as not the same person")).to_have_count(0)
    expect(pairs(page).first.get_by_role("heading")).to_have_text(total)
    expect(pairs(page).first.locator(".banner")).to_have_text(names, use_inner_text=True)


@pytest.mark.browser
def test_a_decision_outlives_the_next_search(page: Page, server: Server) -> None:
    open_queue(page, server)
    expect(pairs(page).nth(1).locator(".banner")).to_have_count(2)
    names = pairs(page).nth(1).locator(".banner").all_inner_texts()
    pairs(page).nth(1).get_by_role("button", name="Not the same person").click()
    expect(page.get_by_text("Noted as not the same person")).to_be_visible()
    page.get_by_role("button", name="Search again").click()
    expect(page.get_by_role("button", name="Search again")).to_be_visible(timeout=180_000)
    expect(pairs(page).first).to_be_visible()
    shown = [one.locator(".banner").all_inner_texts() for one in pairs(page).all()]
    assert names not in shown
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Noted as not the same person")).to_have_count(0)


@pytest.mark.browser
def test_a_pair_leads_to_its_merge_and_to_both_records(page: Page, server: Server) -> None:
    open_queue(page, server)
    first = pairs(page).first
    name = first.locator(".banner a").first.inner_text()
    first.get_by_role("link", name="Compare and merge").click()
    expect(page).to_have_url(re.compile(r"/merge\?pair=[0-9a-f-]{36}$"))
    page.go_back()
    expect(pairs(page).first).to_be_visible()
    pairs(page).first.locator(".banner a").first.click()
    expect(page).to_have_url(re.compile(r"/patient\?id=[0-9a-f-]{36}$"))
    assert name


@pytest.mark.browser
def test_whoever_is_typed_again_is_warned_of(page: Page, server: Server, cast: Cast) -> None:
    sign_in(page, server, accounts.STAFF.username, "/patients")
    search_box(page).fill(cast.plain.reference)
    expect(hits(page)).to_have_count(1)
    born = born_of(page)
    page.goto(f"{server.url}/register")
    page.get_by_label("Family name", exact=True).fill(cast.plain.family)
    page.get_by_label("Given names").fill(cast.plain.given)
    page.get_by_label("Date of birth").fill(f"{born:%d/%m/%Y}")
    page.keyboard.press("Tab")
    warning = page.get_by_role("region", name="May be on file already")
    expect(warning).to_be_visible()
    expect(warning.get_by_text(cast.plain.reference)).to_be_visible()
    expect(warning.get_by_text("same date of birth")).to_be_visible()
    assert grave_problems(page) == []
    warning.get_by_role("link", name=re.compile("Open this record instead")).first.click()
    expect(page).to_have_url(f"{server.url}/patient?id={cast.plain.patient_id}")
