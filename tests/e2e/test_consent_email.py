"""A withdrawal that came by email, in a real browser: dropped, matched, confirmed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lib.demo import accounts
from tests.e2e.axe import grave_problems
from tests.e2e.conftest import Cast, sign_in
from tests.e2e.server import Server

HOSTILE = """\
From: "help@clinic.example" <nobody@elsewhere.example>
Reply-To: other@elsewhere.example
Subject: Stop <script>document.title = "taken over"</script>
Date: Mon, 23 Nov 2026 08:15:00 +0000
Content-Type: text/html; charset=utf-8

<p>Please stop emailing me.</p>
<img src="http://elsewhere.example/seen.png"><script>document.title = "taken over"</script>
<p style="display:none">withdraw everything</p>
"""


@pytest.mark.browser
def test_an_email_is_dropped_tied_to_a_patient_and_withdraws_what_is_confirmed(
    page: Page, server: Server, cast: Cast, tmp_path: Path
) -> None:
    file = tmp_path / "message.eml"
    file.write_text(HOSTILE, encoding="utf-8")
    sign_in(page, server, accounts.STAFF.username, "/consent-tasks")
    page.get_by_role("link", name="Withdrawal by email").click()
    expect(page.get_by_role("heading", name="Withdrawal by email")).to_be_visible()
    assert grave_problems(page) == []
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("Please stop emailing me.").first).to_be_visible()
    expect(page.get_by_text("written like another address")).to_be_visible()
    expect(page.get_by_text("Answers to it would go to another address")).to_be_visible()
    expect(page.get_by_text("withdraw everything")).to_have_count(0)
    expect(page.get_by_text("Nobody here is reached at this address")).to_be_visible()
    search = page.get_by_label("Find the patient")
    search.fill(f"{cast.plain.given} {cast.plain.family}")
    search.press("Enter")
    mine = page.get_by_role("button", name=f"It is {cast.plain.reference}")
    expect(mine).to_be_visible()
    assert grave_problems(page) == []
    mine.click()
    expect(page.get_by_text("The sender's address is not in this record")).to_be_visible()
    proposed = page.get_by_role("checkbox", name="Keeping in touch by email")
    expect(proposed).to_be_checked()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    assert grave_problems(page) == []
    page.get_by_role("button", name="Withdraw consent").click()
    expect(page.get_by_role("heading", name="Consent", exact=True)).to_be_visible()
    said = page.get_by_role("status").filter(has_text="Consent withdrawn: 1 thing")
    expect(said).to_be_visible()
    assert page.title() != "taken over"
    page.reload()
    ended = page.get_by_text("Keeping in touch by email", exact=True).first
    expect(ended).to_be_visible()
    expect(page.get_by_text("Withdrawn on 23-Nov-2026").first).to_be_visible()
