"""Two or more photographs of a patient, compared."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import navigation, opening, session

actor = session.require(Permission.VIEW_MEDIA)

opened = opening.record(actor)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Compare photographs", anchor=False)
    navigation.back_to_record(opened.patient.patient_id)
