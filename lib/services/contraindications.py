"""The clinic's list of contraindications: reading and changing it; each change is in the trail."""

from datetime import datetime

from lib.domain import contraindications as rules
from lib.domain.access import Actor
from lib.domain.audit import Action
from lib.domain.contraindications import Contraindication
from lib.services import versioned
from lib.services.clinic import Clinic
from lib.services.versioned import OwnList
from lib.store import contraindications

SHELF: OwnList[Contraindication] = OwnList(
    key_of=lambda one: one.contraindication_id,
    check=lambda one: rules.check(one.name, one.terms, one.advice),
    entries=contraindications.list_contraindications,
    get=contraindications.get_contraindication,
    insert=contraindications.insert_contraindication,
    update=contraindications.update_contraindication,
    action=Action.CONTRAINDICATION_CHANGED,
)


def list_all(clinic: Clinic, actor: Actor) -> list[Contraindication]:
    """Return the whole list, what holds first. Raises `NotPermittedError`."""
    return versioned.entries(clinic, actor, SHELF)


def save(
    clinic: Clinic, actor: Actor, wanted: Contraindication, *, now: datetime
) -> Contraindication:
    """Add an entry, or replace the version seen. Raises as `versioned.save` does."""
    return versioned.save(clinic, actor, SHELF, wanted, now=now)
