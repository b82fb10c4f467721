"""Back-ups: the last good one, making and checking them, and what to do when one fails."""

import streamlit as st

from lib.domain.access import Permission
from lib.services.backups import listing
from lib.ui import backups, clock, notices, session

actor = session.require(Permission.MANAGE_BACKUPS)

st.title("Back-ups", anchor=False)
notices.say_now()
begun = backups.state_of_job()
known = listing.overview(session.clinic(), actor, now=clock.now())
backups.draw_state(known)
backups.draw_making(actor, known, begun)
main, side = st.columns([0.68, 0.32], gap="large")
with main:
    backups.draw_list(known)
    backups.draw_former(known)
with side, st.container(key="backups_side"):
    backups.draw_checking(actor, known)
    backups.draw_keys(actor)
    backups.draw_restoring(known)
