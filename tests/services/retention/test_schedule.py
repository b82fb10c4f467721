"""The schedule as a service: its figures, any day, who sees patients, the trail; never old."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.retention import Basis, Setting, Status
from lib.domain.retention_schedule import MONTHS_AHEAD, Heap, month_of
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    MergedError,
    NotFoundError,
    NotPermittedError,
)
from lib.services.clinic import Clinic
from lib.services.retention import counting, lists, schedule
from lib.store.retention import Sought
from tests.records import NOW, TODAY, Stock, add_patient, add_stock, add_treatment, write
from tests.services.conftest import actions

LONG_AGO = date(2018, 5, 2)
LISTED, EXPORTED = "patient shown in a list of retention", "list of retention exported"
DUE = Sought(Status.DISPOSE_DUE)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Four patients: one long due, one due and restricted, one kept, one without a date."""

    stock: Stock
    due: UUID
    restricted: UUID
    kept: UUID
    undated: UUID


@pytest.fixture
def crowd(clinic: Clinic) -> Crowd:
    """Add the patients."""
    stock = add_stock(clinic)
    due, restricted, kept, undated = (add_patient(clinic) for _ in range(4))
    add_treatment(clinic, due, stock, LONG_AGO)
    add_treatment(clinic, restricted, stock, LONG_AGO)
    add_treatment(clinic, kept, stock, TODAY)
    place_restriction(clinic, restricted)
    return Crowd(stock, due, restricted, kept, undated)


def place_restriction(clinic: Clinic, patient_id: UUID) -> None:
    write(
        clinic,
        "restriction",
        restriction_id=uuid7s.uuid7(),
        patient_id=patient_id,
        reason="contested",
        placed_at=NOW,
    )


def counts(clinic: Clinic, actor: Actor, as_of: date = TODAY) -> dict[str, int]:
    found = schedule.schedule(clinic, actor, as_of=as_of)
    return {one.value: heap.records for one, heap in found.counts_by_status.items()}


@pytest.mark.usefixtures("crowd")
def test_every_record_is_in_one_state_and_one_month(clinic: Clinic, owner: Actor) -> None:
    found = schedule.schedule(clinic, owner, as_of=TODAY)
    assert counts(clinic, owner) == {
        "RETAIN": 1, "BLOCKED": 1, "PARTIAL": 0, "DISPOSE_DUE": 1, "REVIEW": 1,
    }  # fmt: skip
    assert len(found.months) == MONTHS_AHEAD
    # Treated today: it goes a day after the seven years, in the last month's successor.
    assert found.months[0].number == month_of(TODAY)
    assert sum(month.whole.records for month in found.months) + found.later.records == 1


@pytest.mark.usefixtures("crowd")
def test_the_schedule_of_a_past_day_knows_nothing_of_what_came_after(
    clinic: Clinic, owner: Actor
) -> None:
    # Registered in March 2018, treated in May, and that is all there was.
    assert counts(clinic, owner, date(2018, 4, 1))["REVIEW"] == 4
    assert counts(clinic, owner, LONG_AGO) == {
        "RETAIN": 2, "BLOCKED": 0, "PARTIAL": 0, "DISPOSE_DUE": 0, "REVIEW": 2,
    }  # fmt: skip
    assert sum(counts(clinic, owner, date(2018, 1, 1)).values()) == 0
    assert counts(clinic, owner, date(2040, 1, 1))["DISPOSE_DUE"] == 2


def merge_away(clinic: Clinic, crowd: Crowd) -> None:
    def act(sql: str, *values: object) -> None:
        clinic.store.transact(lambda unit: unit.cursor.execute(sql, list(values)))

    act(
        "UPDATE patient SET merged_into_id = ?, version = version + 1 WHERE patient_id = ?",
        crowd.kept,
        crowd.due,
    )


def hold(clinic: Clinic, patient_id: UUID) -> None:
    write(
        clinic,
        "hold",
        hold_id=uuid7s.uuid7(),
        patient_id=patient_id,
        kind="legal_hold",
        reason="a letter",
        review_on=TODAY,
        placed_at=NOW,
        version=1,
        changed_at=NOW,
    )


def lift(clinic: Clinic, _: Crowd) -> None:
    sql = "UPDATE restriction SET lifted_at = ?"
    clinic.store.transact(lambda unit: unit.cursor.execute(sql, [NOW]))


