"""Proposing a disposal: how many records, by which method, what the second person should know."""

from uuid import UUID

import streamlit as st

from lib.domain.access import Permission
from lib.domain.disposal import FEWEST_ANONYMISED, Method
from lib.errors import ClinicError, InvalidInputError
from lib.services.disposal import cases
from lib.services.disposal.cases import Wanted
from lib.ui import clock, fields, formats, session
from lib.ui.disposal import case as case_screen
from lib.ui.disposal import states
from lib.ui.keys import Keys

EXPLAINED = {
    Method.ERASE: "Everything of these records is deleted, and proved to be gone.",
    Method.ANONYMISE: (
        "As erase; besides, the patients are counted in a few narrow tables without identity. "
        f"Needs at least {FEWEST_ANONYMISED} records."
    ),
}
CONFIRM = (
    "I looked at each record of somebody treated under 18 (rule C4) or without a date (rule C2)"
)


@st.dialog("Propose a disposal", width="medium")
def ask(case_id: UUID, patient_ids: tuple[UUID, ...], asking: frozenset[UUID], limit: int) -> None:
    """Ask for the method and a note, and propose; nothing goes before another person approves.

    `case_id` is the form's own, so that a double click proposes once.
    """
    session.require(Permission.PROPOSE_DISPOSAL)
    count = formats.counted(len(patient_ids), "record")
    st.markdown(f"**{count}** will wait for another person, who approves or sends them back.")
    method = st.radio(
        "Method",
        list(Method),
        format_func=lambda one: states.METHODS[one],
        captions=[EXPLAINED[one] for one in Method],
        key=f"{Keys.DISPOSAL_FORM}_method_{case_id}",
    )
    confirmed = not asking
    if asking:
        confirmed = st.checkbox(
            f"{CONFIRM}: {formats.figure(len(asking))}",
            key=f"{Keys.DISPOSAL_FORM}_asking_{case_id}",
        )
    note = st.text_area(
        "Note for whoever decides (optional)",
        key=f"{Keys.DISPOSAL_FORM}_note_{case_id}",
        height=90,
        placeholder=states.WITHOUT_NAME,
    )
    most = formats.counted(limit, "record")
    st.caption(f"A case holds at most {most}, so that each of them is looked at.")
    which = "this record" if len(patient_ids) == 1 else f"these {count}"
    label = f"Propose disposal of {which}"
    if st.button(label, type="primary", icon=":material/outbox:", disabled=not confirmed):
        wanted = Wanted(case_id, patient_ids, method or Method.ERASE, note, asking)
        _propose(wanted)


def _propose(wanted: Wanted) -> None:
    actor = session.require(Permission.PROPOSE_DISPOSAL)
    try:
        cases.propose(session.clinic(), actor, wanted, as_of=clock.today(), now=clock.now())
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        # The next list begins with nothing chosen.
        st.session_state[Keys.DISPOSAL_TURN] = st.session_state.get(Keys.DISPOSAL_TURN, 0) + 1
        case_screen.go_to(wanted.case_id)
