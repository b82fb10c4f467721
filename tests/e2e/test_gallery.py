"""In a real browser: the gallery by keyboard, looking closely, labels in bulk, lens, removal."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Locator, Page, expect

from lib.demo import accounts
from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings
from tests.e2e import server as servers
from tests.e2e.axe import grave_in_both, grave_problems
from tests.e2e.conftest import sign_in, wait_until_drawn
from tests.e2e.server import Server
from tests.e2e.test_treatments import pick
from tests.sealed_pictures import Files, add_key, add_picture
from tests.templates import copy_of

pytestmark = pytest.mark.browser
VIEWS = ("front", "left oblique", "right oblique", "left profile", "right profile")
LIGHTBOX = {"include": {"fromShadowDom": ['[data-testid="stBidiComponentIsolated"]', "dialog"]}}
OLDER = ("front", "back")
# Somebody alive, whose record may be used, who has no pictures yet and one of whom is enough.
FIND = """
SELECT p.patient_id, p.family_name FROM patient AS p
WHERE p.deceased_on IS NULL AND p.merged_into_id IS NULL AND length(p.family_name) > 4
  AND p.patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
  AND p.patient_id NOT IN (SELECT patient_id FROM media_item)
ORDER BY p.reference LIMIT 1
"""


FIND_VIDEO = """
SELECT i.patient_id, i.media_id FROM media_item AS i
JOIN media_rendition AS r ON r.media_id = i.media_id AND r.name = 'stream'
WHERE r.media_type IS NOT NULL AND i.removed_at IS NULL AND i.duration_ms > 2000
  AND i.patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
ORDER BY i.media_id LIMIT 1
"""
PLAYED = "video => video.currentTime > 0.2 && !video.error"
SEEK = """
video => new Promise((done) => {
    video.addEventListener("seeked", () => done(video.currentTime), { once: true });
    video.currentTime = 1.5;
})
"""


@dataclass(frozen=True, slots=True)
class Video:
    """A video of the synthetic clinic that can be played, and whose it is."""

    patient_id: UUID
    media_id: UUID


@dataclass(frozen=True, slots=True)
class Scene:
    """A served clinic, a patient of it with seven pictures on two days, and somebody's video."""

    server: Server
    patient_id: UUID
    family: str
    video: Video


def drawn(seed: int, width: int, height: int) -> bytes:
    """Return a face, more or less, as a WebP file."""
    picture = Image.new("RGB", (width, height), (150 + seed * 9 % 90, 160, 150))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((width * 0.2, height * 0.1, width * 0.8, height * 0.9), fill=(226, 190, 165))
    made = io.BytesIO()
    picture.save(made, "WEBP")
    return made.getvalue()


def add_pictures(clinic: Clinic, patient_id: UUID) -> None:
    key_id = add_key(clinic, patient_id)
    days = [(date(2026, 7, 14), view) for view in VIEWS] + [(date(2026, 1, 5), v) for v in OLDER]
    for number, (day, view) in enumerate(days):
        files = Files({"thumbnail": drawn(number, 240, 320), "preview": drawn(number, 1200, 1600)})
        add_picture(
            clinic,
            patient_id,
            key_id,
            files,
            width=3000,
            height=4000,
            captured_on=day,
            captured_at=datetime(day.year, day.month, day.day, 10, number),  # noqa: DTZ001 - UTC
            view=view,
            expression="rest",
            stage="before",
            is_guessed=True,
        )


