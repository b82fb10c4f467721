"""Recording a treatment in a real browser: by mouse, by keyboard alone, and what is refused."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from playwright.sync_api import BrowserContext, Locator, Page, expect

from lib.demo import accounts
from lib.domain.charts import Chart
from lib.domain.templates import Template, UsualDose
from lib.services.clinic import open_clinic
from lib.settings import Settings
from lib.store import catalogue, templates
from tests import records
from tests.e2e import server as servers
from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import sign_in, wait_until_drawn
from tests.e2e.server import Server
from tests.templates import copy_of

pytestmark = pytest.mark.browser

PRODUCT = "Velaxin 100"
TEMPLATE = "Two areas, tried in a browser"
TODAY = datetime.now(UTC).date()
MINUTE = 60
# What has the focus, inside a component too.
FOCUSED = """() => {
  let at = document.activeElement;
  while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  if (!at || !at.matches("input, button, select, textarea, a")) return "";
  const labels = at.labels ? [...at.labels].map((one) => one.textContent).join(" ") : "";
  return [at.getAttribute("aria-label"), labels, at.textContent].filter(Boolean).join(" | ");
}"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A served clinic with a template, lots good and expired, and patients for each test."""

    server: Server
    adult: UUID
    minor: UUID
    warned: UUID
    corrected: UUID
    shared: UUID


