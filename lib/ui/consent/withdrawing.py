"""Withdrawing consent: one step from the record, and what it set off at once (rules D2 and D5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from lib.domain.access import Permission
from lib.domain.consent import Route, State, Topic
from lib.domain.consent_tasks import Kind
from lib.errors import ClinicError, InvalidInputError
from lib.services.consent import withdrawing
from lib.services.consent.events import Receipt
from lib.services.consent.reading import Told
from lib.ui import clock, drafts, fields, formats, navigation, printing, restricted, session, text
from lib.ui.consent import badges, minting, received, states
from lib.ui.consent.states import Named
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

NOTHING_CHOSEN = "Choose what is withdrawn."
NOTHING_STANDS = (
    "No consent stands that could be withdrawn. To note that the patient says no, use Record "
    "another way."
)
AT_ONCE = (
    "It acts at once. It cannot be undone: if it was a mistake, ask the patient again. A consent "
    "is the patient's to give."
)


@dataclass(frozen=True, slots=True)
class SetOff:
    """What a withdrawal on this screen did: whose, what, its first event, the tasks it opened."""

    patient_id: UUID
    names: tuple[str, ...]
    event_id: UUID
    task_ids: tuple[UUID, ...]


def standing(told: Told) -> list[Named]:
    """Return what can be withdrawn: what was given last, and nothing else."""
    return [one for one in states.named(told) if one.is_given]


@st.dialog("Withdraw consent")
def ask(patient_id: UUID, given: Sequence[Named], chosen: Topic | None = None) -> None:
    """Ask what is withdrawn, by which route and when; one button does it."""
    session.require(Permission.RECORD_CONSENT)
    if not given:
        st.write(NOTHING_STANDS)
        return
    is_one = len(given) == 1
    ticked = {states.key_of(one.told.topic): is_one or one.told.topic == chosen for one in given}
    form = drafts.loose(Keys.CONSENT_WITHDRAWAL, {**ticked, **received.initial(Route.IN_PERSON)})
    st.markdown("**What the patient withdraws**")
    for one in given:
        state = one.told.standing.state
        word = "" if state is State.ACTIVE else f" ({badges.mark(state).word.lower()})"
        fields.tick(form, states.key_of(one.told.topic), text.plain(f"{one.name}{word}"))
    received.draw(form)
    fields.area(form, received.NOTE, "Note (optional)", hint="What the patient said")
    st.caption(AT_ONCE)
    if fields.save_button(form, "Withdraw consent", "block"):
        _save(patient_id, form, given)


def _save(patient_id: UUID, form: FormState, given: Sequence[Named]) -> None:
    actor = session.require(Permission.RECORD_CONSENT)
    wanted = [one for one in given if form.values.get(states.key_of(one.told.topic))]
    if not wanted:
        fields.problem(NOTHING_CHOSEN)
        return
    wished = [one.told.topic for one in wanted]
    topics = [(minting.id_of(form, states.key_of(topic)), topic) for topic in wished]
    try:
        receipt = Receipt(
            patient_id=patient_id,
            received_at=received.moment_of(form),
            route=received.route_of(form),
            now=clock.now(),
            note=received.note_of(form),
            ground=restricted.ground_for(patient_id),
        )
        done = withdrawing.withdraw(session.clinic(), actor, receipt, topics)
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        names = tuple(one.name for one in wanted)
        st.session_state.pop(Keys.CONSENT_WITHDRAWAL, None)
        st.session_state[Keys.CONSENT_SET_OFF] = SetOff(
            patient_id, names, done.event_ids[0], done.task_ids
        )
        st.rerun()


def draw_set_off(told: Told) -> None:
    """Say what the withdrawal that was just noted set off, and offer the letter."""
    done: SetOff | None = st.session_state.get(Keys.CONSENT_SET_OFF)
    if done is None or done.patient_id != told.patient_id:
        return
    with st.container(border=True, key="consent_set_off"):
        said = f"Withdrawn: {'; '.join(done.names)}. {_sentence(told, done)}"
        st.html(f'<p class="desk-said" role="status">{text.as_html(said)}</p>')
        with st.container(horizontal=True, vertical_alignment="center"):
            letter = printing.href(printing.CONSENT_ACKNOWLEDGEMENT, done.event_id)
            st.link_button("Open the letter", letter, icon=":material/mail:")
            st.page_link(
                navigation.CONSENT_TASKS.path,
                label="All consent tasks",
                icon=":material/assignment_turned_in:",
            )
            st.button(
                "Close", icon=":material/close:", on_click=_close, key="consent_set_off_close"
            )


def _sentence(told: Told, done: SetOff) -> str:
    opened = [one.kind for one in told.tasks if one.task_id in done.task_ids]
    down = opened.count(Kind.TAKE_DOWN)
    verb = "is" if down == 1 else "are"
    places = (
        f"{formats.counted(down, 'place')} where pictures are in use or were sent {verb} to be "
        "seen to."
    )
    parts = (
        "It acts already, on every screen and in every list.",
        places if down else "",
        "A letter tells the patient that it was done." if Kind.ACKNOWLEDGE in opened else "",
    )
    return " ".join(filter(None, parts))


def _close() -> None:
    st.session_state.pop(Keys.CONSENT_SET_OFF, None)
