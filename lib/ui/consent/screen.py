"""A patient's consent on the screen: how it stands, what shows it, what can be done."""

from datetime import date
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.services.consent import reading
from lib.services.consent.reading import Told
from lib.services.records import Heading
from lib.ui import addresses, clock, formats, navigation, restricted, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Notice, Notices, Tone
from lib.ui.consent import answering, states, tasks, withdrawing, wording
from lib.ui.keys import Keys


def draw(actor: Actor, opened: Heading) -> None:
    """Draw the whole screen of one patient, below the banner."""
    patient_id = opened.patient.patient_id
    as_of = _as_of(patient_id)
    told = reading.open_consent(
        session.clinic(),
        actor,
        patient_id,
        as_of=as_of,
        ground=restricted.ground_for(patient_id),
    )
    is_today = as_of == clock.today()
    may_act = is_today and access.can(actor, Permission.RECORD_CONSENT)
    _ways(told, may_act=may_act)
    if not is_today:
        _say_past(patient_id, as_of)
    withdrawing.draw_set_off(told)
    if is_today:
        names = {one.purpose.code: one.purpose.name for one in told.purposes}
        tasks.of_patient(actor, told.tasks, names)
    whole, side = st.columns([0.56, 0.44], gap="large")
    with whole:
        asked = blocks.draw([states.standings(told, may_act=may_act)], key="consent_standings")
    with side:
        also = blocks.draw([states.history(told)], key="consent_history")
    _act(told, asked or also, may_act=may_act)


def _ways(told: Told, *, may_act: bool) -> None:
    """Draw what can be done, the first first, and the day that is looked at."""
    patient_id = told.patient_id
    with st.container(horizontal=True, vertical_alignment="bottom", key="consent_ways"):
        if may_act:
            if st.button("Ask in the room", icon=":material/tablet:", type="primary"):
                query = {addresses.PATIENT: str(patient_id)}
                st.switch_page(navigation.SIGN_CONSENT.path, query_params=query)
            if st.button("Withdraw", icon=":material/block:", key="consent_withdraw"):
                _begin(told)
            if st.button("Record another way", icon=":material/edit_note:"):
                st.session_state.pop(Keys.CONSENT_ANSWERS, None)
                answering.ask(patient_id, [one for one in states.named(told) if one.is_asked])
            if st.button("From an email", icon=":material/mail:", key="consent_from_email"):
                query = {addresses.PATIENT: str(patient_id)}
                st.switch_page(navigation.CONSENT_EMAIL.path, query_params=query)
        st.date_input(
            "As it stood on",
            max_value=clock.today(),
            format="DD/MM/YYYY",
            key=_as_of_key(patient_id),
            width=170,
        )


def _begin(told: Told, key: str = "") -> None:
    st.session_state.pop(Keys.CONSENT_WITHDRAWAL, None)
    chosen = states.topic_of(key) if key else None
    withdrawing.ask(told.patient_id, withdrawing.standing(told), chosen)


def _act(told: Told, asked: str | None, *, may_act: bool) -> None:
    word, _, key = (asked or "").partition(":")
    if word == states.WITHDRAW and may_act:
        _begin(told, key)
    elif word == states.WORDING:
        found = addresses.patient_id_in(key)
        if found is not None and found in told.wordings:
            wording.show(told.wordings[found])


def _as_of_key(patient_id: UUID) -> str:
    return f"{Keys.CONSENT_AS_OF}_{patient_id}"


def _as_of(patient_id: UUID) -> date:
    """Return the day that is looked at; today until another is chosen."""
    key = _as_of_key(patient_id)
    if not st.session_state.get(key):
        st.session_state[key] = clock.today()
    chosen: date = st.session_state[key]
    return min(chosen, clock.today())


def _say_past(patient_id: UUID, as_of: date) -> None:
    lines = ("Nothing can be changed from here. Go back to today to act.",)
    title = f"This is how consent stood at the end of {formats.day(as_of)}"
    blocks.draw([Notices("", (Notice(title, lines, "history", Tone.WARN),))], key="consent_past")
    st.button(
        "Back to today",
        icon=":material/today:",
        type="primary",
        on_click=_today,
        args=(patient_id,),
    )


def _today(patient_id: UUID) -> None:
    st.session_state[_as_of_key(patient_id)] = clock.today()
