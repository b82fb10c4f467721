"""A treatment: recorded, read, or corrected, as the address says."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import addresses, navigation, opening, session, treatment_form, treatment_sheet

actor = session.require(Permission.VIEW_RECORD)

opened = opening.record(actor)
patient_id = opened.patient.patient_id
told = opening.treatment(actor, patient_id)
is_form = told is None or addresses.is_correction()
with st.container(horizontal=True, vertical_alignment="center"):
    if told is None:
        st.title("Record a treatment", anchor=False)
    else:
        st.title("Correct a treatment" if is_form else "Treatment", anchor=False)
    navigation.back_to_record(patient_id)
if is_form:
    treatment_form.draw(opened, told)
elif told is not None:
    treatment_sheet.draw(actor, opened, told)
