"""From uploads to items in the record: each file alone, twice is once, nothing half saved."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.domain.media import CaptureSource, Expression, Stage, View
from lib.domain.media_labels import Field, Label
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    MergedError,
    NotFoundError,
    NotPermittedError,
)
from lib.services.clinic import Clinic
from lib.services.media import ingest, labels, uploads
from lib.services.media.arrivals import Outcome
from tests.conftest import actor_with
from tests.pictures import broken, jpeg
from tests.records import (
    NOW,
    TODAY,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    restrict,
    write,
)
from tests.services.media.conftest import bring, files_of, send, wanted

MORNING = "2026:11:23 08:{:02}:00"
LATER = "2026:11:23 08:5{}:00"


def said(clinic: Clinic, actor: Actor, patient_id: UUID, *keys: UUID) -> list[Label]:
    found = labels.current(clinic, actor, patient_id, keys)
    return [found[key].label for key in keys]


def rows(clinic: Clinic, table: str, columns: str = "*") -> list[tuple[Any, ...]]:
    with clinic.store.reading() as cursor:
        return cursor.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608


def test_a_picture_goes_in_sealed_with_its_renditions_and_its_entry_in_the_trail(
    desk: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(desk)
    (entry,) = bring(desk, staff, patient_id, jpeg(1, "2026:11:20 10:15:00", "+02:00"))
    key = entry.media_id
    assert (entry.outcome, entry.sentence) == (Outcome.IN, None)
    folder = key.hex[:2]
    assert files_of(desk) == [
        f"{folder}/{key}.{name}" for name in ("original", "preview", "thumbnail")
    ]
    (key_id,) = [row[0] for row in rows(desk, "media_key", "key_id")]
    with desk.media.sealed(key, "original", key_id).reader() as reader:
        assert reader.readall() == jpeg(1, "2026:11:20 10:15:00", "+02:00")
    item = rows(desk, "media_item", "media_id, patient_id, key_id, kind, format, width, height")
    assert item == [(key, patient_id, key_id, "photograph", "JPEG", 640, 480)]
    assert sorted(rows(desk, "media_rendition", "name, media_type IS NULL")) == [
        ("preview", False),
        ("thumbnail", False),
    ]
    added = [line for line in audit_lines(desk) if line[0] == "photograph or video added"]
    assert [line[1:4] for line in added] == [("done", str(patient_id), None)]


def test_the_camera_s_date_is_kept_as_an_instant_and_as_the_clinic_s_day(
    desk: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(desk)
    entries = bring(
        desk,
        staff,
        patient_id,
        jpeg(1, "2026:07:04 00:30:00", "+02:00"),
        jpeg(2, "2026:07:04 00:30:00"),
        jpeg(3),
    )
    abroad, here, undated = said(desk, staff, patient_id, *(one.media_id for one in entries))
    assert (abroad.captured_on, abroad.captured_at) == (
        date(2026, 7, 3),
        datetime.fromisoformat("2026-07-03T22:30"),
    )
    assert (here.captured_on, here.captured_at) == (
        date(2026, 7, 4),
        datetime.fromisoformat("2026-07-03T23:30"),
    )
    assert (undated.captured_on, undated.captured_at) == (TODAY, None)
    sources = [one.capture_source for one in (abroad, here, undated)]
    assert sources == [CaptureSource.FILE, CaptureSource.FILE, CaptureSource.UPLOAD]


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        ("2031:03:12 10:00:00", "12-Mar-2031, but the day is still to come"),
        ("2001:08:05 10:00:00", "05-Aug-2001, but the day is before the patient was born"),
    ],
)
def test_a_date_that_cannot_be_is_questioned_and_not_believed(
    desk: Clinic, staff: Actor, taken: str, words: str
) -> None:
    patient_id = add_patient(desk, born_on=date(2001, 8, 6))
    (entry,) = bring(desk, staff, patient_id, jpeg(1, taken))
    assert entry.outcome is Outcome.IN
    assert entry.sentence == f"The file says {words}. Say when it was taken."
    (label,) = said(desk, staff, patient_id, entry.media_id)
    assert (label.captured_on, label.capture_source) == (TODAY, CaptureSource.UPLOAD)


def test_a_bad_file_gets_its_sentence_and_the_others_go_in(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    entries = bring(desk, staff, patient_id, jpeg(1), broken(), jpeg(2))
    assert [one.outcome for one in entries] == [Outcome.IN, Outcome.REFUSED, Outcome.IN]
    assert entries[1].sentence is not None
    assert entries[1].sentence.endswith(".")
    assert len(rows(desk, "media_item")) == 2
    assert len(files_of(desk)) == 6


def test_the_same_file_again_is_refused_kindly_with_its_day(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    bring(desk, staff, patient_id, jpeg(1, MORNING.format(1)))
    (again,) = bring(desk, staff, patient_id, jpeg(1, MORNING.format(1)))
    assert (again.outcome, again.is_there) == (Outcome.REFUSED, True)
    assert again.sentence == "This is in the record already: it is a picture of 23-Nov-2026."
    assert len(files_of(desk)) == 3


def test_the_same_file_twice_in_a_batch_goes_in_once(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    entries = bring(desk, staff, patient_id, jpeg(1), jpeg(1))
    assert sorted(one.outcome for one in entries) == [Outcome.IN, Outcome.REFUSED]
    refused = next(one for one in entries if one.outcome is Outcome.REFUSED)
    assert refused.sentence == "This file was chosen twice. It goes in once."
    assert len(files_of(desk)) == 3


def test_a_removed_picture_is_not_brought_in_past_its_removal(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    bring(desk, staff, patient_id, jpeg(1, MORNING.format(1)))
    desk.store.transact(
        lambda unit: unit.cursor.execute("UPDATE media_item SET removed_at = ?", [NOW])
    )
    (again,) = bring(desk, staff, patient_id, jpeg(1, MORNING.format(1)))
    assert again.sentence == (
        "This picture, of 23-Nov-2026, was removed from the record. "
        "Put it back in the gallery instead."
    )


def test_another_patient_may_have_the_same_file(desk: Clinic, staff: Actor) -> None:
    for _ in range(2):
        (entry,) = bring(desk, staff, add_patient(desk), jpeg(1))
        assert entry.outcome is Outcome.IN
    assert len({row[0] for row in rows(desk, "media_item", "digest")}) == 2


def test_two_pictures_that_look_alike_are_two(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    entries = bring(desk, staff, patient_id, jpeg(1), jpeg(1, MORNING.format(1)))
    assert [one.outcome for one in entries] == [Outcome.IN, Outcome.IN]
    (first,), (second,) = rows(desk, "media_item", "likeness")
    assert first == second


def test_views_are_guessed_in_the_order_of_the_protocol(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    series = add_treatment(desk, patient_id, add_stock(desk), TODAY)
    shots = [jpeg(seed, MORNING.format(seed)) for seed in (3, 1, 2)]
    entries = bring(desk, staff, patient_id, *shots, treatment_series_id=series)
    third, first, second = said(desk, staff, patient_id, *(one.media_id for one in entries))
    assert [(one.view, one.expression) for one in (first, second, third)] == [
        (View.FRONT, Expression.REST),
        (View.FRONT, Expression.FROWN),
        (View.FRONT, Expression.RAISED_BROWS),
    ]
    assert {one.stage for one in (first, second, third)} == {Stage.BEFORE}
    assert all(one.is_guessed for one in (first, second, third))
    assert {one.treatment_series_id for one in (first, second, third)} == {series}


def test_files_of_a_batch_that_come_in_one_by_one_are_guessed_together(
    desk: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(desk)
    series = add_treatment(desk, patient_id, add_stock(desk), TODAY)
    batch = uuid7s.uuid7()
    options = {"treatment_series_id": series, "batch_id": batch}
    (late,) = bring(desk, staff, patient_id, jpeg(2, MORNING.format(2)), **options)
    (early,) = bring(desk, staff, patient_id, jpeg(1, MORNING.format(1)), **options)
    first, second = said(desk, staff, patient_id, early.media_id, late.media_id)
    assert (first.expression, second.expression) == (Expression.REST, Expression.FROWN)
    assert ingest.list_batch(desk, staff, patient_id, batch) == [late.media_id, early.media_id]


def test_a_pause_divides_before_from_after_and_other_days_are_before_or_review(
    desk: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(desk)
    series = add_treatment(desk, patient_id, add_stock(desk), date(2026, 11, 20))
    shots = [
        jpeg(1, "2026:11:19 10:00:00"),
        jpeg(2, "2026:11:20 10:00:00"),
        jpeg(3, "2026:11:20 10:40:00"),
        jpeg(4, "2026:11:23 08:00:00"),
    ]
    entries = bring(desk, staff, patient_id, *shots, treatment_series_id=series)
    found = said(desk, staff, patient_id, *(one.media_id for one in entries))
    assert [one.stage for one in found] == [
        Stage.BEFORE,
        Stage.BEFORE,
        Stage.IMMEDIATELY_AFTER,
        Stage.REVIEW,
    ]


def test_what_a_person_said_is_no_guess(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    (entry,) = bring(
        desk, staff, patient_id, jpeg(1), said={Field.VIEW: View.BACK, Field.AREA: " neck "}
    )
    (label,) = said(desk, staff, patient_id, entry.media_id)
    assert (label.view, label.area, label.is_guessed) == (View.BACK, "neck", False)


def test_the_same_ids_again_change_nothing(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    keys = [send(desk, staff, patient_id, content) for content in (jpeg(1), broken())]
    order = wanted(patient_id, *keys)
    first = ingest.take_in(desk, staff, order, now=NOW)
    before = audit_lines(desk)
    again = ingest.take_in(desk, staff, order, now=NOW)
    assert [one.outcome for one in again] == [one.outcome for one in first]
    assert again[1].sentence == first[1].sentence
    assert len(rows(desk, "media_item")) == 1
    assert audit_lines(desk) == before


def test_an_upload_of_somebody_else_is_not_to_be_had(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    key = send(desk, staff, patient_id, jpeg(1))
    other = Actor(uuid7s.uuid7(), "other", "Other", frozenset({Role.STAFF}))
    (entry,) = ingest.take_in(desk, other, wanted(patient_id, key), now=NOW)
    assert entry.sentence == uploads.ENDED
    (entry,) = ingest.take_in(desk, staff, wanted(patient_id, key), now=NOW)
    assert entry.outcome is Outcome.IN
    (entry,) = ingest.take_in(desk, other, wanted(patient_id, key), now=NOW)
    assert entry.sentence == uploads.ENDED


def test_an_upload_for_one_patient_cannot_go_into_another_record(
    desk: Clinic, staff: Actor
) -> None:
    key = send(desk, staff, add_patient(desk), jpeg(1))
    (entry,) = ingest.take_in(desk, staff, wanted(add_patient(desk), key), now=NOW)
    assert entry.sentence == uploads.ENDED


def test_a_treatment_of_another_patient_is_refused(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    series = add_treatment(desk, add_patient(desk), add_stock(desk), TODAY)
    with pytest.raises(InvalidInputError) as raised:
        bring(desk, staff, patient_id, jpeg(1), treatment_series_id=series)
    assert raised.value.field == "treatment_series_id"


def test_a_restricted_record_needs_a_ground(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    key = send(desk, staff, patient_id, jpeg(1))
    restrict(desk, patient_id)
    with pytest.raises(GroundNeededError):
        ingest.take_in(desk, staff, wanted(patient_id, key), now=NOW)
    order = wanted(patient_id, key, ground=Ground.CONSENT)
    (entry,) = ingest.take_in(desk, staff, order, now=NOW)
    assert entry.outcome is Outcome.IN
    assert audit_lines(desk)[-1][3] == Ground.CONSENT.value


def test_merged_and_unknown_records_take_nothing(desk: Clinic, staff: Actor) -> None:
    merged_id = add_patient(desk, merged_into_id=add_patient(desk))
    with pytest.raises(MergedError):
        ingest.take_in(desk, staff, wanted(merged_id), now=NOW)
    with pytest.raises(NotFoundError):
        ingest.take_in(desk, staff, wanted(uuid7s.uuid7()), now=NOW)


@pytest.mark.parametrize("role", [Role.COMPLIANCE, Role.OWNER, Role.ADMINISTRATOR])
def test_only_staff_bring_pictures_in(desk: Clinic, role: Role) -> None:
    patient_id = add_patient(desk)
    with pytest.raises(NotPermittedError):
        ingest.take_in(desk, actor_with(role), wanted(patient_id), now=NOW)
    with pytest.raises(NotPermittedError):
        ingest.list_batch(desk, actor_with(role), patient_id, uuid7s.uuid7())


def test_nothing_of_the_file_lies_open_on_the_disk(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    content = jpeg(1, MORNING.format(1))
    bring(desk, staff, patient_id, content)
    everything = b"".join(
        path.read_bytes() for path in Path(desk.home).rglob("*") if path.is_file()
    )
    assert content[200:260] not in everything
    assert b"Exif" not in everything


def test_a_store_that_cannot_be_written_leaves_no_file(desk: Clinic, staff: Actor) -> None:
    patient_id = add_patient(desk)
    key = send(desk, staff, patient_id, jpeg(1))
    # A row that is in the way: the same item's rendition.
    write(desk, "media_rendition", media_id=key, name="preview", patient_id=patient_id)
    with pytest.raises(Exception, match="could not"):
        ingest.take_in(desk, staff, wanted(patient_id, key), now=NOW)
    assert files_of(desk) == []
    assert rows(desk, "media_item") == []
