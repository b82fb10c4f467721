"""Medical history of a patient: taken, corrected, gone through, and as it stood on any day."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import history_screen, navigation, opening, session, undo

actor = session.require(Permission.VIEW_RECORD)

opened = opening.record(actor)
patient_id = opened.patient.patient_id
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Medical history", anchor=False)
    navigation.back_to_record(patient_id)
undo.offer(patient_id)
main, side = st.columns([0.6, 0.4], gap="large")
with main:
    history_screen.draw_entries(actor, opened)
    history_screen.draw_as_of(opened)
with side, st.container(key="record_side"):
    history_screen.draw_panel(actor, opened)
