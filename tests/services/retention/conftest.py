"""People who look after holds, and a record to hold."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.domain.restriction import Ground
from lib.services import merges, unmerging
from lib.services.clinic import Clinic
from lib.services.details import About
from lib.services.merging import Wanted
from tests.records import NOW, TODAY, add_patient
from tests.services.conftest import add_person


@dataclass(frozen=True, slots=True)
class Desk:
    """A clinic with one of the staff, a compliance officer, an owner and a plain record."""

    clinic: Clinic
    sam: Actor
    kim: Actor
    olive: Actor
    patient_id: UUID

    def about(self, patient_id: UUID | None = None, ground: Ground | None = None) -> About:
        """Return whose record is worked on, now."""
        return About(patient_id or self.patient_id, NOW, TODAY, ground)

    def later(self, as_of: date) -> About:
        """Return the record on another day."""
        moment = datetime.combine(as_of, NOW.time())
        return replace(self.about(), as_of=as_of, now=moment)


@pytest.fixture
def desk(clinic: Clinic) -> Desk:
    """Return the clinic with its people."""
    roles = {"sam": Role.STAFF, "kim": Role.COMPLIANCE, "olive": Role.OWNER}
    sam, kim, olive = (
        Actor(
            person_id=add_person(clinic, name, role).person_id,
            username=name,
            display_name=name.title(),
            roles=frozenset({role}),
        )
        for name, role in roles.items()
    )
    return Desk(clinic, sam, kim, olive, add_patient(clinic))


def merge(desk: Desk, survivor_id: UUID, absorbed_id: UUID) -> UUID:
    """Merge one record into another; return the id of the merge."""
    asked = Wanted(uuid7s.uuid7(), survivor_id, absorbed_id, is_confirmed=True, reason="Same")
    return merges.merge(desk.clinic, desk.sam, asked, now=NOW, as_of=TODAY).merge_id


def undo(desk: Desk, merge_id: UUID) -> None:
    """Undo a merge."""
    unmerging.undo(desk.clinic, desk.sam, merge_id, now=NOW + timedelta(hours=1))
