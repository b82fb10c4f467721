"""A patient's record, to read: who it is and what must be seen first, then the rest."""

from functools import partial

import streamlit as st

from lib.domain.access import Permission
from lib.ui import (
    clock,
    merges,
    opening,
    printing,
    record,
    record_actions,
    session,
    summary,
    treatments,
)
from lib.ui.components import blocks
from lib.ui.retention import explained

actor = session.require(Permission.VIEW_RECORD)

opened = opening.record(actor)
as_of, patient_id = clock.today(), opened.patient.patient_id
summary.draw(opened.strip, patient_id)
merges.draw_arrival(actor, patient_id)
record_actions.draw(actor, patient_id, partial(printing.record_links, patient_id))
alerts = record.alerts(opened)
if alerts.notices:
    blocks.draw([alerts], key="record_alerts")

main, side = st.columns([0.64, 0.36], gap="large")
with main:
    treatments.draw(opened)
    if opened.other_adverse_events:
        blocks.draw([record.adverse_events(opened.other_adverse_events)], key="record_events")
    blocks.draw([record.visits(opened.consultations, opened.appointments)], key="record_visits")
with side:
    blocks.draw(
        [
            record.history(opened.history),
            record.consent(opened),
            record.contacts(opened, as_of),
            record.identity(opened),
            explained.of_record(actor, opened),
        ],
        key="record_side",
    )
    merges.draw_of_record(actor, patient_id)
