"""The schedule on the screen: the day, what is due, the seven years ahead as chart and table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.retention import Status
from lib.domain.retention_schedule import (
    FATES,
    Group,
    Heap,
    Month,
    added,
    by_status,
    first_of,
    heap_of,
    later_of,
    month_name,
    month_of,
    months_of,
)
from lib.services.retention import schedule
from lib.services.retention.schedule import Schedule
from lib.ui import charts, clock, formats, navigation, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Card, Cards, Cell, Column, Link, Table
from lib.ui.keys import Keys
from lib.ui.retention import badges, chart, wish, words
from lib.ui.retention.wish import Choice, Wish

COUNTING = "Every record is being looked at. The figures appear here by themselves."
OLD = "Something changed since these figures were counted; they are being counted anew."
POLL_SECONDS = 1.0
# A page is drawn at once where the count is there, or takes no longer than this.
PATIENCE_SECONDS = 0.5
ANY = ""
BASES = {ANY: "Anything", **{basis.value: word for basis, word in words.BASES.items()}}


@dataclass(frozen=True, slots=True)
class View:
    """The schedule as it is looked at: what is narrowed away is not in it."""

    schedule: Schedule
    wish: Wish
    groups: tuple[Group, ...]
    may_list: bool

    @property
    def as_of(self) -> date:
        """Return the day it is of."""
        return self.schedule.as_of

    def href(self, choice: Choice, heap: Heap) -> str:
        """Return where a figure leads; nowhere for none, and for whoever may not see patients."""
        return wish.href(self.wish, choice) if self.may_list and heap.records else ""


def view(actor: Actor, wanted: Wish) -> View:
    """Return the schedule of the wished day; while it is counted, say so and wait."""
    clinic = session.clinic()
    found = schedule.soon(clinic, actor, as_of=wanted.as_of, patience=PATIENCE_SECONDS)
    if found is None:
        _wait(wanted.as_of)
        st.stop()
    if found.is_old:
        _renew(wanted.as_of)
    groups = tuple(one for one in found.groups if wanted.fits(one))
    return View(found, wanted, groups, access.can(actor, Permission.LIST_RETENTION))


@st.fragment(run_every=POLL_SECONDS)
def _wait(as_of: date) -> None:
    actor = session.require(Permission.VIEW_RETENTION)
    if schedule.soon(session.clinic(), actor, as_of=as_of, patience=0) is not None:
        st.rerun()
    st.caption(f":material/hourglass_top: {COUNTING}")


@st.fragment(run_every=POLL_SECONDS)
def _renew(as_of: date) -> None:
    actor = session.require(Permission.VIEW_RETENTION)
    found = schedule.soon(session.clinic(), actor, as_of=as_of, patience=0)
    if found is not None and not found.is_old:
        st.rerun()
    st.caption(f":material/sync: {OLD}")


def draw_head(actor: Actor, wanted: Wish) -> None:
    """Draw the title with the page's one primary action, and what the schedule is narrowed by."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="retention_head"):
        st.title("Retention", anchor=False, width="stretch")
        if access.can(actor, Permission.SET_RETENTION):
            st.page_link(
                navigation.RETENTION_SETTINGS.path, label="Settings", icon=":material/tune:"
            )
        if access.can(actor, Permission.PROPOSE_DISPOSAL) and st.button(
            "Review what is due", type="primary", icon=":material/fact_check:"
        ):
            st.switch_page(navigation.DISPOSALS.path)
    _draw_filters(wanted)


def _draw_filters(wanted: Wish) -> None:
    st.session_state[Keys.RETENTION_ON] = wanted.as_of
    st.session_state[Keys.RETENTION_WHY] = wanted.basis.value if wanted.basis else ANY
    st.session_state[Keys.RETENTION_MINORS] = wanted.is_minors
    with st.container(horizontal=True, vertical_alignment="bottom", key="retention_filters"):
        st.date_input(
            "Schedule as of",
            format="DD/MM/YYYY",
            min_value=wish.EARLIEST,
            max_value=wish.LATEST,
            key=Keys.RETENTION_ON,
            on_change=_narrow,
            width=190,
        )
        st.selectbox(
            "Kept because of",
            list(BASES),
            format_func=BASES.__getitem__,
            key=Keys.RETENTION_WHY,
            on_change=_narrow,
            width=240,
        )
        st.checkbox("Minors only", key=Keys.RETENTION_MINORS, on_change=_narrow)
        if not wanted.is_today:
            st.button("Back to today", icon=":material/today:", type="tertiary", on_click=_today)


def _narrow() -> None:
    """Put what was chosen into the address; an open list begins at its first page."""
    st.session_state[Keys.RETENTION_PAGE] = 0
    on, why = st.session_state.get(Keys.RETENTION_ON), st.session_state.get(Keys.RETENTION_WHY)
    minors = "1" if st.session_state.get(Keys.RETENTION_MINORS) else ""
    day = on.isoformat() if isinstance(on, date) and on != clock.today() else ""
    for name, value in ((wish.ON, day), (wish.WHY, why), (wish.MINORS, minors)):
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)


def _today() -> None:
    st.session_state[Keys.RETENTION_PAGE] = 0
    st.query_params.pop(wish.ON, None)


