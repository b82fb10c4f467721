"""Holds and vital interests across the clinic: what is to be reviewed, whose, and a file of it."""

from datetime import date
from typing import Final

import streamlit as st

from lib.domain import access, holds
from lib.domain.access import Actor, Permission
from lib.domain.holds import PLACED, Review
from lib.errors import ClinicError
from lib.services import downloads
from lib.services.retention import hold_list
from lib.services.retention.hold_list import MINE, SHOW, Asked, Page
from lib.store.hold_list import VITAL_INTEREST, Row, Show
from lib.ui import addresses, clock, fields, formats, navigation, paging, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Cell, Column, Link, Mark, Said, Table, Tone
from lib.ui.keys import Keys

COLUMNS = (
    Column("Patient"),
    Column("What holds it"),
    Column("Looked after by"),
)
SHOWN: Final = {
    Show.STANDING: "All that stand",
    Show.REVIEW: "To review",
    Show.OVER: "Over",
}
EMPTY: Final = {
    Show.STANDING: (
        "No record is held back by hand. Open a record, choose Retention, and hold it back there."
    ),
    Show.REVIEW: "Nothing is to be reviewed in the next two weeks.",
    Show.OVER: "No hold is over yet. What was released, or has ended, stays listed here.",
}
PRESSING: Final = {
    Review.OVERDUE: Mark("Review overdue", "alarm", Tone.ALERT),
    Review.SOON: Mark("Review due soon", "event_upcoming", Tone.WARN),
}
ANY: Final = ""


def draw(actor: Actor) -> None:
    """Draw the list, what it can be narrowed by, its pages, and its file for compliance."""
    asked, as_of = _asked(), clock.today()
    number = paging.page_number(Keys.HOLDS_PAGE)
    page = hold_list.list_page(session.clinic(), actor, asked, as_of=as_of, page=number)
    blocks.draw([table(page, asked.show, as_of)], key="holds")
    paging.draw(Keys.HOLDS_PAGE, page.count, hold_list.PAGE, ("Earlier", "Later"))
    if page.count and access.can(actor, Permission.LIST_RETENTION):
        _offer_file(actor, asked, as_of)


def _asked() -> Asked:
    """Draw what the list can be narrowed by; it begins with what another screen asked for."""
    named = st.query_params.get(SHOW, "")
    st.session_state.setdefault(
        Keys.HOLDS_SHOW, Show(named) if named in set(Show) else Show.STANDING
    )
    st.session_state.setdefault(Keys.HOLDS_MINE, st.query_params.get(MINE) == "1")
    kinds = {ANY: "Every kind"} | {
        one: hold_list.title(one) for one in (*(kind.value for kind in PLACED), VITAL_INTEREST)
    }
    with st.container(horizontal=True, vertical_alignment="bottom", key="holds_filters"):
        show = st.segmented_control(
            "Show",
            list(Show),
            key=Keys.HOLDS_SHOW,
            format_func=lambda one: SHOWN[one],
            required=True,
            on_change=_first_page,
        )
        kind = st.selectbox(
            "What holds it",
            list(kinds),
            key=Keys.HOLDS_KIND,
            format_func=lambda one: kinds[one],
            on_change=_first_page,
            width=220,
        )
        mine = st.checkbox("Only what I look after", key=Keys.HOLDS_MINE, on_change=_first_page)
    return Asked(show or Show.STANDING, kind or ANY, mine)


def _first_page() -> None:
    st.session_state[Keys.HOLDS_PAGE] = 0


def table(page: Page, show: Show, as_of: date) -> Table:
    """Return the page as a table, the review that is longest due first."""
    rows = tuple(_row(one, as_of) for one in page.rows)
    overdue = f", {page.overdue:,} overdue" if show is not Show.OVER else ""
    caption = f"{formats.counted(page.count, 'entry', 'entries')}{overdue}; the next review first"
    return Table("", COLUMNS, rows, caption=caption, empty=EMPTY[show])


def _row(one: Row, as_of: date) -> tuple[Cell, ...]:
    review = "" if _over(one, as_of) else f"Review {formats.day(one.review_on)}"
    return (
        _patient(one, as_of),
        Said(_what(one), one.reason),
        Said(one.owner or formats.NOT_KNOWN, review),
    )


def _what(one: Row) -> str:
    since = f"since {formats.day(clock.local(one.since_at).date())}"
    until = f"until {formats.day(one.ends_on)}" if one.ends_on else ""
    return " ".join(filter(None, (hold_list.title(one.kind), since, until)))


def _patient(one: Row, as_of: date) -> Link:
    query = {addresses.PATIENT: str(one.patient_id)}
    href = navigation.href(navigation.RECORD_RETENTION, query)
    marks = _marks(one, as_of)
    if one.is_restricted:
        return Link(one.reference, href, "Restricted: open it on a ground", marks)
    name = formats.name(one.family_name, one.given_names, one.title)
    known = f"Born {formats.born(one.born_on, as_of)} \N{MIDDLE DOT} {one.reference}"
    return Link(name, href, known, marks)


def _marks(one: Row, as_of: date) -> tuple[Mark, ...]:
    """Return what presses about a row, or that it is over; nothing of one that can wait."""
    over = _over(one, as_of)
    if over is not None:
        return (over,)
    pressing = PRESSING.get(holds.review_of(one.review_on, as_of))
    return (pressing,) if pressing else ()


def _over(one: Row, as_of: date) -> Mark | None:
    if one.released_at is not None:
        released = clock.local(one.released_at).date()
        return Mark(f"Released {formats.day(released)}", "lock_open", Tone.PLAIN)
    if one.ends_on is not None and one.ends_on < as_of:
        return Mark(f"Ended {formats.day(one.ends_on)}", "event_available", Tone.PLAIN)
    return None


def _offer_file(actor: Actor, asked: Asked, as_of: date) -> None:
    if not st.button("Make a list to download", icon=":material/table_view:"):
        return
    try:
        file = hold_list.export(session.clinic(), actor, asked, as_of=as_of)
    except ClinicError as error:
        fields.problem(error.message)
        return
    address = downloads.offer(actor, f"holds {asked}", file, now=clock.now())
    st.link_button("Download the list (CSV)", address, icon=":material/download:")
