"""Anchors: heads of audit chains noted outside the store, so that a cut tail shows; pure.

A chain alone shows a changed or a missing entry, but not that its newest entries were removed. Each
anchor is sealed with a key that only the clinic has, over the seal of the anchor before it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

# Where they are noted, in the folder `HOME.anchors`.
FILE = "audit.jsonl"
FIRST_SEAL = "0" * 64
PURPOSE = b"audit anchors"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of one chain at one moment: entry `position` carried the hash `head`."""

    chain_id: UUID
    position: int
    head: str
    anchored_at: datetime
    seal: str = ""


def key_of(master_key: bytes) -> bytes:
    """Return the key that seals anchors, derived from the clinic's master key."""
    return hmac.digest(master_key, PURPOSE, "sha256")


def sealed(anchor: Anchor, key: bytes, previous_seal: str) -> Anchor:
    """Return the anchor with its seal: HMAC-SHA256 over its fields and the seal before it."""
    return replace(anchor, seal=_seal(anchor, key, previous_seal))


def line_of(anchor: Anchor) -> str:
    """Return the anchor as one line of JSON."""
    return json.dumps(
        {
            "chain_id": str(anchor.chain_id),
            "position": anchor.position,
            "head": anchor.head,
            "anchored_at": anchor.anchored_at.isoformat(),
            "seal": anchor.seal,
        }
    )


def anchor_in(line: str) -> Anchor | None:
    """Return the anchor written in a line, or None when the line is not one."""
    try:
        found = json.loads(line)
        return Anchor(
            chain_id=UUID(found["chain_id"]),
            position=int(found["position"]),
            head=str(found["head"]),
            anchored_at=datetime.fromisoformat(found["anchored_at"]),
            seal=str(found["seal"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def read(lines: Iterable[str], key: bytes) -> tuple[list[Anchor], list[str]]:
    """Return the anchors whose seals hold, in order, and what is wrong with the others."""
    anchors: list[Anchor] = []
    faults = []
    previous = FIRST_SEAL
    for number, line in enumerate(lines, start=1):
        anchor = anchor_in(line)
        if anchor is None or not hmac.compare_digest(anchor.seal, _seal(anchor, key, previous)):
            faults.append(f"anchor {number} was changed, or the one before it was removed")
        else:
            anchors.append(anchor)
        previous = anchor.seal if anchor else previous
    return anchors, faults


def faults_of(anchors: Iterable[Anchor], hashes: dict[tuple[UUID, int], str]) -> Iterator[str]:
    """Say what anchors contradict; `hashes` holds the hash at each anchored place that exists."""
    for anchor in anchors:
        place = f"entry {anchor.position} of chain {anchor.chain_id}"
        found = hashes.get((anchor.chain_id, anchor.position))
        if found is None:
            yield f"{place} was anchored on {anchor.anchored_at:%Y-%m-%d} and is missing"
        elif found != anchor.head:
            yield f"{place} is not the one that was anchored on {anchor.anchored_at:%Y-%m-%d}"


def _seal(anchor: Anchor, key: bytes, previous_seal: str) -> str:
    covered = [
        str(anchor.chain_id),
        anchor.position,
        anchor.head,
        anchor.anchored_at.isoformat(),
        previous_seal,
    ]
    return hmac.new(key, json.dumps(covered).encode(), hashlib.sha256).hexdigest()
