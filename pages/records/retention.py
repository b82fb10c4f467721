"""Why a record is still here, what holds it back, and what of it is kept without end."""

import streamlit as st

from lib.domain.access import Permission
from lib.ui import navigation, opening, session
from lib.ui.retention import explained, holding, protecting

actor = session.require(Permission.VIEW_RECORD)

opened = opening.heading(actor)
patient_id = opened.patient.patient_id
found = explained.told(actor, patient_id)
with st.container(horizontal=True, vertical_alignment="center"):
    st.title("Retention", anchor=False)
    navigation.back_to_record(patient_id)
    holding.offer(actor, patient_id, found)
explained.draw_head(found)
main, side = st.columns([0.6, 0.4], gap="large")
with main:
    holding.draw(actor, patient_id, found)
    protecting.draw(actor, opened.patient, found)
with side, st.container(key="retention_side"):
    explained.draw_path(found)
