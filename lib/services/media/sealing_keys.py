"""Which key a patient's new pictures are sealed with."""

import threading
from uuid import UUID

from lib.services.clinic import Clinic
from lib.store import media_items
from lib.store.connection import Cursor

_lock = threading.Lock()
# Made, but not yet tied to its patient in the store: that happens with the first picture.
_made: dict[UUID, UUID] = {}


def key_for(clinic: Clinic, patient_id: UUID) -> UUID:
    """Return the id of the patient's own key, made now if there is none.

    One that came with a record merged into this one is not used: undoing that merge takes it back.
    """
    with _lock:
        with clinic.store.reading() as cursor:
            own = _own(cursor, patient_id)
        if own is None:
            own = _made.get(patient_id) or clinic.media.keys.make()
            _made[patient_id] = own
        return own


def forget(patient_id: UUID) -> None:
    """Forget a key that is tied to its patient in the store now."""
    with _lock:
        _made.pop(patient_id, None)


def drop(clinic: Clinic, patient_id: UUID) -> None:
    """Delete a key that was made and never tied to its patient, whose record is gone."""
    with _lock:
        key_id = _made.pop(patient_id, None)
    if key_id is not None:
        clinic.media.keys.delete(key_id)


def _own(cursor: Cursor, patient_id: UUID) -> UUID | None:
    keys = media_items.list_keys(cursor, patient_id)
    if not keys:
        return None
    moved = media_items.list_moved_keys(cursor, patient_id)
    return next((key for key in keys if key not in moved), None)
