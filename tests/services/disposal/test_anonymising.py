"""Those who are anonymised leave counts behind, and no row, day or id of anybody."""

from datetime import date, timedelta
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain import anonymising as rules
from lib.domain.certificates import certificate_in
from lib.domain.data_map import COLUMNS
from lib.domain.disposal import CaseState, Method
from lib.services.clinic import Clinic
from lib.services.disposal import anonymising, cases, running
from lib.store import anonymising as table
from lib.store import certificates
from lib.store.connection import UnitOfWork
from tests.records import NOW, Stock, add_stock, insert, write
from tests.services.disposal.due import approve, people, propose

FIRST = date(2012, 1, 5)
SIZE = 260


def add_batch(clinic: Clinic, stock: Stock) -> list[UUID]:
    """Add a batch of plain people in one transaction: two sexes, one or two treatments."""
    patient_ids = [uuid7s.uuid7() for _ in range(SIZE)]

    def work(unit: UnitOfWork) -> None:
        for place, patient_id in enumerate(patient_ids):
            insert(
                unit.cursor,
                "patient",
                patient_id=patient_id,
                reference=f"J{place:05}",
                given_names="Anna",
                family_name="Hart",
                sex="female" if place % 4 else "male",
                born_on=date(1960 + place % 30, 3, 4),
                registered_on=FIRST,
                source="patient",
                version=1,
                created_at=NOW,
                changed_at=NOW,
            )
            for visit in range(1 + place % 2):
                treated_on = FIRST + timedelta(days=visit)
                add_treated(unit, patient_id, stock, treated_on)
        insert(
            unit.cursor,
            "patient_address",
            patient_address_id=uuid7s.uuid7(),
            patient_id=patient_ids[0],
            line_1="1 High Street",
            postcode="E1 6AN",
            is_preferred=True,
            source="patient",
            recorded_at=NOW,
        )
        for severity in ("severe", "mild"):
            key = uuid7s.uuid7()
            insert(
                unit.cursor,
                "adverse_event",
                adverse_event_id=key,
                series_id=key,
                version=1,
                patient_id=patient_ids[0],
                occurred_on=FIRST,
                description="bruise",
                severity=severity,
                is_reported=False,
                recorded_at=NOW,
            )

    clinic.store.transact(work)
    return patient_ids


def add_treated(unit: UnitOfWork, patient_id: UUID, stock: Stock, treated_on: date) -> None:
    treatment_id = uuid7s.uuid7()
    insert(
        unit.cursor,
        "treatment",
        treatment_id=treatment_id,
        series_id=treatment_id,
        version=1,
        patient_id=patient_id,
        name="Wrinkle relaxing",
        treated_on=treated_on,
        recorded_at=NOW,
    )
    for product_id in (stock.toxin_id, stock.toxin_id, stock.serum_id):
        insert(
            unit.cursor,
            "treatment_item",
            treatment_item_id=uuid7s.uuid7(),
            treatment_id=treatment_id,
            patient_id=patient_id,
            product_id=product_id,
            area="forehead",
            unit="unit",
        )


def count(unit: UnitOfWork, patient_ids: list[UUID]) -> int:
    return anonymising.count(unit, list(anonymising.facts_of(unit.cursor, patient_ids).values()))


def counted(clinic: Clinic) -> list[tuple[str, str, str | None, str | None, str, int]]:
    with clinic.store.reading() as cursor:
        return table.list_counts(cursor)


def test_a_batch_is_counted_and_a_second_one_is_added_to_the_same_cells(clinic: Clinic) -> None:
    patient_ids = add_batch(clinic, add_stock(clinic))

    touched = clinic.store.transact(lambda unit: count(unit, patient_ids))
    once = counted(clinic)
    clinic.store.transact(lambda unit: count(unit, patient_ids))

    assert touched == len(once) > 0
    assert [row[-1] for row in counted(clinic)] == [2 * row[-1] for row in once]
    by_place = {row[1:5]: row[5] for row in once if row[0] == "visits by place"}
    assert sum(by_place.values()) == SIZE - 1, by_place


