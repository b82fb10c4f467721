"""Keeping the ledger of disposals beside the keys, in two places, and reading it back."""

import os
from collections.abc import Sequence
from pathlib import Path

from lib.domain import disposal_ledger as rules
from lib.domain.disposal_ledger import Line
from lib.errors import StoreError
from lib.media import folders, keys
from lib.services.clinic import Clinic

FILE = "ledger.jsonl"
FOLDER = "disposals"


def files_of(clinic: Clinic) -> tuple[Path, Path]:
    """Return where the ledger lies: beside the master key, and where the keys' copies lie."""
    places = (keys.key_folder(clinic.settings), keys.mirror_folder(clinic.settings))
    first, second = (place.parent / FOLDER / FILE for place in places)
    return first, second


def read(clinic: Clinic) -> tuple[list[Line], list[str]]:
    """Return what went, in order, and what is wrong with the ledger.

    Where the two copies differ, the one that says more is taken.
    """
    key = rules.key_of(clinic.master_key)
    found = [rules.read(_texts(file), key) for file in files_of(clinic)]
    return max(found, key=lambda one: (len(one[0]), -len(one[1])))


def append(clinic: Clinic, new: Sequence[Line]) -> None:
    """Add lines, once for each number, and see them on disk in both places.

    Raises `StoreError` where a place cannot be written to; again then adds what is missing.
    """
    known = {line.number for line in read(clinic)[0]}
    added = [line for line in new if line.number not in known]
    try:
        _catch_up(clinic)
        for file in files_of(clinic):
            _append(file, rules.key_of(clinic.master_key), added)
    except OSError as error:
        message = (
            f"The ledger of disposals cannot be written ({error.strerror}). Make room or mend the "
            "folder of the keys, then let the case go on: nothing is lost."
        )
        raise StoreError(message) from error


def _catch_up(clinic: Clinic) -> None:
    """Give a copy that says less what the other says."""
    first, second = files_of(clinic)
    key = rules.key_of(clinic.master_key)
    texts = {file: rules.read(_texts(file), key)[0] for file in (first, second)}
    for behind, ahead in ((first, second), (second, first)):
        if len(texts[behind]) < len(texts[ahead]):
            known = {line.number for line in texts[behind]}
            _append(behind, key, [one for one in texts[ahead] if one.number not in known])


def _append(file: Path, key: bytes, new: Sequence[Line]) -> None:
    if not new:
        return
    folders.make_private(file.parent)
    texts = _texts(file)
    previous = next(
        (line.seal for text in reversed(texts) if (line := rules.line_in(text))), rules.FIRST_SEAL
    )
    # A line that a crash cut short is ended, so that the next one can be read.
    start = "\n" if texts and not file.read_bytes().endswith(b"\n") else ""
    written = []
    for line in new:
        done = rules.sealed(line, key, previous)
        written.append(rules.text_of(done))
        previous = done.seal
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as handle:
        handle.write((start + "\n".join(written) + "\n").encode())
        handle.flush()
        os.fsync(handle.fileno())
    folders.sync(file.parent)


def _texts(file: Path) -> list[str]:
    if not file.exists():
        return []
    return file.read_text("utf-8", errors="replace").splitlines()
