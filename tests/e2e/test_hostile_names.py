"""Patients whose names look like code: shown as they were typed, on every screen, and run nowhere.

The browser of these tests also fails on any script that the policy stops, and on any request that
leaves the machine: a link or an image made from a name would show there.
"""

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.demo import accounts
from tests.e2e import server as servers
from tests.e2e.conftest import hits, search_box, sign_in
from tests.e2e.server import ROOT, Server
from tests.templates import copy_of

pytestmark = pytest.mark.browser

FAMILY = "<script>alert(1)</script>"
GIVEN = "[x](http://evil.example) ![y](http://evil.example/y.png)"
PREFERRED = r"$\LaTeX$ :red[x] :smile:"


@pytest.fixture(scope="module")
def hostile_server(
    demo_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Serve a clinic into which such a patient was imported."""
    folder = tmp_path_factory.mktemp("hostile")
    home = copy_of(demo_template, folder)
    file = folder / "patients.csv"
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["external_id", "first_name", "last_name", "preferred_name", "dob"])
        writer.writerow(["evil-1", GIVEN, FAMILY, PREFERRED, "14/07/1945"])
    subprocess.run(
        [sys.executable, "-m", "lib", "import", str(file), "--home", str(home)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    running = servers.start(home, folder / "server.log")
    yield running
    running.stop()


def test_such_a_name_is_text_in_the_lookup_on_the_record_and_at_home(
    page: Page, hostile_server: Server
) -> None:
    said = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    sign_in(page, hostile_server, accounts.STAFF.username, "/patients")
    search_box(page).press_sequentially("script alert 1945", delay=20)
    expect(hits(page).first).to_contain_text(f"{FAMILY.upper()}, {GIVEN}")
    expect(hits(page).first).to_contain_text(PREFERRED)
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(f"{FAMILY.upper()}, {GIVEN}")
    expect(page.get_by_text(PREFERRED).first).to_be_visible()
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("link", name=FAMILY.upper())).to_be_visible()
    assert page.locator("a[href*=evil], img[src*=evil]").count() == 0
    assert page.locator("main script, [data-testid=stMain] script").count() == 0
    assert said == []
