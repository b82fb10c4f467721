"""The guided camera in a real browser: one press a picture, and what is said without a camera."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from lib.demo import accounts
from lib.services.clinic import open_clinic
from lib.settings import Settings
from tests.e2e import browser as chromium
from tests.e2e import server as servers
from tests.e2e.axe import grave_in_both
from tests.e2e.conftest import Complaints, sign_in, wait_until_drawn
from tests.e2e.server import Server
from tests.templates import copy_of

pytestmark = pytest.mark.browser

FAKE = "--use-fake-device-for-media-stream"
ALLOW = "--use-fake-ui-for-media-stream"
REFUSE = "--deny-permission-prompts"
# A state is a shape, whose name is a text too, and a word.
KEPT_NOW, TAKEN, MISSING = (re.compile(f"{word}$") for word in ("Kept", "Taken", "Missing"))
VIEWS = ["Front, at rest", "Front, frown", "Front, raised brows", "Front, smile"]
# Adults with a treatment with a toxin that is over, whose record is free to use: one a test.
TREATED = """
SELECT t.patient_id, t.treatment_id FROM treatment AS t
JOIN treatment_item AS i ON i.treatment_id = t.treatment_id
JOIN product AS p ON p.product_id = i.product_id AND p.product_group = 'toxin'
JOIN patient ON patient.patient_id = t.patient_id
WHERE t.superseded_at IS NULL AND t.series_id = t.treatment_id AND patient.deceased_on IS NULL
  AND patient.merged_into_id IS NULL AND t.treated_on < DATE '2026-06-01'
  AND t.patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
  AND (SELECT count(*) FROM treatment_item AS j WHERE j.treatment_id = t.treatment_id) = 1
  AND t.patient_id NOT IN (SELECT patient_id FROM media_item)
GROUP BY t.patient_id, t.treatment_id ORDER BY t.treatment_id
"""
KEPT = """
SELECT l.view, l.expression, l.stage, l.capture_source, l.is_guessed, i.format, i.width, i.height
FROM media_item AS i JOIN media_label AS l ON l.media_id = i.media_id AND l.superseded_at IS NULL
WHERE i.patient_id = ?
ORDER BY i.media_id
"""
# Keeps hold of what the page does with the camera, and changes nothing about it.
WATCH = """
window.streams = [];
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await real(wanted);
  window.streams.push(stream);
  return stream;
};
"""
# A camera of which film is small beside its stills, as those of telephones are. The first still
# fails, as they do while a lens is moving.
SMALL_FRAMES = """
const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (wanted) =>
  asked({ ...wanted, video: { width: 320, height: 240 } });
let count = 0;
ImageCapture.prototype.takePhoto = async ({ imageWidth, imageHeight }) => {
  count += 1;
  if (count === 1) throw new DOMException("busy", "UnknownError");
  const still = new OffscreenCanvas(imageWidth, imageHeight);
  still.getContext("2d").fillRect(0, 0, 9, 9);
  return still.convertToBlob({ type: "image/jpeg" });
};
"""
LIVE = "window.streams.flatMap((one) => one.getTracks()).filter((one) => one.readyState === 'live')"


@dataclass(frozen=True, slots=True)
class Scene:
    """A served clinic, and treatments of patients of whom there is no picture yet."""

    server: Server
    treated: Iterator[tuple[UUID, UUID]]

    def next(self) -> str:
        """Return the query of a treatment that no test has used."""
        patient_id, treatment_id = next(self.treated)
        return f"?id={patient_id}&treatment={treatment_id}"


@pytest.fixture(scope="module")
def chromium_browser() -> Iterator[Browser]:
    """Start a browser with a camera that shows a moving drawing."""
    path = chromium.find()
    if path is None:
        pytest.fail("no Chromium was found: run `make browser`")
    with sync_playwright() as playwright:
        arguments = [*chromium.ARGUMENTS, FAKE, ALLOW]
        launched = playwright.chromium.launch(executable_path=path, args=arguments)
        yield launched
        launched.close()


def treated_in(home: Path) -> list[tuple[UUID, UUID]]:
    clinic = open_clinic(Settings(home=home, threads=1))
    with clinic.store.reading() as cursor:
        found = cursor.execute(TREATED).fetchall()
    clinic.close()
    return list(dict(found).items())


@pytest.fixture(scope="module")
def scene(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Serve a copy of the synthetic clinic."""
    folder = tmp_path_factory.mktemp("capture")
    home = copy_of(demo_template, folder)
    treated = treated_in(home)
    running = servers.start(home, folder / "server.log")
    yield Scene(running, iter(treated))
    running.stop()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Give an empty tab that may use the camera and says what becomes of it."""
    context.grant_permissions(["camera"])
    opened = context.new_page()
    opened.add_init_script(WATCH)
    return opened


def open_camera(page: Page, scene: Scene, query: str, stage: str = "Before") -> None:
    sign_in(page, scene.server, accounts.STAFF.username, f"/capture{query}")
    ready(page, stage)


def ready(page: Page, stage: str) -> None:
    expect(take(page)).to_be_visible()
    page.get_by_role("button", name=stage, exact=True).click()
    expect(page.locator("video")).to_have_js_property("paused", value=False)


def take(page: Page) -> Locator:
    return page.get_by_role("button", name="Take the picture")


def now_wanted(page: Page, view: str) -> None:
    expect(page.get_by_role("heading", name=view, exact=True)).to_be_visible()


def row(page: Page, view: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("button", name=view))


@pytest.fixture
def own_scene(demo_template: Path, tmp_path: Path) -> Iterator[Scene]:
    """Serve a copy to one test, which stops the server to look into the store."""
    home = copy_of(demo_template, tmp_path)
    treated = treated_in(home)
    running = servers.start(home, tmp_path / "server.log")
    yield Scene(running, iter(treated))
    running.stop()


def kept_by(scene: Scene, patient_id: str) -> list[tuple[object, ...]]:
    """Stop the server; return what its store says of a patient's pictures, as they came in."""
    scene.server.stop()
    clinic = open_clinic(Settings(home=scene.server.home, threads=1))
    with clinic.store.reading() as cursor:
        kept = cursor.execute(KEPT, [patient_id]).fetchall()
    clinic.close()
    return kept


