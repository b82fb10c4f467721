"""The clinic's list of contraindications: reading and changing it; each change is in the trail."""

from dataclasses import replace
from datetime import datetime

from lib.domain import contraindications as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.contraindications import Contraindication
from lib.errors import StaleVersionError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.store import contraindications
from lib.store.connection import UnitOfWork

STALE = "Somebody else changed this entry meanwhile. Load the page again to see it."


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
    kept = replace(wanted, version=wanted.version + 1, changed_at=now)

    def work(unit: UnitOfWork) -> Contraindication:
        key = wanted.contraindication_id
        there = contraindications.get_contraindication(unit.cursor, key)
        if there is None:
            contraindications.insert_contraindication(unit.cursor, kept, actor.person_id)
        elif replace(there, changed_at=now) == kept:
            return kept
        elif there.version != wanted.version:
            raise StaleVersionError(STALE, version=there.version)
        else:
            contraindications.update_contraindication(unit.cursor, kept, actor.person_id)
        detail: dict[str, str | int | bool] = {"version": kept.version, "is_used": kept.is_active}
        unit.audit(actor, Event(Action.CONTRAINDICATION_CHANGED, subject_id=key, detail=detail))
        return kept

    return clinic.store.transact(work)
