"""The screens between the door and the desk: sign in, second factor, first password."""

import streamlit as st

from lib.demo import accounts as demo
from lib.domain.sign_in import Step
from lib.errors import ClinicError, SignInRefusedError
from lib.services import sign_in
from lib.services.sign_in import Stage
from lib.ui import session
from lib.ui.components import ticket
from lib.ui.keys import Keys
from lib.ui.login_form import LoginForm


def draw() -> None:
    """Draw whatever this sign-in needs next."""
    stage = st.session_state.get(Keys.STAGE)
    if stage is None:
        _ask_password()
        stage = st.session_state.get(Keys.STAGE)
        if stage is None:
            return
        st.rerun()
    _continue(stage)


def _ask_password() -> None:
    LoginForm(_check).draw()
    problem = st.session_state.pop(Keys.SIGN_IN_PROBLEM, None)
    if problem:
        st.error(problem)
    if session.clinic().is_demo:
        for account in demo.ACCOUNTS:
            st.write(f"`{account.username}` · {account.display_name} · `{demo.PASSWORD}`")


def _check(username: str, password: str) -> Stage:
    return sign_in.check_password(
        session.clinic(), username, password, session.visitor(), now=session.now()
    )


def _continue(stage: Stage) -> None:
    try:
        step = sign_in.next_step(session.clinic(), stage)
        if step is Step.DONE:
            ticket.exchange(sign_in.issue_ticket(session.clinic(), stage, now=session.now()))
            st.session_state.pop(Keys.STAGE)
    except SignInRefusedError as error:
        st.session_state.pop(Keys.STAGE)
        st.error(error.message)
