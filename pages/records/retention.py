"""Why a record is still here, what holds it back, and what of it is kept without end."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import navigation, opening, session
from lib.ui.retention import explained, holding, protecting

actor = session.require(Permission.VIEW_RECORD)

opened = opening.heading(actor)
patient_id = opened.patient.patient_id
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Retention", anchor=False)
    navigation.back_to_record(patient_id)
found = explained.told(actor, patient_id)
explained.draw_head(found)
side, main = st.columns([0.4, 0.6], gap="large")
with side:
    explained.draw_path(found)
with main:
    holding.draw(actor, patient_id, found)
    protecting.draw(actor, opened.patient, found)
