"""Registering somebody in a browser: faults at the field, and nothing typed is ever lost."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lib.demo import accounts
from tests.e2e import server as servers
from tests.e2e.conftest import Complaints, hits, search_box, sign_in
from tests.e2e.server import Server
from tests.templates import copy_of

pytestmark = pytest.mark.browser


def type_in(page: Page, label: str, value: str) -> None:
    """Type a value and leave the field, as somebody does who goes on to the next."""
    page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Tab")


def test_a_patient_is_registered_by_keyboard_with_a_fault_mended_on_the_way(
    page: Page, server: Server
) -> None:
    sign_in(page, server, accounts.STAFF.username, "/register")
    page.get_by_label("Family name", exact=True).click()
    for typed in ("Quillfeather", "Ottoline", "31/02/1988"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    problem = page.get_by_role("alert").filter(has_text="not a date that exists")
    expect(problem).to_be_visible()
    type_in(page, "Date of birth", "3 Feb 1988")
    expect(problem).to_have_count(0)
    type_in(page, "Phone", "07700 900456")
    page.get_by_role("button", name="Register this patient").click()
    expect(page).to_have_url(re.compile(r"/patient\?id=[0-9a-f-]{36}$"))
    expect(page.get_by_text("QUILLFEATHER, Ottoline").first).to_be_visible()
    expect(page.get_by_text("03-Feb-1988").first).to_be_visible()
    page.goto(f"{server.url}/patients")
    search_box(page).press_sequentially("ottoline quill", delay=10)
    expect(hits(page).first).to_contain_text("QUILLFEATHER")


def test_what_was_typed_survives_a_reload_and_a_restart_of_the_server(
    chromium_browser: Browser, demo_template: Path, tmp_path: Path, complaints: Complaints
) -> None:
    complaints.forgive("ERR_CONNECTION", "WebSocket", "Failed to fetch", "Client Error", "health")
    # Said by the page when the killed server stays away for longer, as on a busy machine.
    complaints.forgive("Streamlit server is not responding")
    home = copy_of(demo_template, tmp_path)
    running = servers.start(home, tmp_path / "server.log")
    page = chromium_browser.new_page()
    complaints.watch(page)
    sign_in(page, running, accounts.STAFF.username, "/register")
    type_in(page, "Family name", "Quillfeather")
    type_in(page, "Email", "ottoline@example.org")
    expect(page.get_by_text("2 fields kept")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Continued from what you typed")).to_be_visible()
    expect(page.get_by_label("Family name", exact=True)).to_have_value("Quillfeather")
    # As hard as a server can end: what was kept is in the store, not in its memory.
    running.process.kill()
    running.process.wait()
    again = servers.start(home, tmp_path / "again.log")
    page.goto(f"{again.url}/register")
    expect(page.get_by_label("Email", exact=True)).to_have_value("ottoline@example.org")
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("Family name", exact=True)).to_have_value("")
    page.close()
    again.stop()
    assert complaints.unforgiven() == []


def test_a_double_click_registers_one_patient(page: Page, server: Server) -> None:
    sign_in(page, server, accounts.STAFF.username, "/register")
    type_in(page, "Family name", "Doppelganger")
    type_in(page, "Given names", "Zebedee")
    page.get_by_role("button", name="Register this patient").dblclick()
    expect(page.get_by_text("DOPPELGANGER, Zebedee").first).to_be_visible()
    page.goto(f"{server.url}/patients")
    search_box(page).press_sequentially("zebedee doppelganger", delay=10)
    expect(hits(page)).to_have_count(1)
