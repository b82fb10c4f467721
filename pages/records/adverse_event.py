"""An adverse event: what went wrong after a treatment, recorded or corrected."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import adverse_event_form, navigation, opening, session

actor = session.require(Permission.RECORD_TREATMENT)

opened = opening.record(actor)
patient_id = opened.patient.patient_id
told = opening.adverse_event(actor, patient_id)
treatment = opening.treatment(actor, patient_id)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Correct an adverse event" if told else "Record an adverse event", anchor=False)
    navigation.back_to_record(patient_id)
adverse_event_form.draw(opened, treatment, told)
