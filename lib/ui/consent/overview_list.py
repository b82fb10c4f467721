"""The list behind a figure of consent: who it is, asking them at their next visit, a file."""

from datetime import date

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.consent import State
from lib.errors import ClinicError
from lib.services import downloads
from lib.services.consent import overview_lists, tasks
from lib.services.consent.overview import Overview, Wish
from lib.services.consent.overview_lists import MOST_ASKED, PAGE, Asked, Choice, Page
from lib.store.consent_overview import Listed
from lib.ui import addresses, clock, fields, formats, navigation, paging, session, text
from lib.ui.components import patient_picks
from lib.ui.components.blocks import Mark, Tone
from lib.ui.components.patient_picks import Pick, Picks
from lib.ui.consent import badges
from lib.ui.consent.overview import href, topic_name
from lib.ui.keys import Keys

ACT = "Ask at next visit"
NOBODY = "Nobody is in this list any more."
TO_ASK = Mark("To be asked", "event_upcoming", Tone.INFO)
GIVEN = frozenset({State.ACTIVE, State.SUPERSEDED, State.EXPIRED})


def draw(actor: Actor, found: Overview, choice: Choice, wish: Wish) -> None:
    """Draw the patients behind a figure, a page at a time."""
    page = overview_lists.list_patients(
        session.clinic(),
        actor,
        choice,
        wish,
        as_of=found.as_of,
        page=paging.page_number(Keys.CONSENT_PAGE),
    )
    name = topic_name(found, choice.topic)
    _head(page, name, wish)
    _offer_undo()
    may_ask = access.can(actor, Permission.RECORD_CONSENT) and choice.state is not State.ACTIVE
    may_ask = may_ask or (
        choice.within is not None and access.can(actor, Permission.RECORD_CONSENT)
    )
    chosen = patient_picks.draw(
        picks(page, name, found.as_of, may_ask=may_ask), key="consent_picks"
    )
    if chosen:
        _said(overview_lists.ask(session.clinic(), actor, choice.topic, chosen, now=clock.now()))
    _with_all(actor, page, wish, found.as_of, may_ask=may_ask)
    paging.draw(Keys.CONSENT_PAGE, page.count, PAGE, ("Coming sooner", "Coming later"))


def _head(page: Page, name: str, wish: Wish) -> None:
    choice = page.choice
    with st.container(horizontal=True, vertical_alignment="center", key="consent_list_head"):
        st.subheader(text.plain(name), anchor=False, width="content")
        badges.draw(choice.state)
        ending = f", running out within {choice.within} days" if choice.within else ""
        st.caption(f"{formats.counted(page.count, 'patient')}{ending}, those who come next first")
        if st.button("Close the list", icon=":material/close:", type="tertiary"):
            st.session_state[Keys.CONSENT_PAGE] = 0
            navigation.follow(href(None, wish))


def picks(page: Page, name: str, as_of: date, *, may_ask: bool) -> Picks:
    """Return the page as the list that is drawn."""
    is_given = page.choice.state in GIVEN
    since = {State.NOT_ASKED: (), State.REFUSED: ("Refused",), State.WITHDRAWN: ("Withdrawn",)}
    ends = ("Runs out",) if page.validity_months else ()
    ran = ("Ran out",) if page.validity_months else ()
    columns = (
        ("Given", *(ran if page.choice.state is State.EXPIRED else ends))
        if is_given
        else (since.get(page.choice.state, ()))
    )
    return Picks(
        caption=f"{name}: {badges.mark(page.choice.state).word.lower()}",
        columns=(*columns, "Last seen", "Next visit", "Asking"),
        rows=tuple(_pick(page, row, as_of) for row in page.rows),
        act=ACT if may_ask else "",
        empty=NOBODY,
    )


def _pick(page: Page, row: Listed, as_of: date) -> Pick:
    state = page.choice.state
    cells: list[str | Mark] = []
    if state is not State.NOT_ASKED:
        cells.append(formats.day(row.received_on))
    if state in GIVEN and page.validity_months:
        cells.append(formats.day(page.runs_out_on(row)))
    seen = formats.day(row.last_seen_on, "Never")
    cells += [
        f"{seen}, {row.last_seen_by}" if row.last_seen_by else seen,
        formats.moment(row.next_visit_at, "None booked"),
        TO_ASK if row.is_to_be_asked else "",
    ]
    known = f"Born {formats.born(row.born_on, as_of)} · {formats.sex(row.sex)} · {row.reference}"
    address = navigation.href(navigation.CONSENT, {addresses.PATIENT: str(row.patient_id)})
    name = formats.name(row.family_name, row.given_names, row.title)
    return Pick(str(row.patient_id), name, known, address, tuple(cells))


def _with_all(actor: Actor, page: Page, wish: Wish, as_of: date, *, may_ask: bool) -> None:
    """Draw what can be done with the whole list."""
    may_export = access.can(actor, Permission.EXPORT_CONSENT)
    if not page.count or not (may_ask or may_export):
        return
    with st.container(horizontal=True, key="consent_list_acts"):
        most = min(page.count, MOST_ASKED)
        words = f"Ask all {most:,}" if most == page.count else f"Ask the first {most:,}"
        if may_ask and page.count > PAGE and st.button(words, icon=":material/event_upcoming:"):
            _ask_all(page.choice, wish)
        if may_export and st.button("Make a list to download", icon=":material/table_view:"):
            _export(actor, page.choice, wish, as_of)


def _ask_all(choice: Choice, wish: Wish) -> None:
    actor = session.require(Permission.RECORD_CONSENT)
    try:
        asked = overview_lists.ask_all(
            session.clinic(), actor, choice, wish, as_of=clock.today(), now=clock.now()
        )
    except ClinicError as error:
        fields.problem(error.message)
    else:
        _said(asked)


def _export(actor: Actor, choice: Choice, wish: Wish, as_of: date) -> None:
    try:
        file = overview_lists.export(session.clinic(), actor, choice, wish, as_of=as_of)
    except ClinicError as error:
        fields.problem(error.message)
        return
    address = downloads.offer(actor, f"consent {choice} {wish}", file, now=clock.now())
    st.link_button("Download the list (CSV)", address, icon=":material/download:")


def _said(asked: Asked) -> None:
    """Say what came of asking, with a way back, and draw the list anew."""
    opened = formats.counted(len(asked.task_ids), "patient")
    verb = "is" if len(asked.task_ids) == 1 else "are"
    already = f" {asked.already:,} had been noted already." if asked.already else ""
    if not asked.task_ids:
        words = f"Nobody new was noted.{already}"
    else:
        words = f"{opened} {verb} to be asked at the next visit.{already}"
    st.session_state[Keys.CONSENT_ASKED] = (words, asked.task_ids)
    st.rerun()


def _offer_undo() -> None:
    kept = st.session_state.get(Keys.CONSENT_ASKED)
    if kept is None:
        return
    words, task_ids = kept
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="asked"):
        st.markdown(f":material/check: {text.plain(words)}")
        if task_ids:
            st.button("Undo", icon=":material/undo:", key="asked_undo", on_click=_take_back)


def _take_back() -> None:
    actor = session.require(Permission.RECORD_CONSENT)
    _, task_ids = st.session_state.pop(Keys.CONSENT_ASKED, ("", ()))
    count = tasks.take_back(session.clinic(), actor, task_ids, now=clock.now())
    st.session_state[Keys.CONSENT_ASKED] = (f"{count:,} taken back; nobody is asked for that.", ())
