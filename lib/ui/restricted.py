"""Asking on which ground a restricted record is used (rule E1), and remembering the answer."""

from uuid import UUID

import streamlit as st

from lib.domain.restriction import Ground
from lib.ui import navigation
from lib.ui.keys import Keys

EXPLAINED = {
    Ground.CONSENT: "The patient agrees to this use.",
    Ground.LEGAL_CLAIMS: "To establish, make or defend a legal claim.",
    Ground.PROTECT_PERSON: "To protect the rights of another person.",
    Ground.PUBLIC_INTEREST: "For an important public interest of the United Kingdom.",
}


def ground_for(patient_id: UUID) -> Ground | None:
    """Return the ground that was named for this record, while it is the one on the screen."""
    named = st.session_state.get(Keys.RECORD_GROUND)
    return named[1] if named and named[0] == patient_id else None


def ask(patient_id: UUID) -> None:
    """Ask for the ground; naming one opens the record."""
    st.title("This record is restricted", anchor=False)
    st.write(
        "It may only be stored. You can open it on one of four grounds; the ground you choose is "
        "written into the audit trail with your name."
    )
    with st.form("restricted_ground", width=640):
        ground = choose("Ground for opening this record")
        if st.form_submit_button("Open the record on this ground", type="primary"):
            if ground is None:
                st.error("Choose the ground first.", icon=":material/error:")
            else:
                st.session_state[Keys.RECORD_GROUND] = (patient_id, ground)
                st.rerun()
    st.page_link(navigation.LOOKUP.path, label="Find another patient", icon=":material/search:")


def choose(label: str) -> Ground | None:
    """Draw the four grounds; return the one that is chosen."""
    return st.radio(
        label,
        list(Ground),
        format_func=lambda one: one.value[:1].upper() + one.value[1:],
        captions=[EXPLAINED[one] for one in Ground],
        index=None,
    )
