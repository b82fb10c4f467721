"""Preparing a sheet: the one registration point of documents, and the checks before each.

A document about one patient is registered with `of_patient`, which asks for the ground of a
restricted record (rule E1) and writes that it was printed in the transaction that reads it (G1).
A list of patients writes its own entries (`PATIENT_LISTED` each, or its export's action) in `make`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from lib.domain import formats
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event, Outcome
from lib.domain.restriction import Ground
from lib.errors import GroundNeededError, NotFoundError
from lib.paper.sheet import Sheet
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.store import printing
from lib.store.connection import Cursor, UnitOfWork

NOTHING = "There is nothing to print at this address. It may have been merged or disposed of."
GROUND_NEEDED = (
    "This record is restricted: it may only be stored. Open it on the screen and name the ground "
    "on which you use it, then print it from there."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for which document: `subject_id` is what the address names; times are UTC.

    `is_file` tells that a file is wanted, which brings everything along, and not a page.
    """

    actor: Actor
    subject_id: UUID
    patient_id: UUID | None
    ground: Ground | None
    now: datetime
    zone: ZoneInfo
    is_file: bool = False

    @property
    def today(self) -> date:
        """Return the day at the clinic."""
        return self.now.replace(tzinfo=UTC).astimezone(self.zone).date()

    @property
    def printed(self) -> str:
        """Return the words at each foot: who printed it, and when."""
        moment = formats.moment(self.now, self.zone)
        return f"Printed {moment} by {self.actor.display_name}. Confidential: keep it locked away."


PatientOf = Callable[[Cursor, UUID], UUID | None]
Make = Callable[[UnitOfWork, Asked], Sheet]
Fill = Callable[[Clinic, Sheet], Sheet]


@dataclass(frozen=True, slots=True)
class Printable:
    """A kind of document: its word in the address, who may have it, and how it is made.

    `patient_of` finds whose it is (None: not there); a list that is nobody's own has none. `make`
    raises `NotFoundError` where there is nothing. `fill` brings what a file has besides, once the
    trail says that it was made: pictures, which no transaction should wait for.
    """

    name: str
    permission: Permission
    make: Make
    patient_of: PatientOf | None = None
    fill: Fill | None = None


_registered: dict[str, Printable] = {}


def register(printable: Printable) -> None:
    """Let this kind of document be printed at its address."""
    _registered[printable.name] = printable


def of_patient(sheet_of: Callable[[Cursor, Asked], Sheet]) -> Make:
    """Return how a document about one patient is made: read, and noted as printed."""

    def make(unit: UnitOfWork, asked: Asked) -> Sheet:
        sheet = sheet_of(unit.cursor, asked)
        event = Event(
            Action.RECORD_PRINTED,
            patient_id=asked.patient_id,
            subject_id=None if asked.subject_id == asked.patient_id else asked.subject_id,
            ground=asked.ground.value if asked.ground else None,
            detail={"document": sheet.title},
        )
        unit.audit(asked.actor, event)
        return sheet

    return make


def prepare(  # noqa: PLR0913 - who asks, for which document of what, in which form, and when
    clinic: Clinic,
    actor: Actor,
    name: str,
    subject_id: UUID,
    *,
    now: datetime,
    is_file: bool = False,
) -> Sheet:
    """Return the sheet at `/print/NAME/ID`, and note who printed whose.

    A merged record prints as the one it was merged into. Raises `NotPermittedError`,
    `NotFoundError`, and `GroundNeededError` for a restricted record whose ground this session has
    not named; the refusals are in the trail.
    """
    printable = _registered.get(name)
    if printable is None:
        raise NotFoundError(NOTHING)
    patient_id = _patient_of(clinic, printable, subject_id)
    authorise(clinic, actor, printable.permission, patient_id=patient_id)
    if printable.patient_of is not None and patient_id is None:
        raise NotFoundError(NOTHING)

    def work(unit: UnitOfWork) -> Sheet:
        ground = _ground(unit.cursor, actor, patient_id) if patient_id else None
        zone = ZoneInfo(clinic.settings.timezone)
        asked = Asked(actor, subject_id, patient_id, ground, now, zone, is_file)
        return printable.make(unit, asked)

    try:
        sheet = clinic.store.transact(work)
    except GroundNeededError:
        refused = Event(
            Action.REFUSED,
            patient_id=patient_id,
            outcome=Outcome.REFUSED,
            detail={"permission": printable.permission.value, "because": "restricted"},
        )
        clinic.store.transact(lambda unit: unit.audit(actor, refused))
        raise
    return printable.fill(clinic, sheet) if is_file and printable.fill else sheet


def _patient_of(clinic: Clinic, printable: Printable, subject_id: UUID) -> UUID | None:
    if printable.patient_of is None:
        return None
    with clinic.store.reading() as cursor:
        patient_id = printable.patient_of(cursor, subject_id)
        return printing.get_survivor(cursor, patient_id) if patient_id else None


def _ground(cursor: Cursor, actor: Actor, patient_id: UUID) -> Ground | None:
    """Return the ground that this session named for a restricted record; None for any other."""
    if not printing.is_restricted(cursor, patient_id):
        return None
    named = actor.session_id and printing.get_ground(cursor, patient_id, actor.session_id)
    if not named:
        raise GroundNeededError(GROUND_NEEDED)
    return Ground(named)
