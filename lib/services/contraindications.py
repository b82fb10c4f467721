"""The clinic's list of contraindications: reading and changing it; each change is in the trail."""

from datetime import datetime

from lib.domain import contraindications as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action
from lib.domain.contraindications import Contraindication
from lib.services import versioned
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.versioned import Shelf
from lib.store import contraindications

SHELF: Shelf[Contraindication] = Shelf(
    key_of=lambda one: one.contraindication_id,
    get=contraindications.get_contraindication,
    insert=contraindications.insert_contraindication,
    update=contraindications.update_contraindication,
    action=Action.CONTRAINDICATION_CHANGED,
)


def list_all(clinic: Clinic, actor: Actor) -> list[Contraindication]:
    """Return the whole list, what holds first. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    with clinic.store.reading() as cursor:
        return contraindications.list_contraindications(cursor)


def save(
    clinic: Clinic, actor: Actor, wanted: Contraindication, *, now: datetime
) -> Contraindication:
    """Add an entry, or replace the version that the form began with; return what is kept.

    `wanted.version` is 0 for a new one, else the version seen; its id is made by the form, so that
    saving twice is once. Raises `NotPermittedError`, `InvalidInputError` with the field and
    `StaleVersionError`.
    """
    authorise(clinic, actor, Permission.MANAGE_CATALOGUE)
    rules.check(wanted.name, wanted.terms, wanted.advice)
    return clinic.store.transact(lambda unit: versioned.keep(unit, actor, SHELF, wanted, now))
