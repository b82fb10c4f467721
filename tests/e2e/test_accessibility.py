"""axe-core finds nothing serious or critical on any screen, light or dark."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from lib.demo import accounts
from lib.demo.accounts import Account
from lib.domain import access
from lib.ui import navigation
from lib.ui.navigation import PageSpec
from tests.e2e.conftest import Cast, Complaints, sign_in
from tests.e2e.server import Server

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
GRAVE = {"serious", "critical"}


def grave_problems(page: Page) -> list[str]:
    """Return each serious or critical problem with the element that it was found on."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in violations
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


def wait_until_drawn(page: Page) -> None:
    """Wait until the script has finished and the heading stands."""
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_role("heading").first).to_be_visible()


def screens_of(account: Account) -> list[PageSpec]:
    permissions = access.permissions_of(frozenset(account.roles))
    return [
        spec
        for spec in navigation.PAGES
        if spec.is_listed and (spec.permission is None or spec.permission in permissions)
    ]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("account", [accounts.MANAGER, accounts.ADMINISTRATOR])
def test_no_screen_has_a_grave_problem(
    chromium_browser: Browser,
    server: Server,
    cast: Cast,
    complaints: Complaints,
    account: Account,
    scheme: Literal["light", "dark"],
) -> None:
    context = chromium_browser.new_context(color_scheme=scheme, locale="en-GB")
    page = context.new_page()
    complaints.watch(page)
    page.goto(server.url)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    found = {"sign in": grave_problems(page)}
    sign_in(page, server, account.username)
    for spec in screens_of(account):
        page.get_by_test_id("stSidebar").get_by_role("link", name=spec.title).click()
        wait_until_drawn(page)
        found[spec.title] = grave_problems(page)
    if account is accounts.MANAGER:
        for name, known in (("record", cast.plain), ("restricted", cast.restricted)):
            page.goto(f"{server.url}/patient?id={known.patient_id}")
            wait_until_drawn(page)
            found[name] = grave_problems(page)
    context.close()
    assert {title: problems for title, problems in found.items() if problems} == {}
    assert complaints.unforgiven() == []
