"""`make bench`: run every benchmark in its own process and print one JSON document.

Name benchmarks to run only those (`python -m tests.bench search import`). Nothing is asserted: a
benchmark reports, people judge.
"""

import json
import platform
import subprocess
import sys
from pathlib import Path

from tests.bench.clinics import ROOT

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Return the benchmarks there are, by file name."""
    return sorted(file.stem.removeprefix("bench_") for file in FOLDER.glob("bench_*.py"))


def run(name: str) -> object:
    """Run one benchmark; return what it printed, or why it failed."""
    command = [sys.executable, "-m", f"tests.bench.bench_{name}"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        return {"failed_with": done.returncode}
    return json.loads(done.stdout)


def main() -> int:
    """Print the figures of the chosen benchmarks; 1 when any of them failed to run."""
    chosen = sys.argv[1:] or names()
    figures = {name: run(name) for name in chosen}
    machine = {"python": platform.python_version(), "system": platform.platform(terse=True)}
    print(json.dumps({"machine": machine, **figures}, indent=2))  # noqa: T201
    failed = [name for name, found in figures.items() if "failed_with" in dict(found)]  # type: ignore[call-overload]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
