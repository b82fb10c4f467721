"""Signing in, in a real browser: first run, second factor, lock-out, deep links, being shut out."""

import re

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lib.demo import accounts
from tests.e2e.conftest import Complaints, sign_in
from tests.e2e.server import Server

pytestmark = pytest.mark.browser

PASSWORD = "correct horse stapler moon"
WRONG = "not the password at all"


def fill_first_run(page: Page, server: Server) -> None:
    """Fill the first-run screen in with the code that the server printed."""
    printed = re.search(r"set-up code is (\S+)", server.output())
    assert printed is not None
    page.goto(f"{server.url}/account")
    page.get_by_label("Set-up code").fill(printed.group(1))
    page.get_by_label("Name of the clinic").fill("Juno Aesthetics")
    page.get_by_label("Your name, as colleagues see it").fill("Alex Murray")
    page.get_by_label("Username").fill("alex")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password once more").fill(PASSWORD)


def type_password(page: Page, username: str, password: str) -> None:
    """Send the sign-in form."""
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def expect_inside(page: Page, title: str) -> None:
    """Wait for a screen of somebody who is signed in."""
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()


def test_an_empty_clinic_is_set_up_with_a_second_factor(page: Page, empty_server: Server) -> None:
    fill_first_run(page, empty_server)
    page.get_by_role("button", name="Set up the clinic").click()

    expect(page.get_by_role("img", name="QR code of the key")).to_be_visible()
    secret = page.get_by_test_id("stCode").inner_text().replace(" ", "").strip()
    page.get_by_label("Code from your app").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Set up", exact=True).click()

    listed = page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    expect(listed).to_have_count(10)
    codes = listed.all_inner_texts()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    assert codes[0] in saved.value.path().read_text("utf-8")
    page.get_by_role("button", name="I have kept them").click()
    expect_inside(page, "Your account")

    page.get_by_role("button", name="Sign out", exact=True).click()
    type_password(page, "alex", PASSWORD)
    page.get_by_label("Code from your authenticator app").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("That code is not right")
    page.get_by_label("Code from your authenticator app").fill(codes[0])
    page.get_by_role("button", name="Continue").click()
    expect_inside(page, "Your account")
    assert page.url == f"{empty_server.url}/account"


def test_a_deep_link_survives_signing_in(page: Page, server: Server) -> None:
    sign_in(page, server, accounts.ADMINISTRATOR.username, "/people")
    expect_inside(page, "People")
    assert page.url == f"{server.url}/people"


def test_a_page_for_others_says_so_at_its_own_address(page: Page, server: Server) -> None:
    sign_in(page, server, accounts.STAFF.username, "/people")
    expect(page.get_by_role("heading", name="Not permitted")).to_be_visible()
    assert page.url == f"{server.url}/people"


def test_the_demo_shows_its_accounts_and_lets_one_in_with_a_click(
    page: Page, server: Server
) -> None:
    page.goto(server.url)
    expect(page.get_by_text(accounts.PASSWORD)).to_be_visible()
    page.get_by_role("button", name=accounts.OWNER.display_name).click()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()


def test_the_session_is_in_a_cookie_that_no_script_reads(page: Page, server: Server) -> None:
    sign_in(page, server, accounts.OWNER.username)
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["desk_session"]["httpOnly"]
    assert cookies["desk_session"]["sameSite"] == "Strict"
    assert "desk_session" not in page.evaluate("document.cookie")
    stored = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert cookies["desk_session"]["value"] not in stored


def test_an_account_is_locked_after_five_failures(page: Page, server: Server) -> None:
    page.goto(server.url)
    for _ in range(5):
        type_password(page, "somebody", WRONG)
        expect(page.get_by_role("alert")).to_contain_text("not right")
        page.reload()
    type_password(page, "somebody", WRONG)
    expect(page.get_by_role("alert")).to_contain_text("Too many attempts")


