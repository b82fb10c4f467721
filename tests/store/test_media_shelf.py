"""A patient's pictures kept in memory: never older than what is on file, whoever changed it."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.access import Actor
from lib.domain.media_labels import Field
from lib.services import merges, unmerging
from lib.services.clinic import Clinic
from lib.services.media import labels, removal
from lib.services.media.labels import Change
from lib.services.merging import Wanted
from lib.store import media_shelf
from lib.store.media_shelf import Shelves, shelves
from tests.records import NOW, TODAY, add_patient
from tests.sealed_pictures import add_key, add_rows


def on_file(clinic: Clinic, patient_id: UUID) -> list[dict[str, object]]:
    with clinic.store.reading() as cursor:
        return Shelves().get(cursor, patient_id).to_pylist()


def kept(clinic: Clinic, patient_id: UUID) -> list[dict[str, object]]:
    with clinic.store.reading() as cursor:
        return shelves.get(cursor, patient_id).to_pylist()


def test_a_shelf_is_read_once_until_something_of_it_changes(clinic: Clinic) -> None:
    anna = add_patient(clinic)
    key = add_key(clinic, anna)
    add_rows(clinic, anna, key)
    own = Shelves()
    with clinic.store.reading() as cursor:
        first = own.get(cursor, anna)
        assert own.get(cursor, anna) is first
    add_rows(clinic, anna, key)
    with clinic.store.reading() as cursor:
        assert own.get(cursor, anna).num_rows == 2


def test_a_patient_whose_state_nobody_noted_is_read_each_time(clinic: Clinic) -> None:
    anna = add_patient(clinic)
    own = Shelves()
    with clinic.store.reading() as cursor:
        assert own.get(cursor, anna) is not own.get(cursor, anna)


def test_the_shelves_looked_at_least_recently_are_let_go(clinic: Clinic) -> None:
    own = Shelves(most_rows=2)
    patients = [add_patient(clinic) for _ in range(3)]
    for patient_id in patients:
        add_rows(clinic, patient_id, add_key(clinic, patient_id))
    with clinic.store.reading() as cursor:
        first, *_ = tables = [own.get(cursor, one) for one in patients]
        assert own.get(cursor, patients[2]) is tables[2]
        assert own.get(cursor, patients[0]) is not first


def test_a_shelf_is_read_again_after_some_minutes_in_any_case(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben = add_patient(clinic), add_patient(clinic)
    for patient_id in (anna, ben):
        add_rows(clinic, patient_id, add_key(clinic, patient_id))
    own = Shelves()
    with clinic.store.reading() as cursor:
        first = own.get(cursor, anna)
        monkeypatch.setattr(media_shelf, "KEPT_SECONDS", -1.0)
        assert own.get(cursor, anna) is not first
        own.get(cursor, ben)


def test_a_merge_brings_the_pictures_along_and_an_undo_takes_them_back(
    clinic: Clinic, staff: Actor
) -> None:
    anna, double = add_patient(clinic), add_patient(clinic)
    mine = add_rows(clinic, anna, add_key(clinic, anna))
    theirs = add_rows(clinic, double, add_key(clinic, double), captured_on=date(2020, 1, 1))
    assert [row["media_id"] for row in kept(clinic, anna)] == [str(mine)]
    assert [row["media_id"] for row in kept(clinic, double)] == [str(theirs)]
    asked = Wanted(uuid7s.uuid7(), anna, double, is_confirmed=True, reason="Same person")
    done = merges.merge(clinic, staff, asked, now=NOW, as_of=TODAY)
    assert [row["media_id"] for row in kept(clinic, anna)] == [str(mine), str(theirs)]
    assert kept(clinic, double) == []
    unmerging.undo(clinic, staff, done.merge_id, now=NOW)
    assert [row["media_id"] for row in kept(clinic, anna)] == [str(mine)]
    assert [row["media_id"] for row in kept(clinic, double)] == [str(theirs)]


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(["add", "describe", "remove", "restore", "look"]), max_size=8))
def test_whatever_is_done_what_is_kept_is_what_is_on_file(
    clinic: Clinic, staff: Actor, acts: list[str]
) -> None:
    anna = add_patient(clinic)
    key = add_key(clinic, anna)
    pictures = [add_rows(clinic, anna, key)]

    def describe() -> None:
        change = Change(
            uuid7s.uuid7(),
            pictures[0],
            _version(clinic, anna, pictures[0]),
            {Field.NOTE: f"note {len(pictures)} {uuid7s.uuid7()}"},
        )
        labels.change(clinic, staff, anna, [change], now=NOW)

    doing: dict[str, Callable[[], object]] = {
        "add": lambda: pictures.append(add_rows(clinic, anna, key)),
        "describe": describe,
        "remove": lambda: removal.remove(clinic, staff, anna, pictures[:1], "Blurred", now=NOW),
        "restore": lambda: removal.restore(clinic, staff, anna, pictures[:1]),
        "look": lambda: kept(clinic, anna),
    }
    for act in acts:
        doing[act]()
    assert kept(clinic, anna) == on_file(clinic, anna)


def _version(clinic: Clinic, patient_id: UUID, media_id: UUID) -> int:
    found = {row["media_id"]: row["label_version"] for row in on_file(clinic, patient_id)}
    version = found[str(media_id)]
    assert isinstance(version, int)
    return version
