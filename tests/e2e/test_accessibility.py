"""axe-core finds nothing serious or critical on any screen, light or dark."""

import pyotp
import pytest
from playwright.sync_api import Page, expect

from lib.demo import accounts
from lib.demo.accounts import Account
from lib.domain import access
from lib.ui import navigation
from lib.ui.navigation import PageSpec
from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import Cast, sign_in, wait_until_drawn
from tests.e2e.server import Server
from tests.e2e.test_sign_in import PASSWORD, fill_first_run, type_password


def screens_of(account: Account) -> list[PageSpec]:
    permissions = access.permissions_of(frozenset(account.roles))
    return [
        spec
        for spec in navigation.PAGES
        if spec.is_listed and (spec.permission is None or spec.permission in permissions)
    ]


@pytest.mark.browser
@pytest.mark.parametrize("account", [accounts.MANAGER, accounts.ADMINISTRATOR])
def test_no_screen_has_a_grave_problem(
    page: Page, server: Server, cast: Cast, account: Account
) -> None:
    page.goto(server.url)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    found = {"sign in": grave_in_both(page)}
    sign_in(page, server, account.username)
    for spec in screens_of(account):
        sidebar = page.get_by_test_id("stSidebar")
        sidebar.get_by_role("link", name=spec.title, exact=True).click()
        wait_until_drawn(page)
        found[spec.title] = grave_in_both(page)
    if account is accounts.MANAGER:
        for name, known in (("record", cast.plain), ("restricted", cast.restricted)):
            page.goto(f"{server.url}/patient?id={known.patient_id}")
            wait_until_drawn(page)
            found[name] = grave_in_both(page)
    assert {title: problems for title, problems in found.items() if problems} == {}


@pytest.mark.browser
def test_setting_a_clinic_up_has_no_grave_problem(page: Page, empty_server: Server) -> None:
    fill_first_run(page, empty_server)
    found = {"first run": grave_in_both(page)}
    page.get_by_role("button", name="Set up the clinic").click()
    secret = page.get_by_test_id("stCode").inner_text().replace(" ", "").strip()
    found["second factor"] = grave_in_both(page)
    page.get_by_label("Code from your app").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Set up", exact=True).click()
    expect(page.get_by_role("list", name="Recovery codes")).to_be_visible()
    found["recovery codes"] = grave_in_both(page)
    page.get_by_role("button", name="I have kept them").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    type_password(page, "alex", PASSWORD)
    expect(page.get_by_label("Code from your authenticator app")).to_be_visible()
    found["code"] = grave_in_both(page)
    assert {screen: problems for screen, problems in found.items() if problems} == {}
