"""When a picture was taken and what it most likely shows: on the edges, and whatever comes in."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.media import CaptureSource, Expression, Stage, View
from lib.domain.media_dates import Circumstances, capture_of, instant
from lib.domain.media_guesses import Guess, Seen, guesses, rounds
from lib.domain.protocols import Shot

LONDON = ZoneInfo("Europe/London")
NOW = datetime.fromisoformat("2026-11-24T23:30")
ABOUT = Circumstances(NOW, LONDON, date(1985, 8, 6))
DAY = date(2026, 11, 20)
SHOTS = (Shot(View.FRONT, Expression.REST), Shot(View.LEFT_PROFILE), Shot(View.RIGHT_PROFILE))
CLOCKS = st.datetimes(datetime(1990, 1, 1), datetime(2026, 11, 24))  # noqa: DTZ001 - a camera's
OFFSETS = st.none() | st.integers(-14 * 60, 14 * 60)


@pytest.mark.parametrize(
    ("taken", "offset", "expected"),
    [
        # In summer the clinic is an hour ahead of UTC.
        ("2026-07-04T00:30", None, "2026-07-03T23:30"),
        ("2026-01-04T00:30", None, "2026-01-04T00:30"),
        ("2026-07-04T00:30", 0, "2026-07-04T00:30"),
        ("2026-07-04T00:30", -300, "2026-07-04T05:30"),
        # The hour that comes twice is the first; the one that never was is taken as it reads.
        ("2026-10-25T01:30", None, "2026-10-25T00:30"),
        ("2026-03-29T01:30", None, "2026-03-29T01:30"),
    ],
)
def test_a_camera_s_clock_becomes_an_instant(taken: str, offset: int | None, expected: str) -> None:
    found = instant(datetime.fromisoformat(taken), offset, LONDON)
    assert found == datetime.fromisoformat(expected)


def test_the_day_of_the_upload_is_the_clinic_s_own() -> None:
    late_in_summer = Circumstances(datetime.fromisoformat("2026-07-03T23:30"), LONDON, None)
    assert capture_of(None, None, late_in_summer).captured_on == date(2026, 7, 4)


@pytest.mark.parametrize(
    ("day", "is_believed"),
    [("1985-08-05", False), ("1985-08-06", True), ("2026-11-24", True), ("2026-11-25", False)],
)
def test_a_day_is_believed_from_birth_to_today(day: str, *, is_believed: bool) -> None:
    capture = capture_of(datetime.fromisoformat(f"{day}T12:00"), None, ABOUT)
    assert (capture.source is CaptureSource.FILE, capture.doubt is None) == (
        is_believed,
        is_believed,
    )


@given(CLOCKS, OFFSETS)
def test_a_capture_is_always_of_a_possible_day(taken: datetime, offset: int | None) -> None:
    capture = capture_of(taken, offset, ABOUT)
    assert date(1985, 8, 6) <= capture.captured_on <= ABOUT.today
    assert (capture.captured_at is None) == (capture.source is CaptureSource.UPLOAD)
    if capture.captured_at is not None:
        there = capture.captured_at.replace(tzinfo=UTC).astimezone(LONDON)
        assert there.date() == capture.captured_on


def seen(number: int, minute: int | None, **values: object) -> Seen:
    start = datetime.fromisoformat("2026-11-20T10:00")
    at = None if minute is None else start + timedelta(minutes=minute)
    return Seen(UUID(int=number), at, number, **values)  # type: ignore[arg-type]


def shots_of(*pictures: Seen, treated_on: date | None = DAY) -> list[Guess]:
    found = guesses(DAY, pictures, SHOTS, treated_on)
    return [found[one.media_id] for one in pictures]


def test_a_pause_of_ten_minutes_begins_a_new_round_and_nine_do_not() -> None:
    stages = [one.stage for one in shots_of(seen(1, 0), seen(2, 9), seen(3, 19))]
    assert stages == [Stage.BEFORE, Stage.BEFORE, Stage.IMMEDIATELY_AFTER]


def test_without_a_pause_a_full_round_is_followed_by_another() -> None:
    found = shots_of(*(seen(number, number) for number in range(4)))
    assert [one.shot for one in found] == [*SHOTS, SHOTS[0]]
    assert [one.stage for one in found] == [Stage.BEFORE] * 3 + [Stage.IMMEDIATELY_AFTER]


def test_more_than_the_protocol_asks_for_is_not_guessed() -> None:
    found = shots_of(*(seen(number, number) for number in range(4)), seen(9, 60))
    assert [one.shot for one in found] == [*SHOTS, None, SHOTS[0]]


def test_what_a_person_said_is_left_and_not_guessed_again() -> None:
    said = seen(2, 1, shot=SHOTS[0], stage=Stage.REVIEW, is_confirmed=True)
    found = shots_of(seen(1, 0), said)
    assert found == [Guess(SHOTS[1], Stage.BEFORE), Guess(SHOTS[0], Stage.REVIEW)]


def test_pictures_without_a_time_come_last_as_they_came_in() -> None:
    ordered = rounds([seen(3, None), seen(1, None), seen(2, 5)], 3)
    assert [[one.media_id.int for one in part] for part in ordered] == [[2, 1, 3]]


def test_without_a_protocol_or_a_treatment_nothing_is_guessed() -> None:
    assert guesses(DAY, [seen(1, 0)], (), None) == {UUID(int=1): Guess(None, None)}


PICTURES = st.lists(
    st.builds(
        seen,
        st.integers(1, 10_000),
        st.none() | st.integers(0, 600),
    ),
    max_size=20,
    unique_by=lambda one: one.media_id,
)


@given(PICTURES, st.sampled_from([None, DAY, DAY - timedelta(1), DAY + timedelta(1)]), st.randoms())
def test_the_order_in_which_files_come_does_not_matter(
    pictures: list[Seen], treated_on: date | None, chance: object
) -> None:
    found = guesses(DAY, pictures, SHOTS, treated_on)
    mixed = list(pictures)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert guesses(DAY, mixed, SHOTS, treated_on) == found
    assert set(found) == {one.media_id for one in pictures}


@given(PICTURES)
def test_no_shot_is_guessed_twice_in_a_round(pictures: list[Seen]) -> None:
    found = guesses(DAY, pictures, SHOTS, DAY)
    for part in rounds(pictures, len(SHOTS)):
        shots = [found[one.media_id].shot for one in part]
        said = [one for one in shots if one is not None]
        assert len(said) == len(set(said))
