"""In a real browser: comparing photographs, aligning them by two points, and exporting them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from PIL import Image
from playwright.sync_api import Download, Locator, Page, expect

from lib.demo import accounts
from lib.domain.alignment import Point
from lib.domain.media import Expression, Stage, View
from lib.media.before_after import GAP
from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings
from lib.ui.components.sources import source
from tests.drawn_pairs import BLUE, LEVEL, RED, TURNED, as_jpeg, disc, picture, segments
from tests.e2e import server as servers
from tests.e2e.axe import SCHEMES, grave_in_both, grave_problems
from tests.e2e.conftest import sign_in, wait_until_drawn
from tests.e2e.server import Server
from tests.records import NOW, add_patient, write
from tests.sealed_pictures import Files, add_key, add_picture
from tests.templates import copy_of
from tests.vector_files import Row, rows

pytestmark = pytest.mark.browser
MARCH = date(2026, 3, 2)
TALL, WIDE = (900, 1200), (1200, 900)
# Apart enough to be clicked, and too close to be used.
CLOSE = (Point(0.5, 0.5), Point(0.535, 0.5))
DAYS = (0, 14, 42)


@dataclass(frozen=True, slots=True)
class Scene:
    """A served clinic, and patients with three photographs of one view each, by test."""

    server: Server
    patients: dict[str, tuple[UUID, list[UUID]]]


def add_course(clinic: Clinic) -> tuple[UUID, list[UUID]]:
    """Add a patient who was treated once, with a picture before it and two reviews."""
    patient_id = add_patient(clinic)
    series_id = uuid7s.uuid7()
    write(
        clinic,
        "treatment",
        treatment_id=series_id,
        series_id=series_id,
        version=1,
        patient_id=patient_id,
        name="Wrinkle relaxing",
        treated_on=MARCH,
        recorded_at=NOW,
    )
    key_id = add_key(clinic, patient_id)
    drawn = ((TALL, LEVEL, 150), (WIDE, TURNED, 110), (TALL, LEVEL, 150))
    stages = (Stage.BEFORE, Stage.REVIEW, Stage.REVIEW)
    added = []
    for (size, marks, grey), stage, day in zip(drawn, stages, DAYS, strict=True):
        content = as_jpeg(picture(size, marks, grey))
        media_id = add_picture(
            clinic,
            patient_id,
            key_id,
            Files({"preview": content, "thumbnail": content}),
            view=View.FRONT,
            expression=Expression.REST,
            stage=stage,
            treatment_series_id=series_id,
            captured_on=MARCH + timedelta(days=day),
            width=size[0] * 3,
            height=size[1] * 3,
        )
        added.append(media_id)
    return patient_id, added


@pytest.fixture(scope="module")
def scene(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Serve a copy of the synthetic clinic with a few more patients, one for each test."""
    folder = tmp_path_factory.mktemp("compare")
    home = copy_of(demo_template, folder)
    clinic = open_clinic(Settings(home=home, threads=1))
    names = ("look", "mouse", "keys", "course", "screens")
    patients = {name: add_course(clinic) for name in names}
    clinic.close()
    running = servers.start(home, folder / "server.log")
    yield Scene(running, patients)
    running.stop()


def open_pair(page: Page, scene: Scene, name: str, *, others: str = "") -> tuple[UUID, list[UUID]]:
    """Open the picture before the treatment beside the first review."""
    patient_id, pictures = scene.patients[name]
    path = f"/compare?id={patient_id}&first={pictures[0]}&second={pictures[1]}{others}"
    sign_in(page, scene.server, accounts.MANAGER.username, path)
    wait_until_compared(page)
    return patient_id, pictures


def wait_until_compared(page: Page) -> None:
    expect(page.get_by_role("button", name="Side by side")).to_be_visible()
    wait_until_drawn(page)
    page.wait_for_function(
        """() => {
            const roots = [...document.querySelectorAll('*')].map((one) => one.shadowRoot);
            const inside = (root) => [...root.querySelectorAll('.frame img')];
            const images = roots.filter(Boolean).flatMap(inside);
            return images.length > 0 && images.every((one) => one.complete && one.naturalWidth > 0);
        }"""
    )


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def frames(page: Page) -> Locator:
    return page.locator(".frame")


def set_point(page: Page, side: int, mark: Point) -> None:
    """Click a place of a picture that lies as it was taken."""
    box = page.locator(".frame img").nth(side).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * mark.x, box["y"] + box["height"] * mark.y)


def set_points(page: Page, first: tuple[Point, Point], second: tuple[Point, Point]) -> None:
    for place in range(2):
        set_point(page, 0, first[place])
        set_point(page, 1, second[place])
    expect(page.get_by_text("4 of 4")).to_be_visible()


def exported(page: Page) -> Download:
    button(page, "Export before and after").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Make the image").click()
    with page.expect_download() as waiting:
        dialog.get_by_role("link", name="Download the image (JPEG)").click()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    return waiting.value


