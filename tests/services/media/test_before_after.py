"""Exporting a before-and-after image: only what is permitted, noted, aligned, and bare."""

import io
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from PIL import Image

from lib.domain.access import Actor
from lib.domain.media import Purpose, Stage
from lib.domain.restriction import Ground
from lib.errors import (
    ClinicError,
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    PurposeNotPermittedError,
)
from lib.media.before_after import GAP
from lib.services import downloads
from lib.services.clinic import Clinic
from lib.services.downloads import Download
from lib.services.media import before_after, pairs
from lib.services.media.before_after import Wanted, lines_of
from lib.services.media.pairs import Look, NewPair
from lib.store import media_removal, media_shelf
from lib.store.connection import UnitOfWork
from lib.store.media_removal import Removed
from tests.drawn_pairs import ALIGNMENT, BLUE, LEVEL, RED, TURNED, as_jpeg, disc, picture, segments
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict, write
from tests.sealed_pictures import Files, add_key, add_picture

LOOK = Look(Purpose.RECORD, TODAY)
EXPORTED = "photograph or video exported"
TALL, WIDE = (480, 640), (640, 480)


@pytest.fixture
def anna(clinic: Clinic) -> UUID:
    return add_patient(clinic)


@pytest.fixture
def both(clinic: Clinic, anna: UUID) -> tuple[UUID, UUID]:
    key_id = add_key(clinic, anna)
    drawn = ((TALL, LEVEL, Stage.BEFORE, 2), (WIDE, TURNED, Stage.REVIEW, 16))
    first, second = (
        add_picture(
            clinic,
            anna,
            key_id,
            Files({"preview": as_jpeg(picture(size, marks))}),
            stage=stage,
            captured_on=date(2026, 11, day),
            width=size[0] * 4,
            height=size[1] * 4,
        )
        for size, marks, stage, day in drawn
    )
    return first, second


def export(
    clinic: Clinic, actor: Actor, patient_id: UUID, wanted: Wanted, look: Look = LOOK
) -> Download:
    return before_after.export(clinic, actor, patient_id, wanted, look)


def seen(made: Download) -> Image.Image:
    return Image.open(io.BytesIO(made.content))


def align(clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]) -> None:
    pairs.align(clinic, staff, anna, NewPair(uuid7s.uuid7(), *both, ALIGNMENT), LOOK, now=NOW)


