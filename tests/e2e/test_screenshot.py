"""The picture in the README: a lookup, as a member of staff sees it.

It is written to tests/.output; `make screenshot` puts it beside the README.
"""

import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from lib.demo import accounts
from tests.e2e.conftest import OUTPUT, hits, search_box, sign_in
from tests.e2e.server import Server


@pytest.mark.browser
def test_the_lookup_is_worth_a_picture(page: Page, server: Server) -> None:
    sign_in(page, server, accounts.STAFF.username, "/patients")
    search_box(page).press_sequentially("sara smyth", delay=20)
    expect(hits(page).first).to_contain_text("Sarah")
    picture = Path(os.environ.get("SCREENSHOT", OUTPUT / "screenshot.png"))
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture, animations="disabled", caret="hide")
    with Image.open(picture) as taken:
        assert taken.size == (1440, 900)
        # More than a blank page: many shades of text on paper.
        assert len(taken.convert("L").getcolors(256) or []) > 50
