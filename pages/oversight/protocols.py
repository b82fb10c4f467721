"""Protocols of views: which pictures are taken of a treatment, in which order."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import session
from lib.ui.media import protocols

actor = session.require(Permission.MANAGE_CATALOGUE)

st.title("Protocols of views", anchor=False)
main, side = st.columns([0.54, 0.46], gap="large")
with main:
    protocols.draw_list(actor)
with side, st.container(key="record_side"):
    protocols.draw_form()
