"""Where pictures were used outside the clinic: noted, ended, corrected, never overwritten."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.domain.media import Purpose
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    MediaRemovedError,
    NotFoundError,
    NotPermittedError,
    PurposeNotPermittedError,
    SavedAlreadyError,
    StaleVersionError,
)
from lib.services.clinic import Clinic
from lib.services.media import uses
from lib.services.media.uses import About, Said
from lib.store import media_uses
from lib.store.media_uses import Use
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict
from tests.sealed_pictures import add_key, add_rows

SAID = Said(Purpose.RECORD, " Dr Roe, dermatology ", date(2026, 11, 20))
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def about(clinic: Clinic) -> About:
    anna = add_patient(clinic)
    return About(anna, add_rows(clinic, anna, add_key(clinic, anna)), NOW, TODAY)


def at(about: About, moment: datetime, ground: Ground | None = None) -> About:
    return About(about.patient_id, about.media_id, moment, about.as_of, ground)


def versions(clinic: Clinic, about: About) -> list[Use]:
    with clinic.store.reading() as cursor:
        found = media_uses.list_uses(cursor, about.patient_id, about.media_id)
    return [one.use for one in found]


def test_a_use_is_noted_once_with_whoever_noted_it(
    clinic: Clinic, staff: Actor, about: About
) -> None:
    key = uuid7s.uuid7()
    first = uses.note(clinic, staff, about, key, SAID)
    again = uses.note(clinic, staff, at(about, LATER), key, SAID)
    assert (first, versions(clinic, about)) == (again, [first])
    assert (first.place, first.used_by) == ("Dr Roe, dermatology", "Test Person")
    assert audit_lines(clinic) == [
        (
            Action.MEDIA_USE_NOTED,
            "done",
            str(about.patient_id),
            None,
            '{"act": "noted", "purpose": "record"}',
        )
    ]


def test_the_same_form_with_other_words_is_told(clinic: Clinic, staff: Actor, about: About) -> None:
    key = uuid7s.uuid7()
    uses.note(clinic, staff, about, key, SAID)
    with pytest.raises(SavedAlreadyError):
        uses.note(clinic, staff, about, key, Said(Purpose.RECORD, "Elsewhere", TODAY))


@pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.RECORD])
def test_a_purpose_that_nobody_agreed_to_is_refused_and_that_is_noted(
    clinic: Clinic, staff: Actor, about: About, purpose: Purpose
) -> None:
    with pytest.raises(PurposeNotPermittedError):
        uses.note(clinic, staff, about, uuid7s.uuid7(), Said(purpose, "A page", TODAY))
    assert versions(clinic, about) == []
    assert audit_lines(clinic)[-1][:2] == (Action.REFUSED, "refused")


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        (Said(Purpose.RECORD, "  ", TODAY), "place", uses.NO_PLACE),
        (Said(Purpose.RECORD, "x" * 201, TODAY), "place", uses.TOO_LONG),
        (Said(Purpose.RECORD, "x", TODAY, "y" * 201), "used_by", uses.TOO_LONG),
        (Said(Purpose.RECORD, "x", None), "used_on", uses.NO_DAY),
        (Said(Purpose.RECORD, "x", TODAY + timedelta(1)), "used_on", uses.IN_FUTURE),
        (
            Said(Purpose.RECORD, "x", TODAY, "", TODAY - timedelta(1)),
            "ended_on",
            uses.ENDS_BEFORE,
        ),
        (Said(Purpose.RECORD, "x", TODAY, "", TODAY + timedelta(1)), "ended_on", uses.IN_FUTURE),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    clinic: Clinic, staff: Actor, about: About, said: Said, field: str, words: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        uses.note(clinic, staff, about, uuid7s.uuid7(), said)
    assert (caught.value.field, caught.value.message) == (field, words)
    assert versions(clinic, about) == []


def test_taking_it_down_is_a_new_version_and_the_old_one_stays(
    clinic: Clinic, staff: Actor, about: About
) -> None:
    first, second = uuid7s.uuid7(), uuid7s.uuid7()
    uses.note(clinic, staff, about, first, SAID)
    ended = uses.end(clinic, staff, at(about, LATER), (first, second), TODAY)
    assert uses.end(clinic, staff, at(about, LATER), (first, second), TODAY) == ended
    new, old = versions(clinic, about)
    assert (new.ended_on, new.place, new.replaces_id) == (TODAY, "Dr Roe, dermatology", first)
    assert (old.use_id, old.superseded_at, old.ended_on) == (first, LATER, None)
    assert '"act": "ended"' in audit_lines(clinic)[-1][4]


def test_a_correction_needs_no_new_agreement_but_another_purpose_does(
    clinic: Clinic, staff: Actor, about: About
) -> None:
    first, second = uuid7s.uuid7(), uuid7s.uuid7()
    _write_use(clinic, about, first, "education")
    said = Said(Purpose.EDUCATION, "Course of 2026", date(2026, 1, 2), "Kim")
    found = uses.correct(clinic, staff, about, (first, second), said)
    assert (found.place, found.used_by) == ("Course of 2026", "Kim")
    other = Said(Purpose.SOCIAL_MEDIA, "A page", date(2026, 1, 2))
    with pytest.raises(PurposeNotPermittedError):
        uses.correct(clinic, staff, about, (second, uuid7s.uuid7()), other)


def _write_use(clinic: Clinic, about: About, use_id: UUID, purpose: str) -> None:
    """Leave a use from a time when the patient agreed to it."""
    use = Use(
        use_id, about.media_id, about.patient_id, purpose, "Course", TODAY, None, None, NOW, None
    )
    clinic.store.transact(lambda unit: media_uses.insert_use(unit.cursor, use))


def test_two_corrections_of_the_same_version_are_told_apart(
    clinic: Clinic, staff: Actor, about: About
) -> None:
    first = uuid7s.uuid7()
    uses.note(clinic, staff, about, first, SAID)
    uses.end(clinic, staff, about, (first, uuid7s.uuid7()), TODAY)
    with pytest.raises(StaleVersionError):
        uses.end(clinic, staff, about, (first, uuid7s.uuid7()), TODAY)


def test_a_use_of_another_picture_is_not_there(clinic: Clinic, staff: Actor, about: About) -> None:
    first = uuid7s.uuid7()
    uses.note(clinic, staff, about, first, SAID)
    key = add_key(clinic, about.patient_id)
    other = About(about.patient_id, add_rows(clinic, about.patient_id, key), NOW, TODAY)
    with pytest.raises(NotFoundError):
        uses.end(clinic, staff, other, (first, uuid7s.uuid7()), TODAY)
    with pytest.raises(NotFoundError):
        uses.end(clinic, staff, about, (uuid7s.uuid7(), uuid7s.uuid7()), TODAY)
    ben = About(add_patient(clinic), about.media_id, NOW, TODAY)
    with pytest.raises(NotFoundError):
        uses.note(clinic, staff, ben, uuid7s.uuid7(), SAID)


def test_a_removed_picture_is_not_used_anew_but_its_use_can_end(
    clinic: Clinic, staff: Actor, about: About
) -> None:
    first = uuid7s.uuid7()
    uses.note(clinic, staff, about, first, SAID)
    clinic.store.transact(
        lambda unit: unit.cursor.execute("UPDATE media_item SET removed_at = ?", [NOW])
    )
    with pytest.raises(MediaRemovedError):
        uses.note(clinic, staff, about, uuid7s.uuid7(), SAID)
    assert uses.end(clinic, staff, about, (first, uuid7s.uuid7()), TODAY).ended_on == TODAY


def test_who_may_not_and_a_restricted_record(
    clinic: Clinic, staff: Actor, owner: Actor, about: About
) -> None:
    with pytest.raises(NotPermittedError):
        uses.note(clinic, owner, about, uuid7s.uuid7(), SAID)
    restrict(clinic, about.patient_id)
    with pytest.raises(GroundNeededError):
        uses.note(clinic, staff, about, uuid7s.uuid7(), SAID)
    uses.note(clinic, staff, at(about, NOW, Ground.CONSENT), uuid7s.uuid7(), SAID)
    assert audit_lines(clinic)[-1][3] == "the patient consents"
