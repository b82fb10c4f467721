"""The schedule of a whole store says of each patient what the pure rule says, whatever they did."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.consent import LONDON, day_of
from lib.domain.retention import Facts, Hold, Setting, Trigger, disposition
from lib.domain.retention_schedule import month_of
from lib.services.clinic import Clinic, open_clinic
from lib.services.retention import schedule
from lib.store import retention
from lib.store.connection import UnitOfWork
from lib.store.retention import Row
from tests.conftest import settings_of
from tests.records import NOW, insert
from tests.templates import copy_of

TODAY = date(2026, 11, 23)
HELD = ("legal_hold", "open_debt", "extension")
LEAP_DAY = date(2020, 2, 29)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A patient as an example draws them: days of everything that may count, or may not."""

    born_on: date | None = None
    died_on: date | None = None
    registered_on: date = date(2000, 1, 1)
    treated: tuple[date, ...] = ()
    superseded: tuple[date, ...] = ()
    consulted: tuple[date, ...] = ()
    visits: tuple[tuple[datetime, str], ...] = ()
    contacts: tuple[tuple[date, str], ...] = ()
    holds: tuple[tuple[str, date | None, bool], ...] = ()
    restriction: str = ""
    vital: str = ""
    is_merged: bool = False


# Days near to which something ends: seven years and two before, birthdays, deaths, leap days.
NEAR = st.sampled_from(
    [TODAY, date(2019, 11, 23), date(2024, 11, 23), LEAP_DAY, date(2023, 11, 23), date(2024, 2, 29)]
)
DAYS = st.builds(lambda day, off: day + timedelta(days=off), NEAR, st.integers(-2, 2)) | st.dates(
    date(2012, 1, 1), date(2029, 1, 1)
)
BIRTHDAYS = st.builds(
    lambda day, years, off: (
        date(day.year - years, day.month, min(day.day, 28)) + timedelta(days=off)
    ),
    DAYS,
    st.sampled_from([16, 17, 18, 25, 26, 40]),
    st.integers(-1, 1),
) | st.sampled_from([date(2000, 2, 29), date(2004, 2, 29), date(2002, 3, 1)])
MOMENTS = st.builds(
    lambda day, hour, minute: datetime(day.year, day.month, day.day, hour, minute),  # noqa: DTZ001
    DAYS | st.sampled_from([date(2024, 3, 31), date(2024, 10, 27), date(2019, 10, 26)]),
    st.sampled_from([0, 9, 22, 23]),
    st.sampled_from([0, 30, 59]),
)


def few(one: st.SearchStrategy) -> st.SearchStrategy:  # type: ignore[type-arg]
    return st.lists(one, max_size=2).map(tuple)


PATIENTS = st.builds(
    Drawn,
    born_on=st.none() | BIRTHDAYS,
    died_on=st.none() | st.none() | DAYS,
    registered_on=DAYS,
    treated=few(DAYS),
    superseded=few(DAYS),
    consulted=few(DAYS),
    visits=few(st.tuples(MOMENTS, st.sampled_from(["attended", "missed", "cancelled", "booked"]))),
    contacts=few(st.tuples(DAYS, st.sampled_from(["told", "marketing", "voided"]))),
    holds=few(
        st.tuples(
            st.sampled_from(["legal_hold", "open_debt", "extension"]),
            st.none() | DAYS,
            st.booleans(),
        )
    ),
    restriction=st.sampled_from(["", "", "", "placed", "lifted"]),
    vital=st.sampled_from(["", "", "marked", "released"]),
    is_merged=st.sampled_from([False, False, False, True]),
)
SETTINGS = st.builds(
    Setting,
    trigger=st.sampled_from(Trigger),
    years=st.sampled_from([7, 7, 3]),
    enquiry_months=st.sampled_from([24, 24, 7]),
)


def write(unit: UnitOfWork, patient_id: UUID, drawn: Drawn) -> None:
    """Write a patient with all that was drawn."""
    insert(
        unit.cursor,
        "patient",
        patient_id=patient_id,
        reference=str(patient_id),
        given_names="Anna",
        family_name="Hart",
        sex="female",
        born_on=drawn.born_on,
        deceased_on=drawn.died_on,
        registered_on=drawn.registered_on,
        merged_into_id=uuid7s.uuid7() if drawn.is_merged else None,
        source="patient",
        version=1,
        created_at=NOW,
        changed_at=NOW,
    )
    cursor, mine = unit.cursor, {"patient_id": patient_id}

    def add(table: str, key: str, **values: object) -> None:
        insert(cursor, table, **{key: uuid7s.uuid7(), **mine, **values})

    for day, superseded_at in (
        *((day, None) for day in drawn.treated),
        *((day, NOW) for day in drawn.superseded),
    ):
        add(
            "treatment",
            "treatment_id",
            series_id=uuid7s.uuid7(),
            version=1,
            name="Toxin",
            treated_on=day,
            superseded_at=superseded_at,
            recorded_at=NOW,
        )
    for day in drawn.consulted:
        add(
            "consultation",
            "consultation_id",
            consulted_on=day,
            outcome="proceed",
            recorded_at=NOW,
        )
    for moment, status in drawn.visits:
        add(
            "appointment",
            "appointment_id",
            starts_at=moment,
            ends_at=moment + timedelta(minutes=30),
            status=status,
            recorded_at=NOW,
        )
    for day, kind in drawn.contacts:
        add(
            "contact_log",
            "contact_id",
            channel="phone",
            contacted_on=day,
            is_marketing=kind == "marketing",
            basis="service",
            voided_at=NOW if kind == "voided" else None,
            recorded_at=NOW,
        )
    for kind, ends_on, is_released in drawn.holds:
        add(
            "hold",
            "hold_id",
            kind=kind,
            reason="a reason",
            ends_on=ends_on,
            review_on=TODAY,
            placed_at=NOW,
            released_at=NOW if is_released else None,
            version=1,
            changed_at=NOW,
        )
    if drawn.restriction:
        lifted_at = NOW if drawn.restriction == "lifted" else None
        add(
            "restriction",
            "restriction_id",
            reason="contested",
            placed_at=NOW,
            lifted_at=lifted_at,
        )
    if drawn.vital:
        released_at = NOW if drawn.vital == "released" else None
        add(
            "vital_interest",
            "vital_interest_id",
            reason="allergy",
            review_on=TODAY,
            marked_at=NOW,
            released_at=released_at,
        )


