"""The list of histories to review, in words."""

from datetime import date

from lib.services import summary
from lib.services.histories import Histories
from lib.store.histories import HistoryDue
from lib.ui import addresses, clock, formats, navigation
from lib.ui.components.blocks import Cell, Column, Link, Mark, Table, Tone

COLUMNS = (
    Column("Visit", is_short=True),
    Column("Patient"),
    Column("Last confirmed", is_short=True),
    Column("State", is_short=True),
)
NONE_DUE = (
    "Everybody who comes in the next two weeks has a history that was confirmed within the last "
    "twelve months."
)
HISTORY_PATHS = [spec for spec in navigation.PAGES if spec.path == summary.HISTORY_SCREEN]
# Until there is a screen of its own, the history is on the record.
HISTORY = HISTORY_PATHS[0] if HISTORY_PATHS else navigation.RECORD


def table(due: Histories, as_of: date) -> Table:
    """Return a page of histories to review as a table; each patient with what identifies them."""
    rows = tuple(_row(one, due.confirmed.get(one.patient_id), as_of) for one in due.rows)
    caption = "Histories to review, the next visit first"
    return Table("", COLUMNS, rows, caption=caption, empty=NONE_DUE)


def _row(one: HistoryDue, confirmed_on: date | None, as_of: date) -> tuple[Cell, ...]:
    name = formats.name(one.family_name, one.given_names, one.title)
    born = formats.born(one.born_on, as_of, one.deceased_on)
    known = f"Born {born} · {formats.sex(one.sex)} · {one.reference}"
    address = navigation.href(HISTORY, {addresses.PATIENT: str(one.patient_id)})
    return (
        formats.moment(one.starts_at),
        Link(name, address, known),
        formats.day(confirmed_on, "Never"),
        _state(one, confirmed_on, as_of),
    )


def _state(one: HistoryDue, confirmed_on: date | None, as_of: date) -> Mark:
    if one.deceased_on is not None:
        return Mark("Deceased: cancel the visit", "deceased", Tone.ALERT)
    if clock.local(one.starts_at).date() == as_of:
        return Mark("Comes today", "priority_high", Tone.WARN)
    if confirmed_on is None:
        return Mark("No history yet", "radio_button_unchecked", Tone.INFO)
    return Mark("Out of date", "close", Tone.INFO)
