"""Keeping one record back from what is due: an extension or a hold, with its reason."""

from datetime import timedelta
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.holds import NewHold, review_by_default
from lib.domain.retention import Blocker
from lib.errors import ClinicError, InvalidInputError
from lib.services.details import About
from lib.services.retention import holds
from lib.ui import clock, fields, formats, notices, session
from lib.ui.keys import Keys

DAYS_LONGER = 365
KINDS = {
    Blocker.LEGAL_HOLD: "Legal hold",
    Blocker.OPEN_COMPLAINT: "Open complaint",
    Blocker.OPEN_DEBT: "Open debt",
}


@st.dialog("Keep this record longer")
def extend(hold_id: UUID, patient_id: UUID) -> None:
    """Ask until when a record is kept and why; it comes back to the list the day after."""
    actor = session.require(Permission.PROPOSE_DISPOSAL)
    st.write("The record comes back to this list the day after. Its date does not move.")
    until = st.date_input(
        "Keep it until",
        clock.today() + timedelta(days=DAYS_LONGER),
        min_value=clock.today(),
        format="DD/MM/YYYY",
        key=f"{Keys.DISPOSAL_FORM}_until_{hold_id}",
    )
    reason = _reason(hold_id)
    if st.button("Keep it until then", type="primary", icon=":material/event_repeat:"):
        wanted = NewHold(hold_id, Blocker.EXTENSION, reason, actor.person_id, until, until)
        said = f"The record is kept until {formats.day(until)}."
        _place(actor, patient_id, wanted, said)


@st.dialog("Hold this record back")
def hold(hold_id: UUID, patient_id: UUID) -> None:
    """Ask which hold stands against the disposal of a record and why; it stands until released."""
    actor = session.require(Permission.PLACE_HOLDS)
    kind = st.radio(
        "What holds it back",
        list(KINDS),
        format_func=lambda one: KINDS[one],
        key=f"{Keys.DISPOSAL_FORM}_kind_{hold_id}",
    )
    reason = _reason(hold_id)
    review_on = st.date_input(
        "Look at it again on",
        review_by_default(clock.today()),
        min_value=clock.today(),
        format="DD/MM/YYYY",
        key=f"{Keys.DISPOSAL_FORM}_review_{hold_id}",
    )
    st.caption("You look after this hold, and your home page reminds you of it.")
    if st.button("Hold it back", type="primary", icon=":material/lock:"):
        wanted = NewHold(hold_id, Blocker(kind), reason, actor.person_id, review_on)
        _place(actor, patient_id, wanted, "The record is held back until somebody releases it.")


def _reason(hold_id: UUID) -> str:
    return st.text_area("Why", key=f"{Keys.DISPOSAL_FORM}_why_{hold_id}", height=90)


def _place(actor: Actor, patient_id: UUID, wanted: NewHold, said: str) -> None:
    about = About(patient_id, clock.now(), clock.today())
    try:
        holds.place(session.clinic(), actor, about, wanted)
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        notices.say_later(said)
        st.rerun()
