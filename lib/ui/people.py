"""The people screen's parts: the table of accounts and the acts on the one that is chosen."""

from collections.abc import Callable

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
DIALOG_FIELDS = "Fill in username, name and at least one role."


def role_words(roles: frozenset[Role]) -> str:
    """Return the roles as a sentence would name them."""
    return ", ".join(words for role, words in ROLE_WORDS.items() if role in roles)


def pick(listed: list[Listed]) -> Listed | None:
    """Draw the table; return the person whose row is chosen, if any."""
    rows = [
        {
            "Name": person.display_name,
            "Username": person.username,
            "State": f"{SHAPES[person.state]} {person.state.value}",
            "Roles": role_words(person.roles),
            "Second factor": "Set up" if person.has_second_factor else "Not set up",
            "Last sign-in": formats.moment(person.last_sign_in_at, "Never"),
            "Open sessions": person.open_sessions,
        }
        for person in listed
    ]
    chosen = st.dataframe(
        rows,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=Keys.PEOPLE_SELECTED,
        column_config={
            "Name": st.column_config.TextColumn(width="medium", pinned=True),
            "Open sessions": st.column_config.NumberColumn(width="small"),
        },
    )
    picked = chosen.selection.rows
    return listed[picked[0]] if picked and picked[0] < len(listed) else None


def draw_notice() -> None:
    """Say what was just done: a first password to hand over, or an act that can be undone."""
    first = st.session_state.get(Keys.PEOPLE_FIRST_PASSWORD)
    if first is not None:
        _draw_first_password(first)
    undo = st.session_state.get(Keys.PEOPLE_UNDO)
    if undo is not None:
        said, label, act = undo
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.write(said)
            if st.button(label, icon=":material/undo:", key="people_undo_button"):
                st.session_state.pop(Keys.PEOPLE_UNDO)
                attempt(act)


def draw_acts(person: Listed) -> None:
    """Draw what can be done with the chosen account."""
    st.subheader(text.plain(person.display_name), anchor=False)
    st.caption(f"{text.plain(person.username)} · {person.state.value} · {role_words(person.roles)}")
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
        attempt(lambda: _hand_over(people.invite(session.clinic(), actor, invitation, now=_now())))


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
                people.reset_password(session.clinic(), actor, person.person_id, now=_now())
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
                session.clinic(), actor, person.person_id, now=_now()
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
    people.set_roles(clinic, actor, person.person_id, roles, now=_now())
    _offer_undo(
        f"{text.plain(person.display_name)} is now {role_words(roles)}.",
        "Undo",
        lambda: people.set_roles(clinic, actor, person.person_id, before, now=_now()),
    )


def _disable(actor: Actor, person: Listed) -> None:
    people.disable(session.clinic(), actor, person.person_id, now=_now())
    said = f"{text.plain(person.display_name)} is disabled and signed out everywhere."
    _offer_undo(said, "Enable again", _enabling(person))


def _enabling(person: Listed) -> Callable[[], object]:
    def act() -> None:
        actor = session.require(Permission.MANAGE_PEOPLE)
        people.enable(session.clinic(), actor, person.person_id)

    return act


def _ending(person: Listed) -> Callable[[], object]:
    def act() -> None:
        actor = session.require(Permission.MANAGE_PEOPLE)
        people.end_sessions(session.clinic(), actor, person.person_id, now=_now())

    return act


def _offer_undo(said: str, label: str, act: Callable[[], object]) -> None:
    st.session_state[Keys.PEOPLE_UNDO] = (said, label, act)


_now = clock.now
