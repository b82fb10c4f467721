"""A withdrawal that came by email: the file is dropped, a person says whose it is and confirms.

Nothing of the email is rendered: it is shown as the plain words that it holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain import consent_words
from lib.domain.access import Actor
from lib.domain.consent import State, Topic
from lib.domain.consent_wishes import Proposal
from lib.domain.search.results import SearchHit
from lib.errors import ClinicError, InvalidInputError, StoreError
from lib.services import search
from lib.services.consent import emails, reading
from lib.services.consent.emails import About, Opened
from lib.services.consent.reading import PurposeTold, TopicTold
from lib.services.records import Heading
from lib.ui import addresses, clock, fields, formats, navigation, notices, restricted, session, text
from lib.ui.components import blocks
from lib.ui.components.blocks import Column, Fact, Facts, Link, Mark, Table, Tone, Value
from lib.ui.consent import badges, evidence_upload
from lib.ui.keys import Keys

FOUND = 6
CHOICES = (Column("Who it may be"), Column("Agrees in"))
ABOUT = (
    "Drop the patient's email here as a file (.eml). It is shown as plain words, matched to a "
    "patient by its sender, and you say what it withdraws. Nothing happens before you confirm."
)
HOW_TO_SAVE = (
    "In Outlook on the web or Gmail: open the message, the three dots, Download. In Apple Mail and "
    "Thunderbird: drag the message onto the desktop, or File, Save as."
)
NOBODY = "Nobody here is reached at this address. Find the patient by name, then compare."
ELSEWHERE = "The sender's address is not in this record. Make sure that it is this patient's email."
NOTHING_STANDS = (
    "Nothing stands that could be withdrawn. If the email asks for something else, "
    "go back to the record."
)
NO_PROPOSAL = "Its words propose nothing in particular: read it and tick what it asks to end."
NO_TIME = "say when it reached the clinic"


@dataclass(slots=True)
class Held:
    """The email on this screen, and the ids under which what it says will be saved."""

    opened: Opened
    event_ids: dict[Topic, UUID] = field(default_factory=dict)

    def event_id(self, topic: Topic) -> UUID:
        """Return the id of the withdrawal of a topic: the same each time, so that it is one."""
        return self.event_ids.setdefault(topic, uuid7s.uuid7())


def draw(actor: Actor, heading: Heading | None) -> None:
    """Draw the step that this email is at: choose the file, whose it is, what it withdraws."""
    held: Held | None = st.session_state.get(Keys.CONSENT_EMAIL)
    if held is None:
        _choose_file(actor)
        return
    _tell(held)
    if heading is None:
        _choose_patient(actor, held)
    else:
        _confirm(actor, heading, held)


def _choose_file(actor: Actor) -> None:
    st.write(ABOUT)
    st.caption(HOW_TO_SAVE)
    sent = evidence_upload.draw(
        Keys.CONSENT_EMAIL_FILE,
        str(_turn()),
        label="Choose the email",
        hint=evidence_upload.EMAIL_HINT,
    )
    if sent is None:
        return
    clinic, now, today = session.clinic(), clock.now(), clock.today()
    try:
        opened = emails.read(clinic, actor, sent.evidence_id, now=now, as_of=today)
    except ClinicError as error:
        st.error(text.plain(error.message), icon=":material/error:")
        return
    st.session_state[Keys.CONSENT_EMAIL] = Held(opened)
    st.rerun()


def _turn() -> int:
    return int(st.session_state.get(Keys.CONSENT_EMAIL_TURN, 0))


def _forget() -> None:
    st.session_state.pop(Keys.CONSENT_EMAIL, None)
    # The place for the file is empty again.
    st.session_state[Keys.CONSENT_EMAIL_TURN] = _turn() + 1


def _tell(held: Held) -> None:
    """Show what the email says, as words, with what speaks against its sender first."""
    email = held.opened.email
    for doubt in email.doubts:
        st.warning(text.plain(doubt), icon=":material/warning:")
    attached = tuple(Value(one.name, one.media_type) for one in email.attachments)
    facts = [
        Fact("From", tuple(Value(one, email.sender_name) for one in email.senders)),
        Fact("Subject", (Value(email.subject or formats.NONE),)),
        Fact("Reached us", (Value(formats.moment(email.received_at)),)),
    ]
    facts += [Fact("Attached, not opened", attached)] if attached else []
    blocks.draw([Facts("The email", tuple(facts))], key="consent_email_facts")
    with st.container(border=True, height=220, key="consent_email_text"):
        # Text keeps its lines, and nothing in it is Markdown.
        st.text(email.text.strip() or "It has no text.")
    st.button("Another email", icon=":material/undo:", on_click=_forget)


def _choose_patient(actor: Actor, held: Held) -> None:
    st.subheader("Whose is it?", anchor=False)
    hits: Sequence[SearchHit] = held.opened.matches
    if not hits:
        st.write(NOBODY)
    wanted = st.text_input("Find the patient", key=Keys.CONSENT_EMAIL_SEARCH, width=420)
    if wanted.strip():
        try:
            hits = search.search(session.clinic(), actor, wanted, limit=FOUND).results
        except StoreError as error:
            st.error(error.message, icon=":material/error:")
            return
        if not hits:
            st.caption("Nobody matches all of that. Try fewer words.")
    if hits:
        rows = tuple(_row(hit) for hit in hits)
        blocks.draw([Table("", CHOICES, rows, caption="Patients")], key="consent_email_patients")
    with st.container(horizontal=True):
        for hit in hits:
            st.button(
                f"It is {hit.reference}",
                key=f"consent-email-{hit.patient_id}",
                icon=":material/person_check:",
                type="primary" if len(hits) == 1 else "secondary",
                on_click=_choose,
                args=(hit.patient_id,),
            )


def _row(hit: SearchHit) -> tuple[Link, str]:
    born = formats.born(hit.born_on, clock.today(), hit.deceased_on)
    line = f"Born {born} · {formats.sex(hit.sex)} · {hit.reference}"
    marks = []
    if hit.deceased_on:
        marks.append(Mark(f"Deceased {formats.day(hit.deceased_on)}", "deceased"))
    if hit.is_restricted:
        marks.append(Mark("Restricted", "lock", Tone.ALERT))
    name = formats.name(hit.family_name, hit.given_names, hit.title)
    link = Link(name, navigation.record_href(hit.patient_id), line, tuple(marks))
    return link, formats.words(", ".join(hit.why))


def _choose(patient_id: UUID) -> None:
    st.query_params[addresses.PATIENT] = str(patient_id)


def _confirm(actor: Actor, heading: Heading, held: Held) -> None:
    """Ask what the email withdraws: what its words propose is ticked, a person decides."""
    patient_id = heading.patient.patient_id
    email = held.opened.email
    if patient_id not in {hit.patient_id for hit in held.opened.matches}:
        st.warning(ELSEWHERE, icon=":material/person_alert:")
    told = reading.open_consent(
        session.clinic(), actor, patient_id, as_of=clock.today(), ground=heading.ground
    )
    proposed = {one.topic: one for one in held.opened.proposals}
    offered = [
        (purpose, topic)
        for purpose in told.purposes
        for topic in purpose.topics
        if _is_offered(topic, proposed)
    ]
    st.subheader("What does it withdraw?", anchor=False)
    if not offered:
        st.write(NOTHING_STANDS)
        navigation.back_to_record(patient_id)
        return
    if not any(one.topic in proposed for _, one in offered):
        st.caption(NO_PROPOSAL)
    with st.form("consent_email_form", border=False):
        chosen = [
            one.topic for purpose, one in offered if _tick(purpose, one, proposed.get(one.topic))
        ]
        received_at = _received(email.received_at)
        if st.form_submit_button("Withdraw consent", type="primary", icon=":material/block:"):
            _withdraw(actor, patient_id, received_at, chosen)


def _is_offered(one: TopicTold, proposed: dict[Topic, Proposal]) -> bool:
    """Tell whether a topic can be ended: what was agreed to once, or what the words name."""
    if one.standing.state is State.WITHDRAWN:
        return False
    agreed = one.standing.state in {State.ACTIVE, State.EXPIRED, State.SUPERSEDED}
    return agreed or one.topic in proposed


def _tick(purpose: PurposeTold, one: TopicTold, proposal: Proposal | None) -> bool:
    name = consent_words.topic_name(purpose.purpose.name, one.topic.channel)
    state = badges.mark(one.standing.state).word.lower()
    ticked = st.checkbox(
        text.plain(f"{name} ({state})"),
        value=proposal is not None,
        key=f"consent-email-{one.topic.purpose}-{one.topic.channel}",
    )
    if proposal is not None:
        st.caption(text.plain(f"“{proposal.phrase}”"))
    return ticked


def _received(received_at: datetime | None) -> datetime | None:
    local = clock.local(received_at) if received_at else None
    with st.container(horizontal=True):
        day = st.date_input(
            "Reached us on", local.date() if local else None, format="DD/MM/YYYY", width=180
        )
        moment = st.time_input("At", local.time() if local else None, step=60, width=120)
    return clock.stored(datetime.combine(day, moment)) if day and moment else None


def _withdraw(
    actor: Actor, patient_id: UUID, received_at: datetime | None, chosen: Sequence[Topic]
) -> None:
    held: Held = st.session_state[Keys.CONSENT_EMAIL]
    topics = [(held.event_id(topic), topic) for topic in chosen]
    try:
        if received_at is None:
            raise InvalidInputError(NO_TIME, field="received_at")
        about = About(patient_id, received_at, clock.now(), restricted.ground_for(patient_id))
        done = emails.withdraw(session.clinic(), actor, about, held.opened.evidence_id, topics)
    except ClinicError as error:
        st.error(text.plain(fields.sentence(error.message)), icon=":material/error:")
        return
    _forget()
    notices.say_later(_said(len(chosen), len(done.task_ids)))
    st.switch_page(navigation.CONSENT.path, query_params={addresses.PATIENT: str(patient_id)})


def _said(topics: int, tasks: int) -> str:
    ended = f"Consent withdrawn: {formats.counted(topics, 'thing')}."
    return f"{ended} {formats.counted(tasks, 'task')} opened." if tasks else ended
