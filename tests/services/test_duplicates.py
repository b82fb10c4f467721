"""The review of duplicates: who may, what is shown, what is decided, and what the trail says."""

import json
from datetime import date, datetime
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.duplicates import PairState
from lib.errors import InvalidInputError, NotFoundError, NotPermittedError, SearchCancelledError
from lib.services import duplicate_search, duplicates
from lib.services.clinic import Clinic
from lib.services.duplicate_search import Progress
from lib.store import clinic_settings
from lib.store.clinic_settings import Name
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict, write

PHONE = "+447700900123"


def add(clinic: Clinic, family: str = "Hartley", **values: object) -> UUID:
    """Add a patient with a phone."""
    patient_id = add_patient(clinic, family_name=family, **values)
    write(
        clinic, "patient_phone", patient_phone_id=uuid7s.uuid7(), patient_id=patient_id,
        kind="mobile", number=PHONE, number_as_given=PHONE, is_preferred=True, source="patient",
        recorded_at=NOW,
    )  # fmt: skip
    return patient_id


@pytest.fixture
def pair(clinic: Clinic, staff: Actor) -> tuple[UUID, UUID]:
    """Return two records of one person, searched for already, in the order of their ids."""
    one, other = add(clinic), add(clinic, "Hartly")
    duplicate_search.run(clinic, staff)
    return (one, other) if str(one) < str(other) else (other, one)


def only(clinic: Clinic, actor: Actor) -> duplicates.Compared:
    (found,) = duplicates.queue(clinic, actor).pairs
    return found


def done(clinic: Clinic, action: str) -> list[tuple[str | None, dict[str, object]]]:
    """Return patient and detail of every entry of one action."""
    return [(line[2], json.loads(line[4])) for line in audit_lines(clinic) if line[0] == action]


def test_a_search_finds_the_second_record_and_says_so_in_the_trail(
    clinic: Clinic, staff: Actor
) -> None:
    add(clinic), add(clinic, "Hartly")
    searched = duplicate_search.run(clinic, staff)
    assert (searched.patients, searched.found, searched.kept.new) == (2, 1, 1)
    ((patient, detail),) = done(clinic, "duplicates searched")
    assert patient is None
    assert detail == {"patients": 2, "compared": 1, "pairs": 1, "new": 1}


def test_a_pair_is_shown_with_both_records_and_the_evidence(
    clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]
) -> None:
    found = only(clinic, staff)
    assert (found.one.row.patient_id, found.other.row.patient_id) == pair
    assert {finding.label: finding.reason for finding in found.findings} == {
        "Given names": "same given names",
        "Family name": "family name one letter apart",
        "Date of birth": "same date of birth",
        "Gender": "same gender",
        "Phone": "a phone number in common",
        "Email": "nothing to compare",
        "Address": "nothing to compare",
        "Town and postcode": "nothing to compare",
    }


def test_everybody_who_is_shown_is_in_the_trail(
    clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]
) -> None:
    duplicates.queue(clinic, staff)
    shown = done(clinic, "patient shown in a list")
    assert shown == [(str(one), {"list": "duplicates"}) for one in pair]


def test_nothing_of_a_patient_is_in_what_is_stored_or_told(
    clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]
) -> None:
    duplicates.decide_not_same(clinic, staff, only(clinic, staff).pair.pair_id, now=NOW)
    with clinic.store.reading() as cursor:
        told = str(cursor.execute("SELECT evidence FROM duplicate_pair").fetchall())
        told += str(cursor.execute("SELECT detail FROM audit_entry").fetchall())
    assert pair
    for value in ("Hartl", "Anna", "7700", "1985"):
        assert value not in told
    with clinic.store.reading() as cursor:
        model = clinic_settings.get_setting(cursor, Name.DUPLICATE_MODEL)
    assert model is not None
    assert set(json.loads(model)) == {"m", "u", "same", "related"}


def test_not_the_same_person_is_never_offered_again(
    clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]
) -> None:
    pair_id = only(clinic, staff).pair.pair_id
    decided = duplicates.decide_not_same(clinic, staff, pair_id, now=NOW, reason="Met both")
    assert (decided.state, decided.decided_at, decided.reason) == (
        PairState.NOT_SAME, NOW, "Met both",
    )  # fmt: skip
    assert duplicates.queue(clinic, staff).count == 0
    assert duplicate_search.run(clinic, staff).kept.settled == 1
    assert duplicates.queue(clinic, staff).pairs == ()
    assert done(clinic, "duplicate decided") == [
        (str(one), {"decision": "not same"}) for one in pair
    ]


def test_deciding_twice_is_deciding_once(
    clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]
) -> None:
    pair_id = only(clinic, staff).pair.pair_id
    first = duplicates.decide_not_same(clinic, staff, pair_id, now=NOW)
    later = datetime.fromisoformat("2026-12-01T09:00")
    assert duplicates.decide_not_same(clinic, staff, pair_id, now=later) == first
    assert len(done(clinic, "duplicate decided")) == len(pair)


def test_a_decision_can_be_undone(clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]) -> None:
    before = only(clinic, staff)
    duplicates.decide_not_same(clinic, staff, before.pair.pair_id, now=NOW)
    duplicates.undo_decision(clinic, staff, before.pair.pair_id)
    assert only(clinic, staff) == before
    assert [detail["decision"] for _, detail in done(clinic, "duplicate decided")] == [
        *("not same", "not same"), *("open", "open"),
    ]  # fmt: skip
    assert pair


