"""Work on pictures whose refusal is in the trail, whatever it was refused for (rule G1)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event, Outcome
from lib.errors import ClinicError, GroundNeededError, MediaRemovedError, PurposeNotPermittedError
from lib.services.clinic import Clinic
from lib.store.connection import UnitOfWork

Result = TypeVar("Result")
BECAUSE: dict[type[ClinicError], str] = {
    GroundNeededError: "restricted",
    PurposeNotPermittedError: "purpose",
    MediaRemovedError: "removed",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do with whose pictures; `media_id` where it is with one."""

    permission: Permission
    patient_id: UUID
    media_id: UUID | None = None


def noting(
    clinic: Clinic, actor: Actor, wish: Wish, work: Callable[[UnitOfWork], Result]
) -> Result:
    """Do the work in a transaction; what refuses it is written into the trail first."""
    try:
        return clinic.store.transact(work)
    except tuple(BECAUSE) as error:
        refused = Event(
            Action.REFUSED,
            patient_id=wish.patient_id,
            subject_id=wish.media_id,
            outcome=Outcome.REFUSED,
            detail={"permission": wish.permission.value, "because": BECAUSE[type(error)]},
        )
        clinic.store.transact(lambda unit: unit.audit(actor, refused))
        raise
