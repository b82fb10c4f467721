"""One treatment on paper: what was given where, from which lot, with its chart."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from uuid import UUID

from lib.domain import chart_drawing as charts
from lib.domain import formats
from lib.domain.access import Permission
from lib.domain.chart_drawing import DRAWINGS
from lib.domain.charts import TITLES, Chart
from lib.errors import NotFoundError
from lib.paper.sheet import (
    Block,
    Column,
    Drawing,
    Fact,
    Facts,
    Notice,
    Notices,
    Point,
    Sheet,
    Table,
    Words,
)
from lib.services.printing import record as on_record
from lib.services.printing.banner import alerts, banner
from lib.services.printing.prepare import NOTHING, Asked, Printable, of_patient
from lib.services.records import Record, Treatment
from lib.store import printing
from lib.store.connection import Cursor
from lib.store.printing import ChartPoint, GivenWarning

TITLE = "Treatment sheet"
GIVEN = {True: "Given", False: "Not given", None: "Not recorded"}
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
    is_given, aftercare = printing.get_aftercare(cursor, key)
    points = printing.list_points(cursor, patient_id, key)
    blocks: list[Block] = [
        alerts(record, asked.zone),
        _facts(found, GIVEN[is_given], asked),
        on_record.items(found.items, "Products"),
        *_charts(points),
        *_warnings(printing.list_warnings(cursor, patient_id, key)),
        *_said(found, aftercare),
    ]
    return Sheet(
        title=TITLE,
        name=f"treatment-{record.patient.reference}-{found.row.treated_on.isoformat()}",
        printed=asked.printed,
        banner=banner(record, asked),
        blocks=tuple(blocks),
    )


def _treatment_of(record: Record, treatment_id: UUID) -> Treatment:
    for one in record.treatments.treatments:
        if treatment_id in {one.row.treatment_id, *(old.treatment_id for old in one.earlier)}:
            return one
    raise NotFoundError(NOTHING)


def _facts(found: Treatment, aftercare: str, asked: Asked) -> Facts:
    row = found.row
    recorded = formats.moment(row.recorded_at, asked.zone)
    by = f" by {row.recorded_by}" if row.recorded_by else ""
    changes = tuple(on_record.replaced(found, asked.zone))
    return Facts(
        row.name,
        (
            Fact("Treated on", (formats.day(row.treated_on),)),
            Fact("Practitioner", (row.practitioner_name or formats.NOT_KNOWN,)),
            Fact("Prescriber", (row.prescriber_name or formats.NONE,)),
            Fact("Aftercare advice", (aftercare,)),
            Fact("Follow-up due", (formats.day(row.follow_up_due_on, formats.NONE),)),
            Fact("Price", (formats.money(row.price_pence),)),
            Fact("Recorded", (recorded + by,)),
            *((Fact("Corrected", changes),) if changes else ()),
        ),
    )


def _charts(points: Sequence[ChartPoint]) -> Iterable[Block]:
    for name, group in groupby(points, key=lambda point: point.chart):
        found = list(group)
        title = TITLES[Chart(name)] if name in set(Chart) else None
        if title is not None:
            yield _drawing(title, DRAWINGS[Chart(name)], found)
        yield Table("" if title else formats.words(name), POINT_COLUMNS, tuple(_numbered(found)))


def _drawing(title: str, drawn: charts.Drawing, points: Sequence[ChartPoint]) -> Drawing:
    return Drawing(
        title=title,
        alt=f"{title}, {formats.counted(len(points), 'point')}; the table below says what each is",
        width=drawn.width,
        height=drawn.height,
        contours=drawn.contours,
        lines=drawn.lines,
        points=tuple(
            Point(float(point.x), float(point.y), str(number))
            for number, point in enumerate(points, start=1)
        ),
    )


def _numbered(points: Sequence[ChartPoint]) -> Iterable[tuple[str, ...]]:
    for number, point in enumerate(points, start=1):
        dose = formats.dose(point.dose, point.unit) if point.dose is not None else ""
        yield str(number), point.product_name, point.area, dose


def _warnings(found: Sequence[GivenWarning]) -> Iterable[Block]:
    if found:
        notices = tuple(
            Notice(one.warning, (f"Gone ahead because: {one.reason}",), one.level == "stop")
            for one in found
        )
        yield Notices("Warnings shown when it was recorded", notices)


def _said(found: Treatment, aftercare: str | None) -> Iterable[Block]:
    if aftercare:
        yield Words("Aftercare advice", (aftercare,))
    if found.row.notes:
        yield Words("Notes", (found.row.notes,))
    if found.adverse_events:
        yield Notices("Adverse events", tuple(map(on_record.adverse, found.adverse_events)))


PRINTABLE = Printable(
    "treatment", Permission.VIEW_RECORD, of_patient(sheet_of), printing.get_patient_of_treatment
)
