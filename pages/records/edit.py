"""A patient's details: who they are and how they are reached, with every earlier version."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import details, navigation, opening, session, undo

actor = session.require(Permission.VIEW_RECORD)

opened = opening.record(actor)
patient_id = opened.patient.patient_id
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Patient's details", anchor=False)
    navigation.back_to_record(patient_id)
undo.offer(patient_id)
overview = details.overview(actor, patient_id)
main, side = st.columns([0.56, 0.44], gap="large")
with main:
    details.draw_identity(actor, opened, overview)
    details.draw_versions(overview)
with side, st.container(key="details_side"):
    details.draw_contacts(actor, patient_id, overview)
    details.draw_addition(actor, patient_id)
    details.draw_messages(actor, patient_id, overview)
