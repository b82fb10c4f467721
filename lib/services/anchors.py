"""Noting the heads of the audit chains outside the store, and reading the notes back."""

import os
from datetime import datetime
from pathlib import Path

from lib.domain import anchors
from lib.domain.anchors import FILE, Anchor
from lib.errors import StoreError
from lib.services.clinic import Clinic
from lib.store import audit_trail


def file_of(clinic: Clinic) -> Path:
    """Return where the anchors are kept: beside the home, so that copying the store leaves them."""
    return clinic.home.parent / f"{clinic.home.name}.anchors" / FILE


def read(clinic: Clinic) -> tuple[list[Anchor], list[str]]:
    """Return the anchors whose seals hold, and what is wrong with the others."""
    file = file_of(clinic)
    if not file.exists():
        return [], []
    with file.open(encoding="utf-8", errors="replace") as lines:
        return anchors.read(lines, anchors.key_of(clinic.master_key))


def anchor_now(clinic: Clinic, *, now: datetime) -> int:
    """Anchor every chain that has grown since its last anchor; return how many.

    Raises `StoreError` when the file cannot be written; nothing else is lost by that.
    """
    with clinic.store.reading() as cursor:
        heads = audit_trail.list_heads(cursor)
    known = {(anchor.chain_id, anchor.position) for anchor in read(clinic)[0]}
    grown = [head for head in heads if head[:2] not in known]
    try:
        _append(clinic, [Anchor(*head, anchored_at=now) for head in grown])
    except OSError as error:
        message = f"The audit trail could not be anchored in {file_of(clinic)} ({error.strerror})."
        raise StoreError(message) from error
    return len(grown)


def _append(clinic: Clinic, new: list[Anchor]) -> None:
    if not new:
        return
    file = file_of(clinic)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = anchors.key_of(clinic.master_key)
    previous = _last_seal(file)
    with file.open("a", encoding="utf-8") as handle:
        for anchor in new:
            sealed = anchors.sealed(anchor, key, previous)
            handle.write(anchors.line_of(sealed) + "\n")
            previous = sealed.seal
        handle.flush()
        os.fsync(handle.fileno())


def _last_seal(file: Path) -> str:
    """Return the seal that the next one covers, and end a line that a crash cut short."""
    if not file.exists():
        return anchors.FIRST_SEAL
    text = file.read_text("utf-8", errors="replace")
    if text and not text.endswith("\n"):
        with file.open("a", encoding="utf-8") as handle:
            handle.write("\n")
    known = [anchor for line in text.splitlines() if (anchor := anchors.anchor_in(line))]
    return known[-1].seal if known else anchors.FIRST_SEAL
