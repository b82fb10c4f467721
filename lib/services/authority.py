"""The check that every service makes first: may this person do this? Refusals are recorded."""

from uuid import UUID

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event, Outcome
from lib.errors import NotPermittedError
from lib.services.clinic import Clinic


def authorise(
    clinic: Clinic, actor: Actor, permission: Permission, *, patient_id: UUID | None = None
) -> None:
    """Raise `NotPermittedError`, after writing the refusal in the audit trail, unless allowed."""
    try:
        access.check(actor, permission)
    except NotPermittedError:
        event = Event(
            Action.REFUSED,
            patient_id=patient_id,
            outcome=Outcome.REFUSED,
            detail={"permission": permission.value},
        )
        clinic.store.transact(lambda unit: unit.audit(actor, event))
        raise
