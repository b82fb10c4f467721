"""Audit trail: who did what to which record, and proof that the trail itself is whole."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import audit, session

actor = session.require(Permission.VIEW_AUDIT)

st.title("Audit trail", anchor=False)
st.caption(
    "Every look at a record, every change and every refusal, newest first. "
    "Entries can be added, never changed; looking here is recorded too."
)

audit.draw_verification(actor)
chosen = audit.draw_filters(actor)
if chosen is not None:
    audit.draw_trail(actor, chosen)
