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

screen.draw_notice(None)
screen.draw_list(people.list_people(session.clinic(), actor, now=clock.now()))
