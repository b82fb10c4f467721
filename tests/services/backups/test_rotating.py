"""Back-ups go after their days, the last good one never; what lies about is seen."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.services.backups import checking, doing, listing, making, places, rotating
from lib.services.backups.listing import AliveKind
from lib.services.backups.making import Made, Order
from lib.services.clinic import Clinic
from tests.records import NOW, audit_lines
from tests.services.backups.conftest import flip, pictures_in

DAY = timedelta(days=1)
LATER = NOW + 40 * DAY


def names(clinic: Clinic) -> list[str]:
    folder = places.folder_of(clinic.settings)
    return sorted(place.name for place in folder.iterdir())


def test_what_is_past_its_day_goes_once_there_is_a_newer_one(
    full: Clinic, backup: Made, administrator: Actor
) -> None:
    assert rotating.rotate(full, now=LATER) == ()
    assert backup.place.is_dir()
    done = doing.run(full, administrator, Order(LATER))
    assert done.removed == (backup.place,)
    assert names(full) == [done.made.place.name]
    assert [row.state.value for row in listing.rows_of(full)] == ["checked", "removed"]
    assert audit_lines(full)[-1][0] == Action.BACKUP_REMOVED.value


def test_a_backup_is_kept_through_its_last_day(
    full: Clinic, backup: Made, administrator: Actor
) -> None:
    making.make(full, administrator, Order(NOW + DAY))
    assert rotating.rotate(full, now=NOW + 35 * DAY) == ()
    assert rotating.rotate(full, now=NOW + 36 * DAY) == (backup.place,)


def test_nothing_goes_for_the_sake_of_a_damaged_backup(
    full: Clinic, backup: Made, administrator: Actor
) -> None:
    second = making.make(full, administrator, Order(LATER))
    flip(pictures_in(second.place)[0])
    assert not checking.check(full, administrator, second.backup_id, now=LATER).is_sound
    assert rotating.rotate(full, now=LATER) == ()
    assert checking.look(full, backup.place).is_sound


def test_unfinished_and_half_removed_ones_go(full: Clinic, backup: Made) -> None:
    folder = backup.place.parent
    for name in ("2026-11-01T00-00-00Z.partial", "2026-10-01T00-00-00Z.removing", "holidays"):
        (folder / name).mkdir()
    rotating.rotate(full, now=NOW)
    assert names(full) == [backup.place.name, "holidays"]


def test_a_backup_that_outlived_its_day_is_told(full: Clinic, backup: Made) -> None:
    (one,) = listing.alive(full, now=LATER)
    assert one.place == backup.place
    assert one.is_overdue
    assert not listing.alive(full, now=NOW)[0].is_overdue


def test_the_folders_count_and_not_only_the_list(
    full: Clinic, backup: Made, administrator: Actor, tmp_path: Path
) -> None:
    other = tmp_path / "other disk"
    other.mkdir()
    second = making.make(full, administrator, Order(NOW + DAY, folder=other))
    unknown = backup.place.parent / "2026-11-20T02-30-00Z"
    shutil.copytree(backup.place, unknown)
    unfinished = backup.place.parent / "2026-11-21T02-30-00Z.partial"
    unfinished.mkdir()
    former = full.home.parent / "clinic.before-restore-2026-11-22T10-00-00Z"
    former.mkdir()
    found = listing.alive(full, now=NOW)
    assert [(one.place, one.kind) for one in found] == [
        (unknown, AliveKind.WHOLE),
        (unfinished, AliveKind.UNFINISHED),
        (former, AliveKind.FORMER_HOME),
        (backup.place, AliveKind.WHOLE),
        (second.place, AliveKind.WHOLE),
    ]
    other.rename(tmp_path / "unplugged")
    assert listing.alive(full, now=NOW)[-1].kind is AliveKind.AWAY


def test_a_certificate_learns_when_the_last_backup_ends(
    full: Clinic, backup: Made, administrator: Actor
) -> None:
    making.make(full, administrator, Order(NOW + DAY))
    assert listing.last_that_could_hold(full, NOW - DAY) is None
    assert listing.last_that_could_hold(full, NOW) == date(2026, 12, 28)
    assert listing.last_that_could_hold(full, NOW + DAY) == date(2026, 12, 29)
    shutil.rmtree(backup.place)
    assert listing.last_that_could_hold(full, NOW) is None


@pytest.mark.usefixtures("backup")
def test_what_was_being_made_at_a_stop_is_said_to_be_interrupted(full: Clinic) -> None:
    full.store.transact(
        lambda unit: unit.cursor.execute("UPDATE backup SET state = 'running', fault = NULL")
    )
    assert rotating.note_interrupted(full, now=NOW) == 1
    (row,) = listing.rows_of(full)
    assert row.state.value == "failed"
    assert row.fault == rotating.INTERRUPTED
