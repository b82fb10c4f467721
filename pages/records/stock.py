"""Stock: what is in the cupboard and until when, what came in, what was taken out of use."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import session, stock

actor = session.require(Permission.MANAGE_CATALOGUE)

st.title("Stock", anchor=False)
stock.offer_undo()
main, side = st.columns([0.64, 0.36], gap="large")
with main:
    stock.draw_lots(actor)
with side, st.container(key="record_side"):
    stock.draw_panel(actor)
