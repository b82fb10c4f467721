"""From a lot to everybody it was given to, and who has been told."""

import csv
import io
import threading
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
)
from lib.services import recalls, stock
from lib.services.clinic import Clinic
from lib.services.recall_lines import use_words
from lib.services.recalls import NewRecall, Page
from lib.services.stock import Asked, View
from lib.store.recalls import Recall
from tests.records import (
    NOW,
    TODAY,
    Stock,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    correct_treatment,
    restrict,
    write,
)

DAY = date(2026, 5, 4)


@pytest.fixture
def known(clinic: Clinic) -> Stock:
    """Return the test stock."""
    return add_stock(clinic)


def begin(clinic: Clinic, actor: Actor, known: Stock, **options: Any) -> Recall:  # noqa: ANN401
    fields = {
        "recall_id": uuid7s.uuid7(),
        "product_id": known.toxin_id,
        "lot_id": known.toxin_lot_id,
        "reason": "Notice 14",
        **options,
    }
    return recalls.open_recall(clinic, actor, NewRecall(**fields), now=NOW, as_of=TODAY)


def page(clinic: Clinic, actor: Actor, recall: Recall, number: int = 0) -> Page:
    return recalls.page_of(clinic, actor, recall.recall_id, number)


def tell(clinic: Clinic, actor: Actor, recall: Recall, patient_id: UUID, **said: Any) -> None:  # noqa: ANN401
    minutes = said.pop("minutes", 0)
    wanted = recalls.new_note(recall.recall_id, patient_id, **{"is_done": True, **said})
    recalls.note_contact(clinic, actor, wanted, now=NOW + timedelta(minutes=minutes))


def done(clinic: Clinic, action: str) -> list[Any]:
    return [line for line in audit_lines(clinic) if line[0] == action]


