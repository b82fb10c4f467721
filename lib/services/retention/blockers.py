"""What stops the disposal of a record (rule C6), for the schedule, the sentence and the act alike.

A feature with a blocker of its own adds one line here: `register(its_store_module.BLOCKERS)`.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from lib.domain.retention import Hold
from lib.domain.retention_words import Standing
from lib.store import retention_blockers
from lib.store.connection import Cursor
from lib.store.retention_blockers import Source, claim, register

__all__ = ["Source", "Standing", "claim", "holds_of", "register", "standing"]


def standing(
    cursor: Cursor, patient_ids: Sequence[UUID], as_of: date
) -> dict[UUID, tuple[Standing, ...]]:
    """Return everything that stands against disposing of each of these patients, sorted.

    Those whom nothing stops are left out. A disposal asks it in its transaction too, after `claim`:
    nothing can then come between the check and the act (rule C10).
    """
    return retention_blockers.list_standing(cursor, patient_ids, as_of)


def holds_of(found: Iterable[Standing]) -> tuple[Hold, ...]:
    """Return what stands as the rule of retention takes it."""
    return tuple(Hold(one.blocker, one.ends_on) for one in found)
