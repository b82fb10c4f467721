"""Merging two records in a real browser, an edit after it, and the undo of it all."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.demo import accounts
from lib.services.clinic import open_clinic
from lib.settings import Settings
from tests.e2e.axe import grave_problems
from tests.e2e.conftest import hits, search_box, sign_in, wait_until_drawn
from tests.e2e.server import Server
from tests.templates import copy_of

pytestmark = pytest.mark.browser

# Two records of one person, as the synthetic clinic makes them: same birthday and family name.
FIND = """
SELECT a.patient_id, a.reference, b.patient_id, b.reference
FROM patient AS a
JOIN patient AS b ON b.born_on = a.born_on AND b.family_name = a.family_name
WHERE a.patient_id < b.patient_id AND a.deceased_on IS NULL AND b.deceased_on IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM restriction AS r WHERE r.patient_id IN (a.patient_id, b.patient_id)
  )
ORDER BY a.reference LIMIT 1
"""
MERGED = re.compile(r"was merged into this record on \d\d-[A-Z][a-z]{2}-\d{4}")


@dataclass(frozen=True, slots=True)
class Twins:
    """Two records of one person: the one that stays, and the other."""

    survivor_id: str
    survivor: str
    absorbed_id: str
    absorbed: str


@pytest.fixture
def twins(demo_template: Path, tmp_path: Path) -> Twins:
    """Pick two records of one person from the synthetic clinic."""
    clinic = open_clinic(Settings(home=copy_of(demo_template, tmp_path), threads=1))
    with clinic.store.reading() as cursor:
        found = cursor.execute(FIND).fetchone()
    clinic.close()
    assert found is not None
    return Twins(*map(str, found))


def test_two_records_are_merged_edited_and_parted_again(
    page: Page, server: Server, twins: Twins
) -> None:
    sign_in(page, server, accounts.STAFF.username, f"/patient?id={twins.absorbed_id}")
    page.get_by_role("button", name="This is a duplicate of").click()
    expect(page.get_by_role("heading", name="This is a duplicate of")).to_be_visible()
    expect(search_box(page)).to_be_focused()
    page.keyboard.type(twins.survivor, delay=20)
    expect(hits(page).first).to_contain_text(twins.survivor)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Merge two records")).to_be_visible()
    expect(page.get_by_role("region", name="Patient", exact=True)).to_have_count(2)
    assert grave_problems(page) == []
    page.get_by_label(re.compile("Why are these one person")).fill("Registered twice")
    ticked = page.get_by_text("I have looked at the warnings above")
    if ticked.count():
        ticked.click()
    # A double click merges once.
    page.get_by_role("button", name="Merge these records").dblclick()
    expect(page.get_by_text(MERGED)).to_be_visible()
    expect(page).to_have_url(re.compile(f"id={twins.survivor_id}"))

    # The merged record's own address leads here too.
    page.goto(f"{server.url}/patient?id={twins.absorbed_id}")
    expect(page.get_by_text(f"{twins.absorbed} was merged into this record")).to_be_visible()
    assert grave_problems(page) == []

    page.goto(f"{server.url}/patient-details?id={twins.survivor_id}")
    wait_until_drawn(page)
    page.get_by_label("Preferred name", exact=True).fill("Zinnia")
    page.keyboard.press("Tab")
    wait_until_drawn(page)
    page.get_by_role("button", name="Save these details").click()
    expect(page.get_by_text("Zinnia").first).to_be_visible()

    page.goto(f"{server.url}/patient?id={twins.absorbed_id}")
    page.get_by_role("button", name="Undo this merge").click()
    expect(page.get_by_label(re.compile("Why is it undone"))).to_be_visible()
    assert grave_problems(page) == []
    page.get_by_role("button", name="Undo this merge").click()
    expect(page.get_by_text("The merge is undone: both records are there again")).to_be_visible()

    page.goto(f"{server.url}/patient?id={twins.absorbed_id}")
    expect(page.get_by_role("region", name="Patient", exact=True)).to_contain_text(twins.absorbed)
    page.goto(f"{server.url}/patient?id={twins.survivor_id}")
    expect(page.get_by_role("region", name="Patient", exact=True)).to_contain_text("Zinnia")
    page.goto(f"{server.url}/merges")
    expect(page.get_by_text("Undone").first).to_be_visible()
    expect(page.get_by_text("Registered twice")).to_be_visible()
    assert grave_problems(page) == []