def test_everybody_the_lot_was_given_to_is_listed_with_doses_and_days(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    treated, other = add_patient(clinic), add_patient(clinic)
    add_treatment(clinic, treated, known, DAY)
    add_treatment(clinic, treated, known, DAY + timedelta(days=90))
    recall = begin(clinic, staff, known)
    found = page(clinic, staff, recall)
    (line,) = found.lines
    assert (line.patient.patient_id, found.patients, found.contacted) == (treated, 1, 0)
    assert [use.treated_on for use in line.uses] == [DAY + timedelta(days=90), DAY]
    assert use_words(line.uses[1]) == (
        "04-May-2026, Wrinkle relaxing, forehead 20 units, lot VX-1, by Pat Lee"
    )
    listed = done(clinic, "patient shown in a list")
    assert [entry[2] for entry in listed] == [str(treated)]
    assert other != treated


def test_a_version_that_was_corrected_away_does_not_count(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    patient_id = add_patient(clinic)
    old = add_treatment(clinic, patient_id, known, DAY)
    correct_treatment(clinic, patient_id, known, old, treated_on=DAY)
    with clinic.store.reading() as cursor:
        cursor.execute(
            "UPDATE treatment_item SET lot_id = NULL WHERE treatment_id <> ?", [str(old)]
        )
    assert page(clinic, staff, begin(clinic, staff, known)).patients == 0
    assert page(clinic, staff, begin(clinic, staff, known, lot_id=None)).patients == 1


def test_adverse_events_with_the_lot_are_counted(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    patient_id = add_patient(clinic)
    treatment_id = add_treatment(clinic, patient_id, known, DAY)
    for lot_id, replaced in ((known.toxin_lot_id, None), (known.toxin_lot_id, NOW), (None, None)):
        key = uuid7s.uuid7()
        write(
            clinic, "adverse_event", adverse_event_id=key, series_id=key, version=1,
            patient_id=patient_id, treatment_id=treatment_id, product_id=known.toxin_id,
            lot_id=lot_id, occurred_on=DAY, description="Bruise", severity="mild",
            is_reported=False, recorded_at=NOW, superseded_at=replaced,
        )  # fmt: skip
    (line,) = page(clinic, staff, begin(clinic, staff, known)).lines
    assert line.adverse_events == 1


def test_opening_withdraws_the_lot_once(clinic: Clinic, staff: Actor, known: Stock) -> None:
    key = uuid7s.uuid7()
    first = begin(clinic, staff, known, recall_id=key)
    assert begin(clinic, staff, known, recall_id=key) == first
    withdrawn = stock.lots(clinic, staff, Asked(View.WITHDRAWN), as_of=TODAY).rows
    assert [(lot.lot_number, lot.withdrawn_reason) for lot in withdrawn] == [("VX-1", "Notice 14")]
    assert len(done(clinic, "recall opened")) == len(done(clinic, "lot changed")) == 1
    assert [item.count for item in recalls.home_items(clinic, staff, TODAY)] == [1]


def test_a_recall_needs_a_reason(clinic: Clinic, staff: Actor, known: Stock) -> None:
    with pytest.raises(InvalidInputError) as caught:
        begin(clinic, staff, known, reason=" ")
    assert caught.value.field == "reason"
    assert recalls.list_recalls(clinic, staff) == []


def test_a_contact_is_ticked_off_and_back_and_every_step_stays(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    patients = [add_patient(clinic) for _ in range(2)]
    for patient_id in patients:
        add_treatment(clinic, patient_id, known, DAY)
    recall = begin(clinic, staff, known)
    first = page(clinic, staff, recall).lines[0].patient.patient_id
    tell(clinic, staff, recall, first, note="Spoke on the phone")
    tell(clinic, staff, recall, first, minutes=1)
    found = page(clinic, staff, recall)
    # Who is still to be told comes first.
    assert [line.patient.patient_id == first for line in found.lines] == [False, True]
    told = found.lines[1].contact
    assert told is not None
    assert (told.is_done, told.note, found.contacted) == (True, "Spoke on the phone", 1)
    tell(clinic, staff, recall, first, is_done=False, minutes=2)
    assert page(clinic, staff, recall).contacted == 0
    noted = done(clinic, "recall contact noted")
    assert [line[4] for line in noted] == ['{"done": true}', '{"done": false}']
    with clinic.store.reading() as cursor:
        assert cursor.execute("SELECT count(*) FROM recall_contact").fetchall() == [(2,)]


def test_a_closed_recall_takes_no_contact_until_it_is_open_again(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    patient_id = add_patient(clinic)
    add_treatment(clinic, patient_id, known, DAY)
    recall = begin(clinic, staff, known)
    for _ in range(2):
        recalls.close(clinic, staff, recall.recall_id, now=NOW)
    with pytest.raises(InvalidInputError, match="closed"):
        tell(clinic, staff, recall, patient_id)
    assert list(recalls.home_items(clinic, staff, TODAY)) == []
    for _ in range(2):
        recalls.reopen(clinic, staff, recall.recall_id)
    tell(clinic, staff, recall, patient_id)
    assert page(clinic, staff, recall).contacted == 1
    assert len(done(clinic, "recall closed")) == 1


def test_of_a_restricted_record_only_the_reference_is_told(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    patient_id = add_patient(clinic)
    add_treatment(clinic, patient_id, known, DAY)
    restrict(clinic, patient_id)
    recall = begin(clinic, staff, known)
    (line,) = page(clinic, staff, recall).lines
    assert (line.patient.family_name, line.patient.born_on, line.uses) == ("", None, ())
    assert line.patient.reference
    file = recalls.export(clinic, staff, recall.recall_id)
    assert "Hart" not in file.content.decode()


def test_a_contact_with_a_restricted_patient_names_its_ground(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    patient_id = add_patient(clinic)
    add_treatment(clinic, patient_id, known, DAY)
    restrict(clinic, patient_id)
    recall = begin(clinic, staff, known)
    with pytest.raises(GroundNeededError):
        tell(clinic, staff, recall, patient_id)
    assert [line[1] for line in done(clinic, "refused")] == ["refused"]
    tell(clinic, staff, recall, patient_id, ground=Ground.PROTECT_PERSON)
    assert page(clinic, staff, recall).contacted == 1
    assert [line[3] for line in done(clinic, "recall contact noted")] == [
        "to protect another person"
    ]


def test_who_was_not_treated_with_it_cannot_be_noted(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    recall = begin(clinic, staff, known)
    with pytest.raises(NotFoundError, match="not on the list"):
        tell(clinic, staff, recall, add_patient(clinic))


def test_the_same_note_twice_is_kept_once(clinic: Clinic, staff: Actor, known: Stock) -> None:
    patient_id = add_patient(clinic)
    add_treatment(clinic, patient_id, known, DAY)
    recall = begin(clinic, staff, known)
    wanted = recalls.new_note(recall.recall_id, patient_id, is_done=True, note="Spoke")
    for _ in range(2):
        recalls.note_contact(clinic, staff, wanted, now=NOW)
    assert len(done(clinic, "recall contact noted")) == 1


def test_two_people_who_tick_at_once_both_come_through_and_the_patient_counts_once(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    patients = [add_patient(clinic) for _ in range(6)]
    for patient_id in patients:
        add_treatment(clinic, patient_id, known, DAY)
    recall = begin(clinic, staff, known)
    gate = threading.Barrier(2)

    def tick() -> None:
        gate.wait()
        for patient_id in patients:
            tell(clinic, staff, recall, patient_id, note="Spoke")

    people = [threading.Thread(target=tick) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert page(clinic, staff, recall).contacted == len(patients)
    assert len(done(clinic, "recall contact noted")) == 2 * len(patients)


def test_the_compliance_officer_chooses_product_and_lot_without_the_cupboard(
    clinic: Clinic, compliance: Actor, owner: Actor, known: Stock
) -> None:
    names = {one.name: one.product_id for one in recalls.products(clinic, compliance)}
    assert names == {"Velaxin": known.toxin_id, "Glow serum": known.serum_id}
    assert [one.lot_id for one in recalls.lots(clinic, compliance, known.toxin_id)] == [
        known.toxin_lot_id
    ]
    for asked in (
        lambda: recalls.products(clinic, owner),
        lambda: recalls.lots(clinic, owner, known.toxin_id),
    ):
        with pytest.raises(NotPermittedError):
            asked()


def test_the_list_is_exported_harmless_and_each_patient_is_in_the_trail(
    clinic: Clinic, staff: Actor, known: Stock
) -> None:
    patient_id = add_patient(clinic, family_name="=cmd()", deceased_on=date(2026, 6, 1))
    write(
        clinic, "patient_phone", patient_phone_id=uuid7s.uuid7(), patient_id=patient_id,
        kind="mobile", number="+447700900123", number_as_given="x", is_preferred=True,
        source="patient", recorded_at=NOW,
    )  # fmt: skip
    add_treatment(clinic, patient_id, known, DAY)
    recall = begin(clinic, staff, known)
    file = recalls.export(clinic, staff, recall.recall_id)
    (row,) = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))
    assert (row["Family name"], row["Phone"]) == ("'=cmd()", "'+447700900123")
    assert (row["Deceased"], row["Contacted"]) == ("01-Jun-2026", "no")
    assert [line[2] for line in done(clinic, "recall exported")] == [str(patient_id)]
    assert file.event.detail == {"fetched": 1}


def test_a_long_list_comes_in_pages(clinic: Clinic, staff: Actor, known: Stock) -> None:
    for _ in range(recalls.PAGE + 3):
        add_treatment(clinic, add_patient(clinic), known, DAY)
    recall = begin(clinic, staff, known)
    pages = [page(clinic, staff, recall, number) for number in range(3)]
    assert [len(one.lines) for one in pages] == [recalls.PAGE, 3, 0]
    everybody = [line.patient.patient_id for one in pages for line in one.lines]
    assert len(set(everybody)) == recalls.PAGE + 3


def test_who_may_not_run_recalls_sees_none(clinic: Clinic, owner: Actor, known: Stock) -> None:
    with pytest.raises(NotPermittedError):
        begin(clinic, owner, known)
    with pytest.raises(NotPermittedError):
        recalls.page_of(clinic, owner, uuid7s.uuid7())


def test_a_recall_that_is_not_there_is_said_so(clinic: Clinic, staff: Actor) -> None:
    with pytest.raises(NotFoundError):
        recalls.page_of(clinic, staff, uuid7s.uuid7())