@pytest.fixture(scope="module")
def scene(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Serve a copy of the synthetic clinic in which somebody has seven pictures more."""
    folder = tmp_path_factory.mktemp("gallery")
    home = copy_of(demo_template, folder)
    clinic = open_clinic(Settings(home=home, threads=1))
    with clinic.store.reading() as cursor:
        patient_id, family = cursor.execute(FIND).fetchall()[0]
        video = Video(*cursor.execute(FIND_VIDEO).fetchall()[0])
    add_pictures(clinic, patient_id)
    clinic.close()
    running = servers.start(home, folder / "server.log")
    yield Scene(running, patient_id, family, video)
    running.stop()


def open_gallery(page: Page, scene: Scene, query: str = "") -> None:
    path = f"/photographs?id={scene.patient_id}{query}"
    sign_in(page, scene.server, accounts.STAFF.username, path)
    expect(page.get_by_role("heading", name="Photographs", exact=True)).to_be_visible()
    wait_until_drawn(page)


def cells(page: Page) -> Locator:
    return page.get_by_role("gridcell")


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Selected pictures")


def lightbox(page: Page) -> Locator:
    return page.locator("dialog.lightbox")


def chosen(page: Page) -> Locator:
    return page.locator('[role="gridcell"][aria-selected="true"]')


def scale_of(page: Page) -> Locator:
    return lightbox(page).locator(".percent")


def test_the_gallery_is_gone_through_by_keyboard(page: Page, scene: Scene) -> None:
    open_gallery(page, scene)
    expect(cells(page)).to_have_count(len(VIEWS) + len(OLDER))
    expect(page.locator(".frame.loading")).to_have_count(0)
    cells(page).first.focus()
    page.keyboard.press("ArrowRight")
    expect(cells(page).nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(cells(page).last).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(cells(page).nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cells(page).last).to_be_focused()
    page.keyboard.press("Home")
    expect(cells(page).first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(chosen(page)).to_have_count(3)
    expect(bar(page).get_by_text("3 selected")).to_be_visible()
    page.keyboard.press("Control+a")
    expect(chosen(page)).to_have_count(len(VIEWS) + len(OLDER))
    page.keyboard.press("Escape")
    expect(bar(page)).to_be_hidden()
    expect(chosen(page)).to_have_count(0)


def test_every_picture_says_what_is_known_and_never_whose_it_is(page: Page, scene: Scene) -> None:
    open_gallery(page, scene)
    expect(cells(page)).to_have_count(len(VIEWS) + len(OLDER))
    names = [str(one.get_attribute("aria-label")) for one in cells(page).all()]
    alts = [str(one.get_attribute("alt")) for one in cells(page).locator("img").all()]
    assert names == alts
    guess = "view and stage are a guess"
    assert names[0] == f"Photograph, front, at rest, before, 14-Jul-2026, {guess}"
    assert [name for name in names if scene.family.lower() in name.lower()] == []
    assert scene.family.lower() not in page.url.lower()


def test_a_picture_is_looked_at_closely_and_the_focus_comes_back(page: Page, scene: Scene) -> None:
    open_gallery(page, scene)
    cells(page).first.focus()
    page.keyboard.press("Enter")
    box = lightbox(page)
    expect(box).to_be_visible()
    expect(box.get_by_text("1 of 7", exact=True)).to_be_visible()
    expect(box.get_by_role("group", name=re.compile("^Patient:"))).to_contain_text(
        scene.family.upper()
    )
    expect(box.locator("img.whole")).to_have_attribute("src", re.compile("/preview"))
    page.keyboard.press("+")
    expect(scale_of(page)).to_have_text("150 %")
    before = box.locator("img.whole").get_attribute("style") or ""
    page.keyboard.press("ArrowDown")
    expect(box.locator("img.whole")).not_to_have_attribute("style", before)
    page.keyboard.press("0")
    expect(scale_of(page)).to_have_text("100 %")
    page.keyboard.press("ArrowRight")
    expect(box.get_by_text("2 of 7", exact=True)).to_be_visible()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(12):
            page.keyboard.press(key)
            expect(box.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(cells(page).nth(1)).to_be_focused()


def test_the_wheel_and_a_double_click_zoom_and_a_drag_moves(page: Page, scene: Scene) -> None:
    open_gallery(page, scene)
    cells(page).first.click()
    box = lightbox(page)
    expect(box.locator("img.whole")).to_have_attribute("src", re.compile("/preview"))
    area = box.locator(".stage").bounding_box()
    assert area is not None
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    expect(box.locator(".percent")).not_to_have_text("100 %")
    before = box.locator("img.whole").get_attribute("style") or ""
    page.mouse.down()
    page.mouse.move(x + 60, y + 40)
    page.mouse.up()
    expect(box.locator("img.whole")).not_to_have_attribute("style", before)
    page.mouse.dblclick(x, y)
    expect(box.locator(".percent")).to_have_text("100 %")
    page.mouse.dblclick(x, y)
    expect(box.locator(".percent")).to_have_text("250 %")


def test_labels_are_corrected_for_several_at_once_and_taken_back(page: Page, scene: Scene) -> None:
    open_gallery(page, scene)
    cells(page).first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    bar(page).get_by_role("button", name="Correct labels").click()
    dialog = page.get_by_role("dialog", name="Correct labels")
    expect(dialog).to_contain_text("2 pictures selected")
    pick(page, "Stage", "Review")
    dialog.get_by_role("button", name="Save for 2 pictures").click()
    expect(page.get_by_text("2 pictures described anew.")).to_be_visible()
    reviewed = page.get_by_role("gridcell", name=re.compile("rest, review"))
    expect(reviewed).to_have_count(2)
    expect(bar(page)).to_be_hidden()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(reviewed).to_have_count(0)
    expect(page.get_by_role("gridcell", name=re.compile("before.*a guess"))).to_have_count(7)


def test_the_lens_hides_every_picture_and_survives_a_reload(page: Page, scene: Scene) -> None:
    open_gallery(page, scene)
    expect(cells(page)).to_have_count(7)
    page.get_by_text("Social media", exact=True).click()
    expect(page.get_by_text("Nothing may be shown for social media")).to_be_visible()
    expect(cells(page)).to_have_count(0)
    expect(page).to_have_url(re.compile("for=social"))
    page.reload()
    expect(page.get_by_text("Nothing may be shown for social media")).to_be_visible()
    expect(cells(page)).to_have_count(0)
    page.get_by_text("Record", exact=True).click()
    expect(cells(page)).to_have_count(7)


def test_a_choice_of_view_is_in_the_address(page: Page, scene: Scene) -> None:
    open_gallery(page, scene)
    pick(page, "View", "Front")
    expect(cells(page)).to_have_count(2)
    expect(page).to_have_url(re.compile("view=front"))
    page.reload()
    expect(cells(page)).to_have_count(2)
    page.get_by_role("button", name="Show all").click()
    expect(cells(page)).to_have_count(7)


def test_pictures_are_removed_with_a_reason_and_put_back(page: Page, scene: Scene) -> None:
    open_gallery(page, scene)
    cells(page).last.focus()
    page.keyboard.press("Space")
    bar(page).get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("dialog", name="Remove from the gallery")
    pick(page, "Why", "Taken twice")
    dialog.get_by_role("button", name="Remove 1 picture").click()
    expect(page.get_by_text("1 picture removed.")).to_be_visible()
    expect(cells(page)).to_have_count(6)
    page.get_by_role("button", name="More filters").click()
    page.get_by_text("Show what was removed").click()
    expect(cells(page)).to_have_count(1)
    page.keyboard.press("Escape")
    cells(page).first.focus()
    page.keyboard.press("Space")
    bar(page).get_by_role("button", name="Put back").click()
    expect(page.get_by_text("Nothing removed", exact=True)).to_be_visible()
    page.get_by_role("button", name="Show all").click()
    expect(cells(page)).to_have_count(7)


def test_a_contact_sheet_shows_what_was_selected(
    page: Page, context: BrowserContext, scene: Scene
) -> None:
    open_gallery(page, scene)
    cells(page).first.focus()
    page.keyboard.press("Control+a")
    bar(page).get_by_role("button", name="Contact sheet").click()
    dialog = page.get_by_role("dialog", name="Contact sheet")
    file = str(dialog.get_by_role("link", name="Open as PDF").get_attribute("href"))
    with context.expect_page() as opening:
        dialog.get_by_role("link", name="Open to print").click()
    sheet = opening.value
    expect(sheet.get_by_role("img")).to_have_count(7)
    sheet.wait_for_load_state("load")
    widths = sheet.get_by_role("img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert widths == [240] * 7
    assert grave_problems(sheet) == []
    answer = page.request.get(scene.server.url + file if file.startswith("/") else file)
    assert answer.body()[:5] == b"%PDF-"


def test_one_picture_has_everything_about_it_on_its_page(page: Page, scene: Scene) -> None:
    open_gallery(page, scene)
    cells(page).first.click()
    lightbox(page).get_by_role("button", name="Everything about this picture").click()
    expect(page.get_by_role("heading", name="Photograph", exact=True)).to_be_visible()
    wait_until_drawn(page)
    expect(page.get_by_role("group", name=re.compile("^Photograph, front"))).to_be_visible()
    expect(page.get_by_role("heading", name="What it may be used for")).to_be_visible()
    assert grave_in_both(page) == {}


def test_a_video_plays_and_seeks_in_its_place_among_the_pictures(page: Page, scene: Scene) -> None:
    path = f"/photographs?id={scene.video.patient_id}&kind=video"
    sign_in(page, scene.server, accounts.STAFF.username, path)
    cell = page.locator(f'[data-id="{scene.video.media_id}"]')
    expect(cell.locator(".length")).to_have_text(re.compile(r"\d:\d\d$"))
    cell.get_by_role("button", name=re.compile("^Play,")).click()
    video = cell.locator("video")
    expect(video).to_have_attribute("preload", "none")
    page.wait_for_function(PLAYED, arg=video.element_handle())
    assert abs(video.evaluate(SEEK) - 1.5) < 0.2
    cell.focus()
    page.keyboard.press("Enter")
    expect(lightbox(page).locator("video")).to_be_visible()
    expect(lightbox(page).get_by_role("group", name="Zoom")).to_be_hidden()


def test_the_screens_have_no_grave_problem(page: Page, scene: Scene) -> None:
    open_gallery(page, scene)
    found = {"gallery": grave_in_both(page)}
    cells(page).first.focus()
    page.keyboard.press("Space")
    found["selected"] = grave_in_both(page)
    page.keyboard.press("Enter")
    expect(lightbox(page)).to_be_visible()
    # What lies under it is nobody's to see or reach: only the box itself is looked at.
    found["lightbox"] = grave_in_both(page, LIGHTBOX)
    page.keyboard.press("Escape")
    bar(page).get_by_role("button", name="Correct labels").click()
    expect(page.get_by_role("dialog", name="Correct labels")).to_be_visible()
    found["labels"] = grave_in_both(page)
    page.goto(f"{scene.server.url}/photographs?id={scene.patient_id}&for=education")
    wait_until_drawn(page)
    found["lens"] = grave_in_both(page)
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_the_clinics_gallery_has_no_grave_problem(page: Page, scene: Scene) -> None:
    sign_in(page, scene.server, accounts.COMPLIANCE.username, "/clinic-photographs")
    expect(page.get_by_role("group", name=re.compile("^Patient:")).first).to_be_visible()
    wait_until_drawn(page)
    assert grave_in_both(page) == {}
