"""Opening the record that a screen's address names, or saying why it does not open."""

from uuid import UUID

import streamlit as st

from lib.domain.access import Actor
from lib.errors import GroundNeededError, MergedError, NotFoundError
from lib.services import adverse_events, records, treatment_reading
from lib.services.records import Record
from lib.ui import addresses, clock, notices, restricted, session
from lib.ui.components import banner


def record(actor: Actor) -> Record:
    """Return the record at this address, with its banner drawn; the look is in the audit trail.

    The script stops where there is none, on a ground that must be named first (rule E1), and on
    the way to the record that this one was merged into.
    """
    patient_id = addresses.patient_id()
    as_of = clock.today()
    if patient_id is None:
        notices.not_found(records.NO_RECORD)
        st.stop()
    ground = restricted.ground_for(patient_id)
    try:
        opened = records.open_record(
            session.clinic(), actor, patient_id, as_of=as_of, ground=ground
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
    notices.say_now()
    return opened


def treatment(actor: Actor, patient_id: UUID) -> treatment_reading.Told | None:
    """Return the treatment that the address names of an open record; None when it names none.

    The script stops where the record has no such treatment.
    """
    treatment_id = addresses.treatment_id()
    if treatment_id is None:
        return None
    ground = restricted.ground_for(patient_id)
    try:
        return treatment_reading.tell(session.clinic(), actor, patient_id, treatment_id, ground)
    except NotFoundError as error:
        notices.not_found(error.message)
        st.stop()


def adverse_event(actor: Actor, patient_id: UUID) -> adverse_events.Told | None:
    """Return the adverse event that the address names; as `treatment` does."""
    event_id = addresses.event_id()
    if event_id is None:
        return None
    ground = restricted.ground_for(patient_id)
    try:
        return adverse_events.tell(session.clinic(), actor, patient_id, event_id, ground)
    except NotFoundError as error:
        notices.not_found(error.message)
        st.stop()
