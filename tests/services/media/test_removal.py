"""Removing pictures and putting them back: all or none, with a reason, the file untouched."""

from collections.abc import Sequence
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.domain.media import Purpose
from lib.domain.media_gallery import Filters
from lib.domain.restriction import Ground
from lib.errors import GroundNeededError, InvalidInputError, NotFoundError, NotPermittedError
from lib.services.clinic import Clinic
from lib.services.media import gallery, removal
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict
from tests.sealed_pictures import add_key, add_picture, add_rows


def shown(clinic: Clinic, actor: Actor, patient_id: UUID, *, removed: bool) -> list[UUID]:
    page = gallery.page_of(
        clinic, actor, patient_id, Filters(is_removed=removed), Purpose.RECORD, 0, as_of=TODAY
    )
    return [one.media_id for one in page.pictures]


def test_many_go_at_once_and_come_back(clinic: Clinic, staff: Actor) -> None:
    anna = add_patient(clinic)
    key = add_key(clinic, anna)
    first, second, third = (add_picture(clinic, anna, key) for _ in range(3))
    files = sorted(clinic.media.files.root.rglob("*.*"))
    gone = removal.remove(clinic, staff, anna, [first, second], " Wrong patient ", now=NOW)
    assert gone == (first, second)
    assert shown(clinic, staff, anna, removed=False) == [third]
    assert shown(clinic, staff, anna, removed=True) == [first, second]
    assert sorted(clinic.media.files.root.rglob("*.*")) == files
    assert removal.restore(clinic, staff, anna, [first, second, third]) == (first, second)
    assert shown(clinic, staff, anna, removed=False) == [first, second, third]
    acts = [line[0] for line in audit_lines(clinic) if line[0] != Action.MEDIA_LISTED]
    assert acts == [Action.MEDIA_REMOVED] * 2 + [Action.MEDIA_RESTORED] * 2


def test_removing_again_changes_nothing(clinic: Clinic, staff: Actor) -> None:
    anna = add_patient(clinic)
    media_id = add_rows(clinic, anna, add_key(clinic, anna))
    removal.remove(clinic, staff, anna, [media_id, media_id], "Blurred", now=NOW)
    assert removal.remove(clinic, staff, anna, [media_id], "Other", now=NOW) == ()
    assert [line[0] for line in audit_lines(clinic)] == [Action.MEDIA_REMOVED]
    with clinic.store.reading() as cursor:
        assert cursor.execute("SELECT removal_reason FROM media_item").fetchall() == [("Blurred",)]


def test_one_that_is_not_there_stops_all(clinic: Clinic, staff: Actor) -> None:
    anna, ben = add_patient(clinic), add_patient(clinic)
    media_id = add_rows(clinic, anna, add_key(clinic, anna))
    theirs = add_rows(clinic, ben, add_key(clinic, ben))
    for wrong in (theirs, uuid7s.uuid7()):
        with pytest.raises(NotFoundError):
            removal.remove(clinic, staff, anna, [media_id, wrong], "Blurred", now=NOW)
        with pytest.raises(NotFoundError):
            removal.restore(clinic, staff, anna, [media_id, wrong])
    assert shown(clinic, staff, anna, removed=False) == [media_id]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_a_reason_is_asked_for(clinic: Clinic, staff: Actor, reason: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        removal.remove(clinic, staff, add_patient(clinic), [], reason, now=NOW)
    assert caught.value.field == "reason"


def test_who_may_not_and_a_restricted_record(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    anna = add_patient(clinic)
    media_id = add_rows(clinic, anna, add_key(clinic, anna))
    with pytest.raises(NotPermittedError):
        removal.remove(clinic, compliance, anna, [media_id], "Blurred", now=NOW)
    with pytest.raises(NotPermittedError):
        removal.restore(clinic, compliance, anna, [media_id])
    restrict(clinic, anna)
    with pytest.raises(GroundNeededError):
        removal.remove(clinic, staff, anna, [media_id], "Blurred", now=NOW)
    used = Ground.LEGAL_CLAIMS
    removal.remove(clinic, staff, anna, [media_id], "Blurred", now=NOW, ground=used)
    assert audit_lines(clinic)[-1][3] == "legal claims"
    removal.restore(clinic, staff, anna, [media_id], ground=used)
    assert audit_lines(clinic)[-1][:4] == (
        Action.MEDIA_RESTORED,
        "done",
        str(anna),
        "legal claims",
    )


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 4))), max_size=6))
def test_whatever_is_removed_and_put_back_each_picture_is_in_one_gallery(
    clinic: Clinic, staff: Actor, acts: Sequence[tuple[bool, set[int]]]
) -> None:
    anna = add_patient(clinic)
    key = add_key(clinic, anna)
    pictures = [add_rows(clinic, anna, key) for _ in range(5)]
    removed: set[int] = set()
    for is_removal, places in acts:
        chosen = [pictures[place] for place in sorted(places)]
        if is_removal:
            removal.remove(clinic, staff, anna, chosen, "Blurred", now=NOW)
            removed |= places
        else:
            removal.restore(clinic, staff, anna, chosen)
            removed -= places
    there = [one for place, one in enumerate(pictures) if place not in removed]
    gone = [one for place, one in enumerate(pictures) if place in removed]
    assert shown(clinic, staff, anna, removed=False) == there
    assert shown(clinic, staff, anna, removed=True) == gone
