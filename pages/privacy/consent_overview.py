"""Consent across the clinic: purposes by state, what runs out, whom to ask again."""

import streamlit as st

from lib.domain.access import Permission
from lib.services.consent import overview as service
from lib.ui import clock, session
from lib.ui.consent import overview, overview_list, overview_owner, overview_past

actor = session.require(Permission.VIEW_CONSENT_OVERVIEW)

st.title("Consent overview", anchor=False)
if not service.is_exact(actor):
    overview_owner.draw(actor)
    st.stop()
wish = overview.wish()
overview.draw_filters(actor, wish)
found = service.overview(session.clinic(), actor, as_of=clock.today(), wish=wish)
chosen = overview.choice(found)
overview.draw_table(found, chosen, wish)
if chosen is not None:
    overview_list.draw(actor, found, chosen, wish)
overview.draw_overtaken(found, wish)
overview_past.draw(actor)
