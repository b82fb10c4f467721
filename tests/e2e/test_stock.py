"""In a real browser: receiving and withdrawing lots, and working through a recall."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from lib.demo import accounts
from lib.services.clinic import open_clinic
from lib.settings import Settings
from tests.e2e import server as servers
from tests.e2e.axe import grave_in_both, grave_problems
from tests.e2e.conftest import Complaints, sign_in, wait_until_drawn
from tests.e2e.server import Server
from tests.e2e.test_treatments import pick
from tests.templates import copy_of

pytestmark = pytest.mark.browser
SCREENS = ("stock", "products", "templates", "contraindications", "recalls")
NOTE = "Spoke on the phone; will come on Friday"
SCANNED = "(17)310131(10)E2E-77"
# A lot in date that a handful of patients had: the list fits on one page.
LOT = """
SELECT p.name, l.lot_number, count(DISTINCT i.patient_id)
FROM treatment_item AS i
JOIN treatment AS t ON t.treatment_id = i.treatment_id AND t.superseded_at IS NULL
JOIN lot AS l ON l.lot_id = i.lot_id JOIN product AS p ON p.product_id = l.product_id
WHERE l.withdrawn_on IS NULL AND l.expires_on > current_date
  AND i.patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
GROUP BY p.name, l.lot_number HAVING count(DISTINCT i.patient_id) BETWEEN 2 AND 40
ORDER BY l.lot_number LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A served clinic, and a lot of it that a few patients were given."""

    server: Server
    product: str
    lot: str


@pytest.fixture(scope="module")
def scene(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Serve a copy of the synthetic clinic, and pick the lot before the server has the store."""
    folder = tmp_path_factory.mktemp("stock")
    home = copy_of(demo_template, folder)
    clinic = open_clinic(Settings(home=home, threads=1))
    with clinic.store.reading() as cursor:
        product, lot, _ = cursor.execute(LOT).fetchall()[0]
    clinic.close()
    running = servers.start(home, folder / "server.log")
    yield Scene(running, product, lot)
    running.stop()


def open_stock(page: Page, scene: Scene, query: str = "") -> None:
    sign_in(page, scene.server, accounts.MANAGER.username, f"/stock{query}")
    expect(page.get_by_role("heading", name="Stock", exact=True)).to_be_visible()
    wait_until_drawn(page)


def receive(page: Page, scene: Scene, scanned: str) -> None:
    """Type what a scanner types, with its Enter, and save by keyboard."""
    pick(page, "Product received", scene.product)
    box = page.get_by_label("Lot number")
    box.fill(scanned)
    box.press("Enter")
    wait_until_drawn(page)
    page.get_by_role("button", name="Put it into stock").press("Enter")


def entry(page: Page, lot: str) -> Locator:
    """Return the lot in the list."""
    return page.locator(".entry, li, article").filter(has_text=f"lot {lot}").last


def test_a_lot_is_received_by_scanning_its_pack_and_withdrawn_with_undo(
    page: Page, scene: Scene
) -> None:
    open_stock(page, scene)
    receive(page, scene, SCANNED)
    expect(page.get_by_text("lot E2E-77 is in stock until 31-Jan-2031")).to_be_visible()
    pick(page, "Product", scene.product)
    entry(page, "E2E-77").get_by_role("button", name=re.compile("^Withdraw")).click()
    page.get_by_label("Why it is withdrawn").fill("Fridge failed")
    page.get_by_label("Why it is withdrawn").press("Tab")
    page.get_by_role("button", name="Withdraw this lot").click()
    expect(page.get_by_text("Lot E2E-77 is withdrawn.")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Lot E2E-77 is withdrawn.")).to_have_count(0)
    expect(entry(page, "E2E-77").get_by_text("In date")).to_be_visible()


def test_what_has_expired_has_a_view_of_its_own(page: Page, scene: Scene) -> None:
    open_stock(page, scene, "?view=expired")
    expect(page.get_by_text("Expired", exact=True).first).to_be_visible()
    expect(page.get_by_text("In date", exact=True)).to_have_count(0)


def test_a_recall_goes_from_the_lot_to_everybody_who_had_it(
    chromium_browser: Browser,
    page: Page,
    context: BrowserContext,
    scene: Scene,
    complaints: Complaints,
) -> None:
    open_stock(page, scene)
    pick(page, "Product", scene.product)
    entry(page, scene.lot).get_by_role("button", name=re.compile("^Recall")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why it is recalled").fill("Notice 2026/014")
    dialog.get_by_label("Why it is recalled").press("Tab")
    dialog.get_by_role("button", name="Open the recall").click()
    expect(page.get_by_role("heading", name=re.compile(re.escape(scene.lot)))).to_be_visible()
    wait_until_drawn(page)
    assert grave_in_both(page) == {}
    other = chromium_browser.new_context(locale="en-GB", timezone_id="Europe/London")
    colleague = other.new_page()
    complaints.watch(colleague)
    path = page.url.removeprefix(scene.server.url)
    sign_in(colleague, scene.server, accounts.STAFF.username, path)
    page.get_by_role("button", name=re.compile("^Contacted")).first.click()
    page.get_by_label("Note (optional)").fill(NOTE)
    page.get_by_label("Note (optional)").press("Tab")
    page.get_by_role("button", name="Note as contacted").click()
    expect(page.get_by_text(re.compile("^1 of "))).to_be_visible()
    expect(page.get_by_text(NOTE)).to_be_visible()
    colleague.reload()
    expect(colleague.get_by_text(NOTE)).to_be_visible()
    other.close()
    check_download(page, scene)
    check_print(page, context, scene)


def check_download(page: Page, scene: Scene) -> None:
    page.get_by_role("button", name="Make a list to download").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download the list (CSV)").click()
    text = waiting.value.path().read_text("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["Note"] for row in rows if row["Contacted"] != "no"] == [NOTE]
    assert [row["Reference"] for row in rows if scene.lot not in row["Uses"]] == []


def check_print(page: Page, context: BrowserContext, scene: Scene) -> None:
    with context.expect_page() as opening:
        page.get_by_role("link", name="Print the list").click()
    sheet = opening.value
    expect(sheet.get_by_role("heading", name="Recall list")).to_be_visible()
    ways = sheet.get_by_role("navigation", name="Printing")
    sheet.emulate_media(media="print")
    expect(ways).to_be_hidden()
    expect(sheet.get_by_text(f"lot {scene.lot}").first).to_be_visible()
    expect(sheet.get_by_text(NOTE)).to_be_visible()
    assert grave_problems(sheet) == []


def test_the_screens_have_no_grave_problem(page: Page, scene: Scene) -> None:
    sign_in(page, scene.server, accounts.MANAGER.username)
    found = {}
    for screen in SCREENS:
        page.goto(f"{scene.server.url}/{screen}")
        wait_until_drawn(page)
        found[screen] = grave_in_both(page)
    assert {screen: problems for screen, problems in found.items() if problems} == {}
