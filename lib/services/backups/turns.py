"""One back-up at a time, and how far it is; a thing is made, checked or removed, never two."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from lib.errors import BackupRunningError


class Stage(StrEnum):
    """What is being done."""

    STORE = "Copying the store"
    FILES = "Copying photographs, video and evidence"
    CHECKING = "Checking every file"
    OPENING = "Opening the copy"
    REMOVING = "Removing old back-ups"
    PLACING = "Putting the clinic in its place"
    REPLAYING = "Repeating later disposals"
    REWRITING = "Rewriting the store"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: what is being done, and how many bytes (or steps) of how many."""

    stage: Stage
    done: int = 0
    total: int = 0


Watch = Callable[[Progress], None]
_turn = threading.Lock()


def nobody(_: Progress) -> None:
    """Nobody looks."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Keep back-ups to ourselves meanwhile; raise `BackupRunningError` while another has them."""
    if not _turn.acquire(blocking=False):
        message = "A back-up is being made or checked already. Wait until it is done."
        raise BackupRunningError(message)
    try:
        yield
    finally:
        _turn.release()


def is_taken() -> bool:
    """Tell whether a back-up is being made, checked or removed in this process."""
    return _turn.locked()
