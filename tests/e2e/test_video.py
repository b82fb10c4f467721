"""A video that was really brought in plays and seeks in its patient's gallery, by byte ranges."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from playwright.sync_api import BrowserContext, Page, Response, expect

from lib.demo import accounts
from lib.domain.media import Purpose, Rendition
from lib.media.files import ORIGINAL
from lib.services.clinic import open_clinic
from lib.services.media import intake, originals, sealing_keys, serving, streams
from lib.services.media.arrivals import Arrival, Batch, Outcome
from lib.settings import Settings
from tests.e2e import server as servers
from tests.e2e.conftest import Complaints, sign_in
from tests.e2e.server import Server
from tests.e2e.test_streams import PLAY, SECONDS, SEEK, darkening
from tests.templates import copy_of

pytestmark = pytest.mark.browser
# Nobody who has pictures already: what is looked for is the only one.
PLAIN = """
SELECT patient_id FROM patient
WHERE merged_into_id IS NULL AND deceased_on IS NULL AND family_name <> ''
  AND patient_id NOT IN (SELECT patient_id FROM restriction)
  AND patient_id NOT IN (SELECT patient_id FROM media_item)
ORDER BY reference LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Filmed:
    """A running server, and the patient with the one video."""

    server: Server
    patient_id: UUID
    media_id: UUID

    @property
    def stream(self) -> str:
        """Return the address of what plays."""
        address = serving.address(self.media_id, Rendition.STREAM, Purpose.RECORD)
        return self.server.url + address


@pytest.fixture(scope="module")
def filmed(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filmed]:
    """Bring a video of a minute in, as an upload is, and serve the clinic."""
    folder = tmp_path_factory.mktemp("filmed")
    home = copy_of(demo_template, folder)
    darkening(folder / "film.mov", "libx264")
    patient_id, media_id = _bring_in(home, (folder / "film.mov").read_bytes())
    running = servers.start(home, folder / "server.log")
    yield Filmed(running, patient_id, media_id)
    running.stop()


def _bring_in(home: Path, content: bytes) -> tuple[UUID, UUID]:
    clinic = open_clinic(Settings(home=home))
    with clinic.store.reading() as cursor:
        row = cursor.execute(PLAIN).fetchone()
    assert row is not None
    patient_id, media_id = row[0], uuid7s.uuid7()
    key_id = sealing_keys.key_for(clinic, patient_id)
    key = clinic.media.keys.get(key_id)
    with clinic.media.files.incoming(media_id, ORIGINAL, key).writer() as writer:
        writer.write(content)
    batch = Batch(uuid7s.uuid7(), patient_id, None, accounts.STAFF.actor())
    now = datetime.now(UTC).replace(tzinfo=None)
    (entry,) = intake.bring_in(clinic, batch, [Arrival(media_id, key_id)], now=now)
    assert (entry.outcome, entry.sentence) == (Outcome.IN, None)
    assert streams.make_all(clinic) > 0
    clinic.close()
    return patient_id, media_id


@pytest.fixture
def gallery_page(page: Page, filmed: Filmed) -> Page:
    """Open the patient's gallery as a member of staff."""
    sign_in(page, filmed.server, accounts.STAFF.username, f"/photographs?id={filmed.patient_id}")
    return page


def test_a_video_plays_in_place_and_seeks_by_ranges(gallery_page: Page, filmed: Filmed) -> None:
    answers: list[Response] = []

    def heard(answer: Response) -> None:
        answers.append(answer)

    gallery_page.on("response", heard)
    gallery_page.get_by_role("button", name="Play,").click()
    video = gallery_page.locator("video")
    expect(video).to_have_count(1)
    handle = video.element_handle()
    gallery_page.wait_for_function("video => video.readyState >= 2", arg=handle)
    gallery_page.evaluate("video => video.pause()", handle)
    for second in (50, 10, 30):
        at, light, width, height = gallery_page.evaluate(SEEK, [handle, second + 0.5])
        assert at == pytest.approx(second + 0.5)
        assert light == pytest.approx(second * 4, abs=12)
        assert (width, height) == (240, 320)
    assert gallery_page.evaluate(PLAY, handle) == pytest.approx(SECONDS, abs=0.3)
    streamed = [one for one in answers if one.url == filmed.stream]
    assert {one.status for one in streamed} == {206}
    assert len(streamed) > 1
    for one in streamed:
        assert one.headers["content-range"].startswith("bytes ")
        assert one.headers["cache-control"] == "no-store"
        assert not {"etag", "last-modified"} & one.headers.keys()


def test_every_address_is_shut_to_a_browser_without_a_session(
    context: BrowserContext, filmed: Filmed, complaints: Complaints
) -> None:
    complaints.forgive("401")
    page = context.new_page()
    addresses = [
        *(serving.address(filmed.media_id, one, Purpose.RECORD) for one in Rendition),
        originals.address(filmed.media_id),
    ]
    for address in addresses:
        answer = page.goto(filmed.server.url + address)
        assert answer is not None
        assert (answer.status, answer.text()) == (401, "Sign in first.")


def test_signing_out_shuts_the_addresses_that_were_just_looked_at(
    gallery_page: Page, filmed: Filmed, complaints: Complaints
) -> None:
    shown = gallery_page.get_by_role("img", name="video").first
    expect(shown).to_be_visible()
    gallery_page.get_by_role("button", name="Sign out", exact=True).click()
    expect(gallery_page.get_by_label("Username")).to_be_visible()
    complaints.forgive("401")
    for name in Rendition:
        address = serving.address(filmed.media_id, name, Purpose.RECORD)
        answer = gallery_page.goto(filmed.server.url + address)
        assert answer is not None
        assert answer.status == 401


def test_the_server_keeps_no_copy_of_a_picture_for_others(
    gallery_page: Page, filmed: Filmed
) -> None:
    """Nothing of a patient goes through Streamlit's own store of files."""
    asked: list[str] = []
    gallery_page.on("request", lambda request: asked.append(request.url))
    gallery_page.reload()
    expect(gallery_page.get_by_role("button", name="Play,")).to_be_visible()
    assert not [url for url in asked if urlsplit(url).path.startswith("/media/")]
    assert [url for url in asked if f"/media-store/{filmed.media_id}/thumbnail" in url]
