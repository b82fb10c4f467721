"""In a real browser: from a bar of the forecast to the certificate of what is gone."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pypdf import PdfReader

from lib.demo import accounts
from tests.e2e import server as servers
from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import hits, search_box, sign_in, wait_until_drawn
from tests.e2e.server import ROOT, Server
from tests.templates import copy_of

pytestmark = pytest.mark.browser
# A disposal rewrites the store and searches all that is left; on a busy machine that takes a while.
DONE_MILLISECONDS = 300_000
NOTE = "The yearly review of what is due"
REFERENCE = re.compile(r"J\d{5,}[A-Z]")


@pytest.fixture(scope="module")
def served(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a copy of the synthetic clinic that nobody else needs whole."""
    folder = tmp_path_factory.mktemp("disposal")
    running = servers.start(copy_of(demo_template, folder), folder / "server.log")
    yield running
    running.stop()


def drill_down(page: Page, server: Server) -> None:
    """Open the patients behind a bar of the seven years ahead, as a pointer does."""
    sign_in(page, server, accounts.COMPLIANCE.username, "/retention")
    bar = page.locator(".js-plotly-plot .bars .point path").nth(12)
    expect(bar).to_be_visible()
    wait_until_drawn(page)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    middle, height = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(middle - 1, height)
    page.mouse.move(middle, height)
    expect(page.locator(".hoverlayer .hovertext").first).to_be_visible()
    page.mouse.click(middle, height)
    expect(page.get_by_role("button", name="Close the list")).to_be_visible()
    expect(page.get_by_role("main").get_by_text(REFERENCE).first).to_be_visible()
    wait_until_drawn(page)


def choose(page: Page, count: int) -> list[str]:
    """Choose records by keyboard and pointer; return their references."""
    page.get_by_role("button", name="Review what is due").click()
    expect(page.get_by_role("heading", name="To review")).to_be_visible()
    table = page.get_by_role("region", name=re.compile("^Due: "))
    boxes = table.get_by_role("checkbox")
    expect(boxes.nth(count)).to_be_visible()
    boxes.first.focus()
    found = []
    for place in range(count):
        expect(boxes.nth(place)).to_be_focused()
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        label = boxes.nth(place).get_attribute("aria-label") or ""
        found += REFERENCE.findall(label)
    assert len(found) == count
    return found


def propose(page: Page, count: int) -> str:
    """Propose the disposal of what is chosen; return the case's number."""
    page.get_by_role("button", name=f"Propose disposal of these {count} records").click()
    dialog = page.get_by_role("dialog")
    note = dialog.get_by_role("textbox", name="Note for whoever decides (optional)")
    expect(note).to_be_visible()
    wait_until_drawn(page)
    note.fill(NOTE)
    note.press("Tab")
    wait_until_drawn(page)
    dialog.get_by_role("button", name=re.compile("^Propose disposal of these")).click()
    return number_of(page)


def number_of(page: Page) -> str:
    """Return the number of the case on the screen."""
    heading = page.get_by_role("heading", name=re.compile(r"^Case C-\d{6}$"))
    expect(heading).to_be_visible()
    wait_until_drawn(page)
    return heading.inner_text().removeprefix("Case ")


def sign_out(page: Page, server: Server, username: str) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_label("Username")).to_be_visible()
    server.sessions.pop(username, None)


def approve(page: Page, count: int) -> None:
    """Approve as whoever decides does: the number and the password are typed."""
    form = page.get_by_test_id("stForm").filter(has=page.get_by_role("textbox", name="number"))
    form.get_by_role("textbox", name=re.compile("^Type the number of records")).fill(str(count))
    form.get_by_label(re.compile("^Your password")).fill(accounts.PASSWORD)
    form.get_by_role("button", name=f"Approve, and erase {count} records").click()
    expect(page.get_by_role("list", name="How far the disposal is")).to_be_visible()


def wait_until_proved(page: Page) -> None:
    """Wait for the end, or for the reason why there is none."""
    done = page.get_by_text("Done and proved")
    fault = page.get_by_text("It cannot go on by itself")
    expect(done.or_(fault).first).to_be_visible(timeout=DONE_MILLISECONDS)
    expect(fault).to_have_count(0)


def fetched(page: Page, context: BrowserContext, server: Server, name: str) -> bytes:
    """Return the file that a link of the certificate leads to."""
    href = page.get_by_role("link", name=name).get_attribute("href") or ""
    answer = context.request.get(server.url + href if href.startswith("/") else href)
    assert answer.ok
    return answer.body()


def nobody_is_found(page: Page, server: Server, reference: str) -> None:
    sign_in(page, server, accounts.COMPLIANCE.username, "/patients")
    expect(search_box(page)).to_be_focused()
    search_box(page).press_sequentially(reference, delay=20)
    nobody = page.get_by_role("paragraph").filter(has_text="Nobody matches all of that.")
    expect(nobody).to_be_visible()
    expect(hits(page)).to_have_count(0)


def facts(page: Page) -> Locator:
    return page.get_by_role("main")


def test_from_a_bar_of_the_forecast_to_the_certificate_and_the_record_is_gone(
    page: Page, context: BrowserContext, served: Server, tmp_path: Path
) -> None:
    server, count = served, 3
    drill_down(page, server)
    references = choose(page, count)
    link = page.get_by_role("region", name=re.compile("^Due: ")).get_by_role("link").first
    record = link.get_attribute("href") or ""
    assert grave_in_both(page) == {}
    number = propose(page, count)
    expect(page.get_by_text("You proposed this case, so somebody else decides it.")).to_be_visible()
    case = page.url
    sign_out(page, server, accounts.COMPLIANCE.username)

    sign_in(page, server, accounts.OWNER.username)
    page.get_by_role("link", name=re.compile("Disposals to decide")).click()
    page.get_by_role("link", name=re.compile(f"Case {number}")).click()
    assert number_of(page) == number
    assert page.url == case
    for reference in references:
        expect(facts(page).get_by_text(reference)).to_have_count(0)
    assert grave_in_both(page) == {}
    approve(page, count)
    wait_until_proved(page)
    heading = page.get_by_role("heading", name=f"Certificate of disposal {number}")
    expect(heading).to_be_visible()
    wait_until_drawn(page)
    assert grave_in_both(page) == {}

    pdf = PdfReader(io.BytesIO(fetched(page, context, server, "Certificate as PDF")))
    assert number in " ".join(one.extract_text() for one in pdf.pages)
    file = tmp_path / "certificate.json"
    file.write_bytes(fetched(page, context, server, "Certificate as JSON"))
    sign_out(page, server, accounts.OWNER.username)
    for reference in references:
        nobody_is_found(page, server, reference)
    page.goto(server.url + record)
    expect(page.get_by_role("heading", name="Disposed of")).to_be_visible()
    expect(page.get_by_text(re.compile(r"D-\d{6}")).first).to_be_visible()
    page.close()
    server.stop()
    command = [sys.executable, "-m", "lib", "verify", "--home", str(server.home), "--json"]
    command += ["--certificate", str(file)]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found = json.loads(told.stdout)
    assert (found["is_whole"], found["is_compared_with_clinic"]) == (True, True)
