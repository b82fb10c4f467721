"""The import review: a person says whose a row is, and only then it is taken in."""

import json
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.errors import InvalidInputError, NotFoundError, NotPermittedError, StaleVersionError
from lib.imports.kinds import Kind
from lib.services import import_review as service
from lib.services.clinic import Clinic
from lib.services.import_review import State, Waiting
from tests.records import NOW, TODAY, add_stock, restrict
from tests.services.importing import (
    PATIENTS,
    actions,
    bring,
    counts,
    entries,
    everything,
    patient_of,
    rows,
)

HEADER = "patient id,patient name,dob,treatment id,date,treatment,product,batch,area,dose,notes\n"
ANN = (
    "77,Ann Lee,01/02/1980,T1,25/10/2025,Wrinkle relaxing,Velaxin,VX-1,forehead,20 units,=1+1\n"
    "77,Ann Lee,01/02/1980,T1,25/10/2025,Wrinkle relaxing,Velaxin,VX-1,glabella,10,\n"
    "77,Ann Lee,01/02/1980,,26/10/2025,Peel,,,face,,\n"
)
NOBODY = ",Jo Stranger,,T9,27/10/2025,Peel,,,,,\n"
HISTORY = "patient name,dob,kind,entry,severity\nAnn Lee,01/02/1980,allergy,Latex,mild\n"


@pytest.fixture(autouse=True)
def _waiting(clinic: Clinic, compliance: Actor) -> None:
    add_stock(clinic)
    bring(clinic, compliance, Kind.PATIENTS, PATIENTS)
    report = bring(clinic, compliance, Kind.TREATMENTS, HEADER + ANN + NOBODY)
    assert counts(report) == (0, 0, 0, 4, 0)


def waiting(clinic: Clinic, actor: Actor, state: State = State.WAITING) -> list[Waiting]:
    return list(service.list_waiting(clinic, actor, state).people)


def link(clinic: Clinic, actor: Actor, person: Waiting, patient_id: UUID) -> int:
    return service.link(clinic, actor, person.review_ids, patient_id, now=NOW)


def test_a_person_is_listed_once_with_all_rows_and_who_it_may_be(
    clinic: Clinic, staff: Actor
) -> None:
    ann, stranger = waiting(clinic, staff)
    assert dict(ann.said)["patient's date of birth"] == "1980-02-01"
    assert [(row.kind, row.line, len(row.said)) for row in ann.rows] == [
        (Kind.TREATMENTS, 2, 2),
        (Kind.TREATMENTS, 4, 1),
    ]
    assert dict(ann.rows[0].said[1])["area"] == "glabella"
    assert {one.identity.patient_id for one in ann.choices} == {
        patient_of(clinic, "2"),
        patient_of(clinic, "3"),
    }
    assert ann.choices[0].why == ("same name", "same date of birth", "another id in that system")
    assert stranger.choices == ()
    listed = [entry for entry in entries(clinic) if entry.action == Action.PATIENT_LISTED]
    assert {entry.patient_id for entry in listed} == {
        one.identity.patient_id for one in ann.choices
    }


