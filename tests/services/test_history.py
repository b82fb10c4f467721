"""The history is added to and corrected, never overwritten; two people never undo each other."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.conflicts import Choice
from lib.domain.history import AllergyState, HistoryEntry, Kind, Status
from lib.domain.history_form import typed_of
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    SavedAlreadyError,
    StaleVersionError,
)
from lib.services import drafts, history, records
from lib.services.clinic import Clinic
from lib.services.drafts import Form, Subject
from lib.services.history import Correction, NewEntry, NewReview
from lib.services.records import Record
from tests.records import NOW, TODAY, add_history, add_patient, audit_lines, restrict

LATER = NOW + timedelta(hours=1)
WHY = "Read from the GP letter"


def add(clinic: Clinic, actor: Actor, patient_id: UUID, **typed: Any) -> HistoryEntry:  # noqa: ANN401
    kind = typed.pop("kind", Kind.ALLERGY)
    wanted = NewEntry(typed.pop("entry_id", uuid7s.uuid7()), patient_id, kind, typed)
    return history.add(clinic, actor, wanted, now=NOW, as_of=TODAY)


def correction(entry: HistoryEntry, patient_id: UUID, **typed: Any) -> Correction:  # noqa: ANN401
    base = typed_of(entry)
    options = {name: typed.pop(name) for name in ("choices", "seen", "ground") if name in typed}
    return Correction(
        entry_id=uuid7s.uuid7(),
        patient_id=patient_id,
        series_id=entry.series_id,
        base=base,
        typed={**base, **typed},
        reason=WHY,
        **{"seen": entry.version, **options},
    )


def correct(clinic: Clinic, actor: Actor, wanted: Correction) -> HistoryEntry:
    return history.correct(clinic, actor, wanted, now=LATER, as_of=TODAY)


def opened(clinic: Clinic, actor: Actor, patient_id: UUID) -> Record:
    return records.open_record(clinic, actor, patient_id, as_of=TODAY)


def lines(clinic: Clinic, action: str) -> list[Any]:
    return [line for line in audit_lines(clinic) if line[0] == action]


def test_an_entry_says_who_told_and_who_recorded_it(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    saved = add(
        clinic, staff, patient_id, name="Latex", severity="severe", source="third_party",
        source_detail="Her sister", started_on="1/7/2019",
    )  # fmt: skip
    (series,) = opened(clinic, staff, patient_id).history
    assert series.current == saved
    assert (saved.name, saved.severity, saved.started_on) == ("Latex", "severe", date(2019, 7, 1))
    assert (saved.source, saved.source_detail) == ("third_party", "Her sister")
    assert lines(clinic, "history entry added") == [
        ("history entry added", "done", str(patient_id), None, '{"kind": "allergy"}')
    ]


def test_adding_twice_is_adding_once_and_ends_the_draft(clinic: Clinic, staff: Actor) -> None:
    patient_id, entry_id = add_patient(clinic), uuid7s.uuid7()
    subject = Subject(Form.HISTORY, patient_id)
    drafts.keep(clinic, staff, subject, {"name": "Latex"}, now=NOW)
    first = add(clinic, staff, patient_id, entry_id=entry_id, name="Latex")
    assert add(clinic, staff, patient_id, entry_id=entry_id, name="Latex") == first
    assert len(opened(clinic, staff, patient_id).history) == 1
    assert len(lines(clinic, "history entry added")) == 1
    assert drafts.find(clinic, staff, subject) is None


def test_another_entry_typed_into_a_form_that_was_saved_is_refused_and_not_dropped(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id, entry_id = add_patient(clinic), uuid7s.uuid7()
    add(clinic, staff, patient_id, entry_id=entry_id, name="Latex")
    with pytest.raises(SavedAlreadyError):
        add(clinic, staff, patient_id, entry_id=entry_id, name="Nickel")
    assert [one.current.name for one in opened(clinic, staff, patient_id).history] == ["Latex"]


def test_another_correction_typed_into_a_form_that_was_saved_is_refused_and_not_dropped(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    first = add(clinic, staff, patient_id, name="Latex")
    wanted = correction(first, patient_id, severity="mild")
    assert correct(clinic, staff, wanted) == correct(clinic, staff, wanted)
    with pytest.raises(SavedAlreadyError):
        correct(clinic, staff, replace(wanted, typed={**wanted.typed, "severity": "severe"}))
    (series,) = opened(clinic, staff, patient_id).history
    assert (series.current.severity, series.current.version) == ("mild", 2)


def test_an_allergy_ends_no_known_allergies(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    add(clinic, staff, patient_id, kind=Kind.NO_KNOWN_ALLERGIES)
    assert opened(clinic, staff, patient_id).alerts.allergy_state is AllergyState.NONE_KNOWN
    add(clinic, staff, patient_id, name="Latex")
    record = opened(clinic, staff, patient_id)
    assert record.alerts.allergy_state is AllergyState.KNOWN
    ended = next(one for one in record.history if one.current.kind is Kind.NO_KNOWN_ALLERGIES)
    assert (ended.current.status, len(ended.earlier)) == (Status.RESOLVED, 1)
    assert ended.current.correction_reason == "An allergy was recorded"


def test_no_known_allergies_is_refused_beside_an_allergy(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    add(clinic, staff, patient_id, name="Latex")
    with pytest.raises(InvalidInputError, match="there are allergies"):
        add(clinic, staff, patient_id, kind=Kind.NO_KNOWN_ALLERGIES)


def test_the_same_thing_is_not_entered_twice(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    first = add(clinic, staff, patient_id, name="Latex")
    with pytest.raises(InvalidInputError, match="in the history already"):
        add(clinic, staff, patient_id, name="latex ")
    correct(clinic, staff, correction(first, patient_id, status="resolved"))
    again = add(clinic, staff, patient_id, name="Latex")
    assert again.series_id != first.series_id


def test_a_fault_names_its_field_and_stores_nothing(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    with pytest.raises(InvalidInputError) as caught:
        add(clinic, staff, patient_id, name="Latex", started_on="never")
    assert caught.value.field == "started_on"
    assert opened(clinic, staff, patient_id).history == ()


def test_a_correction_is_a_new_version_and_the_old_one_stays(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    first = add(clinic, staff, patient_id, name="Latex")
    wanted = correction(first, patient_id, name="Latex and rubber", severity="mild")
    second = correct(clinic, staff, wanted)
    assert correct(clinic, staff, wanted) == second
    (series,) = opened(clinic, staff, patient_id).history
    assert (series.current, series.earlier) == (second, (first,))
    assert (second.version, second.name, second.correction_reason) == (2, "Latex and rubber", WHY)
    assert lines(clinic, "history entry corrected") == [
        ("history entry corrected", "done", str(patient_id), None, '{"version": 2}')
    ]


@pytest.mark.parametrize(
    ("typed", "reason", "field"),
    [({"name": "Rubber"}, " ", "reason"), ({}, WHY, None), ({"name": ""}, WHY, "name")],
)
def test_a_correction_without_reason_change_or_sense_is_refused(
    clinic: Clinic, staff: Actor, typed: dict[str, str], reason: str, field: str | None
) -> None:
    patient_id = add_patient(clinic)
    first = add(clinic, staff, patient_id, name="Latex")
    wanted = correction(first, patient_id, **typed)
    with pytest.raises(InvalidInputError) as caught:
        correct(clinic, staff, Correction(**{**_fields(wanted), "reason": reason}))
    assert caught.value.field == field
    assert opened(clinic, staff, patient_id).history[0].earlier == ()


def _fields(wanted: Correction) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in wanted.__slots__}


def test_changes_in_different_fields_are_both_kept(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    first = add(clinic, staff, patient_id, name="Latex")
    theirs = correction(first, patient_id, severity="severe")
    mine = correction(first, patient_id, detail="Rash within minutes")
    correct(clinic, staff, theirs)
    saved = correct(clinic, staff, mine)
    assert (saved.version, saved.severity, saved.detail) == (3, "severe", "Rash within minutes")


def test_two_who_change_one_field_see_both_and_choose(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    first = add(clinic, staff, patient_id, name="Latex")
    correct(clinic, staff, correction(first, patient_id, severity="severe"))
    mine = correction(first, patient_id, severity="mild")
    with pytest.raises(StaleVersionError) as caught:
        correct(clinic, staff, mine)
    assert (caught.value.version, caught.value.theirs["severity"]) == (2, "severe")
    decided = {**_fields(mine), "choices": {"severity": Choice.MINE}, "seen": 2}
    saved = correct(clinic, staff, Correction(**decided))
    assert (saved.version, saved.severity) == (3, "mild")


def test_a_choice_made_before_yet_another_change_does_not_count(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    first = add(clinic, staff, patient_id, name="Latex")
    second = correct(clinic, staff, correction(first, patient_id, severity="severe"))
    correct(clinic, staff, correction(second, patient_id, severity="moderate"))
    stale = correction(
        first, patient_id, severity="mild", choices={"severity": Choice.MINE}, seen=2
    )
    with pytest.raises(StaleVersionError) as caught:
        correct(clinic, staff, stale)
    assert (caught.value.version, caught.value.theirs["severity"]) == (3, "moderate")


def test_many_at_once_lose_no_version(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    first = add(clinic, staff, patient_id, name="Latex")
    outcomes: list[object] = []

    def attempt(severity: str) -> None:
        try:
            outcomes.append(
                correct(clinic, staff, correction(first, patient_id, severity=severity))
            )
        except StaleVersionError as error:
            outcomes.append(error)

    people = [
        threading.Thread(target=attempt, args=(word,)) for word in ("mild", "moderate", "severe")
    ]
    for one in people:
        one.start()
    for one in people:
        one.join()
    (series,) = opened(clinic, staff, patient_id).history
    saved = [one for one in outcomes if isinstance(one, HistoryEntry)]
    assert len(outcomes) == 3
    assert len(series.earlier) == len(saved) == 1


def test_a_review_is_noted_once(clinic: Clinic, staff: Actor) -> None:
    patient_id, wanted = add_patient(clinic), uuid7s.uuid7()
    for _ in range(2):
        review = NewReview(wanted, patient_id, " Asked by phone ")
        history.review(clinic, staff, review, now=NOW, as_of=TODAY)
    (found,) = history.reviews(clinic, staff, patient_id)
    assert (found.reviewed_on, found.note) == (TODAY, "Asked by phone")
    assert len(lines(clinic, "history reviewed")) == 1


def test_usual_names_are_those_that_ten_patients_share(clinic: Clinic, staff: Actor) -> None:
    for _ in range(10):
        patient_id = add_patient(clinic)
        add_history(clinic, patient_id, "allergy", "Latex")
        add_history(clinic, patient_id, "medicine", "Aspirin")
    for _ in range(11):
        add_history(clinic, patient_id, "allergy", "A rare thing")
    assert history.usual_names(clinic, staff, Kind.ALLERGY) == ["Latex"]


def test_a_restricted_record_is_changed_on_a_ground_only(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    first = add(clinic, staff, patient_id, name="Latex")
    restrict(clinic, patient_id)
    with pytest.raises(GroundNeededError):
        add(clinic, staff, patient_id, name="Nickel")
    with pytest.raises(GroundNeededError):
        correct(clinic, staff, correction(first, patient_id, severity="mild"))
    with pytest.raises(GroundNeededError):
        history.reviews(clinic, staff, patient_id)
    refused = [line for line in audit_lines(clinic) if line[1] == "refused"]
    assert len(refused) == 2
    ground = Ground.PROTECT_PERSON
    correct(clinic, staff, correction(first, patient_id, severity="mild", ground=ground))
    assert lines(clinic, "history entry corrected")[0][3] == ground.value


def test_who_may_not_edit_changes_nothing(clinic: Clinic, staff: Actor, compliance: Actor) -> None:
    patient_id = add_patient(clinic)
    first = add(clinic, staff, patient_id, name="Latex")
    with pytest.raises(NotPermittedError):
        add(clinic, compliance, patient_id, name="Nickel")
    with pytest.raises(NotPermittedError):
        correct(clinic, compliance, correction(first, patient_id, severity="mild"))
    review = NewReview(uuid7s.uuid7(), patient_id)
    with pytest.raises(NotPermittedError):
        history.review(clinic, compliance, review, now=NOW, as_of=TODAY)
    assert opened(clinic, staff, patient_id).history[0].current == first


def test_an_entry_of_another_record_is_not_found(clinic: Clinic, staff: Actor) -> None:
    first = add(clinic, staff, add_patient(clinic), name="Latex")
    with pytest.raises(NotFoundError):
        correct(clinic, staff, correction(first, add_patient(clinic), severity="mild"))