def test_a_pair_that_is_gone_or_merged_cannot_be_decided(
    clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]
) -> None:
    with pytest.raises(NotFoundError):
        duplicates.decide_not_same(clinic, staff, uuid7s.uuid7(), now=NOW)
    pair_id = only(clinic, staff).pair.pair_id
    clinic.store.transact(
        lambda unit: unit.cursor.execute("UPDATE duplicate_pair SET state = 'merged'")
    )
    with pytest.raises(InvalidInputError, match="merged"):
        duplicates.decide_not_same(clinic, staff, pair_id, now=NOW)
    assert pair


@pytest.mark.parametrize("who", ["owner", "administrator"])
def test_who_may_not_review_is_refused_and_recorded(
    clinic: Clinic, who: str, request: pytest.FixtureRequest
) -> None:
    actor: Actor = request.getfixturevalue(who)
    attempts = (
        lambda: duplicates.queue(clinic, actor),
        lambda: duplicates.decide_not_same(clinic, actor, uuid7s.uuid7(), now=NOW),
        lambda: duplicates.undo_decision(clinic, actor, uuid7s.uuid7()),
        lambda: duplicate_search.run(clinic, actor),
        lambda: duplicate_search.start(clinic, actor),
    )
    for attempt in attempts:
        with pytest.raises(NotPermittedError):
            attempt()
    assert [line[1] for line in audit_lines(clinic)] == ["refused"] * len(attempts)


def test_a_changed_record_is_weighed_again_and_one_that_differs_leaves_the_queue(
    clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]
) -> None:
    before = only(clinic, staff).pair
    change = "UPDATE patient SET born_on = ? WHERE patient_id = ?"
    clinic.store.transact(lambda unit: unit.cursor.execute(change, [date(1985, 8, 25), pair[0]]))
    duplicate_search.run(clinic, staff)
    after = only(clinic, staff).pair
    assert after.pair_id == before.pair_id
    assert after.probability < before.probability
    assert after.evidence != before.evidence
    change = (
        "UPDATE patient SET given_names = 'Boris', born_on = ?, sex = 'male' WHERE patient_id = ?"
    )
    clinic.store.transact(lambda unit: unit.cursor.execute(change, [date(1950, 1, 2), pair[0]]))
    assert duplicate_search.run(clinic, staff).kept.dropped == 1
    assert duplicates.queue(clinic, staff).count == 0


def test_a_restricted_record_is_neither_compared_nor_listed(
    clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]
) -> None:
    restrict(clinic, pair[0])
    assert duplicates.queue(clinic, staff).pairs == ()
    assert duplicates.queue(clinic, staff).count == 0
    assert duplicate_search.run(clinic, staff).patients == 1


def test_the_queue_says_when_was_searched_last(
    clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]
) -> None:
    found = duplicates.queue(clinic, staff)
    assert found.searched_at is not None
    assert found.patients_searched == len(pair)


def test_home_counts_what_the_queue_shows(
    clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]
) -> None:
    (item,) = duplicates.home_items(clinic, staff, TODAY)
    assert item.count == duplicates.queue(clinic, staff).count == 1
    assert item.path == "pages/records/duplicates.py"
    restrict(clinic, pair[1])
    assert list(duplicates.home_items(clinic, staff, TODAY)) == []


def test_pages_follow_one_another(clinic: Clinic, staff: Actor) -> None:
    for number in range(3):
        for family in ("Ashworth", "Ashworh"):
            add_patient(
                clinic,
                given_names=("Anna", "Bertha", "Cecily")[number], family_name=family[number:],
                born_on=date(1960 + 9 * number, 1 + number, 5 + 7 * number),
            )  # fmt: skip
    duplicate_search.run(clinic, staff)
    pages = [duplicates.queue(clinic, staff, page=page, limit=2).pairs for page in range(2)]
    assert [len(page) for page in pages] == [2, 1]
    shown = [one.pair for page in pages for one in page]
    assert shown == [one.pair for one in duplicates.everything(clinic, staff).pairs]
    assert sorted((one.probability for one in shown), reverse=True) == [
        one.probability for one in shown
    ]


def test_a_search_beside_the_screens_can_be_watched_and_ends(clinic: Clinic, staff: Actor) -> None:
    add(clinic), add(clinic, "Hartly")
    job = duplicate_search.start(clinic, staff)
    assert job.ended.wait(60)
    assert job.state is duplicate_search.State.DONE
    assert job.searched is not None
    assert job.searched.found == 1
    assert job.progress.stage == "Saving the pairs"
    assert duplicate_search.current() is job
    duplicate_search.dismiss()
    assert duplicate_search.current() is None


def test_a_search_that_is_stopped_changes_nothing(
    clinic: Clinic, staff: Actor, pair: tuple[UUID, UUID]
) -> None:
    clinic.store.transact(
        lambda unit: unit.cursor.execute(
            "UPDATE patient SET born_on = ?, given_names = 'Bo' WHERE patient_id = ?",
            [date(1950, 1, 2), pair[0]],
        )
    )
    job = duplicate_search.Job(is_cancelled=True)
    with pytest.raises(SearchCancelledError):
        duplicate_search.run(clinic, staff, watch=job.watch)
    assert duplicates.queue(clinic, staff).count == 1


def test_a_search_that_fails_says_so(clinic: Clinic, staff: Actor) -> None:
    clinic.close()
    job = duplicate_search.Job()
    duplicate_search._work(clinic, staff, job)  # noqa: SLF001 - what the thread runs
    assert job.state is duplicate_search.State.FAILED
    assert job.problem
    assert job.ended.is_set()


def test_progress_is_noted_until_somebody_stops_it() -> None:
    job = duplicate_search.Job()
    job.watch(Progress("Comparing pairs", 3, 9))
    assert job.progress == Progress("Comparing pairs", 3, 9)
    job.is_cancelled = True
    with pytest.raises(SearchCancelledError):
        job.watch(Progress("Comparing pairs", 4, 9))
