"""Pictures in words for the gallery's script: what is known is said, and nothing else is sent."""

from datetime import date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lib.domain.media import CaptureSource, Expression, Kind, Stage, View
from lib.ui.components.gallery import Banner
from lib.ui.media import tiles
from tests.told_pictures import PLAIN, picture

BANNER = Banner("HART, Anna (Ms)", (("Born", "06-Aug-1985 (41y)"),), "/patient?id=1")


def test_what_is_not_known_is_left_out() -> None:
    assert tiles.tile(PLAIN) == {
        "id": "00000000-0000-0000-0000-000000000001",
        "kind": "photograph",
        "width": 4000,
        "height": 3000,
        "source": "The day it was brought in",
        "size": "4000 by 3000, 2.3 MB",
        "recorded": "14-Jul-2026 14:05",
    }


@pytest.mark.parametrize(
    ("bytes_", "words"),
    [(1, "1 kB"), (38_400, "38 kB"), (999_999, "1000 kB"), (1_000_000, "1.0 MB")],
)
def test_a_small_file_is_not_told_as_nothing(bytes_: int, words: str) -> None:
    assert tiles.size(picture(bytes=bytes_)) == f"4000 by 3000, {words}"


def test_a_face_at_rest_is_called_so_as_the_camera_does() -> None:
    resting = picture(view=View.FRONT, expression=Expression.REST)
    assert tiles.tile(resting)["expression"] == "at rest"
    assert tiles.alt(resting) == "Photograph, front, at rest, 14-Jul-2026"


def test_everything_that_is_known_is_said_on_the_clinics_clock() -> None:
    full = picture(
        view=View.LEFT_OBLIQUE,
        expression=Expression.SMILE,
        stage=Stage.REVIEW,
        area="lips",
        note="Bruise",
        is_guessed=True,
        captured_at=datetime.fromisoformat("2026-07-14T12:30"),
        capture_source=CaptureSource.FILE,
        removed_at=datetime.fromisoformat("2026-07-15T08:00"),
        annotations=2,
    )
    said = {key: value for key, value in tiles.tile(full).items() if key not in tiles.tile(PLAIN)}
    assert said == {
        "view": "left oblique",
        "expression": "smile",
        "stage": "review",
        "area": "lips",
        "note": "Bruise",
        "isGuess": True,
        "time": "13:30",
        "removed": "15-Jul-2026 09:00",
        "marks": "2 notes",
    }


def test_a_video_says_how_long_it_runs_and_whether_it_can_be_played() -> None:
    ready = tiles.tile(picture(kind=Kind.VIDEO, duration_ms=65_400, has_stream=True))
    broken = tiles.tile(picture(kind=Kind.VIDEO, stream_fault="No key frame"))
    assert (ready["length"], ready["hasStream"]) == ("1:05", True)
    assert (broken["length"], broken["fault"]) == ("Length not known", "No key frame")
    assert "hasStream" not in broken


@pytest.mark.parametrize(
    ("milliseconds", "words"), [(0, "0:00"), (999, "0:01"), (59_400, "0:59"), (3_600_000, "60:00")]
)
def test_lengths_are_minutes_and_seconds(milliseconds: int, words: str) -> None:
    assert tiles.length(milliseconds) == words


def test_a_heading_says_the_day_the_treatment_and_by_whom() -> None:
    series, other = UUID(int=10), UUID(int=11)
    given_pictures = [
        picture(treatment_series_id=series, treatment_name="Filler", practitioner_name="Pat Lee"),
        picture(treatment_series_id=series, treatment_name="Filler", practitioner_name="Pat Lee"),
        picture(treatment_series_id=other, treatment_name="Peel"),
        picture(captured_on=None),
    ]
    found = tiles.groups(given_pictures)
    assert [(one.day, one.treatment, one.practitioner, one.start, one.count) for one in found] == [
        ("14-Jul-2026", "Filler", "Pat Lee", 0, 2),
        ("14-Jul-2026", "Peel", "", 2, 1),
        ("Day not known", "", "", 3, 1),
    ]


def test_each_patient_has_their_banner_once_over_their_pictures() -> None:
    anna, ben = UUID(int=20), UUID(int=21)
    others = Banner("ROE, Ben (Mr)", (), "/patient?id=2")
    shown = [
        picture(patient_id=anna),
        picture(patient_id=anna, captured_on=date(2026, 7, 1)),
        picture(patient_id=ben, captured_on=date(2026, 7, 1)),
    ]
    found = tiles.groups(shown, {anna: BANNER, ben: others})
    assert [one.banner for one in found] == [BANNER, None, others]


@given(some.lists(some.tuples(some.integers(1, 3), some.integers(1, 3)), max_size=60))
def test_headings_part_the_pictures_and_lose_none(days: list[tuple[int, int]]) -> None:
    shown = [
        picture(captured_on=date(2026, 7, day), treatment_series_id=UUID(int=series))
        for day, series in days
    ]
    found = tiles.groups(shown)
    covered = [place for one in found for place in range(one.start, one.start + one.count)]
    assert covered == list(range(len(shown)))
    assert all(one.count > 0 for one in found)
