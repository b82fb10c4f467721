"""A patient's record, to read: who it is and what must be seen first, then the rest."""

from functools import partial

import streamlit as st

from lib.domain.access import Permission
from lib.errors import GroundNeededError, MergedError, NotFoundError
from lib.services import records
from lib.ui import (
    addresses,
    clock,
    merges,
    notices,
    printing,
    record,
    record_actions,
    restricted,
    session,
    treatments,
)
from lib.ui.components import banner, blocks

actor = session.require(Permission.VIEW_RECORD)

patient_id = addresses.patient_id()
as_of = clock.today()
if patient_id is None:
    notices.not_found(records.NO_RECORD)
    st.stop()
try:
    opened = records.open_record(
        session.clinic(), actor, patient_id, as_of=as_of, ground=restricted.ground_for(patient_id)
    )
except GroundNeededError:
    restricted.ask(patient_id)
    st.stop()
except MergedError as error:
    addresses.go_to_survivor(patient_id, error.survivor_id)
    st.stop()
except NotFoundError as error:
    notices.not_found(error.message)
    st.stop()

banner.draw(opened, as_of)
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
        [record.history(opened.history), record.contacts(opened, as_of), record.identity(opened)],
        key="record_side",
    )
    merges.draw_of_record(actor, patient_id)