@pytest.fixture(scope="module")
def scene(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Serve a copy of the synthetic clinic with what these tests need in it."""
    folder = tmp_path_factory.mktemp("treatments")
    home = copy_of(demo_template, folder)
    people = _seed(home)
    running = servers.start(home, folder / "server.log")
    yield Scene(running, *people)
    running.stop()


def _seed(home: Path) -> list[UUID]:
    clinic = open_clinic(Settings(home=home, threads=1))
    with clinic.store.reading() as cursor:
        found = {one.name: one for one in catalogue.list_products(cursor)}
    product_id = found[PRODUCT].product_id
    template = Template(
        template_id=uuid7s.uuid7(),
        product_id=product_id,
        name=TEMPLATE,
        chart=Chart.FACE_FRONT,
        areas=(UsualDose("glabella", Decimal(20)), UsualDose("forehead", Decimal(10))),
        aftercare="Stay upright for four hours.",
        follow_up_days=14,
        price_pence=18_500,
        is_active=True,
        version=1,
        changed_at=datetime(2026, 1, 1),  # noqa: DTZ001 - as the store keeps it
    )
    by = accounts.MANAGER.person_id
    clinic.store.transact(lambda unit: templates.insert_template(unit.cursor, template, by))
    for number, days in (("GOOD-1", 200), ("PAST-1", -9)):
        expires_on = TODAY + timedelta(days=days)
        row = {"lot_id": uuid7s.uuid7(), "product_id": product_id, "lot_number": number}
        records.write(clinic, "lot", **row, expires_on=expires_on)
    adult, warned, corrected, shared = (
        records.add_patient(clinic, family_name=f"Tried {number}") for number in range(4)
    )
    born_on = date(TODAY.year - 17, 1, 1)
    minor = records.add_patient(clinic, family_name="Tried young", born_on=born_on)
    records.add_history(clinic, warned, "medicine", "Apixaban 5 mg")
    clinic.close()
    return [adult, minor, warned, corrected, shared]


def pick(page: Page, label: str, option: str) -> None:
    """Choose from a list by its label; long lists are narrowed by typing."""
    box = page.get_by_role("combobox", name=label, exact=True)
    chosen = page.get_by_test_id("stSelectboxVirtualDropdown").get_by_role("option")
    box.scroll_into_view_if_needed()
    box.click()
    page.keyboard.type(option)
    expect(chosen.filter(has_text=option).first).to_be_visible()
    chosen.filter(has_text=option).first.click()
    wait_until_drawn(page)


def begin(page: Page, scene: Scene, patient_id: UUID, lot: str = "GOOD-1") -> None:
    """Sign in, open the form from the record, choose the template and the lot."""
    sign_in(page, scene.server, accounts.STAFF.username, f"/patient?id={patient_id}")
    page.get_by_role("button", name="Record a treatment").click()
    expect(page.get_by_role("heading", name="Record a treatment")).to_be_visible()
    pick(page, "Template", TEMPLATE)
    expect(points(page)).to_have_count(10)
    pick(page, "Lot", lot)


def points(page: Page) -> Locator:
    """Return the points on the chart that is shown."""
    return page.locator(".drawing .pin")


def save(page: Page, label: str = "Save the treatment") -> None:
    page.get_by_role("button", name=label).click()


def entry(page: Page) -> Locator:
    """Return the newest treatment on the record."""
    return page.locator("ol.entries li").filter(has_text=TEMPLATE).first


def test_a_treatment_is_recorded_by_mouse_within_a_minute(page: Page, scene: Scene) -> None:
    began = time.monotonic()
    begin(page, scene, scene.adult)
    drawing = page.locator(".drawing svg")
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    assert box
    drawing.click(position={"x": box["width"] * 0.5, "y": box["height"] * 0.82})
    expect(points(page)).to_have_count(11)
    added = page.get_by_role("button", name="Chin, point 1 of 1, 1 unit")
    at = added.bounding_box()
    assert at
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.mouse.move(at["x"] + 30, at["y"] - 12, steps=5)
    page.mouse.up()
    moved = added.bounding_box()
    assert moved
    assert moved["x"] > at["x"] + 5
    page.get_by_text("Aftercare given").click()
    wait_until_drawn(page)
    save(page)
    expect(page.get_by_text("The treatment is saved.")).to_be_visible()
    assert time.monotonic() - began < MINUTE
    expect(entry(page)).to_contain_text("GOOD-1")
    expect(entry(page)).to_contain_text("chin")
    entry(page).get_by_role("button", name="Open this treatment").click()
    expect(page.get_by_text("Stay upright for four hours.")).to_be_visible()
    expect(page.locator(".drawing .pin")).to_have_count(11)


def tab_to(page: Page, label: str) -> None:
    """Press Tab until what has the focus is called so."""
    for _ in range(120):
        if label in page.evaluate(FOCUSED):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {label}")


def test_a_treatment_is_recorded_by_keyboard_alone(page: Page, scene: Scene) -> None:
    sign_in(page, scene.server, accounts.STAFF.username, f"/treatment?id={scene.adult}")
    expect(page.get_by_role("heading", name="Record a treatment")).to_be_visible()
    wait_until_drawn(page)
    tab_to(page, "Template")
    page.keyboard.type(TEMPLATE)
    page.keyboard.press("Enter")
    expect(points(page)).to_have_count(10)
    wait_until_drawn(page)
    tab_to(page, "Lot")
    page.keyboard.type("GOOD-1")
    page.keyboard.press("Enter")
    wait_until_drawn(page)
    tab_to(page, "Area to add a point in")
    page.keyboard.type("Chin")
    tab_to(page, "Add a point")
    page.keyboard.press("Enter")
    expect(points(page)).to_have_count(11)
    # The new point has the focus: it moves, changes its dose, goes and comes back.
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    expect(page.get_by_role("button", name="Chin, point 1 of 1, 2 units")).to_be_focused()
    page.keyboard.press("Delete")
    expect(points(page)).to_have_count(10)
    page.keyboard.press("Control+z")
    expect(points(page)).to_have_count(11)
    wait_until_drawn(page)
    tab_to(page, "Aftercare given")
    page.keyboard.press("Space")
    wait_until_drawn(page)
    tab_to(page, "Save the treatment")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The treatment is saved.")).to_be_visible()
    expect(entry(page)).to_contain_text("2 units")


def test_toxin_under_eighteen_is_refused_and_the_law_named(page: Page, scene: Scene) -> None:
    begin(page, scene, scene.minor)
    act = re.compile(r"Botulinum Toxin and Cosmetic Fillers \(Children\) Act 2021")
    expect(page.get_by_text(act).first).to_be_visible()
    save(page)
    expect(page.get_by_role("alert").filter(has_text=act).first).to_be_visible()
    page.goto(f"{scene.server.url}/patient?id={scene.minor}")
    expect(page.get_by_text("No treatment has been recorded yet.")).to_be_visible()


def test_an_expired_lot_is_refused_at_its_field(page: Page, scene: Scene) -> None:
    begin(page, scene, scene.adult, lot="PAST-1")
    refusal = page.get_by_text("This lot was past its date that day")
    expect(refusal.first).to_be_visible()
    save(page)
    expect(page.get_by_text("Lot: this lot was past its date that day")).to_be_visible()
    # What was typed is not lost by it.
    expect(points(page)).to_have_count(10)


def test_a_contraindication_is_answered_before_it_is_saved(page: Page, scene: Scene) -> None:
    begin(page, scene, scene.warned)
    expect(page.get_by_text("Caution: Anticoagulants")).to_be_visible()
    save(page)
    expect(page.get_by_text("Something speaks against this treatment.")).to_be_visible()
    page.get_by_label("Why it goes ahead all the same").fill("Agreed with the GP")
    page.get_by_label("Why it goes ahead all the same").press("Tab")
    wait_until_drawn(page)
    save(page)
    expect(page.get_by_text("The treatment is saved.")).to_be_visible()
    entry(page).get_by_role("button", name="Open this treatment").click()
    expect(page.get_by_text("Gone ahead because: Agreed with the GP")).to_be_visible()


def correct(page: Page, price: str, why: str) -> None:
    """Correct the price on the form that is open."""
    for label, words in (("Price (£)", price), ("Why it is corrected", why)):
        page.get_by_label(label, exact=True).fill(words)
        page.get_by_label(label, exact=True).press("Tab")
        wait_until_drawn(page)


def open_correction(page: Page) -> None:
    entry(page).get_by_role("button", name="Open this treatment").click()
    page.get_by_role("button", name="Correct this treatment").click()
    expect(page.get_by_role("heading", name="Correct a treatment")).to_be_visible()
    wait_until_drawn(page)


def test_a_correction_keeps_the_version_before_and_says_why(page: Page, scene: Scene) -> None:
    begin(page, scene, scene.corrected)
    save(page)
    expect(page.get_by_text("The treatment is saved.")).to_be_visible()
    open_correction(page)
    correct(page, "199.50", "Read from the wrong card")
    save(page, "Save the correction")
    expect(page.get_by_text("The correction is saved.")).to_be_visible()
    expect(entry(page)).to_contain_text("£199.50")
    expect(entry(page)).to_contain_text("Corrected: 1 earlier version")
    found = {}
    entry(page).get_by_role("button", name="Open this treatment").click()
    expect(page.get_by_text("Read from the wrong card")).to_be_visible()
    found["sheet"] = grave_in_both(page)
    page.get_by_role("button", name="Record an adverse event").click()
    expect(page.get_by_role("heading", name="Record an adverse event")).to_be_visible()
    found["adverse event"] = grave_in_both(page)
    page.get_by_label("What happened").fill("Eyelid droops a little")
    page.get_by_role("radio", name="Mild").click()
    wait_until_drawn(page)
    save(page, "Save the adverse event")
    expect(page.get_by_text("The adverse event is saved.")).to_be_visible()
    expect(entry(page)).to_contain_text("Eyelid droops a little")
    expect(entry(page)).to_contain_text("Velaxin 100, lot GOOD-1")
    page.get_by_role("button", name="Record a treatment").click()
    pick(page, "Template", TEMPLATE)
    found["form"] = grave_in_both(page)
    assert {screen: problems for screen, problems in found.items() if problems} == {}


def test_two_people_who_correct_one_treatment_are_shown_both(
    page: Page, context: BrowserContext, scene: Scene
) -> None:
    begin(page, scene, scene.shared)
    save(page)
    expect(page.get_by_text("The treatment is saved.")).to_be_visible()
    open_correction(page)
    browser = context.browser
    assert browser
    other = browser.new_context(locale="en-GB")
    theirs = other.new_page()
    sign_in(theirs, scene.server, accounts.MANAGER.username, f"/patient?id={scene.shared}")
    open_correction(theirs)
    correct(theirs, "150.00", "Half price that week")
    save(theirs, "Save the correction")
    expect(theirs.get_by_text("The correction is saved.")).to_be_visible()
    other.close()
    correct(page, "199.50", "Read from the wrong card")
    save(page, "Save the correction")
    expect(page.get_by_text("saved a change meanwhile").first).to_be_visible()
    page.get_by_text("Yours: 199.50").click()
    wait_until_drawn(page)
    save(page, "Save the correction")
    expect(page.get_by_text("The correction is saved.")).to_be_visible()
    expect(entry(page)).to_contain_text("£199.50")
    expect(entry(page)).to_contain_text("Corrected: 2 earlier versions")