def draw_cards(seen: View) -> None:
    """Draw how many records are in each state on the day, and what falls due this month."""
    st.caption(f"{formats.day(seen.as_of)}. {words.settings(seen.schedule.settings.setting)}")
    blocks.draw([Cards("", cards(seen))], key="retention_cards")


def cards(seen: View) -> tuple[Card, ...]:
    """Return the figures of the day, what presses first."""
    states = by_status(seen.groups)
    this_month = month_of(seen.as_of)
    ending = heap_of(
        seen.groups, lambda one: one.status is Status.RETAIN and one.month == this_month
    )
    minors = heap_of(
        seen.groups, lambda one: one.status is Status.DISPOSE_DUE and one.was_minor
    ).records
    asked = f"{formats.counted(minors, 'minor')} among them: a person decides each"
    month = Choice(Status.RETAIN, month=this_month)
    return (
        _card(seen, Status.DISPOSE_DUE, states, asked if minors else "Their time has passed"),
        Card(
            f"Reach their date in {month_name(this_month)}",
            words.goes(ending) or "After today, if nobody returns",
            seen.href(month, ending),
            formats.figure(ending.records),
        ),
        _card(seen, Status.BLOCKED, states, "Their time has passed, and something stands"),
        _card(seen, Status.PARTIAL, states, "All but what protects the patient may go"),
        _card(seen, Status.REVIEW, states, "No treatment, consultation or contact has a date"),
        _card(seen, Status.RETAIN, states, "Their time has not passed"),
    )


def _card(seen: View, status: Status, states: dict[Status, Heap], detail: str) -> Card:
    heap = states[status]
    shown = badges.mark(status)
    goes = words.goes(heap)
    lines = f"{detail}. {goes}" if goes else detail
    number = formats.figure(heap.records)
    return Card(words.STATES[status], lines, seen.href(Choice(status), heap), number, shown)


def draw_ahead(seen: View) -> None:
    """Draw the seven years ahead: bars by month, and the table beside them."""
    st.subheader("The seven years ahead", anchor=False)
    st.caption("The schedule: what reaches its date when, if nobody returns.")
    months = months_of(seen.groups, seen.as_of)
    bars, table = st.columns([0.62, 0.38], gap="large")
    with bars:
        _draw_chart(seen, months)
    with table, st.container(key="retention_side"):
        blocks.draw([years_table(seen, months)], key="retention_years")
    with st.expander("Every month in a table", icon=":material/table_rows:"):
        blocks.draw([months_table(seen, months)], key="retention_months")


def _draw_chart(seen: View, months: Sequence[Month]) -> None:
    measure = st.segmented_control(
        "What the bars show",
        list(chart.MEASURES),
        format_func=chart.MEASURES.__getitem__,
        default=chart.RECORDS,
        required=True,
        key=Keys.RETENTION_MEASURE,
        label_visibility="collapsed",
    )
    choice = seen.wish.choice
    chosen = choice.month if choice else None
    made = chart.figure(months, str(measure), chosen)
    if not seen.may_list:
        charts.draw(made, key="retention_chart")
        return
    # Another key once a list is open: the chart forgets which bar was pressed, and can be asked
    # for the same one again.
    picked = charts.draw_to_pick(made, key=f"retention_chart_{choice}")
    if picked is not None:
        at, curve = picked
        opened = Choice(Status.RETAIN, FATES[curve], months[at].number)
        st.session_state[Keys.RETENTION_PAGE] = 0
        navigation.follow(wish.href(seen.wish, opened))
    st.caption("Press a bar, or a figure in the tables, to see whose records they are.")


COLUMNS = (
    Column("When"),
    *(Column(badges.mark(fate).word, is_figure=True) for fate in FATES),
    Column("Pictures", is_figure=True),
    Column("Data", is_figure=True, is_short=True),
)


def years_table(seen: View, months: Sequence[Month]) -> Table:
    """Return the months ahead summed by year, and what comes after them."""
    years: dict[int, list[Month]] = {}
    for month in months:
        years.setdefault(first_of(month.number).year, []).append(month)
    rows = [
        _row(seen, str(year), found, Choice(Status.RETAIN, year=year))
        for year, found in years.items()
    ]
    later = later_of(seen.groups, seen.as_of)
    rows.append(("Later", formats.figure(later.records), "", "", *_weight(later)))
    return Table("", COLUMNS, tuple(rows), "By year, if nobody returns")


def months_table(seen: View, months: Sequence[Month]) -> Table:
    """Return every month ahead: the chart as a table."""
    rows = tuple(
        _row(seen, month_name(one.number), [one], Choice(Status.RETAIN, month=one.number))
        for one in months
    )
    return Table("", COLUMNS, rows, "By month, if nobody returns")


def _row(seen: View, name: str, months: Sequence[Month], opens: Choice) -> tuple[Cell, ...]:
    whole = added(month.whole for month in months)
    address = seen.href(opens, whole)
    cells: list[Cell] = [Link(name, address) if address else name]
    for fate in FATES:
        heap = added(month.heaps[fate] for month in months)
        narrower = Choice(opens.state, fate, opens.month, opens.year)
        to = seen.href(narrower, heap)
        number = formats.figure(heap.records)
        cells.append(Link(number, to) if to else number)
    return (*cells, *_weight(whole))


def _weight(heap: Heap) -> tuple[str, str]:
    return formats.figure(heap.pictures), words.size(heap.bytes) if heap.bytes else formats.NONE
