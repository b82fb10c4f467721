"""Who is signed in, at the foot of the sidebar, and the way out."""

import streamlit as st

from lib.domain.access import Actor
from lib.services import sessions
from lib.ui import clock, session, text


def draw_person(actor: Actor) -> None:
    """Draw the person's name and the button that signs them out."""
    with st.sidebar:
        st.caption(f"Signed in as **{text.plain(actor.display_name)}**")
        if st.button("Sign out", icon=":material/logout:", key="sign_out", width="stretch"):
            sign_out(actor)


def sign_out(actor: Actor) -> None:
    """End the session; the gate closes the connection, and the page in the browser blanks."""
    sessions.sign_out(session.clinic(), actor, now=clock.now())
    st.stop()
