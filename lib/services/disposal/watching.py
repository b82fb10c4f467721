"""How far the long steps of a case are, in memory: the store tells the rest, after a crash too."""

import threading
from uuid import UUID

_lock = threading.Lock()
_far: dict[UUID, tuple[int, int]] = {}


def note(case_id: UUID, done: int, total: int) -> None:
    """Note how many steps of how many are done."""
    with _lock:
        _far[case_id] = done, total


def far(case_id: UUID) -> tuple[int, int] | None:
    """Return how many steps of how many are done, or None where nothing long is under way."""
    with _lock:
        return _far.get(case_id)


def forget(case_id: UUID) -> None:
    """Forget a case: its long step has ended."""
    with _lock:
        _far.pop(case_id, None)
