"""The audit screen's parts: verification, filters, the table of entries and one entry whole."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Outcome
from lib.domain.disposal_number import normalise_disposal_number
from lib.errors import ClinicError
from lib.services import audit, downloads
from lib.services.audit import TrailPage, Verification
from lib.store.audit_trail import Place, TrailFilter, TrailRow
from lib.ui import addresses, clock, formats, navigation, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Cell, Column, Link, Mark, Said, Table, Tone
from lib.ui.keys import Keys
from lib.ui.text import plain

OUTCOMES = {
    Outcome.DONE: Mark("Done", "check"),
    Outcome.REFUSED: Mark("Refused", "block", Tone.WARN),
}
COLUMNS = (
    Column("When", is_short=True),
    Column("What"),
    Column("Patient", is_short=True),
    Column("Person"),
    Column("Outcome", is_short=True),
)
SYSTEM = "System"
LONGEST_WORD = 40
MOST_LETTERS = 12


def draw_verification(actor: Actor) -> None:
    """Offer to verify the trail, show how far it is, and say what was found."""
    if st.button("Verify the trail", icon=":material/verified_user:"):
        bar = st.progress(0.0, "Reading every entry…")

        def show(done: int, total: int) -> None:
            read = f"{formats.figure(done)} of {formats.figure(total)} entries read"
            bar.progress(done / total, read)

        found = audit.verify(session.clinic(), actor, show)
        bar.empty()
        st.session_state[Keys.AUDIT_VERIFIED] = (found, clock.now())
    verified = st.session_state.get(Keys.AUDIT_VERIFIED)
    if verified:
        _say_what_was_found(*verified)


def _say_what_was_found(found: Verification, moment: datetime) -> None:
    read = (
        f"{formats.counted(found.entries, 'entry', 'entries')} in "
        f"{formats.counted(found.chains, 'chain')} and {formats.counted(found.anchors, 'anchor')} "
        f"read, {formats.moment(moment)}."
    )
    if found.is_whole:
        st.success(f"The trail is whole. {read}", icon=":material/check_circle:")
        return
    st.error(
        f"The trail is not the one that was written. {read} Keep the store as it is, tell the "
        "owner, and compare with the last back-up.",
        icon=":material/error:",
    )
    for fault in found.faults:
        st.markdown(f"- {plain(fault)}")


def draw_filters(actor: Actor) -> TrailFilter | None:
    """Draw what the trail can be narrowed by; return it, or None when it cannot be used."""
    _take_from_address()
    names = audit.people(session.clinic(), actor)
    person, action, outcome = st.columns(3)
    reference, since, until = st.columns(3)
    person_id = person.selectbox(
        "Person",
        [None, *names],
        format_func=lambda chosen: names.get(chosen, "Everybody"),
        key=Keys.AUDIT_PERSON,
    )
    done = action.selectbox(
        "Action",
        [None, *Action],
        format_func=lambda chosen: formats.words(chosen) if chosen else "Every action",
        key=Keys.AUDIT_ACTION,
    )
    came_to = outcome.selectbox(
        "Outcome",
        [None, *Outcome],
        format_func=lambda chosen: formats.words(chosen) if chosen else "Done or refused",
        key=Keys.AUDIT_OUTCOME,
    )
    typed = reference.text_input(
        "Patient's reference or number of disposal",
        key=Keys.AUDIT_REFERENCE,
        placeholder="Like J00042K or D-000123",
    )
    first = since.date_input("From", None, format="DD/MM/YYYY", key=Keys.AUDIT_SINCE)
    last = until.date_input("To", None, format="DD/MM/YYYY", key=Keys.AUDIT_UNTIL)
    try:
        about = audit.about(session.clinic(), actor, typed) if typed.strip() else TrailFilter()
    except ClinicError as error:
        st.warning(error.message, icon=":material/search_off:")
        return None
    return replace(
        about,
        person_id=person_id,
        action=done,
        outcome=came_to,
        since=clock.stored(datetime.combine(first, time.min)) if first else None,
        until=clock.stored(datetime.combine(last + timedelta(days=1), time.min)) if last else None,
    )


def _take_from_address() -> None:
    """Begin with what another screen asked for; its count is then the count of this one."""
    outcome, since = st.query_params.get("outcome"), st.query_params.get("since")
    number = normalise_disposal_number(st.query_params.get(addresses.DISPOSAL, ""))
    if number and Keys.AUDIT_REFERENCE not in st.session_state:
        st.session_state[Keys.AUDIT_REFERENCE] = number
    with suppress(ValueError):
        if outcome and Keys.AUDIT_OUTCOME not in st.session_state:
            st.session_state[Keys.AUDIT_OUTCOME] = Outcome(outcome)
        if since and Keys.AUDIT_SINCE not in st.session_state:
            st.session_state[Keys.AUDIT_SINCE] = date.fromisoformat(since)


def draw_trail(actor: Actor, chosen: TrailFilter) -> None:
    """Draw one page of the entries, ways to the next and the one before, and a file of them all."""
    places = _places(chosen)
    page = audit.look(session.clinic(), actor, chosen, older_than=places[-1] if places else None)
    if not page.rows:
        st.info("No entry matches. Widen the time, or choose everybody.", icon=":material/inbox:")
        return
    blocks.draw([_table(actor, page)], key=Keys.AUDIT_TABLE)
    _draw_ways(actor, chosen, places, page)


def _places(chosen: TrailFilter) -> list[Place]:
    """Return the places that this look has paged through; another look begins at the newest."""
    if st.session_state.get(Keys.AUDIT_FILTER) != chosen:
        st.session_state[Keys.AUDIT_FILTER] = chosen
        st.session_state[Keys.AUDIT_PLACES] = []
    places: list[Place] = st.session_state.setdefault(Keys.AUDIT_PLACES, [])
    return places


def _table(actor: Actor, page: TrailPage) -> Table:
    may_open = access.can(actor, Permission.VIEW_RECORD)
    rows = tuple(_row(row, may_open=may_open) for row in page.rows)
    return Table("", COLUMNS, rows, caption="Entries of the audit trail, the newest first")


def _row(row: TrailRow, *, may_open: bool) -> tuple[Cell, ...]:
    person = row.display_name or _unnamed(row.person_id)
    patient: Cell = row.reference or formats.NONE
    if row.disposal_number:
        patient = Said(row.disposal_number, "Disposed of")
    elif row.patient_id and row.reference and may_open:
        patient = Link(row.reference, navigation.record_href(row.patient_id))
    return (
        formats.moment_to_second(row.occurred_at),
        Said(formats.words(row.action), _more(row)),
        patient,
        Said(person, row.address or ""),
        OUTCOMES[Outcome(row.outcome)],
    )


def _more(row: TrailRow) -> str:
    """Return what else an entry says: its ground, its details, its place in the trail."""
    detail = json.loads(row.detail)
    said = [f"{formats.words(str(name))} {_in_words(value)}" for name, value in detail.items()]
    ground = [f"Ground {row.ground}"] if row.ground else []
    return " · ".join([*ground, *said, f"Entry {row.position}"])


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    written = str(value)
    # A digest's beginning tells it from another; the exported file has it whole.
    return f"{written[:MOST_LETTERS]}…" if len(written) > LONGEST_WORD else written or formats.NONE


def _unnamed(person_id: UUID | None) -> str:
    return "Console" if person_id else SYSTEM


def _draw_ways(actor: Actor, chosen: TrailFilter, places: list[Place], page: TrailPage) -> None:
    newer, older, file = st.columns([1, 1, 3])
    newer.button(
        "Newer",
        icon=":material/arrow_back:",
        disabled=not places,
        on_click=_newer,
        args=(places,),
        width="stretch",
    )
    older.button(
        "Older",
        icon=":material/arrow_forward:",
        disabled=page.older is None,
        on_click=places.append,
        args=(page.older,),
        width="stretch",
    )
    if access.can(actor, Permission.EXPORT_AUDIT):
        with file:
            _draw_export(actor, chosen)


def _newer(places: list[Place]) -> None:
    places.pop()


def _draw_export(actor: Actor, chosen: TrailFilter) -> None:
    if not st.button("Make a CSV of these entries", icon=":material/download:"):
        return
    try:
        with st.spinner("Writing the entries…"):
            made = audit.export(session.clinic(), actor, chosen)
    except ClinicError as error:
        st.warning(error.message)
        return
    address = downloads.offer(actor, Keys.AUDIT_EXPORT, made, now=clock.now())
    st.link_button("Download audit-trail.csv", address, icon=":material/table:", type="primary")
