"""Holds: every record that is held back by hand or kept in part, overdue reviews first."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import notices, session
from lib.ui.retention import hold_list

actor = session.require(Permission.PLACE_HOLDS)

st.title("Holds", anchor=False)
st.caption(
    "Records that must not go although their time has passed, and what of a record is kept without "
    "end because it protects the patient. Each has somebody who looks after it, and a day to look "
    "at it again."
)
notices.say_now()
hold_list.draw(actor)