def check_coinciding(download: Download) -> None:
    """See that both discs lie at the same place in both halves of what was fetched."""
    assert download.suggested_filename == "before-and-after.jpg"
    content = download.path().read_bytes()
    assert set(segments(content)) <= {0xE0, 0xDB, 0xC0, 0xC4}
    assert [word for word in (b"Exif", b"ICC_PROFILE", b"http", b"2026") if word in content] == []
    with Image.open(download.path()) as whole:
        width = (whole.width - GAP) // 2
        halves = [whole.crop((at, 0, at + width, whole.height)) for at in (0, width + GAP)]
    for colour in (RED, BLUE):
        one, other = (disc(half, colour) for half in halves)
        # Points are set to a pixel of the screen, which is two or three of the picture.
        assert other == pytest.approx(one, abs=5)


def test_pictures_are_looked_at_in_three_ways(page: Page, scene: Scene) -> None:
    open_pair(page, scene, "look")
    expect(frames(page)).to_have_count(2)
    expect(page.get_by_text("02-Mar-2026 Before")).to_be_visible()
    button(page, "Slider").click()
    divider = page.get_by_role("slider", name="Divider between the two pictures")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    divider.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "52")
    divider.press("Home")
    expect(divider).to_have_attribute("aria-valuenow", "0")
    drag_divider(page, divider, 0.75)
    expect(divider).to_have_attribute("aria-valuenow", "75")
    button(page, "Overlay").click()
    opacity = page.get_by_role("slider", name="How much of the second is seen")
    opacity.press("ArrowRight")
    expect(page.locator(".layer").nth(1)).to_have_css("opacity", "0.55")
    zoom_together(page)


def drag_divider(page: Page, divider: Locator, to: float) -> None:
    box, whole = divider.bounding_box(), frames(page).bounding_box()
    assert box is not None
    assert whole is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.mouse.down()
    page.mouse.move(whole["x"] + whole["width"] * to, box["y"] + 60, steps=4)
    page.mouse.up()


def zoom_together(page: Page) -> None:
    button(page, "Side by side").click()
    both = page.locator(".frame img")
    before = [both.nth(at).evaluate("(one) => one.style.transform") for at in range(2)]
    frames(page).nth(1).press("+")
    frames(page).nth(1).press("ArrowRight")
    for at in range(2):
        expect(both.nth(at)).not_to_have_attribute("style", re.compile(re.escape(before[at])))
    frames(page).nth(0).press("0")
    for at in range(2):
        expect(both.nth(at)).to_have_attribute("style", re.compile(re.escape(before[at])))


def zoom_of(page: Page, at: int) -> float:
    """Return how large a picture is drawn."""
    script = "(one) => new DOMMatrix(getComputedStyle(one).transform).a"
    return float(page.locator(".frame img").nth(at).evaluate(script))


def test_wheel_and_pinch_zoom_both_pictures_together(page: Page, scene: Scene) -> None:
    open_pair(page, scene, "look")
    start = [zoom_of(page, at) for at in range(2)]
    box = frames(page).nth(0).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    expect(button(page, "Zoom out")).to_be_enabled()
    wheeled = [zoom_of(page, at) for at in range(2)]
    assert wheeled[0] / start[0] == pytest.approx(wheeled[1] / start[1])
    assert wheeled[0] > 1.5 * start[0]
    button(page, "Fit").click()
    assert zoom_of(page, 0) == pytest.approx(start[0])
    pinch(page, (x, y), 30, 120)
    pinched = [zoom_of(page, at) for at in range(2)]
    assert [now / was for now, was in zip(pinched, start, strict=True)] == pytest.approx(
        [4, 4], rel=0.05
    )


def pinch(page: Page, middle: tuple[float, float], start: float, end: float) -> None:
    """Move two fingers apart, from so many pixels beside the middle to so many."""
    touch = page.context.new_cdp_session(page)
    steps = [start + (end - start) * step / 6 for step in range(7)]
    for kind, apart in [("touchStart", steps[0]), *(("touchMove", step) for step in steps[1:])]:
        fingers = [
            {"x": middle[0] + side * apart, "y": middle[1], "id": number}
            for number, side in enumerate((-1, 1))
        ]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(button(page, "Zoom out")).to_be_enabled()


