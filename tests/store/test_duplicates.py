"""The pairs as they are stored: found again, settled, and gone when they no longer resemble."""

from datetime import date, datetime
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.duplicates import Home, PairState
from lib.services.clinic import Clinic
from lib.store import duplicates
from lib.store.duplicates import FoundPair, Kept, Pair
from tests.records import NOW, TODAY, add_patient, restrict, write

LATER = datetime.fromisoformat("2026-11-24T09:00")
EVIDENCE = '{"given":["same",7.5]}'


@pytest.fixture
def ids(clinic: Clinic) -> list[str]:
    """Return the ids of four patients, in their order."""
    return sorted(str(add_patient(clinic, given_names=f"Anna {place}")) for place in range(4))


def pair(one: str, other: str, probability: float = 0.9) -> FoundPair:
    return FoundPair(one, other, probability, EVIDENCE)


def keep(clinic: Clinic, *found: FoundPair, now: datetime = NOW) -> Kept:
    return clinic.store.transact(lambda unit: duplicates.upsert_pairs(unit.cursor, found, now=now))


def stored(clinic: Clinic) -> list[Pair]:
    with clinic.store.reading() as cursor:
        return duplicates.list_open(cursor, limit=100)


def settle(clinic: Clinic, pair_id: UUID, state: str) -> None:
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "UPDATE duplicate_pair SET state = ? WHERE pair_id = ?", [state, pair_id]
        )
    )


def test_new_pairs_are_kept_the_most_probable_first(clinic: Clinic, ids: list[str]) -> None:
    kept = keep(clinic, pair(ids[0], ids[1], 0.7), pair(ids[2], ids[3], 0.8))
    assert kept == Kept(new=2, rescored=0, dropped=0, settled=0)
    first, second = stored(clinic)
    assert (first.probability, second.probability) == (0.8, 0.7)
    assert (str(second.patient_id), str(second.other_patient_id)) == (ids[0], ids[1])
    assert second.evidence == EVIDENCE
    assert second.state is PairState.OPEN
    assert second.found_at == NOW


def test_a_pair_that_is_found_again_keeps_its_id(clinic: Clinic, ids: list[str]) -> None:
    keep(clinic, pair(ids[0], ids[1], 0.7))
    (before,) = stored(clinic)
    assert keep(clinic, pair(ids[0], ids[1], 0.7), now=LATER) == Kept(0, 0, 0, 0)
    assert stored(clinic) == [before]
    assert keep(clinic, pair(ids[0], ids[1], 0.95), now=LATER) == Kept(0, 1, 0, 0)
    (after,) = stored(clinic)
    assert (after.pair_id, after.probability, after.found_at) == (before.pair_id, 0.95, LATER)


def test_an_open_pair_that_no_longer_resembles_is_gone(clinic: Clinic, ids: list[str]) -> None:
    keep(clinic, pair(ids[0], ids[1]), pair(ids[2], ids[3]))
    assert keep(clinic, pair(ids[2], ids[3])) == Kept(0, 0, 1, 0)
    assert [str(one.patient_id) for one in stored(clinic)] == [ids[2]]
    assert keep(clinic) == Kept(0, 0, 1, 0)
    assert stored(clinic) == []


def test_not_the_same_person_is_remembered(clinic: Clinic, ids: list[str]) -> None:
    keep(clinic, pair(ids[0], ids[1]))
    (open_pair,) = stored(clinic)
    settle(clinic, open_pair.pair_id, "not_same")
    assert keep(clinic, pair(ids[0], ids[1], 0.99)) == Kept(0, 0, 0, 1)
    assert stored(clinic) == []
    assert keep(clinic) == Kept(0, 0, 0, 0)
    with clinic.store.reading() as cursor:
        decided = duplicates.get_pair(cursor, open_pair.pair_id)
    assert decided is not None
    assert decided.state is PairState.NOT_SAME