@pytest.mark.parametrize(
    ("change", "due"),
    [
        (lambda clinic, crowd: add_treatment(clinic, crowd.due, crowd.stock, TODAY), 0),
        (lambda clinic, crowd: add_treatment(clinic, crowd.undated, crowd.stock, LONG_AGO), 2),
        (lambda clinic, crowd: hold(clinic, crowd.due), 0),
        (merge_away, 0),
        (lift, 2),
    ],
)
def test_what_moves_a_count_is_counted_at_once(
    clinic: Clinic, owner: Actor, crowd: Crowd, change: Callable[[Clinic, Crowd], object], due: int
) -> None:
    assert counts(clinic, owner)["DISPOSE_DUE"] == 1
    change(clinic, crowd)
    assert counts(clinic, owner)["DISPOSE_DUE"] == due


@pytest.mark.usefixtures("crowd")
def test_what_takes_long_is_counted_in_a_thread(clinic: Clinic, owner: Actor) -> None:
    counting.forget()
    assert schedule.soon(clinic, owner, as_of=TODAY, patience=60) == schedule.schedule(
        clinic, owner, as_of=TODAY
    )
    counting.forget()
    found = schedule.soon(clinic, owner, as_of=TODAY, patience=0)
    assert found is None or found.counts_by_status[Status.DISPOSE_DUE] == Heap(1)
    # Nothing is left at work when the clinic is closed.
    assert schedule.soon(clinic, owner, as_of=TODAY, patience=60) is not None


def test_pictures_and_data_go_with_their_record(clinic: Clinic, owner: Actor, crowd: Crowd) -> None:
    media_id = uuid7s.uuid7()
    write(
        clinic,
        "media_item",
        media_id=media_id,
        patient_id=crowd.due,
        key_id=uuid7s.uuid7(),
        kind="photograph",
        format="jpeg",
        bytes=3_000_000,
        width=10,
        height=10,
        digest="a",
        batch_id=uuid7s.uuid7(),
        recorded_at=NOW,
    )
    write(
        clinic,
        "media_rendition",
        media_id=media_id,
        name="thumbnail",
        patient_id=crowd.due,
        bytes=20_000,
    )
    found = schedule.schedule(clinic, owner, as_of=TODAY)
    assert found.counts_by_status[Status.DISPOSE_DUE] == Heap(1, 1, 3_020_000)


def test_a_list_is_in_the_trail_patient_by_patient(
    clinic: Clinic, compliance: Actor, crowd: Crowd
) -> None:
    page = lists.list_due(clinic, compliance, DUE, as_of=TODAY)
    assert [line.patient_id for line in page.rows] == [crowd.due]
    assert page.rows[0].told.sentence.startswith("Last treated 02-May-2018 + 7 years (C1)")
    assert actions(clinic) == [(LISTED, "done")]
    held = lists.list_due(clinic, compliance, Sought(Status.BLOCKED), as_of=TODAY)
    assert [(line.patient_id, line.is_restricted) for line in held.rows] == [
        (crowd.restricted, True)
    ]


def test_a_list_can_be_narrowed_to_a_month_a_basis_and_minors(
    clinic: Clinic, compliance: Actor, crowd: Crowd
) -> None:
    born_on = date(2003, 1, 1)
    minor = add_patient(clinic, born_on=born_on)
    add_treatment(clinic, minor, crowd.stock, date(2019, 1, 2))

    def listed(sought: Sought) -> list[UUID]:
        rows = lists.list_due(clinic, compliance, sought, as_of=TODAY).rows
        return [line.patient_id for line in rows]

    # The 25th birthday is later than seven years on.
    assert listed(Sought(was_minor=True)) == [minor]
    assert listed(Sought(basis=Basis.MINOR_FLOOR)) == [minor]
    month = month_of(date(2028, 1, 1))
    assert listed(Sought(Status.RETAIN, Status.DISPOSE_DUE, month, month)) == [minor]
    assert listed(Sought(Status.RETAIN, Status.BLOCKED, month, month)) == []
    assert set(listed(Sought(Status.RETAIN))) == {minor, crowd.kept}


