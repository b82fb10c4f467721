"""One treatment on paper: what was given where, from which lot, with its chart."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from uuid import UUID

from lib.domain import formats
from lib.domain.access import Permission
from lib.errors import NotFoundError
from lib.paper.sheet import (
    Block,
    Column,
    Fact,
    Facts,
    Notice,
    Notices,
    Sheet,
    Table,
    Words,
)
from lib.services.printing import record as on_record
from lib.services.printing.prepare import NOTHING, Asked, Printable, of_patient
from lib.services.records import Record, Treatment
from lib.store import printing
from lib.store.connection import Cursor
from lib.store.printing import ChartPoint, GivenWarning

TITLE = "Treatment sheet"
POINT_COLUMNS = (
    Column("Point", 1),
    Column("Product", 3),
    Column("Area", 3),
    Column("Dose", 2, is_figure=True),
)


def sheet_of(cursor: Cursor, asked: Asked) -> Sheet:
    """Return the treatment as it stands, whichever of its versions is asked for.

    Raises `NotFoundError` where it is none of the patient's, and what `records.read` raises.
    """
    record = on_record.read(cursor, asked, on_record.MOST_TREATMENTS)
    found = _treatment_of(record, asked.subject_id)
    key = found.row.treatment_id
    patient_id = record.patient.patient_id
    points = printing.list_points(cursor, patient_id, key)
    blocks: list[Block] = [
        on_record.alerts(record, asked.zone),
        _facts(found, printing.get_aftercare(cursor, key), asked),
        on_record.items(found.items, "Products"),
        *_charts(points),
        *_warnings(printing.list_warnings(cursor, patient_id, key)),
        *_said(found),
    ]
    return Sheet(
        title=TITLE,
        name=f"treatment-{record.patient.reference}-{found.row.treated_on.isoformat()}",
        printed=asked.printed,
        banner=on_record.banner(record, asked),
        blocks=tuple(blocks),
    )


def _treatment_of(record: Record, treatment_id: UUID) -> Treatment:
    for one in record.treatments.treatments:
        if treatment_id in {one.row.treatment_id, *(old.treatment_id for old in one.earlier)}:
            return one
    raise NotFoundError(NOTHING)


def _facts(found: Treatment, aftercare: bool | None, asked: Asked) -> Facts:  # noqa: FBT001
    row = found.row
    said = {True: "Given", False: "Not given", None: "Not recorded"}[aftercare]
    recorded = formats.moment(row.recorded_at, asked.zone)
    by = f" by {row.recorded_by}" if row.recorded_by else ""
    changes = tuple(on_record.replaced(found, asked.zone))
    return Facts(
        row.name,
        (
            Fact("Treated on", (formats.day(row.treated_on),)),
            Fact("Practitioner", (row.practitioner_name or formats.NOT_KNOWN,)),
            Fact("Prescriber", (row.prescriber_name or formats.NONE,)),
            Fact("Aftercare advice", (said,)),
            Fact("Follow-up due", (formats.day(row.follow_up_due_on, formats.NONE),)),
            Fact("Price", (formats.money(row.price_pence),)),
            Fact("Recorded", (recorded + by,)),
            *((Fact("Corrected", changes),) if changes else ()),
        ),
    )


def _charts(points: Sequence[ChartPoint]) -> Iterable[Block]:
    for chart, group in groupby(points, key=lambda point: point.chart):
        found = list(group)
        rows = tuple(
            (
                str(number),
                point.product_name,
                point.area,
                formats.dose(point.dose, point.unit) if point.dose is not None else "",
            )
            for number, point in enumerate(found, start=1)
        )
        yield Table(f"Chart: {formats.words(chart)}", POINT_COLUMNS, rows)


def _warnings(found: Sequence[GivenWarning]) -> Iterable[Block]:
    if found:
        notices = tuple(
            Notice(one.warning, (f"Gone ahead because: {one.reason}",), one.level == "stop")
            for one in found
        )
        yield Notices("Warnings shown when it was recorded", notices)


def _said(found: Treatment) -> Iterable[Block]:
    if found.row.notes:
        yield Words("Notes", (found.row.notes,))
    if found.adverse_events:
        yield Notices("Adverse events", tuple(map(on_record.adverse, found.adverse_events)))


PRINTABLE = Printable(
    "treatment", Permission.VIEW_RECORD, of_patient(sheet_of), printing.get_patient_of_treatment
)
