"""Taking photographs with the camera of this device, led by the treatment's protocol of views."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import navigation, opening, session
from lib.ui.consent import pictures
from lib.ui.media import capture

actor = session.require(Permission.ADD_MEDIA)

opened = opening.heading(actor)
patient_id = opened.patient.patient_id
told = opening.treatment(actor, patient_id)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Take photographs", anchor=False)
    navigation.back_to_record(patient_id)
pictures.warn(opened)
capture.choose(opened, told)
capture.draw(actor, opened, told)
