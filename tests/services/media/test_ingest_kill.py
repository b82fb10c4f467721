"""A killed ingest leaves whole pictures or none, and the next start clears the rest (kill -9)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lib.domain.media import Rendition
from lib.media.files import ORIGINAL
from lib.services.clinic import Clinic, open_clinic
from lib.services.media import sweep
from lib.settings import Settings
from tests.records import add_patient
from tests.services.media.conftest import files_of

COUNT = 4
CHILD = """
import sys, time
from pathlib import Path
from uuid import UUID
import uuid_utils.compat as uuid7s
from lib.media.files import MediaFiles
from lib.services.clinic import open_clinic
from lib.services.media import ingest, intake_rows
from lib.settings import Settings
from tests.conftest import actor_with
from lib.domain.access import Role
from tests.pictures import jpeg
from tests.records import NOW
from tests.services.media.conftest import send, wanted

def tell(word):
    print(word, flush=True)
    time.sleep(0.05)

def telling(kind, name, word):
    real = getattr(kind, name)
    def act(self, *args):
        tell("before " + word)
        done = real(self, *args)
        tell("after " + word)
        return done
    setattr(kind, name, act)

telling(MediaFiles, "settle", "settling")
telling(intake_rows.Writing, "work", "writing")
clinic = open_clinic(Settings(home=Path(sys.argv[1]), threads=1))
patient_id, start, staff = UUID(sys.argv[2]), int(sys.argv[3]), actor_with(Role.STAFF)
keys = [send(clinic, staff, patient_id, jpeg(start + one)) for one in range(4)]
tell("uploaded")
ingest.take_in(clinic, staff, wanted(patient_id, *keys), now=NOW)
print("acknowledged", flush=True)
sys.stdin.read()
"""
# The word after which the process is killed, and whether its pictures are in then.
KILLS = {
    "uploaded": {0},
    "before settling": {0},
    "after settling": {0},
    "before writing": {0},
    # Between the rows being written and their commit nobody can tell from outside.
    "after writing": {0, COUNT},
    "acknowledged": {COUNT},
}


def killed(home: Path, patient_id: object, start: int, word: str) -> None:
    """Bring pictures in in another process, and kill it when it says the word."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(home), str(patient_id), str(start)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert child.stdout is not None
    assert word in [line.strip() for line in iter_until(child, word)]
    child.kill()
    child.wait()


def iter_until(child: "subprocess.Popen[str]", word: str) -> list[str]:
    """Return what the child says up to the word."""
    said = []
    for line in child.stdout or ():
        said.append(line)
        if line.strip() == word:
            break
    return said


def check_whole(clinic: Clinic) -> int:
    """Check that every item has all its files, each readable, and no other file is there."""
    with clinic.store.reading() as cursor:
        items = cursor.execute("SELECT media_id, key_id, bytes FROM media_item").fetchall()
        labels = cursor.execute("SELECT count(*) FROM media_label").fetchone()
    names = (ORIGINAL, Rendition.PREVIEW, Rendition.THUMBNAIL)
    for media_id, key_id, size in items:
        for name in names:
            with clinic.media.sealed(media_id, name, key_id).reader() as reader:
                content = reader.readall()
            assert name != ORIGINAL or len(content) == size
    expected = sorted(f"{key.hex[:2]}/{key}.{name}" for key, _, _ in items for name in names)
    assert files_of(clinic) == expected
    assert labels == (len(items),)
    return len(items)


@pytest.mark.slow
def test_a_kill_at_any_point_leaves_whole_pictures_or_none(tmp_path: Path) -> None:
    home = tmp_path / "clinic"
    clinic = open_clinic(Settings(home=home, threads=1))
    patient_id = add_patient(clinic)
    clinic.close()
    there = 0
    for number, (word, outcomes) in enumerate(KILLS.items()):
        killed(home, patient_id, number * COUNT, word)
        clinic = open_clinic(Settings(home=home, threads=1))
        sweep.sweep(clinic)
        found = check_whole(clinic)
        clinic.close()
        assert found - there in outcomes, word
        there = found
    # What was broken off is brought in by doing it again.
    killed(home, patient_id, 0, "acknowledged")
    clinic = open_clinic(Settings(home=home, threads=1))
    assert check_whole(clinic) == there + COUNT
    clinic.close()
