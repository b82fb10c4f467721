"""Products: what can be given, what is in it, and whether it needs a prescriber."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import products, session

actor = session.require(Permission.MANAGE_CATALOGUE)

st.title("Products", anchor=False)
main, side = st.columns([0.6, 0.4], gap="large")
with main:
    products.draw_list(actor)
with side, st.container(key="record_side"):
    products.draw_form(actor)
