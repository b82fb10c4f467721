"""Clinics that are built once for all the workers of a run, and copied by whoever wants one.

How to use it:

    home = copy_of(built_once(tmp_path_factory, "plain", build) / "clinic", tmp_path)

where `build(folder)` makes a clinic in `folder / "clinic"`. What is built is never opened again:
two workers cannot hold one store, and what one of them changed would be there for the others.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """Return a folder that `build` has filled, in whichever worker came first."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder = root / f"once-{name}"
    with (root / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = root / f"once-{name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            build(unfinished)
            unfinished.rename(folder)
    return folder


def copy_of(home: Path, folder: Path) -> Path:
    """Copy a clinic with its keys and anchors, as a mover would; return the new home."""
    for part in home.parent.iterdir():
        if part.is_dir():
            shutil.copytree(part, folder / part.name)
    return folder / home.name