def test_a_person_who_is_disabled_loses_the_screen_at_once(
    context: BrowserContext,
    chromium_browser: Browser,
    complaints: Complaints,
    server: Server,
) -> None:
    theirs = chromium_browser.new_context()
    theirs.on("page", complaints.watch)
    victim = theirs.new_page()
    sign_in(victim, server, accounts.MANAGER.username, "/account")
    expect_inside(victim, "Your account")

    admin = context.new_page()
    sign_in(admin, server, accounts.ADMINISTRATOR.username, "/people")
    admin.get_by_role("button", name=f"Manage {accounts.MANAGER.username}").click()
    admin.get_by_role("button", name="Disable", exact=True).click()
    admin.get_by_role("dialog").get_by_role("button", name="Disable Morgan").click()

    # Nobody touches the victim's screen.
    expect(victim.get_by_label("Username")).to_be_visible()
    expect(victim.get_by_role("heading", name="Your account")).to_have_count(0)
    type_password(victim, accounts.MANAGER.username, accounts.PASSWORD)
    expect(victim.get_by_role("alert")).to_contain_text("not right")

    admin.get_by_role("button", name="Enable again").click()
    expect(admin.get_by_role("button", name="Enable again")).to_have_count(0)
    victim.reload()
    type_password(victim, accounts.MANAGER.username, accounts.PASSWORD)
    expect_inside(victim, "Your account")
    theirs.close()


def test_somebody_invited_chooses_a_password_at_the_first_sign_in(
    context: BrowserContext, server: Server
) -> None:
    admin = context.new_page()
    sign_in(admin, server, accounts.ADMINISTRATOR.username, "/people")
    admin.get_by_role("button", name="Invite somebody").click()
    admin.get_by_label("Name, as colleagues see it").fill("Kim O'Neil")
    admin.get_by_role("dialog").get_by_label("Username").fill("kim")
    admin.get_by_role("button", name="Invite", exact=True).click()
    first = admin.get_by_test_id("stCode").inner_text().strip()
    admin.get_by_role("button", name="I have handed it over").click()
    admin.get_by_role("button", name="Sign out", exact=True).click()

    type_password(admin, "kim", first)
    admin.get_by_label("New password", exact=True).fill("short")
    admin.get_by_label("New password once more").fill("short")
    admin.get_by_role("button", name="Keep this password").click()
    expect(admin.get_by_role("alert")).to_contain_text("at least 12")
    admin.get_by_label("New password", exact=True).fill(PASSWORD)
    admin.get_by_label("New password once more").fill(PASSWORD)
    admin.get_by_role("button", name="Keep this password").click()
    expect(admin.get_by_role("heading", name="Not permitted")).to_be_visible()


def test_an_idle_screen_warns_and_then_blanks_even_without_a_server(
    page: Page, server: Server, complaints: Complaints
) -> None:
    complaints.forgive("Failed to load resource", "WebSocket")
    page.clock.install()
    sign_in(page, server, accounts.STAFF.username, "/account")
    expect_inside(page, "Your account")
    page.wait_for_function("document.readyState === 'complete'")
    # The screen asks how long there is, then somebody does something: it is the whole time again.
    with page.expect_response("**/session/state") as told:
        page.clock.fast_forward("00:31")
    told.value.finished()
    with page.expect_response("**/session/stay") as told:
        page.keyboard.press("Shift")
    told.value.finished()
    page.route("**/session/state", lambda route: route.abort())
    page.clock.fast_forward("14:20")
    warning = page.get_by_role("alertdialog")
    expect(warning).to_contain_text("You will be signed out in")

    warning.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_have_count(0)

    # A picture that fills the screen is a modal dialog: what lies under one cannot be reached.
    page.evaluate("""() => {
        const picture = document.createElement("dialog");
        document.body.append(picture);
        picture.showModal();
    }""")
    page.clock.fast_forward("14:20")
    warning.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_have_count(0)
    page.evaluate("document.querySelector('dialog').close()")

    page.route("**/account", lambda route: route.abort())
    with page.expect_request(lambda request: request.is_navigation_request()):
        page.clock.fast_forward("15:10")
