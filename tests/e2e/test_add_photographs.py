"""In a real browser: several files at once, one of them broken; corrected, and taken back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from lib.demo import accounts
from lib.services.clinic import open_clinic
from lib.settings import Settings
from tests.e2e import server as servers
from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import Complaints, sign_in, wait_until_drawn
from tests.e2e.server import Server
from tests.pictures import broken, jpeg
from tests.templates import copy_of

pytestmark = pytest.mark.browser
DATA = Path(__file__).parents[1] / "media" / "data"
FIND = """
SELECT t.patient_id, t.series_id FROM treatment AS t
JOIN patient AS p ON p.patient_id = t.patient_id
WHERE t.superseded_at IS NULL AND p.merged_into_id IS NULL AND p.deceased_on IS NULL
  AND t.patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
  AND t.patient_id NOT IN (SELECT patient_id FROM media_item)
ORDER BY t.treated_on DESC, t.treatment_id LIMIT 1 OFFSET {}
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """A served clinic, patients without pictures and a folder with files to bring in."""

    server: Server
    treated: tuple[tuple[str, str], ...]
    folder: Path

    def path(self, number: int) -> str:
        """Return the address of the screen for one of the patients and their treatment."""
        patient_id, series_id = self.treated[number]
        return f"/add-photographs?id={patient_id}&treatment={series_id}"


@pytest.fixture(scope="module")
def scene(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("adding")
    home = copy_of(demo_template, folder)
    clinic = open_clinic(Settings(home=home, threads=1))
    with clinic.store.reading() as cursor:
        rows = [cursor.execute(FIND.format(40 * number)).fetchone() for number in range(3)]
    clinic.close()
    running = servers.start(home, folder / "server.log")
    treated = tuple((str(row[0]), str(row[1])) for row in rows if row)
    yield Scene(running, treated, folder)
    running.stop()


def open_screen(page: Page, scene: Scene, number: int) -> None:
    sign_in(page, scene.server, accounts.STAFF.username, scene.path(number))
    expect(page.get_by_role("heading", name="Add photographs", exact=True)).to_be_visible()
    expect(page.get_by_label("Choose photographs or video")).to_be_attached()
    wait_until_drawn(page)


def choose(page: Page, scene: Scene, **contents: bytes) -> None:
    files = []
    for name, content in contents.items():
        file = scene.folder / name.replace("_", ".")
        file.write_bytes(content)
        files.append(file)
    page.get_by_label("Choose photographs or video").set_input_files(files)


def rows(page: Page) -> Locator:
    return page.get_by_role("region", name="What came in").locator("tbody tr")


def test_several_files_go_in_and_a_broken_one_says_why(
    page: Page, scene: Scene, complaints: Complaints
) -> None:
    # A refusal before the file was taken in is an answer of the server's, which browsers log.
    complaints.forgive("status of 422")
    open_screen(page, scene, 0)
    choose(
        page,
        scene,
        one_jpg=jpeg(1, "2026:11:20 10:00:00"),
        bad_jpg=broken(),
        two_jpg=jpeg(2, "2026:11:20 10:01:00"),
        notes_txt=b"nothing to see",
        film_mp4=(DATA / "video.mp4").read_bytes(),
    )
    expect(page.get_by_role("status").filter(has_text="3 went in, 2 refused.")).to_be_visible()
    expect(rows(page)).to_have_count(3)
    refused = page.get_by_role("list", name="Files being brought in").get_by_role("listitem")
    expect(refused).to_have_count(2)
    expect(refused.filter(has_text="bad.jpg")).to_contain_text("the file is damaged")
    expect(refused.filter(has_text="notes.txt")).to_contain_text("not a photograph or video")
    # The film says of itself that it is older.
    expect(rows(page).first).to_contain_text("film.mp4")
    expect(rows(page).nth(1)).to_contain_text("20-Nov-2026 10:00")
    expect(rows(page).nth(1)).to_contain_text("Date from the camera")
    pictures = rows(page).locator("img")
    for number in range(3):
        expect(pictures.nth(number)).to_have_js_property("complete", value=True)
        assert pictures.nth(number).evaluate("one => one.naturalWidth") > 0
    assert grave_in_both(page) == {}
    page.set_viewport_size({"width": 820, "height": 1180})
    wait_until_drawn(page)
    assert grave_in_both(page) == {}


def test_guesses_are_corrected_confirmed_and_the_batch_is_taken_back(
    page: Page, scene: Scene
) -> None:
    open_screen(page, scene, 1)
    choose(page, scene, three_jpg=jpeg(3), four_jpg=jpeg(4))
    expect(rows(page)).to_have_count(2)
    view = page.get_by_label("View of picture 1")
    view.select_option("back")
    expect(page.get_by_text("View changed.")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("View changed.")).to_have_count(0)
    expect(view).not_to_have_value("back")
    page.get_by_role("button", name="Confirm all 2").click()
    expect(page.get_by_text("Everything here is confirmed.")).to_be_visible()
    page.get_by_label("Select picture 1").check()
    page.get_by_role("button", name="Correct 1 selected").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("button", name="Change nothing").click()
    page.get_by_label("Select every picture").check()
    page.get_by_role("button", name="Remove 2 selected").click()
    expect(page.get_by_text("2 pictures removed.")).to_be_visible()
    expect(rows(page)).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(rows(page)).to_have_count(2)


def test_files_are_chosen_and_described_by_keyboard_alone(page: Page, scene: Scene) -> None:
    open_screen(page, scene, 2)
    box = page.get_by_label("Choose photographs or video")
    with page.expect_file_chooser() as chosen:
        box.press("Enter")
    file = scene.folder / "keys.jpg"
    file.write_bytes(jpeg(7))
    chosen.value.set_files([file])
    expect(rows(page)).to_have_count(1)
    stage = page.get_by_label("Stage of picture 1")
    stage.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("Stage changed.")).to_be_visible()
    expect(page.get_by_label("Stage of picture 1")).to_be_focused()


def test_files_are_dropped_and_the_same_one_is_known_again(page: Page, scene: Scene) -> None:
    open_screen(page, scene, 2)
    handle = page.evaluate_handle(
        """([bytes]) => {
            const held = new DataTransfer();
            held.items.add(new File([new Uint8Array(bytes)], "again.jpg", { type: "image/jpeg" }));
            return held;
        }""",
        [list(jpeg(7))],
    )
    page.locator(".zone").dispatch_event("drop", {"dataTransfer": handle})
    expect(page.get_by_text(re.compile("^This is in the record already"))).to_be_visible()


def test_a_cancelled_upload_can_be_tried_again_and_a_lost_one_too(
    page: Page, scene: Scene, complaints: Complaints
) -> None:
    complaints.forgive("ERR_FAILED", "ERR_INTERNET_DISCONNECTED")
    open_screen(page, scene, 0)
    page.route("**/media-upload/**", lambda route: route.abort())
    choose(page, scene, lost_jpg=jpeg(9))
    expect(page.get_by_text("The connection was lost. Try again.")).to_be_visible()
    page.unroute("**/media-upload/**")
    page.get_by_role("button", name="Try again: lost.jpg").click()
    expect(page.get_by_role("status").filter(has_text="1 went in.")).to_be_visible()


def test_the_sheet_of_a_treatment_leads_here(page: Page, scene: Scene) -> None:
    patient_id, series_id = scene.treated[0]
    path = f"/treatment?id={patient_id}&treatment={series_id}"
    sign_in(page, scene.server, accounts.STAFF.username, path)
    page.get_by_role("button", name="Add photographs").click()
    expect(page.get_by_role("heading", name="Add photographs", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(f"treatment={series_id}"))
