"""What a back-up costs beside `cp -r` of the same files, both seen on the disk.

A clinic of a million patients (or the home that CLINIC_BACKUP_HOME names) is copied in turns by
`cp -r` and by the back-up, which hashes every byte and writes a manifest besides; the pairs follow
each other at once, so that a busy disk is busy for both. A second back-up right after takes the
sealed files over as links. Checking, which restores into a scratch folder, is told by itself.
`--quick` takes a clinic of 20,000.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from lib.services.backups import checking, doing, making
from lib.services.backups.making import Order
from lib.services.clinic import Clinic, open_clinic
from lib.settings import Settings
from tests.bench.clinics import MILLION, bench_home
from tests.conftest import EVERY_ROLE, actor_with

IS_QUICK = "--quick" in sys.argv
PAIRS = 3
SMALL = 20_000
PICTURES, PICTURE_BYTES = 200, 3_000_000
MEGABYTE = 1_000_000


def timed(act: Callable[[], object]) -> float:
    """Return how many seconds something takes, from a disk that waits for nothing."""
    os.sync()
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def copied(home: Path, target: Path) -> None:
    """Copy the home as an administrator would, and see it on the disk."""
    subprocess.run(["cp", "-r", str(home), str(target)], check=True)
    os.sync()


def bytes_in(folder: Path) -> int:
    """Return how many bytes the files under a folder have."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def pair(clinic: Clinic, folder: Path, number: int) -> dict[str, float]:
    """Copy and back up once each, in either order by turns; return seconds and bytes."""
    plain, target = folder / "plain", folder / f"backups-{number}"
    target.mkdir()
    order = Order(doing.utc_now() + timedelta(seconds=number), folder=target)
    acts = {
        "cp_seconds": lambda: copied(clinic.home, plain),
        "backup_seconds": lambda: making.make(clinic, actor_with(*EVERY_ROLE), order),
    }
    names = list(acts) if number % 2 else list(reversed(acts))
    found = {name: timed(acts[name]) for name in names}
    size = bytes_in(plain)
    shutil.rmtree(plain)
    return {**found, "bytes": size}


def measure(clinic: Clinic, folder: Path) -> dict[str, object]:
    """Return the figures of one clinic."""
    target = folder / f"backups-{PAIRS - 1}"
    pairs = []
    for number in range(PAIRS):
        pairs.append(pair(clinic, folder, number))
        if number + 1 < PAIRS:
            shutil.rmtree(folder / f"backups-{number}")
    actor = actor_with(*EVERY_ROLE)
    made: list[making.Made] = []

    def again() -> None:
        order = Order(doing.utc_now() + timedelta(hours=1), folder=target)
        made.append(making.make(clinic, actor, order))

    linked = timed(again)
    check = timed(lambda: checking.look(clinic, made[0].place))
    shares = [one["cp_seconds"] / one["backup_seconds"] for one in pairs]
    return {
        "megabytes": round(pairs[0]["bytes"] / MEGABYTE),
        "pairs": [{name: round(value, 3) for name, value in one.items()} for one in pairs],
        "speed_of_cp": round(statistics.median(shares), 2),
        "backup_mb_per_second": round(
            statistics.median(one["bytes"] / one["backup_seconds"] for one in pairs) / MEGABYTE
        ),
        "second_backup_seconds": round(linked, 3),
        "second_backup_megabytes_copied": round(made[0].copied / MEGABYTE),
        "check_seconds": round(check, 3),
    }


def main() -> None:
    """Print the figures."""
    named = os.environ.get("CLINIC_BACKUP_HOME")
    home = Path(named) if named else bench_home(SMALL if IS_QUICK else MILLION)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix="backup-") as folder:
        # A clinic of its own: whatever else is measured finds the one there is as it was.
        own = Path(folder) / "clinic"
        shutil.copytree(home, own)
        shutil.copytree(home.parent / f"{home.name}.keys", Path(folder) / "clinic.keys")
        clinic = open_clinic(Settings(home=own))
        for number in range(PICTURES):
            part = own / "media" / f"{number % 256:02x}"
            part.mkdir(parents=True, exist_ok=True)
            (part / f"picture-{number}.original").write_bytes(os.urandom(PICTURE_BYTES))
        try:
            figures = measure(clinic, Path(folder))
        finally:
            clinic.close()
    print(json.dumps(figures, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
