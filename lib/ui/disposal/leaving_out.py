"""Leaving one record out of a case before it is decided, with the reason."""

from uuid import UUID

import streamlit as st

from lib.domain.access import Permission
from lib.errors import ClinicError, InvalidInputError
from lib.services.disposal import leaving_out as service
from lib.ui import clock, fields, notices, session
from lib.ui.disposal import states
from lib.ui.keys import Keys


@st.dialog("Leave a record out")
def ask(item_id: UUID, number: str) -> None:
    """Ask why a record is left out, and leave it out; it stays as it is, and due."""
    actor = session.require(Permission.PROPOSE_DISPOSAL)
    st.write(f"Record **{number}** stays where it is and can be proposed again.")
    why = st.text_area(
        "Why it is left out",
        key=f"{Keys.DISPOSAL_FORM}_out_{item_id}",
        height=90,
        placeholder=states.WITHOUT_NAME,
    )
    if not st.button(f"Leave {number} out", type="primary", icon=":material/remove_circle:"):
        return
    try:
        service.leave_out(session.clinic(), actor, item_id, why, now=clock.now())
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        notices.say_later(f"Record {number} is left out of the case.")
        st.rerun()
