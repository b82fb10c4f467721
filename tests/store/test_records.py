"""SQL of one patient's record."""

from datetime import date, timedelta

import uuid_utils.compat as uuid7s

from lib.services.clinic import Clinic
from lib.store import history, records, treatments
from lib.store.treatments import Place
from tests.records import (
    NOW,
    TODAY,
    add_history,
    add_patient,
    add_stock,
    add_treatment,
    correct_treatment,
    restrict,
    write,
)


def test_contacts_come_with_the_preferred_one_first(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    for number, is_preferred in (("+441", False), ("+442", True)):
        write(
            clinic,
            "patient_phone",
            patient_phone_id=uuid7s.uuid7(),
            patient_id=patient_id,
            kind="mobile",
            number=number,
            number_as_given=number,
            is_preferred=is_preferred,
            source="patient",
            recorded_at=NOW,
        )
    write(
        clinic,
        "patient_address",
        patient_address_id=uuid7s.uuid7(),
        patient_id=patient_id,
        line_1="1 High Street",
        town="Leeds",
        postcode="LS1 1AA",
        is_preferred=True,
        source="patient",
        recorded_at=NOW,
    )
    with clinic.store.reading() as cursor:
        assert [phone.number for phone in records.list_phones(cursor, patient_id)] == [
            "+442",
            "+441",
        ]
        (address,) = records.list_addresses(cursor, patient_id)
        assert records.list_emails(cursor, patient_id) == []
    assert address.lines == ("1 High Street", "Leeds", "LS1 1AA")


def test_of_each_channel_what_was_stated_last_counts(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    for days, channel, accepted in ((9, "sms", True), (1, "sms", False), (5, "post", True)):
        write(
            clinic,
            "contact_preference",
            contact_preference_id=uuid7s.uuid7(),
            patient_id=patient_id,
            channel=channel,
            is_accepted=accepted,
            source="patient",
            recorded_at=NOW - timedelta(days=days),
        )
    with clinic.store.reading() as cursor:
        found = records.list_preferences(cursor, patient_id)
    assert {one.channel: one.is_accepted for one in found} == {"sms": False, "post": True}


def test_an_adjustment_holds_through_its_last_day(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    for need, ended_on in (("a", None), ("b", TODAY), ("c", TODAY - timedelta(days=1))):
        write(
            clinic,
            "reasonable_adjustment",
            adjustment_id=uuid7s.uuid7(),
            patient_id=patient_id,
            need=need,
            adjustment="as told",
            has_consent_to_share=True,
            source="patient",
            recorded_at=NOW,
            ended_on=ended_on,
        )
    with clinic.store.reading() as cursor:
        found = records.list_adjustments(cursor, patient_id, TODAY)
    assert {one.need for one in found} == {"a", "b"}


def test_a_lifted_restriction_no_longer_holds(clinic: Clinic) -> None:
    free, held = add_patient(clinic), add_patient(clinic)
    restrict(clinic, held)
    write(
        clinic,
        "restriction",
        restriction_id=uuid7s.uuid7(),
        patient_id=free,
        reason="accuracy contested",
        placed_at=NOW,
        lifted_at=NOW,
    )
    with clinic.store.reading() as cursor:
        assert records.get_restriction(cursor, free) is None
        restriction = records.get_restriction(cursor, held)
    assert restriction is not None
    assert restriction.reason == "accuracy contested"


def test_treatments_come_page_by_page_without_a_gap_or_a_repeat(clinic: Clinic) -> None:
    patient_id, stock = add_patient(clinic), add_stock(clinic)
    # Several on one day, so that a page ends between treatments of the same date.
    added = {
        add_treatment(clinic, patient_id, stock, TODAY - timedelta(days=number // 3))
        for number in range(10)
    }
    seen = []
    place = None
    with clinic.store.reading() as cursor:
        while page := treatments.list_treatments(cursor, patient_id, place, 4):
            seen += page
            place = Place(page[-1].treated_on, page[-1].treatment_id)
    assert len(seen) == len({row.treatment_id for row in seen}) == 10
    assert {row.treatment_id for row in seen} == added
    assert [row.treated_on for row in seen] == sorted(
        (row.treated_on for row in seen), reverse=True
    )


def test_a_corrected_treatment_is_counted_once_and_keeps_its_first_version(clinic: Clinic) -> None:
    patient_id, stock = add_patient(clinic), add_stock(clinic)
    first = add_treatment(clinic, patient_id, stock, TODAY)
    second = correct_treatment(clinic, patient_id, stock, first, price_pence=1)
    with clinic.store.reading() as cursor:
        (current,) = treatments.list_treatments(cursor, patient_id, None, 9)
        (old,) = treatments.list_superseded(cursor, patient_id)
        summary, _ = treatments.begin(cursor, patient_id, 1)
        (item,) = treatments.list_items(cursor, patient_id, [second])
    assert (current.treatment_id, current.price_pence) == (second, 1)
    assert current.practitioner_name == "Pat Lee"
    assert (old.treatment_id, old.series_id) == (first, first)
    assert (summary.count, summary.superseded) == (1, 1)
    assert (item.product_name, item.lot_number, item.expires_on) == (
        "Velaxin",
        "VX-1",
        date(2027, 1, 30),
    )


def test_injections_before_a_day_are_counted_and_other_treatments_are_not(clinic: Clinic) -> None:
    patient_id, stock = add_patient(clinic), add_stock(clinic)
    add_treatment(clinic, patient_id, stock, date(2003, 8, 5))
    add_treatment(clinic, patient_id, stock, date(2003, 8, 6))
    serum = add_treatment(clinic, patient_id, stock, date(2003, 1, 1))
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "UPDATE treatment_item SET product_id = ? WHERE treatment_id = ?",
            [str(stock.serum_id), str(serum)],
        )
    )
    with clinic.store.reading() as cursor:
        assert treatments.count_injected_before(cursor, patient_id, date(2003, 8, 6)) == 1


def test_history_comes_with_all_versions_and_who_recorded_them(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    first = add_history(clinic, patient_id, "allergy", "Latex")
    add_history(clinic, patient_id, "allergy", "Latex", series_id=first, version=2, severity="mild")
    with clinic.store.reading() as cursor:
        found = history.list_history(cursor, patient_id)
    assert {(entry.version, entry.severity) for entry in found} == {(1, None), (2, "mild")}
    assert {entry.series_id for entry in found} == {first}
    assert {entry.recorded_by for entry in found} == {None}