def test_what_is_kept_holds_k_l_and_t_and_no_day_or_id(clinic: Clinic) -> None:
    patient_ids = add_batch(clinic, add_stock(clinic))

    clinic.store.transact(lambda unit: count(unit, patient_ids))

    for name in {row[0] for row in counted(clinic)}:
        cells = {
            (tuple(filter(None, row[1:4])), row[4]): row[5]
            for row in counted(clinic)
            if row[0] == name
        }
        assert rules.k_of(cells) >= 10
        assert rules.l_of(cells) >= 2
        assert rules.t_of(cells) <= 0.3
    columns = {one.name for one in COLUMNS if one.table == "anonymised_count"}
    assert not [name for name in columns if name.endswith(("_at", "_on", "_by"))]
    with clinic.store.reading() as cursor:
        keys = [row[0] for row in cursor.execute("SELECT * FROM anonymised_count").fetchall()]
    # A key of version 7 would hold the moment of the act.
    assert {key.version for key in keys} == {5}


def test_a_small_batch_leaves_nothing(clinic: Clinic) -> None:
    patient_ids = add_batch(clinic, add_stock(clinic))[:249]

    assert clinic.store.transact(lambda unit: count(unit, patient_ids)) == 0
    assert counted(clinic) == []


def test_facts_are_read_of_what_stands_alone(clinic: Clinic) -> None:
    patient_ids = add_batch(clinic, add_stock(clinic))

    with clinic.store.reading() as cursor:
        first, second = anonymising.facts_of(cursor, patient_ids[:2]).values()

    assert first == rules.Facts("male", date(1960, 3, 4), "E1 6AN", FIRST, "toxin", 1, "severe")
    assert (second.visits, second.seen_on) == (2, FIRST + timedelta(days=1))


def test_a_case_is_counted_by_those_who_are_gone_when_the_last_of_them_is(clinic: Clinic) -> None:
    patient_ids = add_batch(clinic, add_stock(clinic))
    numbers = {f"D-{place:06}": one for place, one in enumerate(patient_ids)}
    case_id = uuid7s.uuid7()

    with clinic.store.reading() as cursor:
        # A few at a time, and one chunk twice, as after an interruption.
        for names in (list(numbers)[:200], list(numbers)[100:]):
            chunk = {name: numbers[name] for name in names}
            anonymising.remember(clinic, cursor, case_id, chunk)
    gone = list(numbers)[:-5]
    clinic.store.transact(lambda unit: anonymising.count_case(clinic, unit, case_id, gone))

    totals = [row[-1] for row in counted(clinic) if row[0] == "visits by place"]
    assert sum(totals) == len(gone) - 1
    (file,) = (clinic.home.parent / "clinic.keys" / "disposals").iterdir()
    assert b"1960" not in file.read_bytes()
    anonymising.let_go(clinic, case_id)
    assert not file.exists()


def test_a_batch_that_is_carried_out_leaves_counts_and_nothing_else(clinic: Clinic) -> None:
    patient_ids = add_batch(clinic, add_stock(clinic))
    write(
        clinic,
        "retention_setting",
        setting_id=uuid7s.uuid7(),
        version=1,
        restart_trigger="treatment",
        years=7,
        enquiry_months=24,
        minor_age=25,
        minor_age_at_17=26,
        deceased_years=3,
        financial_years=6,
        accounting_end_month=3,
        accounting_end_day=31,
        case_limit=300,
        reason="More at once",
        changed_at=NOW,
    )
    known = people(clinic)
    case = propose(clinic, known.proposer, *patient_ids, method=Method.ANONYMISE)
    approve(clinic, known.approver, case)
    cases.start(clinic, known.approver, case.case_id, now=NOW)

    done = running.run(clinic, case.case_id, lambda: NOW)

    assert (done.fault, done.state, done.disposed) == (None, CaseState.DONE, SIZE)
    totals = [row[-1] for row in counted(clinic) if row[0] == "visits by place"]
    assert sum(totals) == SIZE - 1
    assert list((clinic.home.parent / "clinic.keys" / "disposals").glob("*.facts")) == []
    assert list((clinic.home.parent / "clinic.keys" / "disposals").glob("*.pending")) == []
    with clinic.store.reading() as cursor:
        row = certificates.get_of_case(cursor, case.case_id)
    assert row is not None
    assert len(certificate_in(row.content)["items"]) == SIZE