def test_a_list_is_leafed_through_the_longest_due_first(
    clinic: Clinic, compliance: Actor, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = add_patient(clinic)
    add_treatment(clinic, earlier, crowd.stock, LONG_AGO - timedelta(days=1))
    monkeypatch.setattr(lists, "PAGE", 1)
    monkeypatch.setattr(lists, "MOST_LISTED", 2)
    pages = [lists.list_due(clinic, compliance, DUE, as_of=TODAY, page=at) for at in (0, 1, 9)]
    assert [page.rows[0].patient_id for page in pages] == [earlier, crowd.due, crowd.due]
    assert [page.page for page in pages] == [0, 1, 1]
    # One more than can be leafed through: the count is of all of them.
    add_treatment(clinic, crowd.undated, crowd.stock, LONG_AGO)
    assert lists.list_due(clinic, compliance, DUE, as_of=TODAY).count == 3
    lists.forget()


def test_a_file_names_nobody_whose_record_is_restricted(
    clinic: Clinic, compliance: Actor, crowd: Crowd
) -> None:
    file = lists.export(clinic, compliance, Sought(), as_of=TODAY)
    rows = {
        row["Reference"]: row
        for row in csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))
    }
    assert len(rows) == 4
    restricted = [row for row in rows.values() if row["State"] == "BLOCKED"]
    assert [(row["Family name"], row["Why"]) for row in restricted] == [("", "Restricted record")]
    assert actions(clinic).count((EXPORTED, "done")) == 4
    (due,) = (row for row in rows.values() if row["State"] == "DISPOSE_DUE")
    assert (due["Kept until"], due["May go from"]) == ("02-May-2025", "03-May-2025")
    assert due["Why"].startswith("Last treated 02-May-2018")
    assert crowd.kept is not None


@pytest.mark.usefixtures("crowd")
def test_a_file_holds_only_so_many(
    clinic: Clinic, compliance: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_EXPORTED", 1)
    with pytest.raises(InvalidInputError, match="4 records, more than one file"):
        lists.export(clinic, compliance, Sought(), as_of=TODAY)


def test_one_patient_is_found_by_reference_or_id(
    clinic: Clinic, compliance: Actor, crowd: Crowd
) -> None:
    by_id = lists.find(clinic, compliance, str(crowd.due), as_of=TODAY)
    by_reference = lists.find(clinic, compliance, by_id.told.known.reference, as_of=TODAY)
    assert by_id == by_reference
    for nobody in ("J99999X", "what", str(UUID(int=7))):
        with pytest.raises(NotFoundError):
            lists.find(clinic, compliance, nobody, as_of=TODAY)
    with pytest.raises(GroundNeededError):
        lists.find(clinic, compliance, str(crowd.restricted), as_of=TODAY)
    merge_away(clinic, crowd)
    with pytest.raises(MergedError):
        lists.find(clinic, compliance, str(crowd.due), as_of=TODAY)


def test_what_is_due_is_told_to_a_disposal(clinic: Clinic, crowd: Crowd) -> None:
    write(
        clinic,
        "vital_interest",
        vital_interest_id=uuid7s.uuid7(),
        patient_id=crowd.due,
        reason="allergy",
        review_on=TODAY,
        marked_at=NOW,
    )
    add_treatment(clinic, crowd.undated, crowd.stock, LONG_AGO)
    with clinic.store.reading() as cursor:
        # Both may go, the one but for its vital subset.
        assert schedule.due_ids(cursor, TODAY) == [crowd.undated, crowd.due]
        told = schedule.of_patient(cursor, crowd.due, TODAY)
        assert told.disposition.status is Status.PARTIAL
        assert told.settings.setting == Setting()
        with pytest.raises(NotFoundError):
            schedule.of_patient(cursor, UUID(int=7), TODAY)


def test_an_owner_sees_numbers_and_no_patient_and_staff_neither(
    clinic: Clinic, owner: Actor, staff: Actor
) -> None:
    for act in (lists.list_due, lists.export):
        with pytest.raises(NotPermittedError):
            act(clinic, owner, Sought(), as_of=TODAY)
    with pytest.raises(NotPermittedError):
        schedule.schedule(clinic, staff, as_of=TODAY)
    with pytest.raises(NotPermittedError):
        schedule.soon(clinic, staff, as_of=TODAY, patience=0)
