"""A patient's photographs and video, under the days on which they were taken."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import navigation, opening, session

actor = session.require(Permission.VIEW_MEDIA)

opened = opening.record(actor)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Photographs", anchor=False)
    navigation.back_to_record(opened.patient.patient_id)
