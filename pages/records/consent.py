"""What a patient has agreed to: every purpose with its state, its reason and its evidence."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import navigation, opening, session
from lib.ui.consent import screen

actor = session.require(Permission.VIEW_RECORD)

opened = opening.heading(actor)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Consent", anchor=False)
    navigation.back_to_record(opened.patient.patient_id)
    navigation.to_contacts(opened.patient.patient_id)
screen.draw(actor, opened)
