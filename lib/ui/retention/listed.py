"""The patients behind a figure of the schedule: who it is, why the record is kept, a file."""

from datetime import date

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.errors import ClinicError
from lib.services import downloads
from lib.services.retention import lists
from lib.services.retention.lists import MOST_LISTED, PAGE, Line, Page
from lib.ui import addresses, clock, fields, formats, navigation, paging, session, text
from lib.ui.components import blocks
from lib.ui.components.blocks import Cell, Column, Link, Mark, Table, Tone
from lib.ui.keys import Keys
from lib.ui.retention import badges, wish, words
from lib.ui.retention.wish import Wish

COLUMNS = (
    Column("Patient"),
    Column("Kept until", is_short=True),
    Column("Pictures", is_figure=True),
    Column("Why the record is here"),
)
NOTED = "Whoever is shown here is noted in the audit trail as listed"
NOBODY = "Nobody is in this list any more."
RESTRICTED = Mark("Restricted", "lock", Tone.ALERT)
MORE = (
    "The first {most:,} can be leafed through here. Choose a month, or another day, for the rest."
)


@st.fragment
def draw(wanted: Wish) -> None:
    """Draw the list that the address opens, a page at a time; nothing where it opens none."""
    actor = session.require(Permission.LIST_RETENTION)
    sought = wanted.sought
    if sought is None or wanted.choice is None:
        return
    page = lists.list_due(
        session.clinic(),
        actor,
        sought,
        as_of=wanted.as_of,
        page=paging.page_number(Keys.RETENTION_PAGE),
    )
    _head(wanted, page)
    rows = tuple(_row(one, wanted.as_of) for one in page.rows)
    shown = Table("", COLUMNS, rows, NOTED if rows else "", NOBODY)
    blocks.draw([shown], key="retention_list")
    if page.count > MOST_LISTED:
        st.caption(MORE.format(most=MOST_LISTED))
    _export(actor, wanted, page)
    whole = min(page.count, MOST_LISTED)
    paging.draw(Keys.RETENTION_PAGE, whole, PAGE, ("Due earlier", "Due later"))


def _head(wanted: Wish, page: Page) -> None:
    if wanted.choice is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="retention_list_head"):
        title = words.listed(wanted.choice)
        st.subheader(text.plain(title), anchor=False, width="content")
        badges.draw(wanted.choice.fate or wanted.choice.state)
        narrowed = [words.BASES[wanted.basis]] if wanted.basis else []
        narrowed += ["minors only"] if wanted.is_minors else []
        about = f" ({', '.join(narrowed).lower()})" if narrowed else ""
        st.caption(f"{formats.counted(page.count, 'record')}{about}, the longest due first")
        if st.button("Close the list", icon=":material/close:", type="tertiary"):
            st.session_state[Keys.RETENTION_PAGE] = 0
            navigation.follow(wish.href(wanted, None))


def _row(line: Line, as_of: date) -> tuple[Cell, ...]:
    known, said = line.told.known, line.told.disposition
    until = formats.day(said.retain_until, formats.NONE)
    address = navigation.href(
        navigation.RECORD_RETENTION, {addresses.PATIENT: str(known.patient_id)}
    )
    if line.is_restricted:
        note = "Open the record on a ground"
        return (Link(known.reference, address, note, (RESTRICTED,)), until, "", "")
    name = formats.name(known.family_name, known.given_names, known.title)
    note = f"Born {formats.born(line.told.facts.born_on, as_of)} · {known.reference}"
    minor = (Mark("Minor then", "child_care", Tone.WARN),) if said.was_minor else ()
    pictures = formats.figure(known.pictures) if known.pictures else formats.NONE
    return (Link(name, address, note, minor), until, pictures, line.told.sentence)


def _export(actor: Actor, wanted: Wish, page: Page) -> None:
    if not page.count or wanted.sought is None:
        return
    if not st.button("Make a list to download", icon=":material/table_view:"):
        return
    try:
        file = lists.export(session.clinic(), actor, wanted.sought, as_of=wanted.as_of)
    except ClinicError as error:
        fields.problem(error.message)
        return
    address = downloads.offer(actor, f"retention {wanted}", file, now=clock.now())
    st.link_button("Download the list (CSV)", address, icon=":material/download:")
