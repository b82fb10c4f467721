"""Work on a patient's consent whose refusal is in the trail (rules E1 and G1)."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event, Outcome
from lib.errors import GroundNeededError
from lib.services.clinic import Clinic
from lib.store.connection import UnitOfWork

Result = TypeVar("Result")


def noting(
    clinic: Clinic,
    actor: Actor,
    wish: tuple[Permission, UUID],
    work: Callable[[UnitOfWork], Result],
) -> Result:
    """Do the work in a transaction; a ground that is missing is written into the trail first."""
    try:
        return clinic.store.transact(work)
    except GroundNeededError:
        refused = Event(
            Action.REFUSED,
            patient_id=wish[1],
            outcome=Outcome.REFUSED,
            detail={"permission": wish[0].value, "because": "restricted"},
        )
        clinic.store.transact(lambda unit: unit.audit(actor, refused))
        raise
