"""In a real browser: a due record is held back at once, released again, and kept in part."""

import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from lib.demo import accounts
from lib.services.clinic import open_clinic
from lib.services.retention import schedule
from lib.settings import Settings
from lib.store import vital_interests
from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import sign_in
from tests.e2e.server import Server
from tests.e2e.test_accessibility import wait_until_drawn
from tests.templates import copy_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def due_id(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> UUID:
    """Return a patient whose record is due and holds an allergy."""
    home = copy_of(demo_template, tmp_path_factory.mktemp("looked-up"))
    clinic = open_clinic(Settings(home=home))
    today = datetime.now(UTC).date()
    with clinic.store.reading() as cursor:
        found = next(
            key
            for key in schedule.due_ids(cursor, today)
            if any(
                one.kind == "allergy" for one in vital_interests.list_facts(cursor, key).standing
            )
        )
    clinic.close()
    return found


def fill(page: Page, label: str, text: str) -> None:
    box = page.get_by_role("dialog").get_by_label(label)
    box.fill(text)
    box.press("Tab")


def press(page: Page, name: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=name).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    wait_until_drawn(page)


def open_dialog(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    wait_until_drawn(page)


def test_a_due_record_is_held_back_released_and_kept_in_part(
    page: Page, server: Server, due_id: UUID
) -> None:
    sign_in(page, server, accounts.MANAGER.username, f"/patient?id={due_id}")
    page.get_by_role("link", name=re.compile("^May go from ")).click()
    expect(page.get_by_role("heading", name="Retention", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^May go from "))).to_be_visible()
    wait_until_drawn(page)
    found = {"due": grave_in_both(page)}

    open_dialog(page, "Hold this record back")
    found["place"] = grave_in_both(page)
    page.get_by_role("dialog").get_by_text("Open complaint", exact=True).click()
    fill(page, "Why", "Complaint 14: the reply is owed")
    press(page, "Place this hold")
    expect(page.get_by_role("heading", name=re.compile("^Due since .* held back$"))).to_be_visible()
    expect(page.get_by_text(re.compile("held back by an open complaint since"))).to_be_visible()
    found["held"] = grave_in_both(page)

    page.get_by_role("button", name="Release").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    fill(page, "Why it ends", "Answered and closed")
    press(page, "Release this hold")
    expect(page.get_by_role("heading", name="Holds that are over")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^May go from "))).to_be_visible()

    open_dialog(page, "Choose what protects the patient")
    expect(page.get_by_role("heading", name="Stays without end")).to_be_visible()
    found["choose"] = grave_in_both(page)
    fill(page, "Clinical reason", "Anaphylaxis, treated in hospital")
    press(page, "Keep this without end")
    expect(page.get_by_role("heading", name=re.compile("^May go in part from "))).to_be_visible()
    found["kept in part"] = grave_in_both(page)

    page.goto(f"{server.url}/holds")
    expect(page.get_by_text("Anaphylaxis, treated in hospital")).to_be_visible()
    assert {screen: problems for screen, problems in found.items() if problems} == {}