def test_a_pair_aligned_by_mouse_survives_a_reload_and_is_exported(
    page: Page, scene: Scene
) -> None:
    open_pair(page, scene, "mouse")
    button(page, "Align by two points").click()
    set_points(page, LEVEL, CLOSE)
    button(page, "Use these points").click()
    expect(page.get_by_role("alert")).to_contain_text("too close together")
    button(page, "Start again").click()
    set_points(page, LEVEL, TURNED)
    button(page, "Use these points").click()
    expect(button(page, "Aligned")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("The pictures are aligned")).to_be_visible()
    page.reload()
    wait_until_compared(page)
    expect(button(page, "Aligned")).to_have_attribute("aria-pressed", "true")
    check_coinciding(exported(page))
    button(page, "Swap").click()
    expect(page.locator(".caption").first).to_contain_text("16-Mar-2026")
    expect(button(page, "Aligned")).to_be_visible()
    check_coinciding(exported(page))
    button(page, "Match brightness").click()
    expect(page.locator(".adjusted").nth(1)).to_be_visible()
    expect(page.locator(".adjusted").nth(0)).to_be_hidden()
    button(page, "Clear").click()
    expect(button(page, "Align by two points")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(button(page, "Aligned")).to_be_visible()


def test_a_pair_is_aligned_with_the_keyboard_alone(page: Page, scene: Scene) -> None:
    open_pair(page, scene, "keys")
    button(page, "Align by two points").press("Enter")
    expect(frames(page).nth(0)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    expect(page.get_by_text("49.0 % across, 49.8 % down")).to_be_attached()
    page.keyboard.press("Enter")
    # The cross of the other picture begins where this one's was set.
    expect(frames(page).nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(frames(page).nth(0)).to_be_focused()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    use = button(page, "Use these points")
    expect(use).to_be_focused()
    pin = page.get_by_role("button", name=re.compile("^Point 2 on the second picture"))
    pin.press("ArrowDown")
    use.press("Enter")
    expect(button(page, "Aligned")).to_have_attribute("aria-pressed", "true")
    button(page, "New points").press("Enter")
    page.keyboard.press("Escape")
    expect(button(page, "New points")).to_be_focused()


def test_the_course_is_gone_through_and_picked_from_by_keyboard(page: Page, scene: Scene) -> None:
    _, pictures = open_pair(page, scene, "course")
    course = page.get_by_role("list", name=re.compile("^The course"))
    expect(course.get_by_role("listitem")).to_have_count(4)
    expect(course.get_by_role("listitem").nth(1)).to_contain_text("Wrinkle relaxing")
    first = course.get_by_role("button", name=re.compile("chosen as first"))
    first.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    last = course.get_by_role("button", name=re.compile("13-Apr-2026"))
    expect(last).to_be_focused()
    page.keyboard.press("Enter")
    expect(
        course.get_by_role("button", name=re.compile("13-Apr-2026, chosen as second"))
    ).to_be_focused()
    assert f"second={pictures[2]}" in page.url
    button(page, "Add a picture").click()
    course.get_by_role("button", name=re.compile("16-Mar-2026")).click()
    expect(frames(page)).to_have_count(3)
    button(page, "With 3").click()
    button(page, "Align by two points").click()
    expect(page.locator(".caption").nth(1)).to_contain_text("16-Mar-2026")
    set_points(page, LEVEL, TURNED)
    button(page, "Use these points").click()
    expect(frames(page)).to_have_count(3)
    expect(page.locator(".caption").nth(2)).to_contain_text("Aligned")
    expect(page.locator(".caption").nth(1)).not_to_contain_text("Aligned")
    button(page, "Overlay").click()
    expect(page.locator(".caption").nth(1)).to_contain_text("16-Mar-2026")
    button(page, "Take the third away").click()
    expect(page.locator(".caption").nth(1)).to_contain_text("13-Apr-2026")


def test_what_the_patient_did_not_agree_to_is_refused(page: Page, scene: Scene) -> None:
    open_pair(page, scene, "screens")
    button(page, "Export before and after").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Social media").click()
    dialog.get_by_role("button", name="Make the image").click()
    expect(dialog.get_by_text("The patient has not been asked")).to_be_visible()
    expect(dialog.get_by_role("link", name=re.compile("Download"))).to_have_count(0)


def test_the_screen_has_no_grave_problem_in_any_of_its_ways(page: Page, scene: Scene) -> None:
    open_pair(page, scene, "screens")
    found = {"side by side": grave_in_both(page)}
    for way in ("Slider", "Overlay"):
        button(page, way).click()
        found[way] = grave_in_both(page)
    button(page, "Align by two points").click()
    set_point(page, 0, LEVEL[0])
    found["points"] = grave_in_both(page)
    button(page, "Cancel").click()
    button(page, "Export before and after").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found[f"export, {scheme}"] = {"": grave_problems(page)} if grave_problems(page) else {}
    assert {way: problems for way, problems in found.items() if problems} == {}


@pytest.mark.parametrize("vector", rows("alignment.json"))
def test_the_browser_aligns_by_the_same_figures(page: Page, vector: Row) -> None:
    script = source("alignment.js")
    call = "similarity(vector.alignment, vector.first, vector.second)"
    found = page.evaluate(f"(vector) => {{ {script}; return {call}; }}", vector)
    assert found == pytest.approx(vector["similarity"])
    back = page.evaluate(f"(map) => {{ {script}; return after(map, inverse(map)); }}", found)
    assert back == pytest.approx({"a": 1, "b": 0, "dx": 0, "dy": 0}, abs=1e-9)
