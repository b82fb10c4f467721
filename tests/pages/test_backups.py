"""The screen of back-ups: one sentence first, then the list; nothing of anybody's on it."""

import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.domain.access import Actor, Role
from lib.services import home, oversight
from lib.services.backups import doing, listing, making
from lib.services.backups.doing import State
from lib.services.backups.making import Order
from lib.services.clinic import Clinic
from tests.pages.components import blocks
from tests.pages.conftest import PATIENCE_SECONDS, OpenPage
from tests.records import TODAY
from tests.services.backups.conftest import flip

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _no_jobs_left() -> Iterator[None]:
    doing.dismiss()
    yield
    doing.dismiss()


def press(screen: AppTest, label: str) -> AppTest:
    next(one for one in screen.button if one.label == label).click()
    screen.run()
    assert not screen.exception
    return screen


def labels(screen: AppTest) -> list[str]:
    return [one.label for one in screen.button]


def until_done(screen: AppTest) -> AppTest:
    """Run the screen again until the job has ended; how it ended is said once."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while "Back up now" not in labels(screen):
        assert time.monotonic() < ends_at
        screen.run()
    return screen


def said(screen: AppTest) -> str:
    """Return what stands on the screen, without what keeps it from being read as Markdown."""
    shown = (*screen.markdown, *screen.caption, *screen.warning, *screen.error)
    return " ".join(one.value for one in shown).replace("\\", "").replace("\u2060", "")


def items(clinic: Clinic, actor: Actor) -> list[tuple[str, str]]:
    oversight.register_all()
    found = home.items(clinic, actor, TODAY)
    return [(one.title, one.detail) for one in found if one.title == "Back-up"]


def test_a_backup_is_made_checked_again_and_told(
    open_page: OpenPage, clinic: Clinic, administrator: Actor
) -> None:
    assert items(clinic, administrator) == [("Back-up", "There is no good one yet")]
    screen = open_page("backups", Role.ADMINISTRATOR)
    assert not screen.exception
    assert "There is no good back-up." in said(screen)
    assert "No back-up has been made yet" in said(screen)
    assert "Check it" not in labels(screen)
    until_done(press(screen, "Back up now"))
    (row,) = blocks(screen)[-1]["rows"]
    assert row[0]["note"] == "On demand"
    assert row[1]["word"] == "Checked"
    assert "It was restored into a scratch folder" in said(screen)
    assert items(clinic, administrator) == []
    until_done(press(screen, "Check it"))
    assert len(listing.rows_of(clinic)) == 1
    assert [one.value for one in press(screen, "Compare the two folders").success] == [
        "0 keys, the same in both."
    ]


def test_only_an_administrator_sees_backups(open_page: OpenPage) -> None:
    for role in (Role.STAFF, Role.COMPLIANCE, Role.OWNER):
        screen = open_page("backups", role)
        assert [one.value for one in screen.title] == ["Not permitted"]


def test_what_presses_is_said_with_what_to_do(
    open_page: OpenPage, clinic: Clinic, administrator: Actor
) -> None:
    now = doing.utc_now()
    old = making.make(clinic, administrator, Order(now - 40 * 24 * HOUR))
    last = making.make(clinic, administrator, Order(now - 30 * HOUR))
    assert items(clinic, administrator) == [
        ("Back-up", "None was made last night; the last good one was made 30 hours ago")
    ]
    former = clinic.home.parent / "clinic.before-restore-2026-11-22T10-00-00Z"
    former.mkdir()
    screen = open_page("backups", Role.ADMINISTRATOR)
    assert "30 hours ago. It has not been checked by restoring it." in said(screen)
    assert "1 back-up past the last day could not be removed" in said(screen)
    assert [one[1]["word"] for one in blocks(screen)[-1]["rows"]] == [
        "Made, not checked",
        "Past its day",
    ]
    flip(last.place / "home" / "clinic.duckdb")
    until_done(press(screen, "Check it"))
    assert "is not what was written" in said(screen)
    assert "The newest back-up failed." in said(screen)
    assert items(clinic, administrator)[0][1].startswith("The newest one failed; the last good")
    press(screen, "Remove it now")
    assert not former.exists()
    shutil.rmtree(old.place.parent)
    screen.run()
    assert "is not there. Plug its disk in" in said(screen)


def test_keys_that_differ_are_said(open_page: OpenPage, clinic: Clinic) -> None:
    key_id = clinic.media.keys.make()
    Path(clinic.media.keys.mirror / f"{key_id}.key").unlink()
    screen = press(open_page("backups", Role.ADMINISTRATOR), "Compare the two folders")
    assert "They differ: 1 are missing" in screen.error[0].value


def test_a_refusal_is_said_at_the_button(open_page: OpenPage, clinic: Clinic) -> None:
    screen = open_page("backups", Role.ADMINISTRATOR)
    with doing.turns.one_at_a_time():
        press(screen, "Back up now")
    assert "being made or checked already" in screen.error[0].value
    assert listing.rows_of(clinic) == []
    assert doing.current() is None or doing.current().state is not State.RUNNING
