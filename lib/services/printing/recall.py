"""A recall on paper: what is recalled and why, then everybody to be told, with a box to tick."""

from collections.abc import Iterable
from itertools import groupby

from lib.domain import formats
from lib.domain.access import Permission
from lib.domain.audit import Action, Event
from lib.paper.sheet import Column, Fact, Facts, Sheet, Table
from lib.services import recalls
from lib.services.printing.prepare import Asked, Printable
from lib.services.recall_lines import RESTRICTED, Line
from lib.services.recalls import Page
from lib.store.connection import UnitOfWork

TITLE = "Recall list"
# More than anybody works through on paper; the list to download has everybody.
MOST_PATIENTS = 500
BOX = "[   ]"
EMPTY = "Nobody was treated with it, as far as it is recorded."
COLUMNS = (
    Column("Patient", 3),
    Column("How to reach them", 3),
    Column("What they were given", 6),
    Column("Contacted", 2),
)


def make(unit: UnitOfWork, asked: Asked) -> Sheet:
    """Return the list, and note everybody on it as exported. Raises `NotFoundError`."""
    page = recalls.first_of(unit.cursor, asked.subject_id, MOST_PATIENTS)
    exported = Event(
        Action.RECALL_EXPORTED, subject_id=asked.subject_id, detail={"document": TITLE}
    )
    unit.audit_each(asked.actor, exported, [str(line.patient.patient_id) for line in page.lines])
    return Sheet(
        title=TITLE,
        name=f"recall-{page.recall.opened_at.date().isoformat()}",
        printed=asked.printed,
        banner=None,
        note=_cut(page),
        blocks=(_facts(page, asked), _patients(page, asked)),
    )


def _cut(page: Page) -> str:
    if len(page.lines) == page.patients:
        return ""
    return (
        f"Only the first {formats.figure(len(page.lines))} of "
        f"{formats.counted(page.patients, 'patient')} are here, those not contacted yet first. "
        "The list to download (CSV) has everybody."
    )


def _facts(page: Page, asked: Asked) -> Facts:
    recall = page.recall
    by = f" by {recall.opened_by}" if recall.opened_by else ""
    closed = formats.moment(recall.closed_at, asked.zone) if recall.closed_at else "Still open"
    left = page.patients - page.contacted
    return Facts(
        recall.product_name,
        (
            Fact("Lot", (recall.lot_number or "Every lot",)),
            Fact("Why", (recall.reason,)),
            Fact("Opened", (formats.moment(recall.opened_at, asked.zone) + by,)),
            Fact("Closed", (closed,)),
            Fact("Patients", (formats.figure(page.patients),)),
            Fact("Contacted", (f"{formats.figure(page.contacted)}, {formats.figure(left)} to go",)),
        ),
    )


def _patients(page: Page, asked: Asked) -> Table:
    rows = tuple(_row(line, asked) for line in page.lines)
    return Table("Everybody it was given to", COLUMNS, rows, EMPTY)


def _row(line: Line, asked: Asked) -> tuple[str, ...]:
    patient = line.patient
    if patient.is_restricted:
        return (patient.reference, RESTRICTED, "", _contacted(line, asked))
    name = formats.name(patient.family_name, patient.given_names, patient.title)
    born = formats.born(patient.born_on, asked.today, patient.deceased_on)
    died = f"Deceased {formats.day(patient.deceased_on)}" if patient.deceased_on else ""
    phone = formats.phone(patient.phone) if patient.phone else "No phone"
    return (
        _lines(name, patient.reference, f"Born {born}", died),
        _lines(phone, patient.email or "No email"),
        _lines(*_visits(line), _events(line)),
        _contacted(line, asked),
    )


def _visits(line: Line) -> Iterable[str]:
    """Return a line for each day and lot: somebody may have had a product fifty times."""
    for (day, lot), uses in groupby(line.uses, key=lambda use: (use.treated_on, use.lot_number)):
        amounts = (f"{use.area} {formats.dose(use.dose, use.unit)}".strip() for use in uses)
        said = f"lot {lot}" if lot else "lot not recorded"
        yield f"{formats.day(day)}, {said}: {', '.join(amounts)}"


def _events(line: Line) -> str:
    count = line.adverse_events
    return f"{formats.counted(count, 'adverse event')} recorded with it" if count else ""


def _contacted(line: Line, asked: Asked) -> str:
    told = line.contact
    if told is None or not told.is_done:
        return BOX
    by = f"by {told.recorded_by}" if told.recorded_by else ""
    note = "" if line.patient.is_restricted else told.note or ""
    return _lines(formats.moment(told.recorded_at, asked.zone), by, note)


def _lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))


PRINTABLE = Printable("recall", Permission.RUN_RECALL, make)
