"""The audit trail for the compliance officer: looking through it, exporting it, verifying it."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from lib.domain import anchors as anchor_rules
from lib.domain import audit
from lib.domain.access import Actor, Permission
from lib.domain.anchors import Anchor
from lib.domain.audit import Action, Entry, Event
from lib.domain.disposal_number import normalise_disposal_number
from lib.domain.reference import normalise_reference
from lib.errors import InvalidInputError, NotFoundError
from lib.imports.report import neutral
from lib.services import anchors
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.downloads import Download
from lib.store import audit_trail
from lib.store.audit_trail import Place, TrailFilter, TrailRow
from lib.store.connection import Cursor, UnitOfWork

PAGE = 50
MOST_EXPORTED = 200_000
MOST_FAULTS = 100
REPORT_EVERY = 5_000
HEADINGS = (
    "When (UTC)",
    "Person",
    "User name",
    "Action",
    "Outcome",
    "Patient",
    "Ground",
    "Detail",
    "Address",
    "Entry",
    "Disposal",
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TrailPage:
    """One page of the trail, newest first; `older` is the place to go on from, or None."""

    rows: tuple[TrailRow, ...]
    older: Place | None


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification read and found. The trail is whole when `faults` is empty."""

    entries: int
    chains: int
    anchors: int
    faults: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing was found wrong."""
        return not self.faults


def about(clinic: Clinic, actor: Actor, typed: str) -> TrailFilter:
    """Return what narrows the trail to a patient, named by reference or by number of disposal.

    Raises `NotFoundError` for a reference that nobody has, and for a number of no disposal.
    """
    authorise(clinic, actor, Permission.VIEW_AUDIT)
    number = normalise_disposal_number(typed)
    with clinic.store.reading() as cursor:
        if number is not None:
            return TrailFilter(disposal_number=_disposal(cursor, number))
        return TrailFilter(patient_id=_patient(cursor, typed))


def _disposal(cursor: Cursor, number: str) -> str:
    found = audit_trail.get_disposal_number(cursor, number)
    if found is None:
        message = "No record was disposed of under this number. It stands on the certificate."
        raise NotFoundError(message)
    return found


def _patient(cursor: Cursor, typed: str) -> UUID:
    known = normalise_reference(typed)
    found = audit_trail.get_patient_id(cursor, known) if known else None
    if found is None:
        message = "No patient has this reference. Check its digits and its last letter."
        raise NotFoundError(message)
    return found


def people(clinic: Clinic, actor: Actor) -> dict[UUID, str]:
    """Return everybody who can be looked for in the trail, by name."""
    authorise(clinic, actor, Permission.VIEW_AUDIT)
    with clinic.store.reading() as cursor:
        return dict(audit_trail.list_people(cursor))


def look(
    clinic: Clinic, actor: Actor, chosen: TrailFilter, *, older_than: Place | None = None
) -> TrailPage:
    """Return one page of the entries that were asked for; looking is itself recorded (G1)."""
    authorise(clinic, actor, Permission.VIEW_AUDIT, patient_id=chosen.patient_id)

    def work(unit: UnitOfWork) -> list[TrailRow]:
        rows = audit_trail.list_rows(unit.cursor, chosen, older_than=older_than, limit=PAGE + 1)
        unit.audit(actor, _about(Action.AUDIT_VIEWED, chosen, min(len(rows), PAGE)))
        return rows

    rows = clinic.store.transact(work)
    shown = tuple(rows[:PAGE])
    is_more = len(rows) > PAGE
    return TrailPage(shown, (shown[-1].occurred_at, shown[-1].entry_id) if is_more else None)


def export(clinic: Clinic, actor: Actor, chosen: TrailFilter) -> Download:
    """Return the entries that were asked for as CSV, made for a spreadsheet.

    Raises `InvalidInputError` when they are more than one file should hold.
    """
    authorise(clinic, actor, Permission.EXPORT_AUDIT, patient_id=chosen.patient_id)
    with clinic.store.reading() as cursor:
        rows = audit_trail.list_rows(cursor, chosen, older_than=None, limit=MOST_EXPORTED + 1)
    if len(rows) > MOST_EXPORTED:
        message = f"That is more than {MOST_EXPORTED:,} entries. Choose a shorter time."
        raise InvalidInputError(message, field="since")
    event = _about(Action.AUDIT_EXPORTED, chosen, len(rows))
    return Download("audit-trail.csv", "text/csv", event, _as_csv(rows))


def verify(clinic: Clinic, actor: Actor, progress: Progress | None = None) -> Verification:
    """Check every entry of every chain, and every anchor; `progress` hears (checked, of all)."""
    authorise(clinic, actor, Permission.VERIFY_AUDIT)
    known, faults = anchors.read(clinic)
    check = _Check(known, faults)
    with clinic.store.reading() as cursor:
        total = audit_trail.count_entries(cursor)
        for number, entry in enumerate(audit_trail.entries(cursor), start=1):
            check.take(entry)
            if progress and number % REPORT_EVERY == 0:
                progress(min(number, total), total)
    found = check.result()
    detail: dict[str, str | int | bool] = {"entries": found.entries, "faults": len(found.faults)}
    event = Event(Action.AUDIT_VERIFIED, detail=detail)
    clinic.store.transact(lambda unit: unit.audit(actor, event))
    return found


class _Check:
    """What has been seen of the trail so far; entries come chain by chain, in order."""

    def __init__(self, known: list[Anchor], faults: list[str]) -> None:
        self._anchors = known
        self._places = {(anchor.chain_id, anchor.position) for anchor in known}
        self._hashes: dict[tuple[UUID, int], str] = {}
        self._faults = list(faults)
        self._chain: UUID | None = None
        self._chains = 0
        self._entries = 0
        self._position = 0
        self._previous = audit.GENESIS

    def take(self, entry: Entry) -> None:
        """Check one entry at its place and go on from it."""
        if entry.chain_id != self._chain:
            self._chain, self._position, self._previous = entry.chain_id, 0, audit.GENESIS
            self._chains += 1
        fault = audit.fault_of(
            entry, expected_position=self._position, expected_previous=self._previous
        )
        if fault:
            self._faults.append(f"chain {entry.chain_id}: {fault}")
        place = (entry.chain_id, entry.position)
        if place in self._places:
            self._hashes[place] = entry.entry_hash
        self._entries += 1
        self._position, self._previous = entry.position + 1, entry.entry_hash

    def result(self) -> Verification:
        """Return everything that was found, the first faults only where there are very many."""
        faults = [*self._faults, *anchor_rules.faults_of(self._anchors, self._hashes)]
        return Verification(
            self._entries, self._chains, len(self._anchors), tuple(faults[:MOST_FAULTS])
        )


def _about(action: Action, chosen: TrailFilter, count: int) -> Event:
    fields = ("person_id", "action", "outcome", "since", "until", "disposal_number")
    narrowed = ", ".join(name for name in fields if getattr(chosen, name) is not None)
    return Event(
        action,
        patient_id=chosen.patient_id,
        subject_id=chosen.person_id,
        detail={"entries": count, "narrowed by": narrowed},
    )


def _as_csv(rows: list[TrailRow]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(HEADINGS)
    writer.writerows(_cells(rows))
    return buffer.getvalue().encode("utf-8-sig")


def _cells(rows: list[TrailRow]) -> Iterator[list[str]]:
    for row in rows:
        values = (
            row.occurred_at.isoformat(sep=" ", timespec="seconds"),
            row.display_name,
            row.username,
            row.action,
            row.outcome,
            row.reference,
            row.ground,
            row.detail,
            row.address,
            f"{row.chain_id}:{row.position}",
            row.disposal_number,
        )
        yield [neutral(value or "") for value in values]
