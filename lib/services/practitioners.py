"""Who treats: the list that screens narrow by."""

from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.store import practitioners


def list_names(clinic: Clinic, actor: Actor) -> dict[UUID, str]:
    """Return every practitioner's name, in order. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.SEARCH_PATIENTS)
    with clinic.store.reading() as cursor:
        return practitioners.list_names(cursor)
