"""The medical history on its own screen: what stands, what can be done with it, how it stood."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain import access
from lib.domain import history as rules
from lib.domain.access import Actor, Permission
from lib.domain.history import HistoryEntry, Kind, Series, Status
from lib.domain.history_form import typed_of
from lib.errors import ClinicError
from lib.services import history
from lib.services.history import Correction, NewReview
from lib.services.records import Record
from lib.ui import clock, formats, history_form, notices, record, restricted, session, undo
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries
from lib.ui.history_form import Panel
from lib.ui.keys import Keys
from lib.ui.undo import Undo

CORRECT, RESOLVE, REOPEN, ERROR, VERSIONS = "correct", "resolve", "reopen", "error", "versions"
RESOLVED, REOPENED, UNDONE = "Resolved", "Still the case", "Undone"
EMPTY = (
    "Nothing has been recorded yet. Ask about allergies first: “No known allergies” is one click."
)


def draw_entries(actor: Actor, opened: Record) -> None:
    """Draw when the history was last gone through, and every entry, what counts today first."""
    may_edit = access.can(actor, Permission.EDIT_RECORD)
    _review_line(actor, opened, may_edit=may_edit)
    standing = [one for one in opened.history if one.is_active]
    over = [one for one in opened.history if not one.is_active]
    shown = [
        _entries("What counts today", standing, EMPTY, may_edit=may_edit),
        *([_entries("No longer so", over, "", may_edit=may_edit)] if over else []),
    ]
    asked = blocks.draw(shown, key="history_entries")
    if asked is not None:
        _act(actor, opened, asked)


def _entries(title: str, found: Iterable[Series], empty: str, *, may_edit: bool) -> Entries:
    series = list(found)
    drawn = record.history(series).entries
    entries = tuple(
        replace(entry, acts=_acts(one, may_edit=may_edit))
        for entry, one in zip(drawn, series, strict=True)
    )
    return Entries(title, entries, empty, formats.figure(len(entries)) if entries else "")


def _acts(one: Series, *, may_edit: bool) -> tuple[Act, ...]:
    key = one.current.series_id
    found = []
    if may_edit:
        found.append(Act("Correct", "edit", f"{CORRECT}:{key}"))
        if one.is_active:
            found.append(Act("Resolved", "check", f"{RESOLVE}:{key}"))
            found.append(Act("Entered in error", "block", f"{ERROR}:{key}"))
        else:
            found.append(Act("Still the case", "undo", f"{REOPEN}:{key}"))
    if one.earlier:
        found.append(Act("Compare versions", "difference", f"{VERSIONS}:{key}"))
    return tuple(found)


def _act(actor: Actor, opened: Record, asked: str) -> None:
    word, _, key = asked.partition(":")
    one = next((one for one in opened.history if str(one.current.series_id) == key), None)
    if one is None:
        return
    if word == RESOLVE:
        _set_status(actor, opened, one.current, Status.RESOLVED)
    elif word == REOPEN:
        _set_status(actor, opened, one.current, Status.ACTIVE)
    elif word in {CORRECT, ERROR, VERSIONS}:
        history_form.open_panel(Panel(opened.patient.patient_id, word, one.current.series_id))
        st.rerun()


def _set_status(actor: Actor, opened: Record, entry: HistoryEntry, status: Status) -> None:
    """Give an entry another status with one click, and offer to take that back."""
    if entry.status is status:
        # The second half of a double click: it is so already.
        st.rerun()
    is_over = status is Status.RESOLVED
    today = formats.day(clock.today())
    ended = today if is_over and entry.kind is not Kind.NO_KNOWN_ALLERGIES else ""
    typed = {**typed_of(entry), "status": status.value, "ended_on": ended}
    patient_id = opened.patient.patient_id
    try:
        saved = _replace(actor, patient_id, entry, typed, RESOLVED if is_over else REOPENED)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
        return
    said = f"{entry.name} is {'resolved' if is_over else 'counted again'}."
    back = typed_of(entry)
    undo.remember(
        Undo(patient_id, said, lambda: _replace(_editor(), patient_id, saved, back, UNDONE))
    )
    st.rerun()


def _editor() -> Actor:
    return session.require(Permission.EDIT_RECORD)


def _replace(
    actor: Actor, patient_id: UUID, entry: HistoryEntry, typed: dict[str, object], reason: str
) -> HistoryEntry:
    wanted = Correction(
        entry_id=uuid7s.uuid7(),
        patient_id=patient_id,
        series_id=entry.series_id,
        base=typed_of(entry),
        typed=typed,
        reason=reason,
        seen=entry.version,
        ground=restricted.ground_for(patient_id),
    )
    return history.correct(session.clinic(), actor, wanted, now=clock.now(), as_of=clock.today())


def _review_line(actor: Actor, opened: Record, *, may_edit: bool) -> None:
    """Say when the history was last confirmed, and let it be confirmed with one click."""
    patient_id = opened.patient.patient_id
    ground = restricted.ground_for(patient_id)
    known = history.reviews(session.clinic(), actor, patient_id, ground)
    day = rules.last_confirmed_on(opened.history, [one.reviewed_on for one in known])
    with st.container(horizontal=True, vertical_alignment="center", key="history_review_line"):
        st.markdown(f"Last confirmed **{formats.day(day)}**." if day else "Nobody has asked yet.")
        label = "Asked today: nothing has changed"
        if may_edit and opened.history and st.button(label, icon=":material/fact_check:"):
            wanted = NewReview(_review_id(patient_id), patient_id, ground=ground)
            history.review(session.clinic(), actor, wanted, now=clock.now(), as_of=clock.today())
            st.session_state.pop(Keys.HISTORY_REVIEW, None)
            notices.say_later("Noted that nothing has changed.")
            st.rerun()


def _review_id(patient_id: UUID) -> UUID:
    """Return the id of the review that this screen would save: a double click saves one."""
    kept = st.session_state.get(Keys.HISTORY_REVIEW)
    if kept is None or kept[0] != patient_id:
        kept = st.session_state[Keys.HISTORY_REVIEW] = (patient_id, uuid7s.uuid7())
    return UUID(str(kept[1]))


def draw_as_of(opened: Record) -> None:
    """Let the history be read as it stood at the end of any day."""
    with st.expander("As it stood on a day", icon=":material/history:"):
        day = st.date_input(
            "Day",
            value=None,
            max_value=clock.today(),
            format="DD/MM/YYYY",
            key=Keys.HISTORY_AS_OF,
            width=200,
        )
        if day is None:
            st.caption("Choose a day to see exactly what had been recorded by its end.")
            return
        ends = clock.stored(datetime.combine(day, time.min) + timedelta(days=1))
        found = rules.as_of(rules.versions(opened.history), ends - timedelta(microseconds=1))
        title = f"As it stood on {formats.day(day)}"
        drawn = replace(record.history(found), title=title)
        blocks.draw([replace(drawn, empty="Nothing had been recorded by then.")], key="as_of")


def draw_panel(actor: Actor, opened: Record) -> None:
    """Draw what is being done: adding, correcting or comparing."""
    history_form.draw(actor, opened)
