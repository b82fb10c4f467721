"""One photograph or video: what is known of it, and where it was used."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import navigation, opening, session

actor = session.require(Permission.VIEW_MEDIA)

opened = opening.record(actor)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Photograph", anchor=False)
    navigation.back_to_record(opened.patient.patient_id)
