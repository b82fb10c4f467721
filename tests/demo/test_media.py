"""The pictures of the synthetic clinic: brought in as any other, of whom, when and how labelled."""

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import ExifTags, Image

from lib.demo.clinic import Recipe, build
from lib.demo.clinic import tables as clinic_tables
from lib.demo.photographer import files_of, rolls
from lib.demo.pictures.files import Format
from lib.demo.pictures.film import Container, Scene
from lib.demo.sittings import CLOSE_UPS, MOST, Course, count_for, courses
from lib.domain.media import Stage
from lib.domain.media_labels import Field
from lib.media.files import ORIGINAL
from lib.services.clinic import Clinic, open_clinic
from lib.store.media_items import next_pending
from tests.demo.conftest import AS_OF, Ask, ignore, settings_of

pillow_heif.register_heif_opener()
PATIENTS = 700
PICTURED = 4


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    settings = settings_of(tmp_path_factory.mktemp("pictured") / "clinic")
    told: list[tuple[str, int, int]] = []
    build(settings, PATIENTS, 5, AS_OF, lambda *one: told.append(one), pictured=PICTURED)
    (stage, done, of) = told[-1]
    assert (stage, done) == ("Photographs", of)
    opened = open_clinic(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def look(clinic: Clinic) -> Ask:
    def rows(sql: str) -> list[tuple[Any, ...]]:
        with clinic.store.reading() as cursor:
            return cursor.execute(sql).fetchall()

    return rows


def part(patients: int = 2_000) -> dict[str, Any]:
    recipe = Recipe(patients, 1, AS_OF.isoformat())
    return next(one for one in clinic_tables(recipe, ignore) if "patient" in one)


@pytest.fixture(scope="module")
def planned() -> list[Course]:
    return courses(part(), MOST, np.random.default_rng(1), AS_OF)


def test_a_clinic_of_two_thousand_has_forty_patients_with_pictures(planned: list[Course]) -> None:
    assert len(planned) == 40
    assert len({course.patient_id for course in planned}) == 40
    counts = [sum(len(s.pictures) for s in course.sittings) for course in planned]
    # Enough for several pages of sixty.
    assert 120 < counts[0] < 400
    assert all(1 <= count <= 24 for count in counts[1:])
    assert 200 < sum(counts[1:]) < 420


def test_the_number_of_pictures_does_not_grow_with_a_large_clinic() -> None:
    assert [count_for(n) for n in (1, 49, 100, 2_000, 1_000_000)] == [0, 0, 2, 40, 40]


def test_courses_are_the_same_for_the_same_seed(planned: list[Course]) -> None:
    assert courses(part(), MOST, np.random.default_rng(1), AS_OF) == planned


def test_everything_that_is_drawn_is_planned_for_somebody(planned: list[Course]) -> None:
    pictures = [one for course in planned for s in course.sittings for one in s.pictures]
    assert {one.view.value for one in pictures} >= {
        "front", "left oblique", "right oblique", "left profile", "right profile", "close-up",
    }  # fmt: skip
    assert {one.area for one in pictures} >= {None, "lips"}
    assert {one.area for one in pictures if one.area} <= CLOSE_UPS
    assert {s.stage for course in planned for s in course.sittings} == set(Stage)


def test_every_rare_format_and_film_is_planned(planned: list[Course]) -> None:
    found = list(rolls(planned))
    assert {roll.form for roll in found} == set(Format)
    films = [roll.film for roll in found if roll.film]
    assert {scene for scene, _ in films} == set(Scene)
    assert {container for _, container in films} == {Container.MP4, Container.MOV}


def test_pictures_are_taken_before_at_once_and_at_the_review(planned: list[Course]) -> None:
    for course in planned:
        by_series: dict[object, dict[Stage, int]] = {}
        for sitting in course.sittings:
            by_series.setdefault(sitting.series_id, {})[sitting.stage] = sitting.day
        for days in by_series.values():
            before = days[Stage.BEFORE]
            assert days.get(Stage.IMMEDIATELY_AFTER, before) == before
            assert days.get(Stage.REVIEW, before + 14) >= before + 14
            assert max(days.values()) < (AS_OF - date(1970, 1, 1)).days


def test_the_same_roll_gives_the_same_files(planned: list[Course]) -> None:
    roll = next(one for one in rolls(planned[2:]) if not one.film)
    assert files_of(roll) == files_of(roll)


def test_every_picture_is_in_the_record_with_its_renditions(look: Ask) -> None:
    (items,) = look("SELECT count(*) FROM media_item")[0]
    assert items > 15
    assert look("SELECT count(*) FROM media_label WHERE superseded_at IS NULL") == [(items,)]
    kinds = dict(look("SELECT name, count(*) FROM media_rendition GROUP BY name"))
    videos = kinds.pop("stream")
    assert kinds == {"thumbnail": items, "preview": items}
    assert videos >= 2
    assert look(f"SELECT count(DISTINCT patient_id) FROM media_item") == [(PICTURED,)]  # noqa: F541


def test_no_video_is_left_to_be_made(clinic: Clinic, look: Ask) -> None:
    with clinic.store.reading() as cursor:
        assert next_pending(cursor) is None
    assert look("SELECT count(*) FROM media_rendition WHERE fault IS NOT NULL") == [(0,)]


def test_a_picture_is_of_its_treatment_and_dated_by_its_file(look: Ask) -> None:
    assert look("""
        SELECT count(*) FROM media_label AS l JOIN media_item AS i USING (media_id)
        WHERE l.superseded_at IS NULL AND (l.capture_source <> 'file'
            OR CAST(i.file_taken_at AS DATE) <> l.captured_on
            OR l.treatment_series_id IS NULL)
    """) == [(0,)]  # fmt: skip
    assert look("""
        SELECT count(*) FROM media_label AS l
        JOIN treatment AS t ON t.series_id = l.treatment_series_id AND t.superseded_at IS NULL
        WHERE l.superseded_at IS NULL AND (t.patient_id <> l.patient_id
            OR (l.stage = 'before' AND l.captured_on <> t.treated_on)
            OR (l.stage = 'immediately after' AND l.captured_on <> t.treated_on)
            OR (l.stage = 'review' AND l.captured_on <= t.treated_on))
    """) == [(0,)]  # fmt: skip


def test_originals_carry_what_cameras_write(clinic: Clinic, look: Ask) -> None:
    rows = look("SELECT media_id, key_id, file_offset_minutes, file_taken_at FROM media_item "
                "WHERE kind = 'photograph'")  # fmt: skip
    models = set()
    for media_id, key_id, offset, taken_at in rows:
        with clinic.media.sealed(media_id, ORIGINAL, key_id).reader() as reader:
            exif = Image.open(io.BytesIO(reader.readall())).getexif()
        models.add(exif[ExifTags.Base.Model])
        said = exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
        assert datetime.strptime(said, "%Y:%m:%d %H:%M:%S") == taken_at  # noqa: DTZ007
        assert offset in {0, 60}
    assert len(models) > 1


def test_what_nobody_has_confirmed_is_still_a_guess(planned: list[Course]) -> None:
    sittings = [one for course in planned for one in course.sittings]
    guessed = [one for one in sittings if not one.is_confirmed]
    assert 0.08 < len(guessed) / len(sittings) < 0.4
    roll = next(one for one in rolls(planned) if not one.sitting.is_confirmed and not one.film)
    assert [one.said for one in files_of(roll)] == [{}] * len(roll.sitting.pictures)
    other = next(one for one in rolls(planned) if one.sitting.is_confirmed and not one.film)
    assert all(Field.STAGE in one.said for one in files_of(other))


def test_nobody_who_died_or_is_restricted_or_a_child_has_pictures(planned: list[Course]) -> None:
    tables = part()
    died = {key for key, day in zip(tables["patient"]["patient_id"].to_pylist(),
                                    tables["patient"]["deceased_on"].to_pylist(), strict=True)
            if day}  # fmt: skip
    restricted = set(
        tables["restriction"]
        .filter(tables["restriction"]["lifted_at"].is_null())["patient_id"]
        .to_pylist()
    )
    for course in planned:
        assert str(course.patient_id) not in died | restricted
        assert course.born_on is not None
        first = min(sitting.day for sitting in course.sittings)
        assert date(1970, 1, 1) + timedelta(days=first) > course.born_on + timedelta(days=6570)


def test_some_pictures_were_aligned_marked_and_removed_at_the_review(look: Ask) -> None:
    pairs = look("""
        SELECT a.view = b.view, a.captured_on < b.captured_on, p.first_x1 BETWEEN 0 AND 1,
            p.second_x1 <> p.first_x1
        FROM media_pair AS p
        JOIN media_label AS a ON a.media_id = p.first_id AND a.superseded_at IS NULL
        JOIN media_label AS b ON b.media_id = p.second_id AND b.superseded_at IS NULL
    """)
    assert pairs
    assert set(pairs) == {(True, True, True, True)}
    assert look("SELECT count(*) FROM media_annotation") == [(1,)]
    assert look("SELECT count(*), min(removal_reason) FROM media_item "
                "WHERE removed_at IS NOT NULL") == [(1, "Out of focus; taken again")]  # fmt: skip
