"""What was typed is kept for its author alone, and goes when it is saved or grows old."""

from dataclasses import replace
from datetime import timedelta

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.domain.restriction import Ground
from lib.errors import GroundNeededError, NotPermittedError
from lib.services import drafts
from lib.services.clinic import Clinic
from lib.services.drafts import Form, Kept, Subject
from tests.conftest import actor_with
from tests.records import NOW, add_patient, audit_lines, restrict

LATER = NOW + timedelta(minutes=3)
NEW = Subject(Form.REGISTER)


def test_what_was_typed_is_found_again(clinic: Clinic, staff: Actor) -> None:
    drafts.keep(clinic, staff, NEW, {"family_name": "Hart"}, now=NOW)
    drafts.keep(clinic, staff, NEW, {"family_name": "Harte", "is_shared": True}, now=LATER)
    kept = Kept(NEW, {"family_name": "Harte", "is_shared": True}, LATER)
    assert drafts.find(clinic, staff, NEW) == kept
    assert drafts.mine(clinic, staff) == [kept]


def test_the_trail_notes_the_first_keeping_and_no_value(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    subject = Subject(Form.HISTORY, patient_id)
    for typed in ("Latex", "Latex, severe"):
        drafts.keep(clinic, staff, subject, {"name": typed}, now=NOW)
    kept = [line for line in audit_lines(clinic) if line[0] == "unsaved form kept"]
    assert kept == [("unsaved form kept", "done", str(patient_id), None, '{"form": "history"}')]


def test_a_restricted_records_draft_is_kept_and_found_on_a_ground_only(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    restrict(clinic, patient_id)
    bare = Subject(Form.HISTORY, patient_id)
    for refused in (
        lambda: drafts.keep(clinic, staff, bare, {"name": "Latex"}, now=NOW),
        lambda: drafts.find(clinic, staff, bare),
    ):
        with pytest.raises(GroundNeededError):
            refused()
    grounded = replace(bare, ground=Ground.CONSENT)
    drafts.keep(clinic, staff, grounded, {"name": "Latex"}, now=NOW)
    assert drafts.find(clinic, staff, grounded) == Kept(bare, {"name": "Latex"}, NOW)
    about = [line[:4] for line in audit_lines(clinic) if line[2] == str(patient_id)]
    assert about == [
        *[("refused", "refused", str(patient_id), None)] * 2,
        ("unsaved form kept", "done", str(patient_id), "the patient consents"),
    ]


def test_nobody_else_sees_a_draft(clinic: Clinic, staff: Actor) -> None:
    other = Actor(uuid7s.uuid7(), "other", "Other", staff.roles)
    drafts.keep(clinic, staff, NEW, {"family_name": "Hart"}, now=NOW)
    assert drafts.find(clinic, other, NEW) is None
    assert drafts.mine(clinic, other) == []
    drafts.discard(clinic, other, NEW)
    assert drafts.find(clinic, staff, NEW) is not None


def test_forms_about_different_things_do_not_share_a_draft(clinic: Clinic, staff: Actor) -> None:
    patient_id, entry_id = add_patient(clinic), uuid7s.uuid7()
    subjects = [NEW, Subject(Form.HISTORY, patient_id), Subject(Form.HISTORY, patient_id, entry_id)]
    for number, subject in enumerate(subjects):
        drafts.keep(clinic, staff, subject, {"number": number}, now=NOW)
    found = [drafts.find(clinic, staff, subject) for subject in subjects]
    assert [one.values["number"] for one in found if one] == [0, 1, 2]
    assert {kept.subject for kept in drafts.mine(clinic, staff)} == set(subjects)


def test_a_discarded_draft_is_gone(clinic: Clinic, staff: Actor) -> None:
    drafts.keep(clinic, staff, NEW, {"family_name": "Hart"}, now=NOW)
    drafts.discard(clinic, staff, NEW)
    assert drafts.find(clinic, staff, NEW) is None


def test_a_draft_ends_after_two_weeks(clinic: Clinic, staff: Actor) -> None:
    drafts.keep(clinic, staff, NEW, {"family_name": "Hart"}, now=NOW)
    drafts.sweep(clinic, now=NOW + timedelta(days=14))
    assert drafts.find(clinic, staff, NEW) is not None
    drafts.sweep(clinic, now=NOW + timedelta(days=14, seconds=1))
    assert drafts.find(clinic, staff, NEW) is None


@pytest.mark.parametrize("form", list(Form))
def test_who_may_not_fill_a_form_in_keeps_no_draft(clinic: Clinic, form: Form) -> None:
    somebody = actor_with(Role.ADMINISTRATOR)
    with pytest.raises(NotPermittedError):
        drafts.keep(clinic, somebody, Subject(form), {"name": "x"}, now=NOW)
    assert drafts.mine(clinic, somebody) == []
