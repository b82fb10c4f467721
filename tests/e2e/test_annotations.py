"""Marks and notes over a picture in a browser: by mouse, by keyboard, by two people at once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, expect

from lib.demo import accounts
from lib.services.clinic import open_clinic
from lib.services.media import annotations, ingest, uploads
from lib.services.media.ingest import Wanted
from lib.services.media.uploads import Announced
from lib.settings import Settings
from tests.e2e import server as servers
from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import Cast, Complaints, sign_in, wait_until_drawn
from tests.e2e.server import Server
from tests.records import NOW
from tests.templates import copy_of

pytestmark = pytest.mark.browser

PICTURES = 9


@dataclass(frozen=True, slots=True)
class Scene:
    """A served clinic, and pictures of one patient, each for one test."""

    server: Server
    patient_id: UUID
    pictures: Iterator[UUID]

    def next(self) -> str:
        """Return the query of a picture that no test has used."""
        return f"?id={self.patient_id}&media={next(self.pictures)}"


def drawn(number: int) -> bytes:
    """Return a picture as a camera would give it; each is another."""
    picture = Image.new("RGB", (1200, 900), (205, 190, 180))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((350, 80, 850, 820), fill=(228, 190, 165), outline=(150, 110, 90), width=6)
    pen.line((400, 200 + 20 * number, 800, 200 + 20 * number), fill=(90, 60, 40), width=10)
    held = BytesIO()
    picture.save(held, "JPEG", quality=90)
    return held.getvalue()


def bring_in(home: Path, patient_id: UUID) -> list[UUID]:
    clinic, actor = open_clinic(Settings(home=home, threads=1)), accounts.STAFF.actor()
    keys = []
    for number in range(PICTURES):
        content = drawn(number)
        arriving = uploads.begin(clinic, actor, Announced(patient_id, len(content)), now=NOW)
        arriving.take(content)
        keys.append(arriving.finish(now=NOW).upload_id)
    wanted = Wanted(uuid7s.uuid7(), patient_id, tuple(keys))
    entries = ingest.take_in(clinic, actor, wanted, now=NOW)
    clinic.close()
    return [one.media_id for one in entries]


@pytest.fixture(scope="module")
def scene(
    demo_template: Path, cast: Cast, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """Serve a copy of the synthetic clinic with pictures of one patient."""
    folder = tmp_path_factory.mktemp("annotations")
    home = copy_of(demo_template, folder)
    patient_id = UUID(cast.plain.patient_id)
    pictures = bring_in(home, patient_id)
    running = servers.start(home, folder / "server.log")
    yield Scene(running, patient_id, iter(pictures))
    running.stop()


def open_notes(
    page: Page, scene: Scene, query: str, username: str = accounts.STAFF.username
) -> None:
    sign_in(page, scene.server, username, f"/photograph{query}")
    again(page)


def again(page: Page) -> None:
    page.get_by_text("Marks and notes", exact=False).first.click()
    expect(page.get_by_role("heading", name="Marks and notes")).to_be_visible()
    wait_until_drawn(page)


def begin(page: Page) -> None:
    page.get_by_role("button", name="Add marks or a note").click()
    expect(page.get_by_role("heading", name="A new annotation")).to_be_visible()


def tool(page: Page, name: str) -> None:
    page.get_by_role("group", name="What is drawn", exact=True).get_by_role(
        "button", name=name, exact=True
    ).click()


def drag(page: Page, *places: tuple[float, float]) -> None:
    """Draw from place to place, in fractions of the picture."""
    board = page.locator(".board")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    assert box is not None
    points = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=3)
    page.mouse.up()


def marks(page: Page) -> Locator:
    return page.locator(".layer .ink:not(.faint)")


def pin(page: Page, number: int) -> Locator:
    return page.get_by_role("button", name=re.compile(rf"^{number}\. "))


def save(page: Page, label: str = "Save this annotation") -> None:
    page.get_by_role("button", name=label).click()
    expect(page.locator(".told").get_by_text("The annotation is saved.")).to_be_visible()


def test_what_is_drawn_by_mouse_is_there_after_a_reload(page: Page, scene: Scene) -> None:
    open_notes(page, scene, scene.next())
    begin(page)
    drag(page, (0.2, 0.3), (0.4, 0.4))
    tool(page, "Ellipse")
    page.get_by_role("button", name=re.compile("^Sky")).click()
    drag(page, (0.5, 0.3), (0.7, 0.6))
    tool(page, "Draw")
    drag(page, (0.3, 0.7), (0.4, 0.8), (0.5, 0.7), (0.6, 0.8))
    tool(page, "Text")
    drag(page, (0.5, 0.15))
    page.keyboard.type("Ask about the swelling")
    page.get_by_label("Note (optional)").fill("Yellow at the edge")
    save(page)
    page.reload()
    again(page)
    # The words of a mark stand beside it, and its number in the list.
    expect(marks(page)).to_have_count(4)
    expect(page.locator(".pin")).to_have_text(["1", "2", "3", "4"])
    expect(page.get_by_text("Yellow at the edge")).to_be_visible()
    expect(page.get_by_text("Ask about the swelling").first).to_be_visible()
    page.get_by_role("button", name="Hide all marks").click()
    expect(marks(page)).to_have_count(0)
    page.get_by_role("button", name="Show all marks").click()
    expect(marks(page)).to_have_count(4)


def test_a_mark_is_placed_moved_and_deleted_by_keyboard_alone(page: Page, scene: Scene) -> None:
    open_notes(page, scene, scene.next())
    page.get_by_role("button", name="Add marks or a note").focus()
    page.keyboard.press("Enter")
    # The first tool has the focus; the button that places a mark comes after the inks.
    place = page.get_by_role("button", name="Place in the middle")
    place.focus()
    page.keyboard.press("Enter")
    expect(pin(page, 1)).to_be_focused()
    before = pin(page, 1).evaluate("(one) => one.style.left")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(pin(page, 1)).to_be_focused()
    assert (before, pin(page, 1).evaluate("(one) => one.style.left")) == ("40%", "42%")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    place.focus()
    page.keyboard.press("Enter")
    expect(pin(page, 2)).to_be_focused()
    page.keyboard.press("Delete")
    expect(pin(page, 2)).to_have_count(0)
    expect(pin(page, 1)).to_be_focused()
    page.get_by_role("button", name="Save this annotation").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Add marks or a note")).to_be_focused()
    expect(page.locator(".pin")).to_have_count(1)


def test_undo_and_redo_go_step_by_step(page: Page, scene: Scene) -> None:
    open_notes(page, scene, scene.next())
    begin(page)
    drag(page, (0.2, 0.2), (0.4, 0.4))
    drag(page, (0.6, 0.2), (0.8, 0.4))
    undo, redo = (page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo"))
    undo.click()
    expect(marks(page)).to_have_count(1)
    undo.click()
    expect(marks(page)).to_have_count(0)
    expect(undo).to_be_disabled()
    redo.click()
    redo.click()
    expect(marks(page)).to_have_count(2)
    expect(redo).to_be_disabled()
    tool(page, "Select")
    drag(page, (0.2, 0.2), (0.3, 0.3))
    assert pin(page, 1).evaluate("(one) => one.style.left").startswith("30")


def test_a_click_is_no_mark_and_words_without_a_word_are_not_saved(
    page: Page, scene: Scene
) -> None:
    open_notes(page, scene, scene.next())
    begin(page)
    drag(page, (0.2, 0.2))
    expect(marks(page)).to_have_count(0)
    page.get_by_role("button", name="Save this annotation").click()
    expect(page.get_by_role("alert").filter(has_text="Draw at least one mark")).to_be_visible()
    tool(page, "Text")
    drag(page, (0.5, 0.5))
    page.get_by_role("button", name="Save this annotation").click()
    expect(page.get_by_role("alert").filter(has_text="Write the words of mark 1")).to_be_visible()


def test_a_version_is_compared_brought_back_removed_and_put_back(page: Page, scene: Scene) -> None:
    open_notes(page, scene, scene.next())
    begin(page)
    drag(page, (0.2, 0.2), (0.4, 0.4))
    save(page)
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_role("button", name="Delete mark 1").click()
    page.get_by_label("Note (optional)").fill("Nothing to see any more")
    save(page, "Save as a new version")
    expect(page.locator(".pin")).to_have_count(0)
    page.get_by_text("Earlier versions (1)").click()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".pin")).to_have_text(["1·1"])
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator(".told").get_by_text("It is back.")).to_be_visible()
    expect(page.locator(".pin")).to_have_text(["1"])
    expect(page.get_by_text("Earlier versions (2)")).to_be_visible()
    page.get_by_role("button", name="Remove", exact=True).last.click()
    expect(page.locator(".told").get_by_text("The annotation is removed.")).to_be_visible()
    expect(page.locator(".pin")).to_have_count(0)
    page.get_by_text("Removed annotations (1)").click()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".pin")).to_have_count(1)


def test_what_was_being_drawn_is_there_when_the_screen_is_left_and_opened_again(
    page: Page, scene: Scene
) -> None:
    open_notes(page, scene, scene.next())
    begin(page)
    drag(page, (0.2, 0.2), (0.4, 0.4))
    page.get_by_text("Look closely").click()
    expect(page.locator(".board")).to_have_count(0)
    page.get_by_text("Marks and notes").first.click()
    expect(page.get_by_role("heading", name="A new annotation")).to_be_visible()
    expect(pin(page, 1)).to_be_visible()
    save(page)
    expect(page.locator(".pin")).to_have_count(1)


def test_two_who_change_the_same_annotation_lose_nothing(
    chromium_browser: Browser, page: Page, scene: Scene, complaints: Complaints
) -> None:
    query = scene.next()
    open_notes(page, scene, query)
    begin(page)
    drag(page, (0.2, 0.2), (0.4, 0.4))
    save(page)
    other = chromium_browser.new_context(locale="en-GB", timezone_id="Europe/London")
    colleague = other.new_page()
    complaints.watch(colleague)
    open_notes(colleague, scene, query, accounts.MANAGER.username)
    for who, note in ((page, "Mine"), (colleague, "Theirs")):
        who.get_by_role("button", name="Change", exact=True).click()
        who.get_by_label("Note (optional)").fill(note)
    save(colleague, "Save as a new version")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_role("alert").filter(has_text="changed this annotation")).to_be_visible()
    expect(page.get_by_label("Note (optional)")).to_have_value("Mine")
    save(page, "Save as a new annotation")
    for note in ("Mine", "Theirs"):
        expect(page.locator(".card > .note", has_text=note)).to_be_visible()
    other.close()


def test_the_picture_itself_is_never_touched(
    page: Page, demo_template: Path, cast: Cast, tmp_path: Path
) -> None:
    home = copy_of(demo_template, tmp_path)
    patient_id = UUID(cast.plain.patient_id)
    media_id = bring_in(home, patient_id)[0]
    before = files_of(home, media_id)
    running = servers.start(home, tmp_path / "server.log")
    scene = Scene(running, patient_id, iter([media_id]))
    try:
        open_notes(page, scene, scene.next())
        begin(page)
        drag(page, (0.2, 0.2), (0.4, 0.4))
        save(page)
        page.close()
    finally:
        running.stop()
    assert files_of(home, media_id) == before
    clinic = open_clinic(Settings(home=home, threads=1))
    (found,) = annotations.list_series(clinic, accounts.STAFF.actor(), patient_id, media_id)
    clinic.close()
    assert [one.shape.value for one in found.current.marks] == ["arrow"]


def files_of(home: Path, media_id: UUID) -> dict[str, bytes]:
    found = (home / "media").rglob(f"{media_id}.*")
    return {one.name: one.read_bytes() for one in found}


def test_compliance_looks_and_draws_nothing_and_no_state_has_a_grave_problem(
    page: Page, scene: Scene
) -> None:
    query = scene.next()
    open_notes(page, scene, query)
    begin(page)
    drag(page, (0.2, 0.2), (0.4, 0.4))
    drag(page, (0.6, 0.2), (0.8, 0.4))
    assert grave_in_both(page) == {}
    save(page)
    assert grave_in_both(page) == {}
    page.get_by_role("button", name="Sign out", exact=True).click()
    open_notes(page, scene, query, accounts.COMPLIANCE.username)
    expect(page.locator(".pin")).to_have_count(2)
    expect(page.get_by_role("button", name="Add marks or a note")).to_have_count(0)
    expect(page.get_by_role("button", name="Change", exact=True)).to_have_count(0)