def facts_of(drawn: Drawn, as_of: date) -> Facts:
    """Return the facts as the rule takes them, told from what was drawn alone."""

    def last(days: Iterable[date]) -> date | None:
        return max((day for day in days if day <= as_of), default=None)

    visits = [(day_of(moment, LONDON), status) for moment, status in drawn.visits]
    attended = [day for day, status in visits if status == "attended"]
    holds = [Hold(kind, ends_on) for kind, ends_on, is_released in drawn.holds if not is_released]
    holds += [Hold("future_appointment", day) for day, status in visits if status == "booked"]
    if drawn.restriction == "placed":
        holds.append(Hold("restriction"))
    return Facts(
        born_on=drawn.born_on,
        last_treated_on=last(drawn.treated),
        last_consulted_on=last([*drawn.consulted, *attended]),
        last_contact_on=last(day for day, kind in drawn.contacts if kind == "told"),
        died_on=drawn.died_on if drawn.died_on and drawn.died_on <= as_of else None,
        holds=tuple(holds),
        has_vital_interest=drawn.vital == "marked",
    )


def is_there(drawn: Drawn, facts: Facts, as_of: date) -> bool:
    days = (facts.last_treated_on, facts.last_consulted_on, facts.last_contact_on)
    is_known = drawn.registered_on <= as_of or any(day is not None for day in days)
    return is_known and not drawn.is_merged


def expected(facts: Facts, as_of: date, setting: Setting) -> Row:
    """Return what the rule says of a patient, whoever it is."""
    found = disposition(facts, as_of, setting)
    return Row(UUID(int=0), found.status, found.basis, found.retain_until, found.was_minor)


def grouped(facts: Facts, as_of: date, setting: Setting) -> tuple[object, ...]:
    """Return the group that a patient is counted in, by the rule alone."""
    found = disposition(facts, as_of, setting)
    then = found
    if found.dispose_from is not None:
        then = disposition(facts, max(as_of, found.dispose_from), setting)
    month = month_of(found.dispose_from) if found.dispose_from else None
    return found.status, then.status, month, found.basis, found.was_minor


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory, empty_template: Path) -> Iterator[Clinic]:
    """Open a clinic; what an example writes is taken back."""
    folder = tmp_path_factory.mktemp("retention")
    copy_of(empty_template, folder)
    opened = open_clinic(settings_of(folder / "clinic"))
    yield opened
    opened.close()


class TakenBackError(Exception):
    """Ends a transaction of which nothing is to stay."""


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=st.lists(PATIENTS, min_size=1, max_size=8),
    as_of=DAYS,
    setting=SETTINGS,
)
def test_the_whole_store_says_of_each_patient_what_the_rule_says(
    crowd: Clinic, drawn: list[Drawn], as_of: date, setting: Setting
) -> None:
    def work(unit: UnitOfWork) -> None:
        patients = {uuid7s.uuid7(): one for one in drawn}
        for patient_id, one in patients.items():
            write(unit, patient_id, one)
        facts = {key: facts_of(one, as_of) for key, one in patients.items()}
        there = {key for key, one in patients.items() if is_there(one, facts[key], as_of)}
        rows = retention.list_rows(unit.cursor, as_of, setting)
        assert {row.patient_id: replace(row, patient_id=UUID(int=0)) for row in rows} == {
            key: expected(facts[key], as_of, setting) for key in there
        }
        counted = Counter[tuple[object, ...]]()
        for one in retention.count_groups(unit.cursor, as_of, setting):
            key = (one.status, one.status_then, one.month, one.basis, one.was_minor)
            counted[key] += one.records
        assert counted == Counter(grouped(facts[key], as_of, setting) for key in there)
        told = schedule.told(unit.cursor, list(patients), as_of)
        assert {key: disposition(one.facts, as_of, setting) for key, one in told.items()} == {
            key: disposition(one, as_of, setting) for key, one in facts.items()
        }
        raise TakenBackError

    with pytest.raises(TakenBackError):
        crowd.store.transact(work)
