"""The screens between the door and the desk: password, second factor, first password."""

import streamlit as st

from lib.demo import accounts as demo
from lib.domain.sign_in import Step
from lib.errors import InvalidInputError, SignInRefusedError
from lib.services import sign_in
from lib.services.sign_in import Stage
from lib.ui import brand, clock, enrolment, passwords, session
from lib.ui.components import ticket
from lib.ui.keys import Keys
from lib.ui.login_form import LoginForm

STEP_PIXELS = 560


def draw() -> None:
    """Draw whatever this sign-in needs next."""
    stage = st.session_state.get(Keys.STAGE)
    with brand.card(width=brand.CARD_PIXELS if stage is None else STEP_PIXELS):
        if stage is None:
            _draw_door()
            return
        try:
            _draw_step(stage)
        except SignInRefusedError as error:
            _start_again(error.message)


def keep(stage: Stage) -> None:
    """Keep the sign-in under way, on the server, and draw its next step."""
    st.session_state[Keys.STAGE] = stage
    st.rerun()


def _draw_door() -> None:
    LoginForm(_check).draw()
    problem = st.session_state.pop(Keys.SIGN_IN_PROBLEM, None)
    if problem:
        st.error(problem, icon=":material/error:")
    if Keys.STAGE in st.session_state:
        st.rerun()
    if session.clinic().is_demo:
        _draw_demo_accounts()


def _draw_demo_accounts() -> None:
    with st.container(border=True):
        st.subheader("Try it", anchor=False)
        names = ", ".join(f"`{account.username}`" for account in demo.ACCOUNTS)
        st.write(
            f"Nobody here is real. The usernames are {names}, and every password is "
            f"`{demo.PASSWORD}`. Or go straight in as:"
        )
        for account in demo.ACCOUNTS:
            roles = ", ".join(role.value for role in account.roles)
            label = f"{account.display_name} · {roles}"
            if st.button(label, key=f"demo_{account.username}", width="stretch"):
                _enter_as(account.username)


def _enter_as(username: str) -> None:
    try:
        keep(_check(username, demo.PASSWORD))
    except SignInRefusedError as error:
        st.error(error.message, icon=":material/error:")


def _check(username: str, password: str) -> Stage:
    return sign_in.check_password(
        session.clinic(), username, password, session.visitor(), now=clock.now()
    )


def _draw_step(stage: Stage) -> None:
    codes = st.session_state.get(Keys.NEW_RECOVERY_CODES)
    step = sign_in.next_step(session.clinic(), stage)
    if codes:
        _draw_new_codes(codes, stage)
    elif step is Step.CODE:
        _draw_code(stage)
    elif step is Step.CHANGE_PASSWORD:
        _draw_first_password(stage)
    elif step is Step.ENROL:
        _draw_enrolment(stage)
    else:
        _draw_opening(stage)


def _draw_code(stage: Stage) -> None:
    with st.form("code_form", clear_on_submit=True):
        st.subheader("Second factor", anchor=False)
        code = st.text_input(
            "Code from your authenticator app",
            autocomplete="one-time-code",
            max_chars=20,
        )
        st.caption("No phone? Type one of your recovery codes instead. Each works once.")
        is_sent = st.form_submit_button("Continue", type="primary")
    problem = st.session_state.pop(Keys.SIGN_IN_PROBLEM, None)
    if problem:
        st.error(problem, icon=":material/error:")
    if is_sent:
        _try_code(stage, code)
    _offer_start_again()


def _try_code(stage: Stage, code: str) -> None:
    try:
        passed = sign_in.check_code(
            session.clinic(), stage, code, session.visitor(), now=clock.now()
        )
    except SignInRefusedError as error:
        st.error(error.message, icon=":material/error:")
    else:
        keep(passed)


def _draw_first_password(stage: Stage) -> None:
    st.subheader("Choose your password", anchor=False)
    st.write("The one you were given was for this first sign-in only.")
    chosen = passwords.draw_new_password_form("Keep this password")
    if chosen is not None:
        try:
            sign_in.change_first_password(session.clinic(), stage, chosen, now=clock.now())
        except InvalidInputError as error:
            st.error(error.message, icon=":material/error:")
        else:
            st.rerun()
    _offer_start_again()


def _draw_enrolment(stage: Stage) -> None:
    st.subheader("Set up your second factor", anchor=False)
    proof = enrolment.draw(stage.username, Keys.ENROLMENT)
    if proof is not None:
        try:
            codes, passed = sign_in.enrol(session.clinic(), stage, proof, now=clock.now())
        except InvalidInputError as error:
            st.error(error.message, icon=":material/error:")
        else:
            st.session_state.pop(Keys.ENROLMENT)
            st.session_state[Keys.NEW_RECOVERY_CODES] = codes
            keep(passed)
    _offer_start_again()


def _draw_new_codes(codes: list[str], stage: Stage) -> None:
    st.subheader("Keep your recovery codes", anchor=False)
    enrolment.draw_codes(codes, stage.username)
    if st.button("I have kept them", type="primary", key="codes_kept"):
        st.session_state.pop(Keys.NEW_RECOVERY_CODES)
        st.rerun()


def _draw_opening(stage: Stage) -> None:
    issued = sign_in.issue_ticket(session.clinic(), stage, now=clock.now())
    st.session_state.pop(Keys.STAGE)
    ticket.exchange(issued)


def _offer_start_again() -> None:
    if st.button(
        "Start again", type="tertiary", icon=":material/arrow_back:", key="sign_in_start_again"
    ):
        _start_again(None)


def _start_again(problem: str | None) -> None:
    for key in (Keys.STAGE, Keys.ENROLMENT, Keys.NEW_RECOVERY_CODES, Keys.SIGN_IN_PROBLEM):
        st.session_state.pop(key, None)
    if problem:
        st.session_state[Keys.SIGN_IN_PROBLEM] = problem
    st.rerun()
