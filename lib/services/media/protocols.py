"""The protocols of views: the clinic's list of them, and what of one a treatment still lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.domain import protocols as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.media import Stage
from lib.domain.protocols import Protocol, Wanted
from lib.domain.restriction import Ground
from lib.errors import NotFoundError
from lib.services import versioned
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.records import noting_refusal, usable
from lib.services.versioned import OwnList
from lib.store import capture_protocols
from lib.store import treatment_versions as versions
from lib.store.connection import Cursor, UnitOfWork

NO_TREATMENT = "This record has no such treatment. It may have been corrected or removed."
SHELF: OwnList[Protocol] = OwnList(
    key_of=lambda one: one.protocol_id,
    check=rules.check,
    entries=capture_protocols.list_protocols,
    get=capture_protocols.get_protocol,
    insert=capture_protocols.insert_protocol,
    update=capture_protocols.update_protocol,
    action=Action.PROTOCOL_CHANGED,
)


@dataclass(frozen=True, slots=True)
class Course:
    """The pictures of one treatment: by which protocols, and what there is at each stage.

    Without a treatment the pictures of none are meant, by the protocol of every other treatment.
    """

    treatment_series_id: UUID | None
    treatment_name: str | None
    treated_on: date | None
    practitioner_id: UUID | None
    protocols: tuple[Protocol, ...]
    stages: Mapping[Stage, tuple[Wanted, ...]]

    def missing(self, stage: Stage) -> int:
        """Return how many shots of a stage have no picture yet."""
        return sum(one.is_missing for one in self.stages[stage])


def list_protocols(clinic: Clinic, actor: Actor) -> list[Protocol]:
    """Return every protocol, those in use first. Raises `NotPermittedError`."""
    return versioned.entries(clinic, actor, SHELF)


def save(clinic: Clinic, actor: Actor, wanted: Protocol, *, now: datetime) -> Protocol:
    """Add a protocol, or replace the version seen. Raises as `versioned.save` does."""
    return versioned.save(clinic, actor, SHELF, wanted, now=now)


def missing(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    treatment_series_id: UUID | None,
    ground: Ground | None = None,
) -> Course:
    """Return which views a treatment's protocol asks for, and which of them there are by stage.

    The look is in the trail. Raises `NotPermittedError`, `NotFoundError`, `MergedError` and
    `GroundNeededError` (rule E1).
    """
    authorise(clinic, actor, Permission.VIEW_MEDIA, patient_id=patient_id)

    def work(unit: UnitOfWork) -> Course:
        _, restriction = usable(unit.cursor, patient_id, ground)
        found = _course(unit.cursor, patient_id, treatment_series_id)
        event = Event(
            Action.MEDIA_LISTED,
            patient_id=patient_id,
            subject_id=treatment_series_id,
            ground=ground.value if restriction and ground else None,
            detail={"list": "protocol"},
        )
        unit.audit(actor, event)
        return found

    return noting_refusal(clinic, actor, patient_id, work)


def _course(cursor: Cursor, patient_id: UUID, series_id: UUID | None) -> Course:
    current = _current(cursor, patient_id, series_id) if series_id else None
    groups = capture_protocols.list_groups(cursor, current.treatment_id) if current else []
    followed = rules.for_groups(capture_protocols.list_protocols(cursor), groups)
    pictures = capture_protocols.list_taken(cursor, patient_id)
    return Course(
        treatment_series_id=series_id,
        treatment_name=current.entry.name if current else None,
        treated_on=current.entry.treated_on if current else None,
        practitioner_id=current.entry.practitioner_id if current else None,
        protocols=followed,
        stages=rules.wanted_by_stage(rules.shots_of(followed), pictures, series_id),
    )


def _current(cursor: Cursor, patient_id: UUID, series_id: UUID) -> versions.Version:
    keys = versions.list_series(cursor, patient_id, series_id)
    standing = next((key for key, is_superseded in keys if not is_superseded), None)
    found = versions.get_version(cursor, standing) if standing else None
    if found is None:
        raise NotFoundError(NO_TREATMENT)
    return found
