"""Signing in the room on a tablet: once with a pointer, once with the keyboard alone."""

import io
import json
import subprocess
import sys

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from tests.e2e.axe import grave_problems
from tests.e2e.conftest import Cast, sign_in, wait_until_drawn
from tests.e2e.server import ROOT, Server

pytestmark = pytest.mark.browser


@pytest.fixture
def tablet(page: Page) -> Page:
    page.set_viewport_size({"width": 820, "height": 1180})
    return page


def hand_over(page: Page, server: Server, cast: Cast) -> None:
    sign_in(page, server, "staff", f"/sign-consent?id={cast.plain.patient_id}")
    expect(page.get_by_role("heading", name="Sign a consent", exact=True)).to_be_visible()
    card = page.locator("[class*=st-key-consent_card_]").filter(has_text="Use of your pictures")
    card.get_by_role("button", name="Hand to the patient").click()
    expect(page.get_by_role("heading", name="Your answers")).to_be_visible()
    expect(page.get_by_role("button", name="Sign and save")).to_be_visible()
    # The browser fetches the code of a kind of field when it first meets one.
    expect(page.get_by_test_id("stRadio").first).to_be_visible()
    wait_until_drawn(page)


def answer_yes(page: Page, place: int) -> None:
    """Answer a question by keyboard; a key that came while the screen was drawn comes once more."""
    group = page.get_by_test_id("stRadio").nth(place)
    answer = group.get_by_role("radio", name="Yes")
    for _ in range(3):
        group.get_by_role("radio").first.press("Space")
        wait_until_drawn(page)
        if answer.is_checked():
            break
    expect(answer).to_be_checked()


def questions(page: Page) -> int:
    return page.get_by_test_id("stRadio").count()


def draw(page: Page) -> None:
    pad = page.locator("svg.pad").first
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    left, middle = box["x"] + 60, box["y"] + box["height"] / 2
    page.mouse.move(left, middle)
    page.mouse.down()
    for step in range(1, 20):
        page.mouse.move(left + 15 * step, middle + (25 if step % 2 else -25))
    page.mouse.up()
    draw_by_touch(page, left, middle)
    expect(page.locator("svg.pad").first.locator(".ink path")).to_have_count(2)
    expect(page.get_by_role("img", name="Your signature")).to_be_visible()


def draw_by_touch(page: Page, left: float, middle: float) -> None:
    """Draw a stroke with a finger; Playwright can only tap, so the browser is told by itself."""
    browser = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    browser.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    touch("touchStart", {"x": left, "y": middle + 30})
    for step in range(1, 12):
        touch("touchMove", {"x": left + 20 * step, "y": middle + 30 + step % 3})
    touch("touchEnd")
    browser.send("Emulation.setTouchEmulationEnabled", {"enabled": False})


def copy_of(page: Page, context: BrowserContext, server: Server) -> str:
    page.get_by_role("button", name="I am staff").click()
    href = page.get_by_role("link", name="Copy as PDF").get_attribute("href") or ""
    answer = context.request.get(server.url + href if href.startswith("/") else href)
    pages = PdfReader(io.BytesIO(answer.body())).pages
    return " ".join(" ".join(one.extract_text() for one in pages).split())


def test_a_patient_signs_with_a_pointer_and_gets_the_exact_copy(
    tablet: Page, context: BrowserContext, server: Server, cast: Cast
) -> None:
    hand_over(tablet, server, cast)
    expect(tablet.get_by_test_id("stSidebar")).to_be_hidden()
    tablet.get_by_role("button", name="Sign and save").click()
    expect(tablet.get_by_text("Sign in the box, or type the name instead.")).to_be_visible()
    for place in range(questions(tablet)):
        group = tablet.get_by_test_id("stRadio").nth(place)
        group.get_by_text("Yes" if place == 0 else "No", exact=True).click()
    draw(tablet)
    assert grave_problems(tablet) == []
    tablet.get_by_role("button", name="Sign and save").click()
    expect(tablet.get_by_role("heading", name="Thank you")).to_be_visible()
    text = copy_of(tablet, context, server)
    assert f"{cast.plain.given} {cast.plain.family}" in text
    assert "Your answers" in text
    assert "SHA-256" in text


def test_a_patient_signs_with_the_keyboard_alone_and_every_signature_verifies(
    tablet: Page, context: BrowserContext, server: Server, cast: Cast
) -> None:
    hand_over(tablet, server, cast)
    for place in range(questions(tablet)):
        answer_yes(tablet, place)
    tablet.get_by_role("button", name="Type the name instead").focus()
    tablet.keyboard.press("Enter")
    field = tablet.get_by_label("Type the full name; it counts as the signature")
    expect(field).to_be_focused()
    tablet.keyboard.type("Robin Typed")
    tablet.keyboard.press("Tab")
    wait_until_drawn(tablet)
    tablet.get_by_role("button", name="Sign and save").focus()
    tablet.keyboard.press("Enter")
    expect(tablet.get_by_role("heading", name="Thank you")).to_be_visible()
    assert "Robin Typed, typed as a signature" in copy_of(tablet, context, server)
    tablet.close()
    server.stop()
    command = [sys.executable, "-m", "lib", "verify", "--home", str(server.home), "--json"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found = json.loads(told.stdout)
    assert (found["consent"]["is_whole"], found["consent"]["faults"]) == (True, [])
    assert found["consent"]["captures"] >= 1
