"""A real server over a small synthetic clinic, and a real browser that forgives nothing.

A test fails on a console error, a violation of the content security policy, or any request that
leaves this machine, besides what it asserts itself.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from lib.demo import accounts
from lib.services.clinic import open_clinic
from lib.settings import Settings
from lib.web.caller import SESSION_COOKIE
from tests.e2e import browser as chromium
from tests.e2e import server as servers
from tests.e2e.server import ROOT, Server
from tests.templates import built_once, copy_of

PATIENTS = 2000
# How many of them have photographs: enough to look at, few enough to copy for every module.
PICTURED = 3
OUTPUT = ROOT / "tests" / ".output"
LOCAL = {"127.0.0.1", "localhost", ""}
# What is waited for comes within a second on an idle machine; a busy one is not a failure.
PATIENCE_MILLISECONDS = 60_000

expect.set_options(timeout=PATIENCE_MILLISECONDS)


@pytest.fixture(scope="module")
def chromium_browser() -> Iterator[Browser]:
    """Start the browser; a machine without one fails here.

    Once a module and not once for all: while it runs, no other test can run an event loop.
    """
    path = chromium.find()
    if path is None:
        pytest.fail("no Chromium was found: run `make browser`")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a small synthetic clinic once; tests work on copies."""
    size = ("--patients", str(PATIENTS), "--pictures", str(PICTURED))

    def build(folder: Path) -> None:
        subprocess.run(
            [sys.executable, "-m", "lib", "demo", "--home", str(folder / "clinic"), *size],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )

    return built_once(tmp_path_factory, "demo", build) / "clinic"


@pytest.fixture(scope="module")
def server(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a fresh copy of the synthetic clinic to one module of tests."""
    folder = tmp_path_factory.mktemp("clinic")
    running = servers.start(copy_of(demo_template, folder), folder / "server.log")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve a home in which nothing has been set up yet."""
    folder = tmp_path_factory.mktemp("empty")
    running = servers.start(folder / "clinic", folder / "server.log")
    yield running
    running.stop()


class Complaints:
    """Everything a browser complained about, and every request that left this machine."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.forgiven: tuple[str, ...] = ()

    def watch(self, page: Page) -> None:
        """Listen to one page."""
        page.on("console", lambda said: self._hear(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._hear(str(error)))
        page.on("request", lambda request: self._follow(request.url))

    def forgive(self, *fragments: str) -> None:
        """Name the complaints that a test provokes on purpose."""
        self.forgiven += fragments

    def unforgiven(self) -> list[str]:
        """Return what was heard and not provoked."""
        return [said for said in self.heard if not any(word in said for word in self.forgiven)]

    def _hear(self, text: str) -> None:
        self.heard.append(text)

    def _follow(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and (parts.hostname or "") not in LOCAL:
            self.heard.append(f"a request left this machine: {parts.scheme}://{parts.hostname}")


@pytest.fixture
def complaints() -> Complaints:
    """Collect what the browser complains about during one test."""
    return Complaints()


@pytest.fixture
def context(
    chromium_browser: Browser, complaints: Complaints, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Give one person's browser: fresh, with nothing remembered."""
    opened = chromium_browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", timezone_id="Europe/London"
    )
    opened.set_default_timeout(PATIENCE_MILLISECONDS)
    opened.on("page", complaints.watch)
    yield opened
    if getattr(request.node, "has_failed", False):
        _keep_screenshots(opened, request.node.name)
    opened.close()
    assert complaints.unforgiven() == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Give one empty tab."""
    return context.new_page()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know that their test failed, so that they keep a screenshot."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.when == "call" and report.failed:
        item.has_failed = True  # type: ignore[attr-defined]


def _keep_screenshots(context: BrowserContext, name: str) -> None:
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(context.pages):
        page.screenshot(path=OUTPUT / f"{name}-{number}.png")


def sign_in(page: Page, server: Server, username: str, path: str = "/") -> None:
    """Open a page of the synthetic clinic as one of its people and wait for the desk.

    Who has signed in to this server before comes back in the session that they have, and signs in
    anew only where it has ended since.
    """
    if username in server.sessions:
        page.context.add_cookies([server.sessions[username]])
    page.goto(server.url + path)
    asked = page.get_by_label("Username")
    inside = page.get_by_role("button", name="Sign out", exact=True)
    expect(asked.or_(inside)).to_be_visible()
    if asked.is_visible():
        asked.fill(username)
        page.get_by_label("Password", exact=True).fill(accounts.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(inside).to_be_visible()
        (kept,) = (one for one in page.context.cookies() if one["name"] == SESSION_COOKIE)
        server.sessions[username] = {
            "name": SESSION_COOKIE,
            "value": kept["value"],
            "url": server.url,
            "httpOnly": True,
            "sameSite": "Strict",
        }


def wait_until_drawn(page: Page) -> None:
    """Wait until what was sent is drawn: a change sent meanwhile comes without the others."""
    expect(page.get_by_role("heading").first).to_be_visible()
    expect(page.locator('[data-test-script-state="notRunning"]')).to_be_visible()


def search_box(page: Page) -> Locator:
    """Return the box that patients are found with."""
    return page.get_by_role("combobox", name="Find a patient")


def hits(page: Page) -> Locator:
    """Return the patients found for what is typed; none while the answer is to an earlier text."""
    fresh = page.locator(".desk:not(.stale)")
    return fresh.get_by_role("listbox", name="Patients found").get_by_role("option")


@dataclass(frozen=True, slots=True)
class Cast:
    """One patient of each kind in the synthetic clinic."""

    plain: "Known"
    restricted: "Known"
    deceased: "Known"


@dataclass(frozen=True, slots=True)
class Known:
    """What a test knows of a patient."""

    patient_id: str
    reference: str
    given: str
    family: str


FIND = """
SELECT p.patient_id, p.reference, p.given_names, p.family_name FROM patient AS p
LEFT JOIN restriction AS r ON r.patient_id = p.patient_id AND r.lifted_at IS NULL
WHERE p.given_names <> '' AND p.family_name <> '' AND {}
ORDER BY p.reference LIMIT 1
"""
KINDS = {
    "plain": "p.deceased_on IS NULL AND r.patient_id IS NULL AND p.last_seen_on IS NOT NULL "
    "AND p.family_name SIMILAR TO '[A-Za-z]{6,}' AND p.given_names SIMILAR TO '[A-Za-z]+' "
    "AND (SELECT count(*) FROM patient AS q WHERE q.family_name = p.family_name) = 1",
    "restricted": "r.patient_id IS NOT NULL",
    "deceased": "p.deceased_on IS NOT NULL AND r.patient_id IS NULL",
}


@pytest.fixture(scope="session")
def cast(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Cast:
    """Pick the patients that tests speak of."""
    home = copy_of(demo_template, tmp_path_factory.mktemp("cast"))
    clinic = open_clinic(Settings(home=home, threads=1))
    with clinic.store.reading() as cursor:
        rows = {name: cursor.execute(FIND.format(kind)).fetchone() for name, kind in KINDS.items()}
    clinic.close()
    return Cast(**{name: Known(*map(str, row)) for name, row in rows.items() if row})
