"""A restore is whole or has not begun; what it loses and what it sets aside is said."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.errors import (
    BackupDamagedError,
    ClinicError,
    KeyMissingError,
    RestoreError,
    StoreInUseError,
)
from lib.media.files import ORIGINAL
from lib.services import anchors, audit
from lib.services.backups import listing, making, restoring, swapping
from lib.services.backups.making import Made, Order
from lib.services.backups.turns import Progress
from lib.services.clinic import Clinic, open_clinic
from tests.conftest import Role
from tests.pages.conftest import sign_in_as
from tests.records import NOW, add_patient, audit_lines
from tests.services.backups.conftest import flip, pictures_in

LATER = NOW + timedelta(days=1)


def patients(clinic: Clinic) -> int:
    with clinic.store.reading() as cursor:
        return int(cursor.execute("SELECT count(*) FROM patient").fetchall()[0][0])


@pytest.fixture
def changed(full: Clinic, backup: Made) -> Clinic:  # noqa: ARG001 - what came after it is lost
    """Return the clinic, closed, after a second patient came in and a picture was lost."""
    add_patient(full)
    withdrawn = Event(Action.CONSENT_WITHDRAWN)
    full.store.transact(lambda unit: unit.audit(None, withdrawn, withdrawn))
    anchors.anchor_now(full, now=LATER)
    pictures_in(full.home)[0].unlink()
    full.close()
    return full


def beside(home: Path) -> list[str]:
    return sorted(path.name for path in home.parent.iterdir())


def test_a_restored_clinic_is_as_it_was(
    changed: Clinic, backup: Made, administrator: Actor
) -> None:
    home = changed.home
    done = restoring.restore(changed.settings, administrator, backup.place, now=LATER)
    assert done.former == home.parent / "clinic.before-restore-2026-11-24T09-00-00Z"
    assert beside(home) == [
        "clinic",
        "clinic.anchors",
        "clinic.backups",
        "clinic.before-restore-2026-11-24T09-00-00Z",
        "clinic.keys",
        "clinic.keys.mirror",
    ]
    again = open_clinic(changed.settings)
    try:
        assert patients(again) == 1
        for media_id, key_id in _originals(again):
            with again.media.sealed(media_id, ORIGINAL, key_id).reader() as reader:
                assert reader.read(9) == b"a picture"
        assert audit.verify(again, _checker(administrator)).is_whole
        last = audit_lines(again)[-2]
        assert last[0] == Action.CLINIC_RESTORED.value
        assert not (home / swapping.MARK).exists()
        (row,) = listing.rows_of(again)
        assert row.state.value == "made"
    finally:
        again.close()


def _originals(clinic: Clinic) -> list[tuple[object, object]]:
    with clinic.store.reading() as cursor:
        return cursor.execute("SELECT media_id, key_id FROM media_item").fetchall()


def _checker(actor: Actor) -> Actor:
    return Actor(actor.person_id, "c", "C", frozenset(Role))


def test_what_is_lost_is_said(changed: Clinic, backup: Made, administrator: Actor) -> None:
    done = restoring.restore(changed.settings, administrator, backup.place, now=LATER)
    assert done.lost == {Action.BACKUP_MADE.value: 1, Action.CONSENT_WITHDRAWN.value: 2}
    assert done.entries_lost == 3
    assert done.copied_at < datetime.now().astimezone().replace(tzinfo=None) + timedelta(days=1)


def test_a_store_that_cannot_be_opened_is_replaced_all_the_same(
    changed: Clinic, backup: Made, administrator: Actor
) -> None:
    flip(changed.home / "clinic.duckdb", 5000)
    done = restoring.restore(changed.settings, administrator, backup.place, now=LATER)
    assert done.lost is None
    assert done.entries_lost == 3
    again = open_clinic(changed.settings)
    assert patients(again) == 1
    again.close()


def test_a_clinic_can_be_restored_where_there_is_none(
    changed: Clinic, backup: Made, administrator: Actor
) -> None:
    shutil.rmtree(changed.home)
    done = restoring.restore(changed.settings, administrator, backup.place, now=LATER)
    assert done.former is None
    again = open_clinic(changed.settings)
    assert patients(again) == 1
    again.close()


def test_everybody_signs_in_again(full: Clinic, administrator: Actor) -> None:
    sign_in_as(full, Role.STAFF)
    made = making.make(full, administrator, Order(NOW))
    full.close()
    restoring.restore(full.settings, administrator, made.place, now=LATER)
    again = open_clinic(full.settings)
    with again.store.reading() as cursor:
        found = cursor.execute("SELECT ended_because FROM sign_in_session").fetchall()
    again.close()
    assert found == [(restoring.ENDED,)]


def test_a_running_clinic_is_not_restored(full: Clinic, backup: Made, administrator: Actor) -> None:
    with pytest.raises(StoreInUseError, match="cannot be restored"):
        restoring.restore(full.settings, administrator, backup.place, now=LATER)
    assert not swapping.building_of(full.home).exists()


def lose(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize("harm", [flip, lose])
@pytest.mark.parametrize("name", ["*.original", "clinic.duckdb", "audit.jsonl", "manifest.json"])
def test_a_damaged_backup_changes_nothing(
    changed: Clinic,
    backup: Made,
    administrator: Actor,
    name: str,
    harm: Callable[[Path], None],
) -> None:
    file = min(backup.place.rglob(name))
    if harm is flip:
        flip(file, file.stat().st_size // 2)
    else:
        harm(file)
    there = beside(changed.home)
    with pytest.raises(BackupDamagedError, match="another"):
        restoring.restore(changed.settings, administrator, backup.place, now=LATER)
    assert beside(changed.home) == there
    again = open_clinic(changed.settings)
    assert patients(again) == 2
    again.close()


def test_another_clinics_key_is_told(changed: Clinic, backup: Made, administrator: Actor) -> None:
    key = changed.home.parent / "clinic.keys" / "master.key"
    key.write_text("ab" * 32)
    with pytest.raises(BackupDamagedError, match="put that clinic's master key in place"):
        restoring.restore(changed.settings, administrator, backup.place, now=LATER)
    key.unlink()
    with pytest.raises(KeyMissingError):
        restoring.restore(changed.settings, administrator, backup.place, now=LATER)


def test_a_path_that_leads_out_of_the_home_is_refused() -> None:
    for path in ("home/../x", "other/x", "home/", "keys/master.key"):
        with pytest.raises(BackupDamagedError):
            restoring._target(Path("x"), path)  # noqa: SLF001


class StoppedError(Exception):
    """Stands for a kill where a process of its own would take too long."""


@pytest.mark.parametrize("stage", ["Checking every file", "Opening the copy"])
def test_an_interruption_before_it_is_whole_changes_nothing(
    changed: Clinic, backup: Made, administrator: Actor, stage: str
) -> None:
    there = beside(changed.home)

    def stop(told: Progress) -> None:
        if told.stage == stage:
            raise StoppedError

    with pytest.raises(StoppedError):
        restoring.restore(changed.settings, administrator, backup.place, now=LATER, watch=stop)
    assert beside(changed.home) == there


def test_what_was_swapped_can_be_taken_back_until_it_is_ready(
    changed: Clinic, backup: Made, administrator: Actor
) -> None:
    there = beside(changed.home)
    noted = (changed.home.parent / "clinic.anchors" / "audit.jsonl").read_text()

    def stop(told: Progress) -> None:
        if told.stage == "Putting the clinic in its place":
            raise StoppedError

    with pytest.raises(StoppedError):
        restoring.restore(changed.settings, administrator, backup.place, now=LATER, watch=stop)
    assert (swapping.building_of(changed.home) / swapping.MARK).exists()
    swapping.undo(changed.home)
    assert [name for name in beside(changed.home) if "restor" not in name] == there
    assert (changed.home.parent / "clinic.anchors" / "audit.jsonl").read_text() == noted
    again = open_clinic(changed.settings)
    assert patients(again) == 2
    again.close()
    with pytest.raises(RestoreError, match="no unfinished restore"):
        swapping.undo(changed.home)


def test_two_restores_at_once_are_refused(
    changed: Clinic, backup: Made, administrator: Actor
) -> None:
    with swapping.alone(changed.home), pytest.raises(RestoreError, match="Another process"):
        restoring.restore(changed.settings, administrator, backup.place, now=LATER)


def test_a_home_whose_restore_is_under_way_cannot_be_opened(changed: Clinic) -> None:
    swapping.building_of(changed.home).mkdir()
    with swapping.alone(changed.home), pytest.raises(ClinicError, match="Another process"):
        open_clinic(changed.settings)
    open_clinic(changed.settings).close()
    assert not swapping.building_of(changed.home).exists()
