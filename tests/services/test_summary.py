"""The summary strip over a real store: what each item says, and that it agrees with the lists."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.summary import Key, State, SummaryItem
from lib.errors import NotPermittedError
from lib.imports.kinds import Kind
from lib.services import follow_ups, records, search, summary
from lib.services.clinic import Clinic
from lib.store import lots_missing
from lib.store.marks import MOST
from tests.records import (
    NOW,
    TODAY,
    Stock,
    add_history,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    refresh_follow_ups,
    restrict,
    write,
)
from tests.services.importing import PATIENTS, bring, patient_of

YEAR_AGO = datetime.fromisoformat("2025-11-23T09:00")


def item(clinic: Clinic, patient_id: UUID, key: Key) -> SummaryItem:
    with clinic.store.reading() as cursor:
        strip = summary.items_for(cursor, [patient_id], TODAY)[patient_id]
    (found,) = [one for one in strip if one.key is key]
    return found


def state(clinic: Clinic, patient_id: UUID, key: Key) -> State:
    return item(clinic, patient_id, key).state


def book(clinic: Clinic, patient_id: UUID, days: int, status: str = "booked") -> None:
    starts_at = NOW + timedelta(days=days)
    write(
        clinic,
        "appointment",
        appointment_id=uuid7s.uuid7(),
        patient_id=patient_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        status=status,
        recorded_at=NOW,
    )


def add_without_lot(
    clinic: Clinic, patient_id: UUID, stock: Stock, days_ago: int, product_id: UUID
) -> None:
    treatment_id = add_treatment(clinic, patient_id, stock, TODAY - timedelta(days=days_ago))
    write(
        clinic,
        "treatment_item",
        treatment_item_id=uuid7s.uuid7(),
        treatment_id=treatment_id,
        patient_id=patient_id,
        product_id=product_id,
        area="cheek",
        dose=1,
        unit="unit",
    )
    clinic.store.transact(lambda unit: lots_missing.refresh(unit.cursor, [patient_id]))


def test_the_strip_has_its_six_items_in_order(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    with clinic.store.reading() as cursor:
        strip = summary.items_for(cursor, [patient_id], TODAY)[patient_id]
    assert [one.key for one in strip] == list(Key)
    assert {one.state for one in strip} == {State.NOT_APPLICABLE}
    assert all(one.reason for one in strip)


def test_the_newest_entry_or_review_confirms_a_history(clinic: Clinic) -> None:
    told, reviewed, old = (add_patient(clinic) for _ in range(3))
    add_history(clinic, told, "condition", "Asthma", recorded_at=YEAR_AGO)
    for patient_id in (reviewed, old):
        add_history(
            clinic, patient_id, "condition", "Asthma", recorded_at=YEAR_AGO - timedelta(days=1)
        )
    write(
        clinic,
        "history_review",
        history_review_id=uuid7s.uuid7(),
        patient_id=reviewed,
        reviewed_on=TODAY,
        source="patient",
        recorded_at=NOW,
    )
    assert state(clinic, told, Key.HISTORY) is State.DONE
    assert item(clinic, reviewed, Key.HISTORY).reason == "Last confirmed 23-Nov-2026"
    assert state(clinic, old, Key.HISTORY) is State.MISSING


def test_whoever_was_here_or_is_coming_needs_a_history(clinic: Clinic) -> None:
    seen, coming, cancelled = (
        add_patient(clinic, last_seen_on=TODAY),
        *(add_patient(clinic) for _ in range(2)),
    )
    book(clinic, coming, 3)
    book(clinic, cancelled, 3, "cancelled")
    assert [state(clinic, one, Key.HISTORY) for one in (seen, coming, cancelled)] == [
        State.MISSING,
        State.MISSING,
        State.NOT_APPLICABLE,
    ]


def test_an_injected_product_without_its_lot_is_missed_for_two_years(clinic: Clinic) -> None:
    stock = add_stock(clinic)
    fine, lacking, creamed, long_ago = (add_patient(clinic, last_seen_on=TODAY) for _ in range(4))
    add_treatment(clinic, fine, stock, TODAY)
    add_without_lot(clinic, lacking, stock, 10, stock.toxin_id)
    add_without_lot(clinic, creamed, stock, 10, stock.serum_id)
    add_without_lot(clinic, long_ago, stock, 800, stock.toxin_id)
    assert item(clinic, lacking, Key.LOTS).reason == (
        "1 injected product has no lot, last on 13-Nov-2026"
    )
    assert [state(clinic, one, Key.LOTS) for one in (fine, lacking, creamed, long_ago)] == [
        State.DONE,
        State.MISSING,
        State.DONE,
        State.DONE,
    ]


def test_a_lot_that_is_recorded_later_is_missed_no_more(clinic: Clinic) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic, last_seen_on=TODAY)
    add_without_lot(clinic, patient_id, stock, 10, stock.toxin_id)
    add_without_lot(clinic, patient_id, stock, 20, stock.toxin_id)
    sql = "UPDATE treatment SET superseded_at = ? WHERE treated_on = ?"
    clinic.store.transact(lambda unit: unit.cursor.execute(sql, [NOW, TODAY - timedelta(days=10)]))
    clinic.store.transact(lambda unit: lots_missing.refresh(unit.cursor, [patient_id]))
    assert item(clinic, patient_id, Key.LOTS).reason.endswith("last on 03-Nov-2026")
    before = item(clinic, patient_id, Key.LOTS)
    clinic.store.transact(lambda unit: lots_missing.rebuild(unit.cursor))
    assert item(clinic, patient_id, Key.LOTS) == before


def test_an_imported_treatment_without_its_lot_is_missed_until_a_later_file_has_it(
    clinic: Clinic, compliance: Actor
) -> None:
    add_stock(clinic)
    bring(clinic, compliance, Kind.PATIENTS, PATIENTS)
    heading = "patient id,treatment id,date,treatment,product,batch number,area,dose\n"
    row = "1,T1,{},Wrinkle relaxing,Velaxin,{},forehead,20 units\n"
    day = (TODAY - timedelta(days=30)).strftime("%d/%m/%Y")
    patient_id = patient_of(clinic, "1")
    bring(clinic, compliance, Kind.TREATMENTS, heading + row.format(day, ""))
    assert state(clinic, patient_id, Key.LOTS) is State.MISSING
    bring(clinic, compliance, Kind.TREATMENTS, heading + row.format(day, "VX-1"))
    assert state(clinic, patient_id, Key.LOTS) is State.DONE


def test_more_patients_than_an_index_pays_for_are_brought_up_to_date_together(
    clinic: Clinic,
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic, last_seen_on=TODAY)
    add_without_lot(clinic, patient_id, stock, 10, stock.toxin_id)
    clinic.store.transact(lambda unit: unit.cursor.execute("DELETE FROM item_without_lot"))
    many = [patient_id, *(uuid7s.uuid7() for _ in range(MOST))]
    clinic.store.transact(lambda unit: lots_missing.refresh(unit.cursor, many))
    assert state(clinic, patient_id, Key.LOTS) is State.MISSING


def test_the_follow_up_is_due_exactly_for_who_is_on_its_list(clinic: Clinic, staff: Actor) -> None:
    stock = add_stock(clinic)
    people = []
    for days, booked, seen in (
        (-3, None, None),
        (3, None, None),
        (30, None, None),
        (-60, None, None),
        (2, 4, None),
        (2, None, TODAY),
    ):
        patient_id = add_patient(clinic, last_seen_on=seen)
        treated_on = TODAY - timedelta(days=70)
        due_on = TODAY + timedelta(days=days)
        add_treatment(clinic, patient_id, stock, treated_on, follow_up_due_on=due_on)
        if booked:
            book(clinic, patient_id, booked)
            refresh_follow_ups(clinic, patient_id)
        people.append(patient_id)
    dead, locked = add_patient(clinic, deceased_on=TODAY), add_patient(clinic)
    for patient_id in (dead, locked):
        add_treatment(clinic, patient_id, stock, TODAY - timedelta(9), follow_up_due_on=TODAY)
        people.append(patient_id)
    restrict(clinic, locked)
    listed = {row.patient_id for row in follow_ups.list_due(clinic, staff, as_of=TODAY).rows}
    missing = {one for one in people if state(clinic, one, Key.FOLLOW_UP) is State.MISSING}
    assert missing == listed == {people[0], people[1]}
    assert state(clinic, people[4], Key.FOLLOW_UP) is State.DONE


def test_results_have_their_strips_but_a_restricted_record_has_none(
    clinic: Clinic, staff: Actor, owner: Actor
) -> None:
    open_one, locked = add_patient(clinic), add_patient(clinic, given_names="Hannah")
    restrict(clinic, locked)
    clinic.search.start()
    clinic.search.wait_ready()
    hits = search.search(clinic, staff, "hart").results
    before = audit_lines(clinic)
    strips = summary.for_results(clinic, staff, hits, as_of=TODAY)
    assert set(strips) == {open_one}
    assert audit_lines(clinic) == before
    with pytest.raises(NotPermittedError):
        summary.for_results(clinic, owner, hits, as_of=TODAY)


def test_the_record_carries_its_strip(clinic: Clinic, staff: Actor) -> None:
    patient_id = add_patient(clinic, last_seen_on=TODAY)
    opened = records.open_record(clinic, staff, patient_id, as_of=TODAY)
    assert opened.strip[0].said == "No history yet"


def test_a_feature_that_comes_later_answers_in_its_place(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    answer = SummaryItem(Key.CONSENT, "Consent", "Consent given", State.DONE, "Signed")
    summary.register(Key.CONSENT, lambda _, ids, __: dict.fromkeys(ids, answer))
    try:
        assert item(clinic, patient_id, Key.CONSENT) == answer
    finally:
        summary.register(Key.CONSENT, summary.not_kept(Key.CONSENT, "Consent"))
    assert item(clinic, patient_id, Key.CONSENT).reason == "Not kept here yet"
