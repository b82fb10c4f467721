"""Disposals: what is due and waits for a review, the cases that are open, and those at an end."""

import streamlit as st

from lib.domain import access
from lib.domain.access import Permission
from lib.ui import notices, session
from lib.ui.disposal import listed, review

actor = session.require(Permission.VIEW_DISPOSALS)

st.title("Disposals", anchor=False)
st.caption(
    "Records whose time has passed. One person proposes what goes, another approves it; then it is "
    "erased, searched for and certified."
)
notices.say_now()
found = listed.draw_open(actor)
if access.can(actor, Permission.PROPOSE_DISPOSAL):
    review.draw(actor)
listed.draw_ended(actor, found)