def test_what_is_tied_is_taken_in_for_the_chosen_patient_and_written_down(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    ann, _ = waiting(clinic, staff)
    chosen = patient_of(clinic, "3")
    assert link(clinic, staff, ann, chosen) == 2
    assert rows(clinic, "SELECT name, notes FROM treatment ORDER BY treated_on") == [
        ("Wrinkle relaxing", "=1+1"),
        ("Peel", "Area: face"),
    ]
    assert set(rows(clinic, "SELECT patient_id FROM treatment")) == {(chosen,)}
    assert rows(clinic, "SELECT count(*) FROM treatment_item") == [(2,)]
    reviewed = [entry for entry in entries(clinic) if entry.action == Action.IMPORT_ROW_REVIEWED]
    assert {entry.patient_id for entry in reviewed} == {chosen}
    assert {entry.subject_id for entry in reviewed} == set(ann.review_ids)
    assert json.loads(reviewed[0].detail) == {"decision": "linked", "kind": "treatments"}
    assert actions(clinic)[Action.TREATMENT_ADDED] == 2
    assert [one.said for one in waiting(clinic, staff)] == [
        (("patient's given names", "Jo"), ("patient's family name", "Stranger"))
    ]
    before = everything(clinic, "treatment", "treatment_item", "import_review")
    again = bring(clinic, compliance, Kind.TREATMENTS, HEADER + ANN + NOBODY)
    assert counts(again) == (0, 0, 3, 1, 0)
    assert link(clinic, staff, ann, chosen) == 0
    assert everything(clinic, "treatment", "treatment_item", "import_review") == before


def test_the_id_that_the_file_gives_is_kept_so_that_the_next_file_needs_no_review(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    ann, _ = waiting(clinic, staff)
    link(clinic, staff, ann, patient_of(clinic, "3"))
    more = HEADER + "77,Ann Lee,01/02/1980,T5,28/10/2025,Peel,,,,,\n"
    assert counts(bring(clinic, compliance, Kind.TREATMENTS, more)) == (1, 0, 0, 0, 0)
    assert patient_of(clinic, "77") == patient_of(clinic, "3")


def test_a_changed_row_of_a_treatment_that_was_tied_is_a_correction(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    _, stranger = waiting(clinic, staff)
    link(clinic, staff, stranger, patient_of(clinic, "1"))
    changed = HEADER + NOBODY.replace("Peel", "Deep peel")
    assert counts(bring(clinic, compliance, Kind.TREATMENTS, changed)) == (0, 1, 0, 0, 0)
    assert counts(bring(clinic, compliance, Kind.TREATMENTS, HEADER + NOBODY)) == (0, 1, 0, 0, 0)


def test_a_newer_row_takes_the_place_of_one_that_still_waits(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    changed = HEADER + NOBODY.replace("Peel", "Deep peel")
    assert counts(bring(clinic, compliance, Kind.TREATMENTS, changed)) == (0, 0, 0, 1, 0)
    _, stranger = waiting(clinic, staff)
    assert [dict(row.said[0])["treatment"] for row in stranger.rows] == ["Deep peel"]


def test_what_was_set_aside_stays_so_and_can_be_taken_up_again(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    _, stranger = waiting(clinic, staff)
    service.dismiss(clinic, staff, stranger.review_ids, now=NOW)
    service.dismiss(clinic, staff, stranger.review_ids, now=NOW)
    assert len(waiting(clinic, staff)) == 1
    assert counts(bring(clinic, compliance, Kind.TREATMENTS, HEADER + NOBODY)) == (0, 0, 1, 0, 0)
    (aside,) = waiting(clinic, staff, State.SET_ASIDE)
    with pytest.raises(StaleVersionError):
        link(clinic, staff, aside, patient_of(clinic, "1"))
    service.restore(clinic, staff, aside.review_ids, now=NOW)
    assert len(waiting(clinic, staff)) == 2
    assert actions(clinic)[Action.IMPORT_ROW_REVIEWED] == 2
    assert counts(bring(clinic, compliance, Kind.TREATMENTS, HEADER + NOBODY)) == (0, 0, 0, 1, 0)


def test_once_the_patient_is_here_the_row_needs_no_review_any_more(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    text = HEADER + ",Max New,05/06/1990,T7,25/10/2025,Peel,,,,,\n"
    assert counts(bring(clinic, compliance, Kind.TREATMENTS, text)) == (0, 0, 0, 1, 0)
    bring(clinic, compliance, Kind.PATIENTS, PATIENTS + "8,Max,New,05/06/1990,,\n")
    assert counts(bring(clinic, compliance, Kind.TREATMENTS, text)) == (1, 0, 0, 0, 0)
    assert len(waiting(clinic, staff)) == 2
    assert rows(clinic, "SELECT state FROM import_review WHERE external_id = 'T7'") == [("linked",)]


def test_history_waits_beside_treatments_and_is_tied_with_them(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    text = HISTORY.replace("patient name,", "patient id,patient name,").replace("Ann", "77,Ann")
    assert counts(bring(clinic, compliance, Kind.HISTORY, text)) == (0, 0, 0, 1, 0)
    ann, _ = waiting(clinic, staff)
    assert [row.kind for row in ann.rows] == [Kind.TREATMENTS, Kind.TREATMENTS, Kind.HISTORY]
    assert link(clinic, staff, ann, patient_of(clinic, "2")) == 3
    assert rows(clinic, "SELECT kind, name, severity FROM history_entry") == [
        ("allergy", "Latex", "mild")
    ]
    assert counts(bring(clinic, compliance, Kind.HISTORY, text)) == (0, 0, 1, 0, 0)


def test_a_restricted_record_is_neither_offered_nor_filled_rule_e1(
    clinic: Clinic, staff: Actor
) -> None:
    restricted = patient_of(clinic, "2")
    restrict(clinic, restricted)
    ann, _ = waiting(clinic, staff)
    assert restricted not in {one.identity.patient_id for one in ann.choices}
    before = everything(clinic, "treatment", "import_review", "patient_external_id")
    with pytest.raises(InvalidInputError, match="rule E1"):
        link(clinic, staff, ann, restricted)
    assert everything(clinic, "treatment", "import_review", "patient_external_id") == before


def test_two_people_who_decide_otherwise_do_not_both_succeed(clinic: Clinic, staff: Actor) -> None:
    ann, _ = waiting(clinic, staff)
    link(clinic, staff, ann, patient_of(clinic, "2"))
    with pytest.raises(StaleVersionError):
        link(clinic, staff, ann, patient_of(clinic, "3"))
    with pytest.raises(StaleVersionError):
        service.dismiss(clinic, staff, ann.review_ids, now=NOW)
    assert set(rows(clinic, "SELECT patient_id FROM treatment")) == {(patient_of(clinic, "2"),)}


def test_what_is_not_there_is_told(clinic: Clinic, staff: Actor) -> None:
    ann, _ = waiting(clinic, staff)
    with pytest.raises(NotFoundError):
        link(clinic, staff, ann, uuid7s.uuid7())
    with pytest.raises(NotFoundError):
        service.link(clinic, staff, [uuid7s.uuid7()], patient_of(clinic, "2"), now=NOW)
    with pytest.raises(StaleVersionError):
        service.restore(clinic, staff, [uuid7s.uuid7()], now=NOW)


def test_an_administrator_imports_but_sees_and_decides_nothing(
    clinic: Clinic, administrator: Actor, owner: Actor
) -> None:
    for actor in (administrator, owner):
        for act in (
            lambda who: service.list_waiting(clinic, who),
            lambda who: service.link(clinic, who, [], patient_of(clinic, "1"), now=NOW),
            lambda who: service.dismiss(clinic, who, [], now=NOW),
            lambda who: service.restore(clinic, who, [], now=NOW),
        ):
            with pytest.raises(NotPermittedError):
                act(actor)


def test_home_counts_the_people_of_the_screen(clinic: Clinic, staff: Actor) -> None:
    (item,) = service.home_items(clinic, staff, TODAY)
    assert (item.count, item.path) == (2, service.SCREEN)
    assert item.count == service.list_waiting(clinic, staff).people_count
    for person in waiting(clinic, staff):
        service.dismiss(clinic, staff, person.review_ids, now=NOW)
    assert list(service.home_items(clinic, staff, TODAY)) == []
