"""A patient's photographs and video, under the days on which they were taken."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import navigation, opening, session
from lib.ui.media import gallery

actor = session.require(Permission.VIEW_MEDIA)

opened = opening.heading(actor)
patient_id = opened.patient.patient_id
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Photographs", anchor=False)
    navigation.back_to_record(patient_id)
gallery.draw_ways(actor, patient_id)
gallery.draw(opened)
