"""Recording and correcting treatments against a real store."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.chart_marks import to_json, usual_marks
from lib.domain.charts import Chart
from lib.domain.conflicts import Choice
from lib.domain.restriction import Ground
from lib.domain.templates import UsualDose
from lib.domain.treatment_form import typed_of
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    SavedAlreadyError,
    StaleVersionError,
    UnderAgeError,
    WarningsOpenError,
)
from lib.services import treatment_reading as reading
from lib.services import treatments
from lib.services.clinic import Clinic
from lib.services.treatments import Correction, NewTreatment
from tests.records import (
    NOW,
    TODAY,
    Stock,
    add_history,
    add_patient,
    add_stock,
    audit_lines,
    restrict,
    write,
)

AREAS = (UsualDose("glabella", Decimal(20)), UsualDose("home use", Decimal(1)))
CHART = to_json(usual_marks(AREAS, "unit", Chart.FACE_FRONT))


def typed(stock: Stock, **values: Any) -> dict[str, object]:  # noqa: ANN401
    usual: dict[str, object] = {
        "template_id": "",
        "name": "Wrinkle relaxing",
        "product_id": str(stock.toxin_id),
        "lot_id": str(stock.toxin_lot_id),
        "chart": CHART,
        "others": [],
        "treated_on": "23-Nov-2026",
        "practitioner_id": str(stock.practitioner_id),
        "prescriber_id": str(stock.prescriber_id),
        "notes": "",
        "price": "255.00",
        "follow_up_due_on": "07-Dec-2026",
        "is_aftercare_given": True,
        "aftercare": "Stay upright for four hours.",
    }
    return {**usual, **values}


def save(clinic: Clinic, actor: Actor, wanted: NewTreatment) -> treatments.Saved:
    return treatments.record(clinic, actor, wanted, now=NOW, as_of=TODAY)


def new(patient_id: UUID, stock: Stock, **values: Any) -> NewTreatment:  # noqa: ANN401
    return NewTreatment(uuid7s.uuid7(), patient_id, typed(stock, **values))


def told(clinic: Clinic, actor: Actor, patient_id: UUID, key: UUID) -> reading.Told:
    return reading.tell(clinic, actor, patient_id, key, None)


def patient_row(clinic: Clinic, patient_id: UUID) -> tuple[Any, ...]:
    with clinic.store.reading() as cursor:
        row = cursor.execute(
            "SELECT last_seen_on, last_practitioner_id, version FROM patient WHERE patient_id = ?",
            [patient_id],
        ).fetchone()
    assert row is not None
    return row


def count(clinic: Clinic, table: str) -> int:
    with clinic.store.reading() as cursor:
        return int(cursor.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])  # noqa: S608


def test_a_treatment_is_kept_with_lot_points_and_aftercare(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    wanted = new(patient_id, stock)
    saved = save(clinic, staff, wanted)
    found = told(clinic, staff, patient_id, saved.treatment_id).current
    assert typed_of(found.entry) == wanted.typed
    assert [len(item.points) for item in found.entry.items] == [5, 0]
    assert [str(item.dose.normalize()) for item in found.entry.items if item.dose] == ["2E+1", "1"]
    event = ("treatment added", "done", str(patient_id), None, '{"version": 1, "warnings": 0}')
    assert event in audit_lines(clinic)


def test_the_newest_treatment_says_who_saw_the_patient_last(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    save(clinic, staff, new(patient_id, stock))
    assert patient_row(clinic, patient_id) == (TODAY, stock.practitioner_id, 2)
    earlier = new(patient_id, stock, treated_on="20-Nov-2026")
    save(clinic, staff, earlier)
    assert patient_row(clinic, patient_id) == (TODAY, stock.practitioner_id, 2)


def test_saving_twice_is_once(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    wanted = new(patient_id, stock)
    assert save(clinic, staff, wanted) == save(clinic, staff, wanted)
    assert (count(clinic, "treatment"), count(clinic, "treatment_item")) == (1, 2)
    assert [line[0] for line in audit_lines(clinic)].count("treatment added") == 1


def test_other_words_from_another_window_of_the_same_form_are_refused_and_not_dropped(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    first = new(patient_id, stock)
    save(clinic, staff, first)
    with pytest.raises(SavedAlreadyError):
        save(clinic, staff, replace(first, typed={**first.typed, "notes": "Left side only"}))
    wanted = correction(patient_id, first, price="199.50")
    treatments.correct(clinic, staff, wanted, now=NOW, as_of=TODAY)
    other = replace(wanted, typed={**wanted.typed, "price": "200"})
    with pytest.raises(SavedAlreadyError):
        treatments.correct(clinic, staff, other, now=NOW, as_of=TODAY)
    assert told(clinic, staff, patient_id, first.treatment_id).current.entry.price_pence == 19_950


def test_two_clicks_at_the_same_instant_are_one_treatment(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    wanted = new(patient_id, stock)
    saved: list[treatments.Saved] = []
    gate = threading.Barrier(4)

    def click() -> None:
        gate.wait()
        saved.append(save(clinic, staff, wanted))

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert saved == [treatments.Saved(wanted.treatment_id, 1)] * 4
    assert (count(clinic, "treatment"), count(clinic, "treatment_item")) == (1, 2)
    assert [line[0] for line in audit_lines(clinic)].count("treatment added") == 1


def test_toxin_under_eighteen_is_refused_with_the_law_and_in_the_trail(
    clinic: Clinic, staff: Actor
) -> None:
    stock = add_stock(clinic)
    patient_id = add_patient(clinic, born_on=date(2008, 11, 24))
    with pytest.raises(UnderAgeError, match=r"\(Children\) Act 2021"):
        save(clinic, staff, new(patient_id, stock))
    assert count(clinic, "treatment") == 0
    refused = ("treatment refused", "refused", str(patient_id), None, '{"because": "under 18"}')
    assert refused in audit_lines(clinic)


def test_on_the_eighteenth_birthday_the_law_allows_it(clinic: Clinic, staff: Actor) -> None:
    stock = add_stock(clinic)
    patient_id = add_patient(clinic, born_on=date(2008, 11, 23))
    assert save(clinic, staff, new(patient_id, stock)).version == 1


def test_without_a_date_of_birth_somebody_says_how_the_age_was_proved(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic, born_on=None)
    wanted = new(patient_id, stock)
    with pytest.raises(WarningsOpenError):
        save(clinic, staff, wanted)
    answered = NewTreatment(
        wanted.treatment_id, patient_id, wanted.typed, {"age": "Driving licence seen"}
    )
    saved = save(clinic, staff, answered)
    (warning,) = told(clinic, staff, patient_id, saved.treatment_id).warnings
    assert (warning.level, warning.reason) == ("stop", "Driving licence seen")


@pytest.mark.parametrize(
    ("column", "day"), [("expires_on", date(2026, 11, 22)), ("withdrawn_on", TODAY)]
)
def test_a_lot_past_its_date_or_withdrawn_is_refused(
    clinic: Clinic, staff: Actor, column: str, day: date
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    sql = f"UPDATE lot SET {column} = ?"  # noqa: S608
    clinic.store.transact(lambda unit: unit.cursor.execute(sql, [day]))
    with pytest.raises(InvalidInputError) as refusal:
        save(clinic, staff, new(patient_id, stock))
    assert refusal.value.field == "lot_id"
    assert '{"because": "the lot"}' in {line[4] for line in audit_lines(clinic)}


def test_a_lot_is_good_on_its_last_day(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    sql = "UPDATE lot SET expires_on = ?"
    clinic.store.transact(lambda unit: unit.cursor.execute(sql, [TODAY]))
    assert save(clinic, staff, new(patient_id, stock)).version == 1


def test_a_lot_of_another_product_is_refused(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    with pytest.raises(InvalidInputError, match="another product"):
        save(clinic, staff, new(patient_id, stock, product_id=str(stock.serum_id)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("treated_on", "24-Nov-2026"),
        ("treated_on", "05-Aug-1985"),
        ("treated_on", "never"),
        ("treated_on", ""),
        ("prescriber_id", ""),
        ("practitioner_id", ""),
        ("lot_id", ""),
        ("product_id", ""),
        ("name", " "),
        ("price", "much"),
        ("follow_up_due_on", "22-Nov-2026"),
        ("chart", {"points": "x", "doses": []}),
        ("chart", {"points": [], "doses": []}),
        ("chart", {"points": [], "doses": [{"area": "nose", "dose": "2000"}]}),
        ("chart", {"points": [], "doses": [{"area": "nose", "dose": "0"}]}),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    clinic: Clinic, staff: Actor, field: str, value: object
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    with pytest.raises(InvalidInputError) as refusal:
        save(clinic, staff, new(patient_id, stock, **{field: value}))
    assert refusal.value.field == field
    assert count(clinic, "treatment") == 0


def test_nobody_is_treated_after_their_death(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic, deceased_on=date(2026, 11, 1))
    with pytest.raises(InvalidInputError, match="death"):
        save(clinic, staff, new(patient_id, stock))


def test_a_contraindication_and_an_allergy_wait_for_a_reason(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    sql = "UPDATE product SET components = 'Human albumin' WHERE name = 'Velaxin'"
    clinic.store.transact(lambda unit: unit.cursor.execute(sql))
    add_history(clinic, patient_id, "medicine", "Warfarin 3 mg")
    add_history(clinic, patient_id, "allergy", "Albumin")
    wanted = new(patient_id, stock)
    with pytest.raises(WarningsOpenError):
        save(clinic, staff, wanted)
    about = treatments.Circumstances(*_patient_and_history(clinic, patient_id))
    checked = treatments.check(clinic, staff, wanted.typed, about, TODAY)
    assert [(one.level, one.title) for one in checked.warnings] == [
        ("stop", "Allergy to something in Velaxin"),
        ("caution", "Anticoagulants"),
    ]
    reasons = {one.key: "Agreed with the GP" for one in checked.warnings}
    saved = save(
        clinic, staff, NewTreatment(wanted.treatment_id, patient_id, wanted.typed, reasons)
    )
    found = told(clinic, staff, patient_id, saved.treatment_id).warnings
    assert {warning.reason for warning in found} == {"Agreed with the GP"}
    assert "Warfarin" in " ".join(warning.warning for warning in found)
    # The trail says how many, never what.
    assert "Warfarin" not in str(audit_lines(clinic))


def _patient_and_history(clinic: Clinic, patient_id: UUID) -> tuple[Any, Any]:
    from lib.domain.history import series_of  # noqa: PLC0415
    from lib.store import history, records  # noqa: PLC0415

    with clinic.store.reading() as cursor:
        past = [one.current for one in series_of(history.list_history(cursor, patient_id))]
        return records.get_patient(cursor, patient_id), past


def correction(
    patient_id: UUID,
    first: NewTreatment,
    **values: Any,  # noqa: ANN401
) -> Correction:
    return Correction(
        treatment_id=uuid7s.uuid7(),
        patient_id=patient_id,
        series_id=first.treatment_id,
        base=first.typed,
        typed={**first.typed, **values},
        reason="Read from the wrong card",
        seen=1,
    )


def test_a_correction_is_a_new_version_and_keeps_the_old(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    first = new(patient_id, stock)
    save(clinic, staff, first)
    wanted = correction(patient_id, first, price="199.50", treated_on="20-Nov-2026")
    saved = treatments.correct(clinic, staff, wanted, now=NOW, as_of=TODAY)
    again = treatments.correct(clinic, staff, wanted, now=NOW, as_of=TODAY)
    found = told(clinic, staff, patient_id, first.treatment_id)
    assert saved == again == treatments.Saved(wanted.treatment_id, 2)
    assert (found.current.entry.price_pence, found.current.version) == (19_950, 2)
    assert found.current.correction_reason == "Read from the wrong card"
    assert [typed_of(one.entry) for one in found.earlier] == [first.typed]
    assert patient_row(clinic, patient_id)[0] == date(2026, 11, 20)


def test_two_people_who_correct_different_fields_both_keep_theirs(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    first = new(patient_id, stock)
    save(clinic, staff, first)
    mine = correction(patient_id, first, price="199.50")
    theirs = correction(patient_id, first, notes="Small bruise")
    treatments.correct(clinic, staff, theirs, now=NOW, as_of=TODAY)
    treatments.correct(clinic, staff, mine, now=NOW, as_of=TODAY)
    entry = told(clinic, staff, patient_id, first.treatment_id).current.entry
    assert (entry.price_pence, entry.notes) == (19_950, "Small bruise")


def test_two_people_who_correct_the_same_field_are_asked(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    first = new(patient_id, stock)
    save(clinic, staff, first)
    theirs = correction(patient_id, first, price="210.00")
    treatments.correct(clinic, staff, theirs, now=NOW, as_of=TODAY)
    mine = correction(patient_id, first, price="199.50")
    with pytest.raises(StaleVersionError) as stale:
        treatments.correct(clinic, staff, mine, now=NOW, as_of=TODAY)
    assert (stale.value.theirs["price"], stale.value.version) == ("210.00", 2)
    decided = Correction(
        *(getattr(mine, name) for name in ("treatment_id", "patient_id", "series_id")),
        base=mine.base,
        typed=mine.typed,
        reason=mine.reason,
        seen=2,
        choices={"price": Choice.MINE},
    )
    treatments.correct(clinic, staff, decided, now=NOW, as_of=TODAY)
    found = told(clinic, staff, patient_id, first.treatment_id)
    assert (found.current.entry.price_pence, found.current.version) == (19_950, 3)


def test_a_correction_says_why_and_changes_something(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    first = new(patient_id, stock)
    save(clinic, staff, first)
    nothing = correction(patient_id, first)
    with pytest.raises(InvalidInputError, match="Nothing was changed"):
        treatments.correct(clinic, staff, nothing, now=NOW, as_of=TODAY)
    silent = Correction(uuid7s.uuid7(), patient_id, first.treatment_id, {}, {}, " ", 1)
    with pytest.raises(InvalidInputError, match="why"):
        treatments.correct(clinic, staff, silent, now=NOW, as_of=TODAY)


def test_an_expired_lot_that_was_really_used_can_be_put_right_with_a_reason(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    lot_id = uuid7s.uuid7()
    expired = {"lot_number": "VX-0", "expires_on": TODAY - timedelta(days=9)}
    write(clinic, "lot", lot_id=lot_id, product_id=stock.toxin_id, **expired)
    first = new(patient_id, stock)
    save(clinic, staff, first)
    wanted = correction(patient_id, first, lot_id=str(lot_id))
    with pytest.raises(WarningsOpenError):
        treatments.correct(clinic, staff, wanted, now=NOW, as_of=TODAY)
    answered = Correction(
        *(getattr(wanted, name) for name in ("treatment_id", "patient_id", "series_id")),
        base=wanted.base,
        typed=wanted.typed,
        reason=wanted.reason,
        seen=1,
        reasons={f"expired:{lot_id}": "That is what the vial says"},
    )
    treatments.correct(clinic, staff, answered, now=NOW, as_of=TODAY)
    found = told(clinic, staff, patient_id, first.treatment_id)
    assert {item.lot_id for item in found.current.entry.items} == {lot_id}
    # What was said once is not asked again for a correction of something else.
    later = Correction(
        uuid7s.uuid7(),
        patient_id,
        first.treatment_id,
        base=typed_of(found.current.entry),
        typed={**typed_of(found.current.entry), "price": "1"},
        reason="Price",
        seen=2,
    )
    assert treatments.correct(clinic, staff, later, now=NOW, as_of=TODAY).version == 3


def test_a_correction_cannot_make_a_minors_treatment(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic, born_on=date(2008, 11, 10))
    first = new(patient_id, stock)
    save(clinic, staff, first)
    wanted = correction(patient_id, first, treated_on="09-Nov-2026", follow_up_due_on="")
    with pytest.raises(UnderAgeError):
        treatments.correct(clinic, staff, wanted, now=NOW, as_of=TODAY)
    assert count(clinic, "treatment") == 1


def test_another_patients_treatment_is_not_found(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id, other = add_stock(clinic), add_patient(clinic), add_patient(clinic)
    first = new(patient_id, stock)
    save(clinic, staff, first)
    with pytest.raises(NotFoundError):
        told(clinic, staff, other, first.treatment_id)
    stolen = NewTreatment(first.treatment_id, other, first.typed)
    with pytest.raises(NotFoundError):
        save(clinic, staff, stolen)
    with pytest.raises(NotFoundError):
        treatments.correct(clinic, staff, correction(other, first, price="1"), now=NOW, as_of=TODAY)


def test_a_restricted_record_is_treated_on_a_ground_alone(clinic: Clinic, staff: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    restrict(clinic, patient_id)
    wanted = new(patient_id, stock)
    with pytest.raises(GroundNeededError):
        save(clinic, staff, wanted)
    ground = Ground.CONSENT
    save(
        clinic,
        staff,
        NewTreatment(wanted.treatment_id, patient_id, wanted.typed, ground=ground),
    )
    assert ground.value in {line[3] for line in audit_lines(clinic)}


def test_whoever_may_not_records_nothing(clinic: Clinic, compliance: Actor) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    with pytest.raises(NotPermittedError):
        save(clinic, compliance, new(patient_id, stock))
    assert count(clinic, "treatment") == 0


def test_a_second_product_of_the_same_visit_is_kept_beside_the_first(
    clinic: Clinic, staff: Actor
) -> None:
    stock, patient_id = add_stock(clinic), add_patient(clinic)
    other = {
        "product_id": str(stock.serum_id),
        "lot_id": "",
        "chart": to_json(usual_marks([UsualDose("home use", Decimal(30))], "g", Chart.FACE_FRONT)),
    }
    wanted = new(patient_id, stock, others=[other])
    save(clinic, staff, wanted)
    found = told(clinic, staff, patient_id, wanted.treatment_id).current.entry
    assert [item.area for item in found.items] == ["home use", "glabella", "home use"]
    assert typed_of(found) == wanted.typed


def test_a_form_chooses_from_what_is_offered_and_in_date(clinic: Clinic, staff: Actor) -> None:
    stock = add_stock(clinic)
    old, new_lot = uuid7s.uuid7(), uuid7s.uuid7()
    for key, number, days in ((old, "OLD", -90), (new_lot, "SOON", 5)):
        expires_on = TODAY + timedelta(days=days)
        write(
            clinic, "lot", lot_id=key, product_id=stock.toxin_id, lot_number=number,
            expires_on=expires_on,
        )  # fmt: skip
    found = reading.choices(clinic, staff, TODAY)
    assert [product.name for product in found.products] == ["Glow serum", "Velaxin"]
    assert [one.name for one in found.practitioners] == ["Dr Kim Roe", "Pat Lee"]
    lots = reading.lots(clinic, staff, stock.toxin_id, TODAY)
    assert [lot.lot_number for lot in lots] == ["SOON", "VX-1"]
    with_old = reading.lots(clinic, staff, stock.toxin_id, TODAY, old)
    assert [lot.lot_number for lot in with_old] == ["SOON", "VX-1", "OLD"]