def test_one_press_a_picture_leads_through_the_protocol_and_nothing_is_guessed(
    page: Page, own_scene: Scene
) -> None:
    query = own_scene.next()
    open_camera(page, own_scene, query)
    size = page.locator("video").evaluate("(video) => [video.videoWidth, video.videoHeight]")
    take(page).focus()
    for key, view in zip(("Space", "Enter", "Space", "Enter"), VIEWS, strict=True):
        now_wanted(page, view)
        page.keyboard.press(key)
    expect(page.get_by_text("every view is taken")).to_be_visible()
    for view in VIEWS:
        expect(row(page, view).get_by_text(KEPT_NOW)).to_be_visible()
    # What the store says, and nothing that this page remembers.
    page.reload()
    ready(page, "Before")
    for view in VIEWS:
        expect(row(page, view).get_by_text(TAKEN)).to_be_visible()
    page.close()
    (patient_id,) = parse_qs(query.removeprefix("?"))["id"]
    kept = kept_by(own_scene, patient_id)
    # They are sent side by side.
    assert sorted(one[:5] for one in kept) == [
        ("front", expression, "before", "person", False)
        for expression in ("frown", "raised brows", "rest", "smile")
    ]
    assert [(str(one[5]).lower(), [one[6], one[7]]) for one in kept] == [("jpeg", size)] * 4


def test_a_picture_taken_again_at_once_was_never_sent(page: Page, scene: Scene) -> None:
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if "media-upload" in one.url else None)
    open_camera(page, scene, scene.next())
    take(page).click()
    now_wanted(page, VIEWS[1])
    row(page, VIEWS[0]).get_by_role("button", name="Take again").click()
    now_wanted(page, VIEWS[0])
    expect(row(page, VIEWS[0]).get_by_text(MISSING)).to_be_visible()
    assert sent == []


def test_the_earlier_picture_lies_over_what_the_camera_sees(page: Page, scene: Scene) -> None:
    query = scene.next()
    open_camera(page, scene, query)
    expect(page.get_by_text("There is no earlier picture of this view")).to_be_visible()
    take(page).click()
    expect(row(page, VIEWS[0]).get_by_text(KEPT_NOW)).to_be_visible()
    page.get_by_role("button", name="Review", exact=True).click()
    now_wanted(page, VIEWS[0])
    ghost = page.locator("img.ghost")
    expect(ghost).to_be_visible()
    expect(ghost).to_have_js_property("complete", value=True)
    assert ghost.evaluate("(image) => image.naturalWidth") > 0
    slider = page.get_by_role("slider", name=re.compile("Earlier picture"))
    slider.fill("70")
    expect(ghost).to_have_css("opacity", "0.7")
    slider.fill("0")
    expect(ghost).to_be_hidden()
    # The two are never mirrored: left stays left.
    expect(page.locator("video")).to_have_css("transform", "none")
    page.get_by_role("button", name="Thirds").click()
    expect(page.locator(".lines")).to_be_visible()


def test_the_camera_goes_off_and_the_last_picture_goes_in_when_the_screen_is_left(
    page: Page, scene: Scene
) -> None:
    query = scene.next()
    open_camera(page, scene, query)
    assert page.evaluate(f"{LIVE}.length") == 1
    take(page).click()
    with page.expect_response(re.compile("/media-upload/.*/batch/")) as answered:
        page.get_by_role("link", name="Back to the record").click()
    assert answered.value.json()["files"][0]["outcome"] == "in"
    expect(page.get_by_role("heading", name="Take photographs")).to_have_count(0)
    page.wait_for_function(f"{LIVE}.length === 0")
    page.goto(f"{scene.server.url}/capture{query}")
    ready(page, "Before")
    expect(row(page, VIEWS[0]).get_by_text(TAKEN)).to_be_visible()


