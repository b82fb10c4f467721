"""Consent across the clinic in a browser: from a figure to its list, asking, taking it back."""

from playwright.sync_api import Page, expect

from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import sign_in
from tests.e2e.server import Server

OVERVIEW = "/consent-overview"


def test_a_figure_opens_its_list_and_who_is_chosen_is_asked_at_the_next_visit(
    page: Page, server: Server
) -> None:
    sign_in(page, server, "manager", OVERVIEW)
    table = page.get_by_role("table", name="Patients by purpose and state, today")
    row = table.get_by_role("row", name="Sharing with your GP")
    figure = row.get_by_role("link", name="Not asked")
    count = figure.inner_text()
    figure.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{count} patients, those who come next first")).to_be_visible()
    ask = page.get_by_role("button", name="Ask at next visit")
    expect(ask).to_have_attribute("aria-disabled", "true")
    boxes = page.get_by_role("checkbox", name="Choose ")
    boxes.nth(1).check()
    boxes.nth(2).check()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    ask.click()
    expect(page.get_by_text("2 patients are to be asked at the next visit.")).to_be_visible()
    expect(page.locator(".mark", has_text="To be asked")).to_have_count(2)
    assert grave_in_both(page) == {}
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".mark", has_text="To be asked")).to_have_count(0)


def test_an_owner_sees_no_patient_and_no_exact_figure(page: Page, server: Server) -> None:
    sign_in(page, server, "owner", OVERVIEW)
    table = page.get_by_role("table", name="Patients by purpose and state")
    expect(table).to_be_visible()
    expect(table.get_by_role("link")).to_have_count(0)
    figures = table.locator("td").all_inner_texts()
    assert all(one in {"", "<10"} or int(one.replace(",", "")) % 5 == 0 for one in figures)
    assert grave_in_both(page) == {}
