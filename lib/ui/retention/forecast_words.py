"""What the forecast says in words and figures, in records, pictures or gigabytes.

The estimate is of records. As many pictures and bytes go with each as the schedule of its month has
with one; where the schedule has none, as all seven years have.
"""

from collections.abc import Sequence

from lib.domain.retention import Setting, Trigger
from lib.domain.retention_forecast import Tried
from lib.domain.retention_schedule import first_of, month_name
from lib.services.retention.forecasting import Ahead
from lib.ui import formats
from lib.ui.components.blocks import Column, Table
from lib.ui.retention import chart, words
from lib.ui.retention.chart import BYTES, PICTURES, value_of

COLUMNS = (
    Column("When"),
    Column("If nobody returns", is_figure=True),
    Column("Expected", is_figure=True),
    Column("In four of five", is_figure=True),
)
UNTRIED = (
    "Nothing expired in the {months} months before, so the estimate could not be tried on them."
)
TRIED = (
    "In the last {months} months the actual number lay in the interval in {within} of {months} "
    "months; the expectation was off by {off} in all, the schedule alone by {schedule_off} "
    "(month by month by {error} and {schedule_error})."
)
# What each figure is, and what it leaves out.
NOTES = """
- **The schedule** is what expires if nobody returns. It is certain, and only that.
- **The expectation** counts on patients returning as often as in the three years before, by how
  long they have stayed away and how often they were treated; whoever returns has a new date. Who
  comes for the first time is in neither figure.
- **The interval** is where four of five months should lie.
- A hold moves no date, so records that are held back count in the month of their date. Those kept
  for the sake of a minor's age, and those of patients who died, are taken for certain. Records
  without any date are in no month.
"""


def scheduled(one: Ahead, measure: str) -> float:
    """Return what the schedule says of a month, in the measure."""
    return value_of(one.scheduled, measure)


def expected(one: Ahead, measure: str) -> float:
    """Return what is expected of a month."""
    return _shown(one.span.expected * per_record(one, measure), measure)


def bounds(one: Ahead, measure: str) -> tuple[float, float]:
    """Return between what the actual figure should lie."""
    each = per_record(one, measure)
    return _shown(one.span.low * each, measure), _shown(one.span.high * each, measure)


def per_record(one: Ahead, measure: str) -> float:
    """Return how much goes with a record of a month."""
    if measure not in {PICTURES, BYTES}:
        return 1.0
    records = one.scheduled.records
    return value_of(one.scheduled, measure) / records if records else 0.0


def told(one: Ahead, measure: str) -> str:
    """Return a month's expectation with its interval: `about 12 records (10 to 14)`."""
    low, high = (figure(value, measure) for value in bounds(one, measure))
    return f"about {figure(expected(one, measure), measure)} ({low} to {high})"


def figure(value: float, measure: str) -> str:
    """Return an estimated figure: whole records, but a decimal where there are few."""
    if measure == BYTES:
        return words.size(round(value * chart.GIGABYTE))
    few = 0 < value < 10 and abs(value - round(value)) >= 0.05  # noqa: PLR2004 - as it is read
    return f"{value:.1f}" if few else formats.figure(round(value))


def table(rows: Sequence[Ahead], measure: str, *, by_year: bool) -> Table:
    """Return the chart as a table, by month or by year."""
    made = []
    for one in rows:
        name = str(first_of(one.span.month).year) if by_year else month_name(one.span.month)
        low, high = (figure(value, measure) for value in bounds(one, measure))
        between = low if low == high else f"{low} to {high}"
        schedule = figure(scheduled(one, measure), measure)
        made.append((name, schedule, figure(expected(one, measure), measure), between))
    caption = "Schedule and expectation, by year" if by_year else "Schedule and expectation"
    return Table("", COLUMNS, tuple(made), caption)


def tried(found: Tried) -> str:
    """Return how the same estimate would have done, in one sentence."""
    months = len(found.months)
    shares = {
        "off": found.bias,
        "schedule_off": found.schedule_bias,
        "error": found.error,
        "schedule_error": found.schedule_error,
    }
    said = {name: share(value) for name, value in shares.items() if value is not None}
    if len(said) < len(shares):
        return UNTRIED.format(months=months)
    return TRIED.format(months=months, within=found.within, **said)


def share(value: float) -> str:
    """Return a share of a whole in percent, with a decimal where it is small."""
    percent = abs(value) * 100
    return f"{percent:.1f} %" if 0 < percent < 10 else f"{percent:,.0f} %"  # noqa: PLR2004


def settings(setting: Setting) -> str:
    """Return settings in short: `7 years, enquiries 24 months`."""
    restarts = setting.trigger is Trigger.CLINICAL_CONTACT
    after = ", consultations count" if restarts else ""
    years = formats.counted(setting.years, "year")
    return f"{years}, enquiries {setting.enquiry_months} months{after}"


def _shown(value: float, measure: str) -> float:
    return round(value, 6 if measure == BYTES else 2)
