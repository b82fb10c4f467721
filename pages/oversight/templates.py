"""Treatment templates: how the clinic usually gives what it gives, so that forms fill in."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import session, templates

actor = session.require(Permission.MANAGE_CATALOGUE)

st.title("Treatment templates", anchor=False)
main, side = st.columns([0.56, 0.44], gap="large")
with main:
    templates.draw_list(actor)
with side, st.container(key="record_side"):
    templates.draw_form()