def test_a_picture_that_did_not_arrive_is_sent_again(
    page: Page, scene: Scene, complaints: Complaints
) -> None:
    complaints.forgive("Failed to load resource")
    open_camera(page, scene, scene.next())
    page.route("**/media-upload/*", lambda route: route.abort())
    take(page).click()
    expect(row(page, VIEWS[0]).get_by_text("could not be reached")).to_be_visible()
    expect(row(page, VIEWS[0]).get_by_text(MISSING)).to_be_visible()
    page.unroute("**/media-upload/*")
    row(page, VIEWS[0]).get_by_role("button", name="Send again").click()
    expect(row(page, VIEWS[0]).get_by_text(KEPT_NOW)).to_be_visible()


def test_a_view_that_no_protocol_asks_for_is_taken_too(page: Page, scene: Scene) -> None:
    open_camera(page, scene, scene.next())
    page.get_by_text("Another view").click()
    page.get_by_role("combobox", name="View", exact=True).select_option("back")
    page.get_by_role("button", name="Add it to the list").click()
    now_wanted(page, "Back")
    take(page).click()
    expect(row(page, "Back").get_by_text(KEPT_NOW)).to_be_visible()


def test_who_wants_just_a_picture_takes_one_and_says_later_what_it_shows(
    page: Page, scene: Scene
) -> None:
    path = f"/add-photographs{scene.next()}"
    sign_in(page, scene.server, accounts.STAFF.username, path)
    page.get_by_role("button", name="Take a picture", exact=True).click()
    now_wanted(page, "Any view")
    expect(page.locator("img.ghost")).to_be_hidden()
    for count in ("Taken", "2 taken"):
        take(page).click()
        expect(row(page, "Any view").get_by_text(count).first).to_be_visible()
    expect(row(page, "Any view").get_by_text(KEPT_NOW)).to_be_visible()
    wait_until_drawn(page)
    assert grave_in_both(page) == {}
    page.get_by_role("button", name="Add pictures as files instead").click()
    came = page.get_by_role("region", name="What came in").locator("tbody tr")
    expect(came).to_have_count(2)
    expect(came.first.get_by_role("combobox", name=re.compile("View of"))).to_have_value("")


def test_the_still_of_a_camera_is_taken_where_it_has_more_than_a_frame(
    page: Page, own_scene: Scene
) -> None:
    query = own_scene.next()
    page.add_init_script(SMALL_FRAMES)
    open_camera(page, own_scene, query)
    assert page.locator("video").evaluate("(video) => video.videoWidth") == 320
    for view in VIEWS[:2]:
        now_wanted(page, view)
        take(page).click()
        expect(row(page, view).get_by_text(KEPT_NOW)).to_be_visible()
    page.close()
    (patient_id,) = parse_qs(query.removeprefix("?"))["id"]
    sizes = [one[-2:] for one in kept_by(own_scene, patient_id)]
    assert sizes == [(320, 240), (1920, 1080)]


def opened_with(browser: Browser, scene: Scene, *arguments: str) -> tuple[Browser, Page, str]:
    """Start another browser, and open the camera's screen in it."""
    path = chromium.find()
    launched = browser.browser_type.launch(
        executable_path=path, args=[*chromium.ARGUMENTS, *arguments]
    )
    page = launched.new_context(locale="en-GB", timezone_id="Europe/London").new_page()
    query = scene.next()
    sign_in(page, scene.server, accounts.STAFF.username, f"/capture{query}")
    return launched, page, query


def said_without(page: Page, title: str) -> dict[str, list[str]]:
    """Turn the camera on, read why it does not, and look at the screen in both schemes."""
    page.get_by_role("button", name="Turn the camera on").click()
    expect(page.get_by_role("alert").get_by_text(title)).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    wait_until_drawn(page)
    return grave_in_both(page)


def test_a_camera_that_is_refused_says_so_and_files_are_the_other_way(
    chromium_browser: Browser, scene: Scene
) -> None:
    launched, page, query = opened_with(chromium_browser, scene, FAKE, REFUSE)
    assert said_without(page, "The camera is not allowed here") == {}
    page.get_by_role("button", name="Add pictures as files instead").click()
    expect(page.get_by_role("heading", name="Add photographs")).to_be_visible()
    assert page.url == f"{scene.server.url}/add-photographs{query}"
    launched.close()


def test_a_device_without_a_camera_says_so(chromium_browser: Browser, scene: Scene) -> None:
    launched, page, _ = opened_with(chromium_browser, scene)
    assert said_without(page, "No camera was found") == {}
    launched.close()


def test_a_connection_that_is_not_secure_says_so(page: Page, scene: Scene) -> None:
    page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'mediaDevices', { value: undefined })"
    )
    sign_in(page, scene.server, accounts.STAFF.username, f"/capture{scene.next()}")
    expect(page.get_by_role("alert").get_by_text("This connection is not secure")).to_be_visible()
    expect(page.get_by_role("button", name="Add pictures as files instead")).to_be_visible()


def test_the_screen_has_no_grave_problem(page: Page, scene: Scene) -> None:
    open_camera(page, scene, scene.next())
    take(page).click()
    expect(row(page, VIEWS[0]).get_by_text(KEPT_NOW)).to_be_visible()
    wait_until_drawn(page)
    assert grave_in_both(page) == {}
