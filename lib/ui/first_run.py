"""The first-run screen: an empty clinic gets its name and its first administrator."""

import streamlit as st

from lib.errors import InvalidInputError, SignInRefusedError
from lib.services import first_run
from lib.services.first_run import FirstPerson
from lib.ui import brand, clock, passwords, session
from lib.ui.keys import Keys

WIDTH_PIXELS = 560


def draw() -> None:
    """Draw the form; when it is right, go on to the second factor."""
    with brand.card("This clinic has not been set up yet", width=WIDTH_PIXELS):
        _draw_form()


def _draw_form() -> None:
    with st.form("first_run_form"):
        st.subheader("Set up your clinic", anchor=False)
        code = st.text_input("Set-up code", autocomplete="off")
        st.caption(
            "It is printed where the server was started, so that only its owner can do this."
        )
        first, again = _ask_first_person()
        is_sent = st.form_submit_button("Set up the clinic", type="primary")
    if is_sent and first.password != again:
        st.error("The two passwords differ. Type them again.", icon=":material/error:")
    elif is_sent:
        _set_up(code, first)


def _ask_first_person() -> tuple[FirstPerson, str]:
    clinic_name = st.text_input("Name of the clinic", autocomplete="organization")
    display_name = st.text_input("Your name, as colleagues see it", autocomplete="name")
    username = st.text_input("Username", autocomplete="username")
    password = st.text_input("Password", type="password", autocomplete="new-password")
    again = st.text_input("Password once more", type="password", autocomplete="new-password")
    st.caption(passwords.ADVICE)
    st.caption("You become administrator and owner; you can share both roles afterwards.")
    return FirstPerson(clinic_name, display_name, username, password), again


def _set_up(code: str, first: FirstPerson) -> None:
    try:
        stage = first_run.set_up(session.clinic(), code, first, session.visitor(), now=clock.now())
    except (InvalidInputError, SignInRefusedError) as error:
        st.error(error.message, icon=":material/error:")
    else:
        st.session_state[Keys.STAGE] = stage
        st.rerun()
