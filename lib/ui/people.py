"""The people screen's parts: the table of accounts and the acts on the one that is chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission, Role
from lib.errors import ClinicError
from lib.services import people
from lib.services.people import FirstPassword, Invitation, Listed, State
from lib.ui import clock, formats, session, text
from lib.ui.keys import Keys

# A state is a word with a shape, never a colour alone.
SHAPES = {
    State.ACTIVE: "●",
    State.INVITED: "◔",
    State.RESET: "◑",
    State.INVITATION_EXPIRED: "◌",
    State.DISABLED: "✕",
}
ROLE_WORDS = {
    Role.STAFF: "Staff",
    Role.COMPLIANCE: "Compliance officer",
    Role.OWNER: "Owner",
    Role.ADMINISTRATOR: "Administrator",
}
WIDTHS = (3, 3, 3, 3, 2.6)
HEADINGS = ("Name and username", "State", "Roles", "Last sign-in", "")


@dataclass(frozen=True, slots=True)
class Undo:
    """An act that can be taken back: what was done to whom, and how."""

    person_id: UUID
    said: str
    label: str
    act: Callable[[], object]


def role_words(roles: frozenset[Role]) -> str:
    """Return the roles as a sentence would name them."""
    return ", ".join(words for role, words in ROLE_WORDS.items() if role in roles)


def draw_list(listed: list[Listed]) -> None:
    """Draw everybody, a row each; the row that is open shows what can be done with it."""
    with st.container(key="people_head"):
        for place, heading in zip(st.columns(WIDTHS), HEADINGS, strict=True):
            place.caption(heading)
    opened = st.session_state.get(Keys.PEOPLE_SELECTED)
    for person in listed:
        with st.container(border=True):
            _draw_row(person, is_open=person.person_id == opened)
            if person.person_id == opened:
                draw_acts(person)
                draw_notice(person.person_id)


def _draw_row(person: Listed, *, is_open: bool) -> None:
    name, state, roles, seen, manage = st.columns(WIDTHS, vertical_alignment="center")
    name.markdown(f"**{text.plain(person.display_name)}**  \n{text.plain(person.username)}")
    factor = "has second factor" if person.has_second_factor else "no second factor"
    state.markdown(f"{SHAPES[person.state]} {person.state.value}  \n{factor}")
    roles.write(role_words(person.roles))
    sessions = formats.counted(person.open_sessions, "open session")
    seen.markdown(f"{formats.moment(person.last_sign_in_at, 'Never')}  \n{sessions}")
    label = f"Close {person.username}" if is_open else f"Manage {person.username}"
    manage.button(
        text.plain(label),
        key=f"manage_{person.person_id}",
        width="stretch",
        on_click=_toggle,
        args=(person, is_open),
    )


def _toggle(person: Listed, is_open: bool) -> None:  # noqa: FBT001 - Streamlit passes it by place
    st.session_state[Keys.PEOPLE_SELECTED] = None if is_open else person.person_id


def draw_notice(person_id: UUID | None) -> None:
    """Say what was just done to this person: a first password to hand over, or an undo.

    None asks for what was done to somebody whose row is not open.
    """
    first = st.session_state.get(Keys.PEOPLE_FIRST_PASSWORD)
    if first is not None and _is_here(first.person_id, person_id):
        _draw_first_password(first)
    undo = st.session_state.get(Keys.PEOPLE_UNDO)
    if undo is not None and _is_here(undo.person_id, person_id):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.write(undo.said)
            if st.button(undo.label, icon=":material/undo:", key="people_undo_button"):
                st.session_state.pop(Keys.PEOPLE_UNDO)
                attempt(undo.act)


def _is_here(about: UUID, person_id: UUID | None) -> bool:
    opened = st.session_state.get(Keys.PEOPLE_SELECTED)
    return about == person_id if person_id else about != opened


def draw_acts(person: Listed) -> None:
    """Draw what can be done with the chosen account."""
    with st.container(horizontal=True):
        if st.button("Change roles", icon=":material/badge:", key="people_roles"):
            change_roles(person)
        if st.button("Give a new password", icon=":material/key:", key="people_password"):
            confirm_password_reset(person)
        if st.button(
            "Reset second factor",
            icon=":material/phonelink_erase:",
            key="people_factor",
            disabled=not person.has_second_factor,
        ):
            confirm_factor_reset(person)
        if st.button(
            "End sessions",
            icon=":material/logout:",
            key="people_sessions",
            disabled=not person.open_sessions,
        ):
            attempt(_ending(person))
        if person.state is State.DISABLED:
            if st.button("Enable", icon=":material/person_add:", key="people_enable"):
                attempt(_enabling(person))
        elif st.button("Disable", icon=":material/person_off:", key="people_disable"):
            confirm_disable(person)


@st.dialog("Invite somebody")
def invite() -> None:
    """Ask for the new person, and show their first password afterwards."""
    actor = session.require(Permission.MANAGE_PEOPLE)
    with st.form("invite_form"):
        display_name = st.text_input("Name, as colleagues see it", autocomplete="off")
        username = st.text_input("Username", autocomplete="off")
        email = st.text_input("Email (optional)", autocomplete="off")
        roles = _ask_roles(frozenset({Role.STAFF}))
        is_sent = st.form_submit_button("Invite", type="primary")
    if is_sent:
        invitation = Invitation(username, display_name, email or None, roles)
        attempt(
            lambda: _hand_over(people.invite(session.clinic(), actor, invitation, now=clock.now()))
        )


@st.dialog("Change roles")
def change_roles(person: Listed) -> None:
    """Ask for the person's roles; their sessions end, so that the change holds at once."""
    actor = session.require(Permission.MANAGE_PEOPLE)
    st.write(f"{text.plain(person.display_name)} will be signed out and can sign in again.")
    with st.form("roles_form"):
        roles = _ask_roles(person.roles)
        is_sent = st.form_submit_button("Change these roles", type="primary")
    if is_sent:
        attempt(lambda: _set_roles(actor, person, roles))