def test_a_pair_whose_merge_was_undone_is_offered_again(clinic: Clinic, ids: list[str]) -> None:
    keep(clinic, pair(ids[0], ids[1]))
    (open_pair,) = stored(clinic)
    settle(clinic, open_pair.pair_id, "merged")
    assert stored(clinic) == []
    keep(clinic, pair(ids[0], ids[1]))
    assert [one.pair_id for one in stored(clinic)] == [open_pair.pair_id]


def test_restricted_and_merged_records_are_in_no_list(clinic: Clinic, ids: list[str]) -> None:
    keep(clinic, pair(ids[0], ids[1]), pair(ids[1], ids[2]), pair(ids[2], ids[3]))
    restrict(clinic, UUID(ids[0]))
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "UPDATE patient SET merged_into_id = ? WHERE patient_id = ?", [ids[1], ids[3]]
        )
    )
    assert [(str(one.patient_id), str(one.other_patient_id)) for one in stored(clinic)] == [
        (ids[1], ids[2])
    ]
    with clinic.store.reading() as cursor:
        assert duplicates.count_open(cursor) == 1
        assert list(duplicates.list_people(cursor, include_deceased=True)) == ids[1:3]


def test_a_record_restricted_while_the_search_ran_is_left_out(
    clinic: Clinic, ids: list[str]
) -> None:
    restrict(clinic, UUID(ids[0]))
    kept = keep(
        clinic, pair(ids[0], ids[1]), pair(ids[2], ids[3]), pair(ids[2], str(uuid7s.uuid7()))
    )
    assert kept.new == 1
    assert [str(one.patient_id) for one in stored(clinic)] == [ids[2]]


def test_the_dead_are_compared_only_when_asked_for(clinic: Clinic) -> None:
    alive = add_patient(clinic)
    dead = add_patient(clinic, deceased_on=date(2020, 3, 1))
    with clinic.store.reading() as cursor:
        both = duplicates.list_people(cursor, include_deceased=True)
        one = duplicates.list_people(cursor, include_deceased=False)
    assert set(both) == {str(alive), str(dead)}
    assert set(one) == {str(alive)}


def test_a_person_is_read_with_all_that_is_compared(clinic: Clinic) -> None:
    patient_id = add_patient(clinic, preferred_name="Annie")
    recorded = {"patient_id": patient_id, "source": "patient", "recorded_at": NOW}
    write(
        clinic, "patient_name", patient_name_id=uuid7s.uuid7(), kind="former",
        given_names="Anna", family_name="Moss", **recorded,
    )  # fmt: skip
    for number, preferred in (("+447700900001", False), ("+447700900002", True)):
        write(
            clinic, "patient_phone", patient_phone_id=uuid7s.uuid7(), kind="mobile",
            number=number, number_as_given=number, is_preferred=preferred, **recorded,
        )  # fmt: skip
    write(
        clinic, "patient_email", patient_email_id=uuid7s.uuid7(), email="a@example.org",
        is_preferred=True, valid_until=TODAY, **recorded,
    )  # fmt: skip
    write(
        clinic, "patient_address", patient_address_id=uuid7s.uuid7(), line_1="1 Mill Lane",
        line_3="Far End", town="Leeds", postcode="LS1 1AA", is_preferred=True, **recorded,
    )  # fmt: skip
    with clinic.store.reading() as cursor:
        person = duplicates.get_people(cursor, [patient_id])[patient_id]
        assert duplicates.get_people(cursor, []) == {}
    assert person.preferred_name == "Annie"
    assert person.other_names == (("Anna", "Moss"),)
    assert person.phones == ("+447700900002", "+447700900001")
    assert person.emails == ("a@example.org",)
    assert person.homes == (Home(("1 Mill Lane", "Far End"), "Leeds", "LS1 1AA"),)


def test_external_ids_are_given_with_their_systems(clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    for system, number in (("old", "7"), ("new", "A1")):
        write(
            clinic, "patient_external_id", system=system, external_id=number,
            patient_id=patient_id,
        )  # fmt: skip
    with clinic.store.reading() as cursor:
        found = duplicates.get_external_ids(cursor, [patient_id])
    assert found == {patient_id: [("new", "A1"), ("old", "7")]}
