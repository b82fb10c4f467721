"""Contraindications: the clinic's list of what in a history speaks against which products."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import contraindications, session

actor = session.require(Permission.MANAGE_CATALOGUE)

st.title("Contraindications", anchor=False)
main, side = st.columns([0.6, 0.4], gap="large")
with main:
    contraindications.draw_list(actor)
with side, st.container(key="record_side"):
    contraindications.draw_form()
