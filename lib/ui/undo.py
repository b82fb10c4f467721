"""Offering to take back what was just done to a record; taking back appends, it erases nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from lib.errors import ClinicError
from lib.ui import text
from lib.ui.keys import Keys


@dataclass(frozen=True, slots=True)
class Undo:
    """What was done to whose record, and how it is taken back."""

    patient_id: UUID
    said: str
    act: Callable[[], object]


def remember(undo: Undo) -> None:
    """Offer this on the next screen of the same record; an earlier offer ends."""
    st.session_state[Keys.RECORD_UNDO] = undo


def offer(patient_id: UUID) -> None:
    """Draw what was just done to this record with its undo, if there is one."""
    undo: Undo | None = st.session_state.get(Keys.RECORD_UNDO)
    if undo is None or undo.patient_id != patient_id:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo_offer"):
        st.markdown(f":material/check: {text.plain(undo.said)}")
        if st.button("Undo", icon=":material/undo:", key="undo_button"):
            st.session_state.pop(Keys.RECORD_UNDO)
            try:
                undo.act()
            except ClinicError as error:
                st.error(error.message, icon=":material/error:")
            else:
                st.rerun()
