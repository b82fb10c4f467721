"""The account page's parts: password, second factor, recovery codes, sessions."""

from collections.abc import Callable

import streamlit as st

from lib.domain.access import Actor
from lib.errors import ClinicError
from lib.services import own_account, sessions, sign_in
from lib.services.own_account import Overview
from lib.store.sessions import Session
from lib.ui import clock, enrolment, formats, passwords, session
from lib.ui.keys import Keys

AGENTS = ("Edg", "Firefox", "Chrome", "Safari")
SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")


def draw_password(actor: Actor, overview: Overview) -> None:
    """Draw the change of password."""
    st.subheader("Password", anchor=False)
    st.caption(f"Changed {formats.moment(overview.password_changed_at, 'never')}")
    typed = passwords.draw_password_change("Change password", asks_present=True)
    if typed is not None:
        _say(
            lambda: own_account.change_password(session.clinic(), actor, *typed, now=clock.now()),
            "Your password is changed. Everywhere else you are signed out.",
        )


def draw_second_factor(actor: Actor, overview: Overview) -> None:
    """Draw the second factor and its recovery codes."""
    st.subheader("Second factor", anchor=False)
    if not sign_in.needs_second_factor(session.clinic()):
        st.caption("The synthetic clinic does without. A real clinic always asks for it.")
        return
    left = overview.recovery_codes_left
    st.caption(
        f"Set up {formats.moment(overview.second_factor_since)}. "
        f"{formats.counted(left, 'recovery code')} left."
    )
    codes = st.session_state.get(Keys.ACCOUNT_CODES)
    if codes:
        enrolment.draw_codes(codes, actor.username)
        if st.button("I have kept them", type="primary", key="account_codes_kept"):
            st.session_state.pop(Keys.ACCOUNT_CODES)
            st.rerun()
    elif st.session_state.get(Keys.ACCOUNT_ENROLLING):
        _draw_enrolment(actor)
    else:
        _draw_factor_form(actor)


def draw_sessions(actor: Actor) -> None:
    """Draw where the person is signed in, with a way to end each."""
    st.subheader("Where you are signed in", anchor=False)
    own = sessions.list_own(session.clinic(), actor)
    for one in own:
        if one.ended_at is None:
            _draw_open(actor, one)
    if st.button("Sign out everywhere", icon=":material/logout:", key="account_everywhere"):
        sessions.sign_out_everywhere(session.clinic(), actor, now=clock.now())
        st.stop()
    ended = [one for one in own if one.ended_at is not None]
    if ended:
        with st.expander("Ended lately"):
            for one in ended:
                when = f"{formats.moment(one.ended_at)}, {one.ended_because}"
                st.caption(f"✕ {_where(one)}  \n{formats.moment(one.created_at)} to {when}")


def _draw_factor_form(actor: Actor) -> None:
    with st.form("account_factor_form"):
        password = st.text_input(
            "Your password, to make sure that it is you",
            type="password",
            autocomplete="current-password",
        )
        with st.container(horizontal=True):
            is_new_codes = st.form_submit_button("Make new recovery codes")
            is_new_factor = st.form_submit_button("Move to another phone")
    try:
        if is_new_codes:
            st.session_state[Keys.ACCOUNT_CODES] = own_account.new_recovery_codes(
                session.clinic(), actor, password, now=clock.now()
            )
            st.rerun()
        if is_new_factor:
            own_account.confirm_password(session.clinic(), actor, password, now=clock.now())
            st.session_state[Keys.ACCOUNT_ENROLLING] = True
            st.rerun()
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")


def _draw_enrolment(actor: Actor) -> None:
    proof = enrolment.draw(actor.username, Keys.ACCOUNT_ENROLMENT)
    if proof is not None:
        try:
            codes = own_account.replace_second_factor(
                session.clinic(), actor, proof, now=clock.now()
            )
        except ClinicError as error:
            st.error(error.message, icon=":material/error:")
        else:
            st.session_state[Keys.ACCOUNT_CODES] = codes
            _forget_enrolment()
    if st.button("Keep the phone I have", type="tertiary", key="account_keep_factor"):
        _forget_enrolment()


def _forget_enrolment() -> None:
    for key in (Keys.ACCOUNT_ENROLLING, Keys.ACCOUNT_ENROLMENT):
        st.session_state.pop(key, None)
    st.rerun()


def _draw_open(actor: Actor, one: Session) -> None:
    is_this = one.session_id == actor.session_id
    with st.container(border=True):
        told, act = st.columns([3, 1], vertical_alignment="center")
        seen = "This one" if is_this else f"Last active {formats.moment(one.last_seen_at)}"
        told.markdown(f"● **{_where(one)}**  \n{seen}, since {formats.moment(one.created_at)}")
        if not is_this and act.button("End it", key=f"end_{one.session_id}", width="stretch"):
            sessions.end_own(session.clinic(), actor, one.session_id, now=clock.now())
            st.rerun()


def _where(one: Session) -> str:
    return f"{browser_of(one.user_agent)} · {one.address or 'unknown address'}"


def browser_of(agent: str | None) -> str:
    """Return the browser and system that a user agent names, in two words."""
    known = agent or ""
    name = next((word for word in AGENTS if word in known), "A browser")
    system = next((word for word in SYSTEMS if word in known), "an unknown system")
    return f"{'Edge' if name == 'Edg' else name} on {system}"


def _say(act: Callable[[], object], done: str | None) -> None:
    try:
        act()
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        if done:
            st.success(done, icon=":material/check_circle:")