def test_an_aligned_pair_is_cut_so_that_its_places_coincide(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    align(clinic, staff, anna, both)
    image = seen(export(clinic, staff, anna, Wanted(both, has_dates=False)))
    width = (image.width - GAP) // 2
    one, other = (image.crop((left, 0, left + width, image.height)) for left in (0, width + GAP))
    for colour in (RED, BLUE):
        assert disc(other, colour) == pytest.approx(disc(one, colour), abs=1.0)


def test_it_can_be_made_of_pictures_as_they_were_taken(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    align(clinic, staff, anna, both)
    image = seen(export(clinic, staff, anna, Wanted(both, is_aligned=False)))
    assert image.width == 360 + GAP + 640


def test_the_file_names_nobody_and_holds_nothing_but_a_picture(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    made = export(clinic, staff, anna, Wanted(both))
    assert (made.filename, made.media_type) == ("before-and-after.jpg", "image/jpeg")
    assert set(segments(made.content)) <= {0xE0, 0xDB, 0xC0, 0xC4}
    assert seen(made).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for word in (b"Exif", b"ICC_PROFILE", b"http://ns.adobe", b"2026", b"Hart"):
        assert word not in made.content


def test_dates_can_be_left_out(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    with_dates = seen(export(clinic, staff, anna, Wanted(both)))
    without = seen(export(clinic, staff, anna, Wanted(both, has_dates=False)))
    assert with_dates.height > without.height > 480
    with clinic.store.reading() as cursor:
        first, _ = pairs.comparable(cursor, anna, both, LOOK)
    assert lines_of(first, has_dates=True) == ("Before", "02-Nov-2026")
    assert lines_of(first, has_dates=False) == ("Before",)
    bare = replace(first, stage=None, captured_on=None)
    assert lines_of(bare, has_dates=True) == ("date not known",)
    assert lines_of(bare, has_dates=False) == ()


def test_every_picture_is_in_the_trail_and_fetching_it_too(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    made = export(clinic, staff, anna, Wanted(both, is_matched=True))
    detail = '{"adjusted": true, "as": "before and after", "dates": true, "purpose": "record"}'
    line = (EXPORTED, "done", str(anna), None, detail)
    assert audit_lines(clinic) == [line, line]
    with clinic.store.reading() as cursor:
        subjects = cursor.execute("SELECT subject_id FROM audit_entry").fetchall()
    assert {row[0] for row in subjects} == set(both)
    address = downloads.offer(staff, "key", made, now=NOW)
    token = address.removeprefix(downloads.PATH)
    assert downloads.take(clinic, staff, token, now=NOW).content == made.content
    assert '"fetched": 2' in audit_lines(clinic)[-1][-1]


@pytest.mark.parametrize("purpose", [Purpose.EDUCATION, Purpose.SOCIAL_MEDIA, Purpose.THIRD_PARTY])
def test_what_the_patient_did_not_agree_to_is_not_made(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID], purpose: Purpose
) -> None:
    with pytest.raises(PurposeNotPermittedError):
        export(clinic, staff, anna, Wanted(both), replace(LOOK, purpose=purpose))
    assert [line[:2] for line in audit_lines(clinic)] == [("refused", "refused")]


def remove(clinic: Clinic, patient_id: UUID, media_ids: tuple[UUID, UUID]) -> None:
    """Remove pictures as the service does, without its entries in the trail."""

    def work(unit: UnitOfWork) -> None:
        media_removal.remove(unit.cursor, media_ids, Removed(NOW, uuid7s.uuid7(), "Blurred"))
        media_shelf.touch(unit.cursor, [patient_id])

    clinic.store.transact(work)


def test_a_picture_removed_while_it_is_drawn_is_not_given_away(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    exporting = before_after._Exporting(clinic, staff, anna, Wanted(both), LOOK)  # noqa: SLF001
    assert len(clinic.store.transact(exporting.sources)) == 2
    remove(clinic, anna, both)
    with pytest.raises(NotFoundError):
        clinic.store.transact(exporting.note)
    assert audit_lines(clinic) == []


@pytest.mark.parametrize("number", [0, 1, 7])
def test_two_to_six_pictures_make_an_image(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID], number: int
) -> None:
    named = (*both, *(uuid7s.uuid7() for _ in range(5)))[:number]
    with pytest.raises(InvalidInputError, match="two to six"):
        export(clinic, staff, anna, Wanted(named))
    with pytest.raises(InvalidInputError, match="two to six"):
        export(clinic, staff, anna, Wanted((both[0], both[0])))


def test_a_preview_that_cannot_be_read_is_said_and_nothing_is_noted_as_exported(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    clinic.media.files.path_of(both[1], "preview").unlink()
    with pytest.raises(ClinicError):
        export(clinic, staff, anna, Wanted(both))
    assert audit_lines(clinic) == []


def test_the_owner_exports_nothing(
    clinic: Clinic, owner: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    with pytest.raises(NotPermittedError):
        export(clinic, owner, anna, Wanted(both))


def test_a_restricted_record_wants_its_ground_which_is_noted(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    restrict(clinic, anna)
    with pytest.raises(GroundNeededError):
        export(clinic, staff, anna, Wanted(both))
    ground = Ground.CONSENT
    made = export(clinic, staff, anna, Wanted(both), replace(LOOK, ground=ground))
    assert made.event.ground == ground.value
    assert [line[3] for line in audit_lines(clinic)] == [None, ground.value, ground.value]


def test_a_picture_of_somebody_else_is_not_there(
    clinic: Clinic, staff: Actor, anna: UUID, both: tuple[UUID, UUID]
) -> None:
    berta = add_patient(clinic)
    write(clinic, "media_key", key_id=uuid7s.uuid7(), patient_id=berta, made_at=NOW)
    theirs = add_picture(clinic, berta, add_key(clinic, berta))
    with pytest.raises(NotFoundError):
        export(clinic, staff, anna, Wanted((both[0], theirs)))
