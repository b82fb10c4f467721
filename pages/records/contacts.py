"""Keeping in touch with a patient: by which channel, on which basis, when next; what was sent."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import contacts, navigation, opening, session, undo

actor = session.require(Permission.VIEW_RECORD)

opened = opening.heading(actor)
patient_id = opened.patient.patient_id
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Keeping in touch", anchor=False)
    navigation.back_to_record(patient_id)
    navigation.back_to_consent(patient_id)
undo.offer(patient_id)
told = contacts.told(actor, patient_id)
main, side = st.columns([0.58, 0.42], gap="large")
with main:
    contacts.draw_channels(actor, patient_id, told)
with side, st.container(key="in_touch_side"):
    contacts.draw_log(actor, patient_id, told)
