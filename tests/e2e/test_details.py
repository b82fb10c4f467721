"""A patient's details in a browser: changed in versions, ended with an undo, and on a tablet."""

import re

import pytest
from playwright.sync_api import Page, expect

from lib.demo import accounts
from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import Cast, sign_in
from tests.e2e.server import Server
from tests.e2e.test_register import type_in

pytestmark = pytest.mark.browser

TABLET = {"width": 820, "height": 1180}
SIDEWAYS = "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"


def test_a_married_name_is_a_version_and_a_number_ends_with_an_undo(
    page: Page, server: Server, cast: Cast
) -> None:
    sign_in(page, server, accounts.STAFF.username, f"/patient?id={cast.plain.patient_id}")
    page.get_by_role("button", name="Details").click()
    expect(page.get_by_role("heading", name="Patient's details")).to_be_visible()
    type_in(page, "Family name", "Quillfeather")
    type_in(page, "Why it changes (optional)", "Marriage certificate seen")
    page.get_by_role("button", name="Save these details").click()
    expect(page.get_by_text("Saved: family name.")).to_be_visible()
    expect(page.get_by_text(re.compile("QUILLFEATHER, ")).first).to_be_visible()
    page.get_by_text("Earlier versions").click()
    expect(page.locator("ins")).to_have_text("Quillfeather")
    expect(page.locator("del")).to_have_text(cast.plain.family)
    type_in(page, "Number", "07700 900789")
    page.get_by_role("button", name="Add this phone").click()
    ended = page.get_by_role("button", name="No longer so: 07700 900789")
    ended.click()
    expect(page.get_by_text("07700 900789 is no longer in force.")).to_be_visible()
    expect(ended).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(ended).to_be_visible()
    assert grave_in_both(page) == {}


def test_every_field_can_be_reached_on_a_tablet(page: Page, server: Server, cast: Cast) -> None:
    page.set_viewport_size(TABLET)
    sign_in(page, server, accounts.STAFF.username, "/register")
    for label in ("Family name", "Date of birth", "Email", "Town", "Note"):
        expect(page.get_by_label(label, exact=True)).to_be_visible()
    for choice in ("Female", "Male", "Other", "Not known"):
        page.get_by_role("radio", name=choice, exact=True).click()
    expect(page.get_by_role("radio", name="Not known")).to_be_checked()
    assert grave_in_both(page) == {}
    page.goto(f"{server.url}/patient-details?id={cast.plain.patient_id}")
    expect(page.get_by_role("button", name="Add this phone")).to_be_visible()
    button = page.get_by_role("button", name="Save these details").bounding_box()
    phones = page.get_by_role("heading", name="Phones").bounding_box()
    assert button is not None
    assert phones is not None
    # What stands beside the form on a desk stands under it here, as wide as it is.
    assert phones["y"] > button["y"]
    assert page.evaluate(SIDEWAYS) is False
