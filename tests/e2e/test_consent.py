"""In a real browser: a withdrawal empties the lens of another session, and what it sets off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from playwright.sync_api import BrowserContext, Locator, Page, expect

from lib.demo import accounts
from lib.domain.access import Actor
from lib.domain.media import Purpose
from lib.services.clinic import Clinic, open_clinic
from lib.services.media import uses
from lib.services.media.uses import About, Said
from lib.settings import Settings
from lib.ui import clock
from tests.consents import add_version, give
from tests.e2e import server as servers
from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import copy_of, sign_in
from tests.e2e.server import Server
from tests.e2e.test_gallery import FIND, add_pictures

pytestmark = pytest.mark.browser
EDUCATION = "Use for education"


@dataclass(frozen=True, slots=True)
class Scene:
    """A served clinic and a patient who agreed an hour ago that pictures are used to teach."""

    server: Server
    patient_id: UUID
    family: str


def agreed(clinic: Clinic, actor: Actor, patient_id: UUID) -> None:
    """Let somebody agree, and let one of the pictures be in use."""
    an_hour_ago = clock.now() - timedelta(hours=1)
    form = add_version(clinic, date(2026, 1, 1))
    give(clinic, actor, patient_id, form, received_at=an_hour_ago, now=an_hour_ago)
    add_pictures(clinic, patient_id)
    with clinic.store.reading() as cursor:
        found = "SELECT media_id FROM media_item WHERE patient_id = ? ORDER BY media_id LIMIT 1"
        (media_id,) = cursor.execute(found, [patient_id]).fetchall()[0]
    about = About(patient_id, media_id, clock.now(), clock.today())
    said = Said(Purpose.EDUCATION, "The summer course", clock.today())
    uses.note(clinic, actor, about, uuid7s.uuid7(), said)


@pytest.fixture(scope="module")
def scene(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Serve a copy of the synthetic clinic in which somebody agreed to teaching."""
    folder = tmp_path_factory.mktemp("consent")
    home = copy_of(demo_template, folder)
    clinic = open_clinic(Settings(home=home, threads=1))
    with clinic.store.reading() as cursor:
        patient_id, family = cursor.execute(FIND).fetchall()[0]
    agreed(clinic, accounts.STAFF.actor(), patient_id)
    clinic.close()
    running = servers.start(home, folder / "server.log")
    yield Scene(running, patient_id, family)
    running.stop()


@pytest.fixture
def elsewhere(context: BrowserContext) -> Iterator[Page]:
    """Give a second person's browser beside the first."""
    browser = context.browser
    assert browser is not None
    other = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    yield other.new_page()
    other.close()


def stands(page: Page, name: str) -> Locator:
    """Return the entry of one purpose on the consent screen."""
    return (
        page.get_by_role("region", name="How it stands")
        .get_by_role("listitem")
        .filter(has=page.get_by_role("heading", name=name, exact=True))
    )


def test_a_withdrawal_empties_the_lens_elsewhere_and_is_seen_to(
    page: Page, elsewhere: Page, scene: Scene
) -> None:
    gallery = f"/photographs?id={scene.patient_id}&for=education"
    sign_in(elsewhere, scene.server, "compliance", gallery)
    expect(elsewhere.get_by_role("gridcell")).to_have_count(7)
    consent = f"/consent?id={scene.patient_id}"
    sign_in(page, scene.server, "staff", consent)
    expect(stands(page, EDUCATION)).to_contain_text("Active")
    stands(page, EDUCATION).get_by_role("button", name="Withdraw").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label(EDUCATION)).to_be_checked()
    dialog.get_by_role("button", name="Withdraw consent").click()
    # Nobody touches the other screen.
    expect(elsewhere.get_by_role("gridcell")).to_have_count(0)
    expect(elsewhere.get_by_text("Nothing may be shown for education")).to_be_visible()
    expect(stands(page, EDUCATION)).to_contain_text("Withdrawn")
    said = page.get_by_role("status").filter(has_text=f"Withdrawn: {EDUCATION}.")
    expect(said).to_contain_text("1 place where pictures are in use or were sent is to be seen to.")
    expect(page.get_by_text(f"Consent withdrawn: {EDUCATION}")).to_be_visible()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open the letter").first.click()
    expect(opened.value.get_by_text("What you withdrew")).to_be_visible()
    assert grave_in_both(page) == {}
    page.get_by_role("link", name="All consent tasks").click()
    task = page.get_by_role("listitem").filter(has_text="Take down or recall")
    expect(task).to_contain_text("In use at The summer course")
    task.get_by_role("button", name=re.compile("Close this task")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Taken down", exact=True).click()
    dialog.get_by_role("button", name="Close this task").click()
    expect(page.get_by_text("The task is closed: taken down.")).to_be_visible()
    expect(task).to_have_count(0)
    assert grave_in_both(page) == {}


def test_a_day_in_the_past_shows_how_it_stood(page: Page, scene: Scene) -> None:
    sign_in(page, scene.server, "staff", f"/consent?id={scene.patient_id}")
    expect(page.get_by_role("button", name="Withdraw", exact=True)).to_be_visible()
    expect(page.get_by_text("After this day")).to_have_count(0)
    yesterday = clock.today() - timedelta(days=1)
    page.get_by_test_id("stDateInput").get_by_role("spinbutton").first.click()
    page.keyboard.type(f"{yesterday:%d%m%Y}")
    page.keyboard.press("Enter")
    page.get_by_role("gridcell", selected=True).get_by_role("button").click()
    expect(page.get_by_text("This is how consent stood at the end of")).to_be_visible()
    expect(page.get_by_text("After this day").first).to_be_visible()
    expect(page.get_by_role("button", name="Withdraw", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Back to today").click()
    expect(page.get_by_text("After this day")).to_have_count(0)
