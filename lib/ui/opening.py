"""Opening the record that a screen's address names, or saying why it does not open."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.errors import GroundNeededError, MergedError, NotFoundError
from lib.services import adverse_events, records, treatment_reading
from lib.services.disposal import gone
from lib.services.records import Heading, Record
from lib.ui import addresses, clock, navigation, notices, restricted, session
from lib.ui.components import banner

Opened = TypeVar("Opened", Record, Heading)


def record(actor: Actor) -> Record:
    """Return the record at this address, with its banner drawn; the look is in the audit trail.

    The script stops where there is none, on a ground that must be named first (rule E1), and on
    the way to the record that this one was merged into.
    """
    return _opened(actor, partial(records.open_record, session.clinic(), actor))


def heading(actor: Actor) -> Heading:
    """Return whose record this address names, for a screen beside it; as `record` does."""
    return _opened(actor, partial(records.open_heading, session.clinic(), actor))


def _opened(actor: Actor, open_it: Callable[..., Opened]) -> Opened:
    patient_id = addresses.patient_id()
    as_of = clock.today()
    if patient_id is None:
        notices.not_found(records.NO_RECORD)
        st.stop()
    ground = restricted.ground_for(patient_id)
    try:
        opened = open_it(patient_id, as_of=as_of, ground=ground)
    except GroundNeededError:
        restricted.ask(patient_id)
        st.stop()
    except MergedError as error:
        addresses.go_to_survivor(patient_id, error.survivor_id)
        st.stop()
    except NotFoundError as error:
        _not_there(actor, patient_id, error.message)
        st.stop()
    banner.draw(opened, as_of)
    notices.say_now()
    return opened


def _not_there(actor: Actor, patient_id: UUID, message: str) -> None:
    """Say that there is no such record, or under which number it was disposed of."""
    number = gone.number_of(session.clinic(), actor, patient_id)
    if number is None:
        notices.not_found(message)
        return
    st.title("Disposed of", anchor=False)
    st.write(
        f"This record was disposed of under number **{number}**. Nothing of it is left but that "
        "number, with its dates and counts."
    )
    with st.container(horizontal=True):
        st.page_link(navigation.DISPOSALS.path, label="Disposals", icon=navigation.DISPOSALS.icon)
        if access.can(actor, Permission.VIEW_AUDIT):
            st.page_link(
                navigation.AUDIT.path,
                label="Its entries in the audit trail",
                icon=navigation.AUDIT.icon,
                query_params={addresses.DISPOSAL: number},
            )


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
