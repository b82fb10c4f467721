"""People: who has an account, what they may do, and whether they still can."""

import streamlit as st

from lib.domain.access import Permission
from lib.services import people
from lib.ui import clock, session
from lib.ui import people as screen

actor = session.require(Permission.MANAGE_PEOPLE)

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
    st.title("People", anchor=False)
    if st.button("Invite somebody", icon=":material/person_add:", type="primary"):
        screen.invite()

screen.draw_notice()
listed = people.list_people(session.clinic(), actor, now=clock.now())
chosen = screen.pick(listed)
if chosen is None:
    st.caption("Choose a row to change roles, give a new password, end sessions or disable.")
else:
    screen.draw_acts(chosen)
