"""The list of follow-ups in words, and the steps through its pages."""

from datetime import date

from lib.services.follow_ups import FollowUps
from lib.store.follow_ups import FollowUp
from lib.ui import formats, navigation
from lib.ui.components.blocks import Cell, Column, Link, Mark, Said, Table, Tone

COLUMNS = (
    Column("Due", is_short=True),
    Column("Patient"),
    Column("After"),
    Column("Practitioner"),
    Column("State", is_short=True),
)
NONE_DUE = "Nobody is due. Follow-ups appear here a week before their day."


def table(due: FollowUps, as_of: date) -> Table:
    """Return the page of follow-ups as a table; each patient with what identifies them."""
    rows = tuple(_row(one, as_of) for one in due.rows)
    return Table("", COLUMNS, rows, caption="Follow-ups due, the longest due first", empty=NONE_DUE)


def _row(one: FollowUp, as_of: date) -> tuple[Cell, ...]:
    name = formats.name(one.family_name, one.given_names, one.title)
    known = f"Born {formats.born(one.born_on, as_of)} · {formats.sex(one.sex)} · {one.reference}"
    days = (as_of - one.due_on).days
    late = Mark(f"{formats.counted(days, 'day')} late", "schedule", Tone.WARN)
    return (
        formats.day(one.due_on),
        Link(name, navigation.record_href(one.patient_id), known),
        Said(one.treatment_name, formats.day(one.treated_on)),
        one.practitioner_name or formats.NOT_KNOWN,
        late if days > 0 else Mark("Due", "event", Tone.INFO),
    )
