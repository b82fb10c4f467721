"""A picture's own page: its file, its labels, its purposes, its uses and who saw it."""

from datetime import date
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.domain.audit import Action
from lib.domain.media import Purpose, Rendition
from lib.domain.restriction import Ground
from lib.errors import GroundNeededError, MergedError, NotFoundError, NotPermittedError
from lib.services.clinic import Clinic
from lib.services.media import lens, photograph, serving
from lib.services.media.photograph import Photograph
from lib.services.media.serving import Asked
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
from tests.sealed_pictures import PREVIEW, add_key, add_picture, add_rendition, add_rows
from tests.services.conftest import actor_of, add_person

NOT_ASKED = "The patient has not been asked, or nothing shows the answer."


@pytest.fixture
def kim(clinic: Clinic) -> Actor:
    """Give a member of staff who is on file, as the trail names her."""
    return actor_of(clinic, add_person(clinic, "kim", Role.STAFF))


def opened(clinic: Clinic, actor: Actor, patient_id: UUID, media_id: UUID) -> Photograph:
    return photograph.open_photograph(clinic, actor, patient_id, media_id, as_of=TODAY)


def test_it_says_what_the_file_is_and_who_brought_it_in(clinic: Clinic, kim: Actor) -> None:
    anna = add_patient(clinic)
    media_id = add_rows(
        clinic,
        anna,
        add_key(clinic, anna),
        file_taken_at=NOW,
        file_offset_minutes=60,
        recorded_by=kim.person_id,
    )
    add_rendition(clinic, anna, media_id, "stream", media_type=None, fault="No film in it.")
    add_rendition(clinic, anna, media_id, "thumbnail", width=320, height=240, bytes=9)
    found = opened(clinic, kim, anna, media_id)
    assert found.picture.media_id == media_id
    assert (found.facts.file_taken_at, found.facts.file_offset_minutes) == (NOW, 60)
    assert (found.facts.recorded_by, found.facts.removed_at) == ("Kim", None)
    assert [(one.name, one.width, one.fault) for one in found.renditions] == [
        (Rendition.THUMBNAIL, 320, None),
        (Rendition.STREAM, None, "No film in it."),
    ]


def test_each_purpose_is_said_with_its_reason(clinic: Clinic, kim: Actor) -> None:
    anna = add_patient(clinic)
    found = opened(clinic, kim, anna, add_rows(clinic, anna, add_key(clinic, anna)))
    assert [(one.purpose, one.is_permitted) for one in found.purposes] == [
        (Purpose.RECORD, True),
        (Purpose.EDUCATION, False),
        (Purpose.SOCIAL_MEDIA, False),
        (Purpose.THIRD_PARTY, False),
    ]
    assert {one.why for one in found.purposes[1:]} == {NOT_ASKED}
    assert found.purposes[0].why == lens.OF_RECORD


def test_every_version_of_what_was_said_stays(clinic: Clinic, kim: Actor) -> None:
    anna, stock = add_patient(clinic), add_stock(clinic)
    series = add_treatment(clinic, anna, stock, date(2026, 10, 1))
    media_id = add_rows(clinic, anna, add_key(clinic, anna), view="front", is_guessed=True)
    clinic.store.transact(
        lambda unit: unit.cursor.execute("UPDATE media_label SET superseded_at = ?", [NOW])
    )
    write(
        clinic,
        "media_label",
        label_id=uuid7s.uuid7(),
        media_id=media_id,
        patient_id=anna,
        version=2,
        capture_source="person",
        view="back",
        treatment_series_id=series,
        practitioner_id=stock.practitioner_id,
        is_guessed=False,
        recorded_at=NOW,
        recorded_by=kim.person_id,
    )
    second, first = opened(clinic, kim, anna, media_id).versions
    assert (first.version, first.view, first.is_guessed) == (1, "front", True)
    assert (second.version, second.view, second.recorded_by) == (2, "back", "Kim")
    assert (second.treatment_name, second.practitioner_name) == ("Wrinkle relaxing", "Pat Lee")


