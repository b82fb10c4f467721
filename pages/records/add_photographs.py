"""Bringing in photographs and video of a patient, and saying what they show."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import navigation, opening, session
from lib.ui.consent import pictures
from lib.ui.media import adding

actor = session.require(Permission.ADD_MEDIA)

opened = opening.heading(actor)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Add photographs", anchor=False)
    navigation.back_to_record(opened.patient.patient_id)
pictures.warn(opened)
adding.draw(opened)
