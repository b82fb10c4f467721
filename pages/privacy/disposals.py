"""Disposals: what is due and waits for a review, the cases that are open, and those at an end."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import notices, session
from lib.ui.disposal import listed

actor = session.require(Permission.VIEW_DISPOSALS)

st.title("Disposals", anchor=False)
st.caption(
    "Records whose time has passed. One person proposes what goes, another approves it; then it is "
    "erased, searched for and certified."
)
notices.say_now()
found = listed.draw_open(actor)
listed.draw_ended(actor, found)
