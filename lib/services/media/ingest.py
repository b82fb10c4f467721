"""Taking uploads into the record as a batch: each file stands alone, and twice is once."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lib.domain.access import Actor, Permission
from lib.domain.media_labels import Values
from lib.domain.restriction import Ground
from lib.errors import InvalidInputError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.media import intake, uploads
from lib.services.media.arrivals import Arrival, Batch, Entry, Outcome
from lib.services.media.uploads import Upload
from lib.services.records import noting_refusal, usable
from lib.store import media_items
from lib.store.connection import UnitOfWork

NO_TREATMENT = "This record has no such treatment. It may have been corrected or removed."
TREATMENT = "treatment_series_id"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Uploads to take in together for a patient; the screen made `batch_id`.

    `said` is what a person said of all of them; it is not guessed then. `ground` is on what a
    restricted record is used.
    """

    batch_id: UUID
    patient_id: UUID
    upload_ids: tuple[UUID, ...]
    treatment_series_id: UUID | None = None
    said: Values = field(default_factory=dict)
    ground: Ground | None = None


def take_in(clinic: Clinic, actor: Actor, wanted: Wanted, *, now: datetime) -> tuple[Entry, ...]:
    """Take uploads into the patient's record and return what became of each, in the order given.

    The same ids again change nothing. Raises `NotPermittedError`, `NotFoundError`, `MergedError`,
    `GroundNeededError` (rule E1), `InvalidInputError` for a treatment that is not the patient's,
    and the store's errors; what is wrong with one file is its entry's sentence.
    """
    authorise(clinic, actor, Permission.ADD_MEDIA, patient_id=wanted.patient_id)
    batch = noting_refusal(
        clinic, actor, wanted.patient_id, lambda unit: _batch(unit, actor, wanted)
    )
    owner = uploads.owner_of(actor)
    keys = tuple(dict.fromkeys(wanted.upload_ids))
    waiting = {key: uploads.find(owner, wanted.patient_id, key) for key in keys}
    with ExitStack() as held:
        # In one order, so that two who want the same never wait for each other.
        for _, one in sorted(waiting.items()):
            if one is not None:
                held.enter_context(one.lock)
        found = _already(clinic, batch, waiting)
        fresh = [one for key, one in waiting.items() if one is not None and key not in found]
        arrivals = [Arrival(one.upload_id, one.key_id, wanted.said) for one in fresh]
        for entry in intake.bring_in(clinic, batch, arrivals, now=now):
            found[entry.media_id] = entry
        for one in fresh:
            uploads.settle(one, found[one.upload_id].refusal)
    return tuple(found[key] for key in keys)


def _batch(unit: UnitOfWork, actor: Actor, wanted: Wanted) -> Batch:
    patient, restriction = usable(unit.cursor, wanted.patient_id, wanted.ground)
    series_id = wanted.treatment_series_id
    if series_id is not None:
        standing = media_items.get_standing(unit.cursor, wanted.patient_id, series_id)
        if standing is None:
            raise InvalidInputError(NO_TREATMENT, field=TREATMENT)
    return Batch(
        batch_id=wanted.batch_id,
        patient_id=wanted.patient_id,
        born_on=patient.born_on,
        actor=actor,
        treatment_series_id=series_id,
        ground=wanted.ground if restriction else None,
    )


def _already(clinic: Clinic, batch: Batch, waiting: dict[UUID, Upload | None]) -> dict[UUID, Entry]:
    """Return what is settled: on file since an earlier try, refused then, or ended meanwhile."""
    with clinic.store.reading() as cursor:
        there = media_items.list_there(cursor, list(waiting))
    found: dict[UUID, Entry] = {}
    for key, upload in waiting.items():
        item = there.get(key)
        is_mine = item is not None and item.patient_id == batch.patient_id
        if is_mine and item is not None and item.recorded_by == batch.actor.person_id:
            found[key] = Entry(key, Outcome.IN)
        elif upload is None:
            found[key] = Entry(key, Outcome.REFUSED, uploads.ENDED)
        elif upload.refusal is not None:
            found[key] = Entry(key, Outcome.REFUSED, upload.refusal)
    return found


def list_batch(
    clinic: Clinic,
    actor: Actor,
    patient_id: UUID,
    batch_id: UUID,
    ground: Ground | None = None,
) -> list[UUID]:
    """Return what was brought in together and is still there, in its order; ids only.

    Raises `NotPermittedError`, `NotFoundError`, `MergedError` and `GroundNeededError`.
    """
    authorise(clinic, actor, Permission.ADD_MEDIA, patient_id=patient_id)
    with clinic.store.reading() as cursor:
        usable(cursor, patient_id, ground)
        return media_items.list_batch(cursor, patient_id, batch_id)
