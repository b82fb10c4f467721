"""Opening a record: who may, what is noted, and what a restricted one asks for (G1, E1)."""

import json
from datetime import date, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.history import AllergyState
from lib.domain.restriction import Ground
from lib.errors import GroundNeededError, MergedError, NotFoundError, NotPermittedError
from lib.services import records, search
from lib.services.clinic import Clinic
from tests.records import (
    NOW,
    TODAY,
    add_history,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    correct_treatment,
    restrict,
    write,
)


def adverse_event(clinic: Clinic, patient_id: UUID, treatment_id: UUID | None) -> None:
    write(
        clinic,
        "adverse_event",
        adverse_event_id=uuid7s.uuid7(),
        patient_id=patient_id,
        treatment_id=treatment_id,
        occurred_on=TODAY,
        description="Bruise",
        severity="mild",
        is_reported=False,
        recorded_at=NOW,
    )


def test_opening_a_record_is_in_the_trail_and_among_the_recent_ones(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    opened = records.open_record(clinic, staff, patient_id, as_of=TODAY)
    assert opened.patient.patient_id == patient_id
    assert audit_lines(clinic) == [("record viewed", "done", str(patient_id), None, "{}")]
    (recent,) = search.recent(clinic, staff).results
    assert recent.patient_id == patient_id


def test_a_heading_says_of_the_record_what_all_of_it_does_and_is_in_the_trail(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id, stock = add_patient(clinic), add_stock(clinic)
    add_history(clinic, patient_id, "allergy", "Latex")
    for days in (3, 2):
        add_treatment(clinic, patient_id, stock, TODAY - timedelta(days=days))
    restrict(clinic, patient_id)
    ground = Ground.CONSENT
    whole = records.open_record(clinic, staff, patient_id, as_of=TODAY, ground=ground)
    heading = records.open_heading(clinic, staff, patient_id, as_of=TODAY, ground=ground)
    assert (heading.patient, heading.alerts) == (whole.patient, whole.alerts)
    assert heading.ground is ground
    assert list(heading.treatments) == [one.row for one in whole.treatments.treatments]
    about = audit_lines(clinic)[-1]
    assert about == (
        *("record viewed", "done", str(patient_id), "the patient consents"),
        '{"section": "heading"}',
    )
    (recent,) = search.recent(clinic, staff).results
    assert recent.patient_id == patient_id


@pytest.mark.parametrize("role", ["owner", "administrator"])
def test_a_heading_is_refused_as_the_record_is(
    clinic: Clinic, staff: Actor, role: str, request: pytest.FixtureRequest
) -> None:
    patient_id = add_patient(clinic)
    with pytest.raises(NotPermittedError):
        records.open_heading(clinic, request.getfixturevalue(role), patient_id, as_of=TODAY)
    restrict(clinic, patient_id)
    with pytest.raises(GroundNeededError):
        records.open_heading(clinic, staff, patient_id, as_of=TODAY)
    assert [line[1] for line in audit_lines(clinic)] == ["refused", "refused"]


def test_opening_it_again_moves_it_to_the_top(clinic: Clinic, staff: Actor) -> None:
    ids = [add_patient(clinic) for _ in range(3)]
    for patient_id in (*ids, ids[0]):
        records.open_record(clinic, staff, patient_id, as_of=TODAY)
    found = [hit.patient_id for hit in search.recent(clinic, staff).results]
    assert found == [ids[0], ids[2], ids[1]]


@pytest.mark.parametrize("role", ["owner", "administrator"])
def test_owner_and_administrator_are_refused_and_that_is_in_the_trail(
    clinic: Clinic, request: pytest.FixtureRequest, role: str
) -> None:
    patient_id = add_patient(clinic)
    with pytest.raises(NotPermittedError):
        records.open_record(clinic, request.getfixturevalue(role), patient_id, as_of=TODAY)
    ((action, outcome, about, _, _),) = audit_lines(clinic)
    assert (action, outcome, about) == ("refused", "refused", str(patient_id))


def test_an_unknown_id_is_not_found_and_leaves_nothing(clinic: Clinic, staff: Actor) -> None:
    with pytest.raises(NotFoundError):
        records.open_record(clinic, staff, UUID(int=5), as_of=TODAY)
    assert audit_lines(clinic) == []
    assert search.recent(clinic, staff).results == ()


def test_a_restricted_record_asks_for_its_ground_and_notes_the_attempt(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_patient(clinic)
    restrict(clinic, patient_id)
    with pytest.raises(GroundNeededError):
        records.open_record(clinic, staff, patient_id, as_of=TODAY)
    ((action, outcome, about, ground, detail),) = audit_lines(clinic)
    assert (action, outcome, about, ground) == ("refused", "refused", str(patient_id), None)
    assert json.loads(detail)["because"] == "restricted"
    assert search.recent(clinic, staff).results == ()


@pytest.mark.parametrize("ground", list(Ground))
def test_a_restricted_record_opens_on_a_ground_that_is_in_the_trail(
    clinic: Clinic, staff: Actor, ground: Ground
) -> None:
    patient_id = add_patient(clinic)
    restrict(clinic, patient_id)
    opened = records.open_record(clinic, staff, patient_id, as_of=TODAY, ground=ground)
    assert opened.ground is ground
    assert opened.alerts.restriction is not None
    assert audit_lines(clinic) == [("record viewed", "done", str(patient_id), ground.value, "{}")]


def test_a_ground_that_was_not_needed_is_not_noted(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic)
    opened = records.open_record(clinic, staff, patient_id, as_of=TODAY, ground=Ground.LEGAL_CLAIMS)
    assert opened.ground is None
    assert audit_lines(clinic)[0][3] is None


def test_what_must_be_seen_first_is_gathered(clinic: Clinic, staff: Actor) -> None:
    stock = add_stock(clinic)
    patient_id = add_patient(clinic, born_on=date(2009, 8, 20))
    add_treatment(clinic, patient_id, stock, TODAY)
    add_history(clinic, patient_id, "allergy", "Latex", severity="severe")
    add_history(clinic, patient_id, "contraindication", "Pregnancy")
    add_history(clinic, patient_id, "contraindication", "Old", status="resolved")
    alerts = records.open_record(clinic, staff, patient_id, as_of=TODAY).alerts
    assert alerts.allergy_state is AllergyState.KNOWN
    assert [entry.name for entry in alerts.allergies] == ["Latex"]
    assert [entry.name for entry in alerts.contraindications] == ["Pregnancy"]
    assert alerts.is_minor
    assert alerts.injected_as_minor == 1


@pytest.mark.parametrize(
    ("values", "is_minor", "injected"),
    [
        ({"born_on": None}, False, 0),
        ({"born_on": date(1985, 8, 6)}, False, 0),
        ({"born_on": date(2009, 8, 20), "deceased_on": date(2026, 1, 1)}, False, 1),
    ],
)
def test_nobody_is_called_a_minor_who_is_none(
    clinic: Clinic,
    staff: Actor,
    values: dict[str, date | None],
    is_minor: bool,  # noqa: FBT001
    injected: int,
) -> None:
    patient_id = add_patient(clinic, **values)
    add_treatment(clinic, patient_id, add_stock(clinic), date(2025, 1, 1))
    alerts = records.open_record(clinic, staff, patient_id, as_of=TODAY).alerts
    assert (alerts.is_minor, alerts.injected_as_minor) == (is_minor, injected)


def test_a_correction_shows_what_it_replaced_and_keeps_what_went_wrong(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    first = add_treatment(clinic, patient_id, stock, TODAY)
    adverse_event(clinic, patient_id, first)
    adverse_event(clinic, patient_id, None)
    second = correct_treatment(clinic, patient_id, stock, first)
    opened = records.open_record(clinic, staff, patient_id, as_of=TODAY)
    (treatment,) = opened.treatments.treatments
    assert treatment.row.treatment_id == second
    assert [old.treatment_id for old in treatment.earlier] == [first]
    assert len(treatment.adverse_events) == 1
    assert len(opened.other_adverse_events) == 1


def test_more_treatments_are_read_page_by_page_each_with_its_entry(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    count = records.TREATMENTS_PAGE + 3
    for number in range(count):
        add_treatment(clinic, patient_id, stock, TODAY - timedelta(days=number))
    opened = records.open_record(clinic, staff, patient_id, as_of=TODAY)
    place = opened.treatments.next_place
    assert place is not None
    page = records.list_treatments(clinic, staff, patient_id, place)
    shown = [*opened.treatments.treatments, *page.treatments]
    assert opened.summary.count == count == len({one.row.treatment_id for one in shown})
    assert page.next_place is None
    assert all(len(one.items) == 1 for one in shown)
    assert [json.loads(line[4]) for line in audit_lines(clinic)] == [
        {},
        {"section": "treatments"},
    ]


def test_more_treatments_of_a_restricted_record_need_the_ground_too(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    for number in range(records.TREATMENTS_PAGE + 1):
        add_treatment(clinic, patient_id, stock, TODAY - timedelta(days=number))
    restrict(clinic, patient_id)
    ground = Ground.CONSENT
    place = records.open_record(
        clinic, staff, patient_id, as_of=TODAY, ground=ground
    ).treatments.next_place
    assert place is not None
    with pytest.raises(GroundNeededError):
        records.list_treatments(clinic, staff, patient_id, place)
    assert records.list_treatments(clinic, staff, patient_id, place, ground).treatments
    assert [line[3] for line in audit_lines(clinic)] == [ground.value, None, ground.value]


def test_a_record_that_was_merged_names_the_one_it_went_into(clinic: Clinic, staff: Actor) -> None:
    survivor_id = add_patient(clinic)
    absorbed_id = add_patient(clinic, merged_into_id=survivor_id)
    with pytest.raises(MergedError) as caught:
        records.open_record(clinic, staff, absorbed_id, as_of=TODAY)
    assert caught.value.survivor_id == survivor_id
    assert audit_lines(clinic) == []
