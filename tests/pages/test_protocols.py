"""The screen on which the clinic edits its protocols of views, without a browser."""

from typing import Any

from streamlit.testing.v1 import AppTest

from lib.domain.access import Role
from lib.services.clinic import Clinic
from lib.ui.media import protocols
from tests.pages.components import blocks
from tests.pages.conftest import OpenPage
from tests.pages.test_catalogue import choose, rows, titles
from tests.pages.test_history import press, problems, type_in

BACK = "SELECT view, expression FROM capture_protocol_view AS v JOIN capture_protocol AS p \
ON p.protocol_id = v.protocol_id WHERE p.name = 'Back' ORDER BY position"


def views(screen: AppTest) -> list[str]:
    found = [one for one in blocks(screen) if str(one["title"]).startswith("Views")]
    return [entry["title"] for entry in found[0]["entries"]]


def add(screen: AppTest, view: str, expression: str) -> None:
    choose(screen, "View", view)
    choose(screen, "Expression", expression)
    press(screen, "Add this view")


def test_the_protocols_are_listed_with_their_views(open_page: OpenPage) -> None:
    screen = open_page("protocols", Role.OWNER)
    assert titles(screen)[:3] == ["Filler", "Skin", "Wrinkle relaxing"]
    entry: dict[str, Any] = blocks(screen)[0]["entries"][1]
    assert entry["aside"] == "3 views"
    assert entry["lines"] == [
        "Every other treatment",
        "1. Front, at rest · 2. Left oblique, at rest · 3. Right oblique, at rest",
    ]


def test_a_protocol_is_added_view_by_view(open_page: OpenPage, running_clinic: Clinic) -> None:
    screen = open_page("protocols", Role.STAFF)
    press(screen, "Add this protocol")
    assert ["Give it a name" in one for one in problems(screen)] == [True]
    type_in(screen, "Name", "Back")
    press(screen, "Add this protocol")
    assert ["between 1 and 30 views" in one for one in problems(screen)] == [True]
    choose(screen, "Followed by treatments with", "device")
    add(screen, "back", "any")
    add(screen, "close-up", "rest")
    add(screen, "back", "any")
    assert views(screen) == ["Back", "Close-up, at rest"]
    press(screen, "Add this protocol")
    assert not screen.exception
    assert rows(running_clinic, BACK) == [("back", None), ("close-up", "rest")]
    assert "Back" in titles(screen)
    assert views(screen) == []


def test_views_change_places_and_are_taken_out() -> None:
    shots = ["a", "b", "c"]
    protocols.MOVES["down"](shots, 0)  # type: ignore[arg-type]
    assert shots == ["b", "a", "c"]
    protocols.MOVES["up"](shots, 2)  # type: ignore[arg-type]
    assert shots == ["b", "c", "a"]
    protocols.MOVES["out"](shots, 1)  # type: ignore[arg-type]
    assert shots == ["b", "a"]