@st.dialog("Disable this account")
def confirm_disable(person: Listed) -> None:
    """Ask once more before somebody is shut out."""
    actor = session.require(Permission.MANAGE_PEOPLE)
    name = text.plain(person.display_name)
    st.write(
        f"{name} is signed out everywhere at once and cannot sign in again until the account is "
        "enabled. What they did stays in the audit trail."
    )
    if st.button(f"Disable {name}", type="primary", key="people_disable_sure"):
        attempt(lambda: _disable(actor, person))


@st.dialog("Give a new password")
def confirm_password_reset(person: Listed) -> None:
    """Ask once more before a password is replaced."""
    actor = session.require(Permission.MANAGE_PEOPLE)
    st.write(
        f"The password of {text.plain(person.display_name)} stops working at once and they are "
        "signed out. You get a first password to hand over, and a lock-out ends. Make sure that it "
        "is really them who ask."
    )
    if st.button("Give a new password", type="primary", key="people_password_sure"):
        attempt(
            lambda: _hand_over(
                people.reset_password(session.clinic(), actor, person.person_id, now=clock.now())
            )
        )


@st.dialog("Reset second factor")
def confirm_factor_reset(person: Listed) -> None:
    """Ask once more before a second factor is taken away."""
    actor = session.require(Permission.MANAGE_PEOPLE)
    st.write(
        f"{text.plain(person.display_name)} is signed out and sets up a new second factor at the "
        "next sign-in. Until then the password alone decides who does: make sure that it is really "
        "them who ask."
    )
    if st.button("Reset the second factor", type="primary", key="people_factor_sure"):
        attempt(
            lambda: people.reset_second_factor(
                session.clinic(), actor, person.person_id, now=clock.now()
            )
        )


def attempt(act: Callable[[], object]) -> None:
    """Do it and draw the screen anew; or say why it could not be done."""
    try:
        act()
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        st.rerun()


def _ask_roles(held: frozenset[Role]) -> frozenset[Role]:
    st.write("Roles")
    chosen = {
        role: st.checkbox(words, value=role in held, key=f"role_{role.value}")
        for role, words in ROLE_WORDS.items()
    }
    return frozenset(role for role, is_chosen in chosen.items() if is_chosen)


def _draw_first_password(first: FirstPassword) -> None:
    with st.container(border=True):
        st.write(
            f"First password of **{text.plain(first.username)}**, shown this once. It works until "
            f"{formats.moment(first.expires_at)} and has to be changed at the first sign-in."
        )
        st.code(first.password, language=None)
        if st.button("I have handed it over", key="people_password_done"):
            st.session_state.pop(Keys.PEOPLE_FIRST_PASSWORD)
            st.rerun()


def _hand_over(first: FirstPassword) -> None:
    st.session_state[Keys.PEOPLE_FIRST_PASSWORD] = first


def _set_roles(actor: Actor, person: Listed, roles: frozenset[Role]) -> None:
    clinic, before = session.clinic(), person.roles
    people.set_roles(clinic, actor, person.person_id, roles, now=clock.now())
    said = f"{text.plain(person.display_name)} is now {role_words(roles)}."
    st.session_state[Keys.PEOPLE_UNDO] = Undo(
        person.person_id,
        said,
        "Undo",
        lambda: people.set_roles(clinic, actor, person.person_id, before, now=clock.now()),
    )


def _disable(actor: Actor, person: Listed) -> None:
    people.disable(session.clinic(), actor, person.person_id, now=clock.now())
    said = f"{text.plain(person.display_name)} is disabled and signed out everywhere."
    st.session_state[Keys.PEOPLE_UNDO] = Undo(
        person.person_id, said, "Enable again", _enabling(person)
    )


def _enabling(person: Listed) -> Callable[[], object]:
    def act() -> None:
        actor = session.require(Permission.MANAGE_PEOPLE)
        people.enable(session.clinic(), actor, person.person_id)

    return act


def _ending(person: Listed) -> Callable[[], object]:
    def act() -> None:
        actor = session.require(Permission.MANAGE_PEOPLE)
        people.end_sessions(session.clinic(), actor, person.person_id, now=clock.now())

    return act
