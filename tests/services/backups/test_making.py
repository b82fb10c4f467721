"""Back-ups are whole, hold no key, and share what never changes."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.domain.backups import BackupKind, BackupState, read
from lib.errors import BackupDamagedError, BackupError, BackupRunningError, NotPermittedError
from lib.services.backups import checking, doing, listing, making, places, rotating, turns
from lib.services.backups.making import Made, Order
from lib.services.clinic import Clinic, open_clinic
from lib.store import keys
from tests.records import NOW, audit_lines
from tests.services.backups.conftest import flip, pictures_in

DAY = timedelta(days=1)


def states(clinic: Clinic) -> list[str]:
    return [row.state.value for row in listing.rows_of(clinic)]


def test_a_backup_holds_store_sealed_files_anchors_and_manifest(full: Clinic, backup: Made) -> None:
    assert backup.place == full.home.parent / "clinic.backups" / "2026-11-23T09-00-00Z"
    assert [file.name for file in backup.place.parent.iterdir()] == [backup.place.name]
    names = {
        path.relative_to(backup.place).as_posix()
        for path in backup.place.rglob("*")
        if path.is_file()
    }
    home = {
        f"home/{path.relative_to(full.home).as_posix()}"
        for folder in ("media", "evidence")
        for path in (full.home / folder).rglob("*")
        if path.is_file()
    }
    expected = {"manifest.json", "home/clinic.duckdb", "anchors/audit.jsonl"}
    assert names == expected | home
    assert len(home) == 4
    assert backup.files == len(names) - 1
    manifest = listing.manifest_in(backup.place, full.master_key)
    assert manifest.tables["patient"] == 1
    assert manifest.ends_on == date(2026, 12, 28)
    assert (
        manifest.size
        == backup.size
        == sum(path.stat().st_size for path in backup.place.rglob("*") if path.is_file())
        - (backup.place / "manifest.json").stat().st_size
    )


def test_no_key_is_in_a_backup(full: Clinic, backup: Made) -> None:
    secret = keys.default_key_file(full.home).read_text("ascii").strip()
    kept = [path.read_bytes() for path in (full.home.parent / "clinic.keys").rglob("*.key")]
    assert len(kept) == 2
    for path in backup.place.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert secret.encode() not in content
            assert full.master_key not in content
            assert not [one for one in kept if one in content]


def test_a_key_folder_and_a_backup_folder_inside_the_home_stay_out(
    full: Clinic, administrator: Actor
) -> None:
    inside = full.home / "wrong place"
    inside.mkdir()
    (inside / "master.key").write_text("a key")
    chosen = full.settings.model_copy(
        update={"key_file": inside / "master.key", "backup_folder": inside}
    )
    object.__setattr__(full, "settings", chosen)
    made = making.make(full, administrator, Order(NOW))
    assert made.place.parent == inside
    assert not list(made.place.rglob("*.key"))
    assert not list((made.place / "home").rglob("*Z"))


def test_sealed_files_are_linked_to_the_backup_before(
    full: Clinic, backup: Made, administrator: Actor
) -> None:
    second = making.make(full, administrator, Order(NOW + DAY))
    assert second.files == backup.files
    pairs = zip(pictures_in(backup.place), pictures_in(second.place), strict=True)
    assert all(one.samefile(other) for one, other in pairs)
    originals = zip(pictures_in(full.home), pictures_in(second.place), strict=True)
    assert not any(one.samefile(other) for one, other in originals)
    assert (
        second.copied
        == (second.place / "home" / "clinic.duckdb").stat().st_size
        + (second.place / "anchors" / "audit.jsonl").stat().st_size
    )


def test_nothing_is_linked_to_a_backup_that_was_found_damaged(
    full: Clinic, backup: Made, administrator: Actor
) -> None:
    flip(pictures_in(backup.place)[0])
    assert not checking.check(full, administrator, backup.backup_id, now=NOW).is_sound
    second = doing.run(full, administrator, Order(NOW + DAY))
    assert second.checked.is_sound
    pairs = zip(pictures_in(backup.place), pictures_in(second.made.place), strict=True)
    assert not any(one.samefile(other) for one, other in pairs)


def test_a_backup_is_in_the_list_and_in_the_trail(full: Clinic, administrator: Actor) -> None:
    done = doing.run(full, administrator, Order(NOW, BackupKind.NIGHTLY))
    (row,) = listing.rows_of(full)
    assert row.state is BackupState.CHECKED
    assert row.kind is BackupKind.NIGHTLY
    assert (row.bytes, row.files) == (done.made.size, done.made.files)
    assert row.made_by == administrator.person_id
    lines = [line[0] for line in audit_lines(full)]
    assert lines[-2:] == [Action.BACKUP_MADE.value, Action.BACKUP_CHECKED.value]


def test_only_an_administrator_makes_backups(
    full: Clinic, staff: Actor, compliance: Actor, owner: Actor
) -> None:
    for actor in (staff, compliance, owner):
        with pytest.raises(NotPermittedError):
            making.make(full, actor, Order(NOW))
        with pytest.raises(NotPermittedError):
            listing.overview(full, actor, now=NOW)
    assert listing.rows_of(full) == []


def test_two_at_once_are_refused(full: Clinic, administrator: Actor) -> None:
    with turns.one_at_a_time():
        for act in (
            lambda: making.make(full, administrator, Order(NOW)),
            lambda: doing.start(full, administrator, now=NOW),
            lambda: rotating.rotate(full, now=NOW),
        ):
            with pytest.raises(BackupRunningError):
                act()
    assert listing.rows_of(full) == []


def test_a_missing_folder_is_said_and_not_made(
    full: Clinic, administrator: Actor, tmp_path: Path
) -> None:
    away = tmp_path / "not plugged in"
    with pytest.raises(BackupError) as caught:
        making.make(full, administrator, Order(NOW, folder=away))
    assert caught.value.message == (
        f"{away} is not there. Plug its disk in or make the folder, then try again."
    )
    assert not away.exists()
    (row,) = listing.rows_of(full)
    assert (row.state, row.fault) == (BackupState.FAILED, caught.value.message)


def test_a_folder_that_goes_away_meanwhile_leaves_nothing(
    full: Clinic, backup: Made, administrator: Actor, tmp_path: Path
) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()

    def unplug(_: turns.Progress) -> None:
        if folder.exists():
            folder.rename(tmp_path / "unplugged")

    with pytest.raises(BackupError) as caught:
        making.make(full, administrator, Order(NOW, folder=folder), watch=unplug)
    assert "went away meanwhile" in caught.value.message
    assert not folder.exists()
    assert states(full) == ["failed", "made"]
    assert checking.look(full, backup.place).is_sound


def test_an_interrupted_backup_is_no_backup(
    full: Clinic, backup: Made, administrator: Actor
) -> None:
    def stop(_: turns.Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        making.make(full, administrator, Order(NOW + DAY), watch=stop)
    assert [one.place for one in listing.alive(full, now=NOW)] == [backup.place]
    assert states(full) == ["failed", "made"]


def test_a_manifest_that_was_changed_does_not_fit_its_seal(full: Clinic, backup: Made) -> None:
    file = backup.place / "manifest.json"
    said = json.loads(file.read_text("utf-8"))
    said["tables"]["patient"] = 2
    file.write_text(json.dumps(said), "utf-8")
    with pytest.raises(BackupDamagedError, match="was changed, or it belongs to another clinic"):
        listing.manifest_in(backup.place, full.master_key)
    with pytest.raises(BackupDamagedError, match="cannot be read"):
        read("[]", full.master_key)


def lose(file: Path) -> None:
    file.unlink()


def cut(file: Path) -> None:
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[:-1])


@pytest.mark.parametrize("harm", [flip, lose, cut])
@pytest.mark.parametrize("name", ["*.original", "clinic.duckdb", "audit.jsonl", "manifest.json"])
def test_a_damaged_backup_is_found(
    full: Clinic, backup: Made, administrator: Actor, name: str, harm: Callable[[Path], None]
) -> None:
    file = min(backup.place.rglob(name))
    if harm is flip:
        flip(file, file.stat().st_size // 2)
    else:
        harm(file)
    found = checking.check(full, administrator, backup.backup_id, now=NOW)
    assert found.fault is not None
    assert "another" in found.fault
    (row,) = listing.rows_of(full)
    assert (row.state, row.fault) == (BackupState.FAILED, found.fault)
    assert [path.name for path in backup.place.parent.iterdir()] == [backup.place.name]


def test_a_sound_backup_was_really_opened(full: Clinic, backup: Made) -> None:
    before = sorted(backup.place.rglob("*"))
    found = checking.look(full, backup.place)
    assert found.is_sound
    assert found.opened == 3
    assert sorted(backup.place.rglob("*")) == before


def test_pictures_of_somebody_disposed_of_are_no_fault(full: Clinic, backup: Made) -> None:
    for key_id in full.media.keys.key_ids():
        full.media.keys.delete(key_id)
    found = checking.look(full, backup.place)
    assert found.is_sound
    assert found.opened == 0


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from lib.errors import BackupError
from lib.services.backups import doing
from lib.services.backups.making import Order
from lib.services.clinic import open_clinic
from tests.conftest import EVERY_ROLE, actor_with, settings_of
from tests.records import NOW

clinic = open_clinic(settings_of(Path(sys.argv[1])))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
# A file that may grow no further than this is what a full disk looks like from here.
resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, 4_000_000))
try:
    doing.run(clinic, actor_with(*EVERY_ROLE), Order(NOW))
except BackupError as error:
    print(error.message)
"""


def test_a_full_disk_is_said_and_leaves_what_was_there(full: Clinic, backup: Made) -> None:
    full.close()
    told = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(full.home)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert told.stdout.startswith(f"The disk that holds {backup.place.parent} is full.")
    assert "Make room there" in told.stdout
    again = open_clinic(full.settings)
    assert [path.name for path in backup.place.parent.iterdir()] == [backup.place.name]
    assert checking.look(again, backup.place).is_sound
    again.close()


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EACCES, "cannot be written to"), (errno.EMFILE, "could not be used (Too many")],
)
def test_what_a_disk_refuses_is_said_in_words(number: int, words: str, tmp_path: Path) -> None:
    assert words in places.in_words(OSError(number, os.strerror(number)), tmp_path)
