"""kill -9 at any step of a back-up or a restore: the old state or the new one, and nothing between.

The child counts what it is about to do to the file system (Python's audit events) and ends itself
before the step that it was told. `KILLED_EVERYWHERE=1` tries every step there is.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lib.domain.access import Role
from lib.services import audit
from lib.services.backups import checking, listing, rotating, swapping
from lib.services.backups.making import Made
from lib.services.clinic import Clinic, open_clinic
from lib.store import backups as store
from tests.conftest import actor_with, settings_of
from tests.records import NOW, add_patient

EVERYWHERE = bool(os.environ.get("KILLED_EVERYWHERE"))
CHILD = """
import os, signal, sys
from datetime import timedelta
from pathlib import Path

STEPS = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "shutil.rmtree"}
act, home, place, wanted = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
from lib.services.backups import doing, restoring
from lib.services.backups.making import Order
from lib.services.clinic import open_clinic
from tests.conftest import EVERY_ROLE, actor_with, settings_of
from tests.records import NOW

done = [0]

def count(event, arguments):
    if event in STEPS or (event == "open" and isinstance(arguments[2], int)
            and arguments[2] & (os.O_WRONLY | os.O_RDWR) and str(home.parent) in str(arguments[0])):
        done[0] += 1
        if done[0] == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

actor = actor_with(*EVERY_ROLE)
later = NOW + timedelta(days=40)
if act == "backup":
    clinic = open_clinic(settings_of(home))
    sys.addaudithook(count)
    doing.run(clinic, actor, Order(later))
else:
    sys.addaudithook(count)
    restoring.restore(settings_of(home), actor, place, now=later)
print(done[0], flush=True)
"""


def killed(act: str, home: Path, place: Path, step: int) -> int | None:
    """Run the act until before its given step; None, or how many steps it had in all."""
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, act, str(home), str(place), str(step)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    if ended.returncode == -signal.SIGKILL:
        return None
    assert ended.returncode == 0, ended.stderr
    return int(ended.stdout)


def patients(clinic: Clinic) -> int:
    with clinic.store.reading() as cursor:
        return len(store.list_patients(cursor))


def steps_to_try(chosen: range) -> range | list[int]:
    return range(1, 400) if EVERYWHERE else list(chosen)


@pytest.mark.slow
def test_a_killed_backup_leaves_the_clinic_and_older_backups_whole(
    full: Clinic, backup: Made
) -> None:
    full.close()
    for step in steps_to_try(range(6, 42, 14)):
        total = killed("backup", full.home, backup.place, step)
        clinic = open_clinic(settings_of(full.home))
        rotating.note_interrupted(clinic, now=NOW)
        states = {row.state.value for row in listing.rows_of(clinic)}
        assert "running" not in states
        rotating.rotate(clinic, now=NOW)
        assert patients(clinic) == 1
        for one in listing.alive(clinic, now=NOW):
            assert one.kind is listing.AliveKind.WHOLE
            assert checking.look(clinic, one.place).is_sound
        clinic.close()
        if total is not None:
            assert EVERYWHERE
            break


@pytest.mark.slow
def test_a_killed_restore_ends_before_or_after_and_never_between(
    full: Clinic, backup: Made
) -> None:
    add_patient(full)
    full.close()
    came_through = False
    checker = actor_with(*Role)
    for step in steps_to_try(range(16, 32, 4)):
        total = killed("restore", full.home, backup.place, step)
        clinic = open_clinic(settings_of(full.home))
        found = patients(clinic)
        assert found in {1, 2}
        assert not swapping.building_of(full.home).exists()
        assert not list(full.home.glob(f"{swapping.MARK}*"))
        assert audit.verify(clinic, checker).is_whole
        if found == 1:
            came_through = True
            add_patient(clinic)
        clinic.close()
        if total is not None:
            break
    assert came_through
