"""After a form was signed: the tablet comes back first, then staff see what there is to do."""

from dataclasses import dataclass, replace
from uuid import UUID

import streamlit as st

from lib.domain.access import Permission
from lib.ui import addresses, navigation, printing, session
from lib.ui.keys import Keys


@dataclass(frozen=True, slots=True)
class Handed:
    """A form that was signed just now; `is_back` once the tablet is in the hands of staff."""

    patient_id: UUID
    capture_id: UUID
    is_back: bool = False


def draw(handed: Handed) -> None:
    """Draw the thanks, or what staff do next."""
    if handed.is_back:
        _next(handed)
        return
    with st.container(key="consent_tablet"):
        st.title("Thank you", anchor=False)
        st.markdown(
            "### :material/check_circle: Your answers are saved.\n\n"
            "Please hand the tablet back. You will get a copy of what you signed."
        )
        st.button("I am staff: go on", type="primary", icon=":material/badge:", on_click=_take_back)


def _take_back() -> None:
    session.require(Permission.RECORD_CONSENT)
    handed: Handed | None = st.session_state.get(Keys.CONSENT_SIGNED)
    if handed is not None:
        st.session_state[Keys.CONSENT_SIGNED] = replace(handed, is_back=True)


def _next(handed: Handed) -> None:
    st.title("Signed and saved", anchor=False)
    st.write("Give the patient their copy: on paper, or the PDF by the way they prefer.")
    printing.consent_copy_links(handed.capture_id)
    with st.container(horizontal=True):
        st.button(
            "Sign another form",
            icon=":material/tablet:",
            on_click=_again,
            args=(handed.patient_id,),
        )
        if st.button("Back to consent", icon=":material/arrow_back:", type="tertiary"):
            st.session_state.pop(Keys.CONSENT_SIGNED, None)
            query = {addresses.PATIENT: str(handed.patient_id)}
            st.switch_page(navigation.CONSENT.path, query_params=query)


def _again(patient_id: UUID) -> None:
    session.require(Permission.RECORD_CONSENT)
    st.session_state.pop(Keys.CONSENT_SIGNED, None)
    st.query_params.from_dict({addresses.PATIENT: str(patient_id)})
