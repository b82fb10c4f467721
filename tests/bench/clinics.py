"""The large synthetic clinics that benchmarks open; built once, kept in data/bench (ignored)."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MILLION = 1_000_000


def bench_home(patients: int = MILLION) -> Path:
    """Return the home of a synthetic clinic of that size, building it when it is not there.

    CLINIC_BENCH names another folder to keep them in.
    """
    folder = Path(os.environ.get("CLINIC_BENCH", ROOT / "data" / "bench"))
    home = folder / f"clinic-{patients}"
    if not (home / "clinic.duckdb").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [
                *(sys.executable, "-m", "lib", "demo"),
                *("--home", str(home), "--patients", str(patients)),
            ],
            cwd=ROOT,
            # What a million patients' indexes take while they are made.
            env={"CLINIC_MEMORY_LIMIT": "8GB", **os.environ},
            check=True,
            stdout=sys.stderr,
        )
    return home