def test_who_saw_it_is_told_from_the_trail(clinic: Clinic, kim: Actor, owner: Actor) -> None:
    absorbed, before = add_patient(clinic), add_patient(clinic)
    anna = add_patient(clinic)
    media_id = add_picture(clinic, absorbed, add_key(clinic, absorbed))
    asked = Asked(media_id, Rendition.PREVIEW, Purpose.RECORD)
    with serving.open_rendition(clinic, kim, asked, now=NOW).reader as reader:
        assert reader.read() == PREVIEW
    with pytest.raises(NotPermittedError):
        serving.open_rendition(clinic, owner, asked, now=NOW)
    _merge(clinic, absorbed, before)
    _merge(clinic, before, anna)
    opened(clinic, kim, anna, media_id)
    found = opened(clinic, kim, anna, media_id)
    assert [(one.person_name, one.action, one.detail) for one in found.seen] == [
        ("Kim", Action.MEDIA_VIEWED, {"purpose": "record", "screen": "photograph"}),
        ("Kim", Action.MEDIA_VIEWED, {"purpose": "record", "rendition": "preview"}),
    ]
    assert not any(one.is_refused for one in found.seen)


def _merge(clinic: Clinic, absorbed: UUID, survivor: UUID) -> None:
    """Leave the two as a merge does: pictures moved, the trail where it was."""
    for table in ("media_item", "media_label", "media_rendition"):
        sql = f"UPDATE {table} SET patient_id = ? WHERE patient_id = ?"  # noqa: S608
        clinic.store.transact(
            lambda unit, sql=sql: unit.cursor.execute(sql, [str(survivor), str(absorbed)])
        )
    sql = "UPDATE patient SET merged_into_id = ? WHERE patient_id = ?"
    clinic.store.transact(lambda unit: unit.cursor.execute(sql, [str(survivor), str(absorbed)]))


def test_opening_it_is_one_look_and_its_preview_is_part_of_that(clinic: Clinic, kim: Actor) -> None:
    anna = add_patient(clinic)
    media_id = add_picture(clinic, anna, add_key(clinic, anna))
    for _ in range(2):
        opened(clinic, kim, anna, media_id)
    now = photograph.now()
    asked = Asked(media_id, Rendition.PREVIEW, Purpose.RECORD)
    serving.open_rendition(clinic, kim, asked, now=now).reader.close()
    assert [line[0] for line in audit_lines(clinic)] == [Action.MEDIA_VIEWED]


def test_a_removed_picture_has_its_page_and_can_be_seen_there(clinic: Clinic, kim: Actor) -> None:
    anna = add_patient(clinic)
    media_id = add_picture(
        clinic,
        anna,
        add_key(clinic, anna),
        removed_at=NOW,
        removed_by=kim.person_id,
        removal_reason="Blurred",
    )
    facts = opened(clinic, kim, anna, media_id).facts
    assert (facts.removed_at, facts.removed_by, facts.removal_reason) == (NOW, "Kim", "Blurred")
    asked = Asked(media_id, Rendition.PREVIEW, Purpose.RECORD)
    serving.open_rendition(clinic, kim, asked, now=photograph.now()).reader.close()


def test_what_is_not_this_patients_is_not_there(clinic: Clinic, kim: Actor, owner: Actor) -> None:
    anna, ben = add_patient(clinic), add_patient(clinic)
    theirs = add_rows(clinic, ben, add_key(clinic, ben))
    for media_id in (theirs, uuid7s.uuid7()):
        with pytest.raises(NotFoundError):
            opened(clinic, kim, anna, media_id)
    with pytest.raises(NotPermittedError):
        opened(clinic, owner, ben, theirs)
    with pytest.raises(MergedError):
        opened(clinic, kim, add_patient(clinic, merged_into_id=anna), theirs)


def test_a_restricted_record_needs_a_ground_which_its_preview_then_has(
    clinic: Clinic, kim: Actor
) -> None:
    anna = add_patient(clinic)
    media_id = add_picture(clinic, anna, add_key(clinic, anna))
    restrict(clinic, anna)
    with pytest.raises(GroundNeededError):
        opened(clinic, kim, anna, media_id)
    photograph.open_photograph(
        clinic, kim, anna, media_id, as_of=TODAY, ground=Ground.PROTECT_PERSON
    )
    assert audit_lines(clinic)[-1][3] == "to protect another person"
    asked = Asked(media_id, Rendition.PREVIEW, Purpose.RECORD)
    serving.open_rendition(clinic, kim, asked, now=photograph.now()).reader.close()
