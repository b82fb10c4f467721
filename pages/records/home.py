"""Home: what needs this person today, and the patients they had open last."""

import streamlit as st

from lib.domain import access
from lib.domain.access import Permission
from lib.services import home as service
from lib.ui import clock, formats, home, navigation, session, text
from lib.ui.components import blocks

actor = session.require()

as_of = clock.today()
with st.container(horizontal=True, vertical_alignment="center", key="home_head"):
    greeting = home.greeting(clock.local(clock.now()))
    st.title(f"{greeting}, {text.plain(actor.display_name)}", anchor=False)
    may_search = access.can(actor, Permission.SEARCH_PATIENTS)
    if may_search and st.button("Find a patient", icon=":material/search:", type="primary"):
        st.switch_page(navigation.LOOKUP.path)
st.caption(f"{home.weekday(as_of)} {formats.day(as_of)}")
items = service.items(session.clinic(), actor, as_of)
unfinished = home.unfinished(session.clinic(), actor)
recent = home.recent(session.clinic(), actor, as_of)
needed, *known = home.cards(items)
blocks.draw([needed, *unfinished, *recent, *known], key="home")
