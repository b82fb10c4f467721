"""Recalls: what is being recalled, and what was."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import recalls, session

actor = session.require(Permission.RUN_RECALL)

st.title("Recalls", anchor=False)
recalls.draw_list(actor)
recalls.draw_beginning(actor)
